//! What several tests need: the program, a store, recorded answers.

pub mod odd_azure;
pub mod program;
pub mod recorded;
