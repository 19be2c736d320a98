//! The scheduled work: each job reads something from Azure, keeps it raw and commits it.

pub mod snapshot_invoices;
pub mod snapshot_ratecard;
pub mod snapshot_retail;
pub mod snapshot_usage;
