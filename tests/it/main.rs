//! The one integration binary: the real program, the real protocols on loopback, the rules of the house.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

mod alerts;
mod bad_input;
mod book_files;
mod by_tag;
mod compare;
mod corpus;
mod crashes;
mod demo;
mod doctor;
mod fan_out;
mod forecast;
mod gaps;
mod golden;
mod infra;
mod invoices;
mod lambda;
mod ledger;
mod month;
mod oracle;
mod planner;
mod price_blocks;
mod price_books;
mod quirks;
mod readings;
mod real_answers;
mod reconcile;
mod report;
mod sample_azure;
mod schedule;
mod showback;
mod store;
mod support;
mod tags;
mod tidy;
mod time_zones;
mod two_routes;
mod units;
mod upkeep;
mod verify;
