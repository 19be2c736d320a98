//! The sample Azure, seen from outside as a client sees it.

mod billing;
pub mod client;
mod prices;
mod usage;
