//! The scheduled work: each job reads something from Azure, keeps it raw and commits it. What only comes in files is
//! kept the same way.

pub mod alerts;
pub mod import_ownbook;
pub mod import_pricesheet;
mod kept_list;
mod missed_usage;
pub mod publish;
mod resource_groups;
pub mod snapshot_invoices;
pub mod snapshot_ratecard;
pub mod snapshot_retail;
pub mod snapshot_usage;

use shared::snapshot::StoredObject;

/// Whether two readings have the same bytes.
fn same_content(one: &[StoredObject], other: &[StoredObject]) -> bool {
    one.iter().map(|object| &object.sha256).eq(other.iter().map(|object| &object.sha256))
}

/// How messages name all pages together: a reading may have hundreds.
fn place_of(pages: &[(String, Vec<u8>)]) -> String {
    match pages {
        [] => String::new(),
        [(only, _)] => only.clone(),
        [(first, _), .., (last, _)] if first == last => format!("{first}, {} pages", pages.len()),
        [(first, _), .., (last, _)] => format!("{first} to {last}, {} pages", pages.len()),
    }
}
