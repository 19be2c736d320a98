//! Forebill's scheduled side: jobs that snapshot Azure's billing APIs, and what is derived from them.

pub mod account;
pub mod archive;
pub mod azure;
pub mod cli;
pub mod config;
pub mod demo;
pub mod error;
pub mod input;
pub mod job;
pub mod jobs;
pub mod lambda;
pub mod ledger;
pub mod month;
pub mod queue;
pub mod schedule;
pub mod serve;
pub mod store;
