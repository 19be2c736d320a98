//! Forebill's scheduled side: jobs that snapshot Azure's billing APIs, and what is derived from them.

pub mod account;
pub mod alerts;
pub mod archive;
pub mod azure;
pub mod book_files;
pub mod cli;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod error;
#[cfg(test)]
#[path = "../../tests/faults/faults.rs"]
mod faults;
pub mod handout;
pub mod input;
pub mod invoices;
pub mod job;
pub mod jobs;
pub mod lambda;
pub mod ledger;
pub mod month;
pub mod notify;
pub mod outlook;
mod planted;
pub mod queue;
pub mod report;
pub mod rule_text;
pub mod schedule;
pub mod serve;
pub mod showback;
pub mod statements;
pub mod store;
pub mod tabular;
pub mod tags;
