//! What several tests need: the program, a store, recorded answers.

pub mod program;
pub mod recorded;
pub mod runtime_api;
