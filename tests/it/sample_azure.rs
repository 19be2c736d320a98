//! The sample Azure, seen from outside as a client sees it.

mod billing;
mod client;
mod prices;
mod usage;
