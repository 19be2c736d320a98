//! What several tests need: the program, a store, recorded answers, a scripted Azure.

pub mod emulator;
pub mod odd_azure;
pub mod program;
pub mod recorded;
pub mod rig;
pub mod runtime_api;
pub mod scripted;
