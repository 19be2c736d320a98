//! What the npm package says of the module, held against the module: types and version.

use std::path::Path;

use estimator_wasm::{OpenedBook, ReadLine, ReadPart, Refusal};
use shared::{
    compare, decimal, estimate, guid, meter, money, offer, period, problem, ratebook, rating, search, warning,
};
use ts_rs::{Config, TS};

const PACKAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/npm");

const HEAD: &str = "// Written by `make types` from the types of the Rust code: change those.\n\
    //\n\
    // Every amount of money, price and quantity is a decimal as text. It is never a number: numbers of JavaScript\n\
    // cannot hold it.\n";

fn declare<T: TS>(text: &mut String) {
    let docs = one_line_comments(&T::docs().unwrap_or_default());
    let declared = T::decl(&Config::new()).replace("= { ", "= {\n").replace(", };", ",\n};");
    *text += &format!("\n{docs}export ");
    for line in one_line_comments(&declared).lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        let indent = if line.starts_with("type ") || line == "};" { "" } else { "  " };
        *text += &format!("{indent}{line}\n");
    }
}

/// Comments come in three lines and more; most of them fit into one.
fn one_line_comments(text: &str) -> String {
    text.replace("/**\n * ", "/** ").replace("\n */", " */")
}

/// Every type that goes in or comes out, those that are used before those that use them.
fn declarations() -> String {
    let mut text = HEAD.to_owned();
    let text = &mut text;
    declare::<decimal::Decimal>(text);
    declare::<period::Instant>(text);
    declare::<money::Currency>(text);
    declare::<offer::OfferId>(text);
    declare::<guid::MeterId>(text);
    declare::<ratebook::format::BookId>(text);
    declare::<ratebook::Source>(text);
    declare::<ratebook::Unpriced>(text);
    declare::<rating::Status>(text);
    declare::<rating::BookInfo>(text);
    declare::<OpenedBook>(text);
    declare::<meter::Priority>(text);
    declare::<search::MeterStatus>(text);
    declare::<search::FoundMeter>(text);
    declare::<search::Corrected>(text);
    declare::<search::SearchResult>(text);
    declare::<estimate::workload::Per>(text);
    declare::<estimate::workload::Schedule>(text);
    declare::<estimate::workload::WorkloadItem>(text);
    declare::<estimate::groups::WorkloadGroup>(text);
    declare::<estimate::workload::Workload>(text);
    declare::<rating::TierCharge>(text);
    declare::<estimate::Line>(text);
    declare::<estimate::EstimateTotals>(text);
    declare::<estimate::CreditReach>(text);
    declare::<estimate::EstimateTerms>(text);
    declare::<estimate::OfferPart>(text);
    declare::<estimate::UnpricedLine>(text);
    declare::<warning::WarningCode>(text);
    declare::<warning::Warning>(text);
    declare::<estimate::Estimate>(text);
    declare::<estimate::line::Role>(text);
    declare::<ReadPart<'static>>(text);
    declare::<ReadLine<'static>>(text);
    declare::<estimate::seek::Goal>(text);
    declare::<compare::Reason>(text);
    declare::<compare::LineDifference>(text);
    declare::<compare::Branches>(text);
    declare::<compare::CellStatus>(text);
    declare::<problem::Problem>(text);
    declare::<compare::Cell>(text);
    declare::<compare::Comparison>(text);
    declare::<Refusal<'static>>(text);
    std::mem::take(text)
}

#[test]
fn the_types_of_the_package_are_those_of_the_code() {
    let path = Path::new(PACKAGE).join("src/types.ts");
    let said = declarations();
    if std::env::var_os("FOREBILL_WRITE_TYPES").is_some() {
        std::fs::write(&path, &said).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    let differing = said.lines().zip(written.lines()).find(|(said, written)| said != written);
    assert_eq!(differing, None, "run `make types`");
    assert_eq!(said.len(), written.len(), "run `make types`");
}

#[test]
fn the_package_has_the_version_of_the_code() {
    let package = std::fs::read_to_string(Path::new(PACKAGE).join("package.json")).unwrap();
    let package: serde_json::Value = serde_json::from_str(&package).unwrap();
    assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
}
