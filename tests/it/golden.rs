//! The recorded worked examples beside the checkout, priced by the real program.

use std::fmt::Write as _;

use serde_json::Value;
use shared::azure::ratecard::{self, CardRequest};
use shared::azure::usage;
use shared::decimal::Decimal;
use shared::money::Currency;
use shared::period::BillingAnchor;
use shared::ratebook::format::{self, BookId, OpenBook};
use shared::rating::{self, Account, BillingCalendar, proration};

use crate::support::program::forebill;
use crate::support::recorded;

/// 15 worked tier cases: threads, samples of others and joined real price lists, each with its source in the file.
#[test]
fn every_golden_tier_case() {
    let Some(bytes) = recorded::bytes("azure/golden/tier-cases.json") else { return generated_tier_cases() };
    let golden: Value = serde_json::from_slice(&bytes).unwrap();
    let cases = golden["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 15);
    let case = |case: &Value| {
        let rates = case["meterRates"].as_object().unwrap();
        let rates = rates.iter().map(|(from, price)| (from.clone(), text(price))).collect();
        TierCase {
            name: text(&case["name"]),
            quantity: text(&case["quantity"]),
            included: text(&case["includedQuantity"]),
            rates,
            cost: text(&case["expectedCost"]),
        }
    };
    check(&cases.iter().map(case).collect::<Vec<_>>());
}

/// Without the recorded file: cases made here, whose cost is a sum of whole tiers and so plain to see.
fn generated_tier_cases() {
    let rates: Vec<(String, String)> = (0..6).map(|tier| ((tier * 100).to_string(), (6 - tier).to_string())).collect();
    let whole = |tiers: u32| (0..tiers).map(|tier| 100 * (6 - tier)).sum::<u32>();
    let case = |tiers: u32| TierCase {
        name: format!("{tiers} whole tiers"),
        quantity: (tiers * 100 + 7).to_string(),
        included: "7".into(),
        rates: rates.clone(),
        cost: whole(tiers).to_string(),
    };
    check(&(0..=6).map(case).collect::<Vec<_>>());
}

struct TierCase {
    name: String,
    quantity: String,
    included: String,
    rates: Vec<(String, String)>,
    cost: String,
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// One card with a meter per case, one file of usage: the program rates them all at once.
fn check(cases: &[TierCase]) {
    let folder = tempfile::tempdir().unwrap();
    let (mut meters, mut rows) = (Vec::new(), String::new());
    for (index, case) in cases.iter().enumerate() {
        let rates: Vec<String> = case.rates.iter().map(|(from, price)| format!("\"{from}\": {price}")).collect();
        meters.push(format!(
            "{{\"MeterId\": \"{}\", \"MeterName\": \"{}\", \"MeterCategory\": \"Golden\", \"Unit\": \"1\", \
             \"MeterRates\": {{{}}}, \"IncludedQuantity\": {}, \"EffectiveDate\": \"2020-01-01T00:00:00Z\"}}",
            meter_id(index),
            case.name,
            rates.join(", "),
            case.included
        ));
        writeln!(
            rows,
            "{{\"name\": \"Daily_BRSDT_20261005_0000\", \"properties\": {{\"subscriptionId\": \"{}\", \"meterId\": \"{}\", \
             \"usageStartTime\": \"2026-10-05T00:00:00Z\", \"usageEndTime\": \"2026-10-06T00:00:00Z\", \"quantity\": {}}}}}",
            meter_id(99), meter_id(index), case.quantity
        )
        .unwrap();
    }
    let card = format!("{{\"Meters\": [{}], \"Currency\": \"USD\"}}", meters.join(", "));
    std::fs::write(folder.path().join("card.json"), card).unwrap();
    std::fs::write(folder.path().join("usage.jsonl"), rows).unwrap();
    let answer = forebill(folder.path(), &["rate", "--ratecard", "card.json", "--usage", "usage.jsonl", "-o", "json"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let rating = answer.json();
    for (index, case) in cases.iter().enumerate() {
        let charges = rating["charges"].as_array().unwrap();
        let charge = charges.iter().find(|charge| charge["meterId"] == meter_id(index)).unwrap();
        assert_eq!(text(&charge["cost"]), case.cost, "{}", case.name);
    }
}

fn meter_id(index: usize) -> String {
    format!("00000000-0000-4000-8000-{index:012}")
}

/// Recorded invoice rows of 2017: the charge of a meter and period is its exact cost, rounded once to the cent.
#[test]
fn an_invoice_rounds_once_per_meter_and_period() {
    let Some(bytes) = recorded::bytes("azure/golden/invoice-proration.json") else {
        // The one line that needs no file: 1877.116749 hours at 0.32.
        return check_rounding("1877.116749", "0.32", "600.68");
    };
    let golden: Value = serde_json::from_slice(&bytes).unwrap();
    let cases = golden["cases"].as_array().unwrap();
    assert!(cases.len() >= 4);
    for case in cases {
        let field = |name: &str| text(&case[name]);
        check_rounding(&field("inferredPeriodQuantity"), &field("unitRate"), &field("inferredPeriodCharge"));
    }
}

#[track_caller]
fn check_rounding(quantity: &str, rate: &str, charge: &str) {
    let d = |text: &str| Decimal::parse(text).unwrap();
    let exact = d(quantity).times(d(rate)).unwrap();
    assert_eq!(Currency::USD.round_for_invoice(exact), d(charge), "{quantity} × {rate}");
}

/// The rows of those invoices: what Azure wrote for a row, and the part that our proration gives it.
///
/// Azure divided the rounded charge by the quantity of the period to 28 decimals and multiplied that by the quantity of
/// the row, in .NET decimals of 96 bits, which keep 28 or 29 digits: by this road every recorded digit is met. Our parts
/// add up to the charge, so they are the exact shares to the 28th decimal; from Azure's they differ by what its division
/// rounded away, at most half a unit of the 28th decimal for each unit of quantity.
#[test]
fn a_row_has_the_part_that_azure_gave_it() {
    let Some(bytes) = recorded::bytes("azure/golden/invoice-proration.json") else {
        // Worked with Python's decimal at 80 digits: 0.04 ÷ 114.11 to 28 decimals, × 0.0391.
        return check_part("114.11", "0.00036", "0.04", "0.0391", "0.0000137060730873718341950749");
    };
    let golden: Value = serde_json::from_slice(&bytes).unwrap();
    let mut rows = 0;
    for case in golden["cases"].as_array().unwrap() {
        for row in case["rows"].as_array().unwrap() {
            let field = |name: &str| text(&case[name]);
            let (period, rate, charge) =
                (field("inferredPeriodQuantity"), field("unitRate"), field("inferredPeriodCharge"));
            check_part(&period, &rate, &charge, &text(&row["quantity"]), &text(&row["pretaxCost"]));
            rows += 1;
        }
    }
    assert_eq!(rows, 5);
}

/// A period with this row and one for the rest of its quantity, through rating and proration.
#[track_caller]
fn check_part(period: &str, rate: &str, charge: &str, row: &str, recorded: &str) {
    let d = |text: &str| Decimal::parse(text).unwrap();
    let digits = |text: &str| text.split_once('.').map_or(0, |(_, fraction)| fraction.len() as u32);
    let unit_share = d(charge).divided_rounded(d(period), 28).unwrap();
    let by_azure = unit_share.times(d(row)).unwrap();
    assert_eq!(by_azure.round(digits(recorded)), d(recorded), "{row} of {period}");

    let rest = d(period).minus(d(row)).unwrap();
    let card = format!(
        "{{\"Currency\": \"USD\", \"Meters\": [{{\"MeterId\": \"{}\", \"MeterName\": \"M\", \"MeterCategory\": \"C\", \
         \"Unit\": \"1\", \"MeterRates\": {{\"0\": {rate}}}, \"IncludedQuantity\": 0, \
         \"EffectiveDate\": \"2014-01-01T00:00:00Z\"}}]}}",
        meter_id(1)
    );
    let usage = [row, &rest.to_string()].iter().zip(1..).fold(String::new(), |text, (quantity, day)| {
        format!(
            "{text}{{\"name\": \"Daily\", \"properties\": {{\"subscriptionId\": \"{}\", \"meterId\": \"{}\", \
             \"usageStartTime\": \"2017-03-0{day}T00:00:00Z\", \"usageEndTime\": \"2017-03-0{day}T23:59:59Z\", \
             \"quantity\": {quantity}}}}}\n",
            meter_id(99),
            meter_id(1)
        )
    });
    let request = CardRequest { offer: None, currency: None, region_info: String::new() };
    let book = ratecard::decode(card.as_bytes(), &request).unwrap().0;
    let open = OpenBook { id: BookId::of(&format::to_bytes(&book)), book };
    let page = usage::decode_file(usage.as_bytes()).unwrap();
    // The recorded period is 2017-02-27 to 2017-03-26.
    let calendar = BillingCalendar { periods: Vec::new(), anchor: BillingAnchor::new(27).unwrap() };
    let rating =
        rating::rate(&page.rows, &open, |_| Account { calendar: calendar.clone(), ..Account::default() }).unwrap();
    assert_eq!(rating.charges[0].invoice_cost, Some(d(charge)), "{period} × {rate}");
    let parts = proration::prorate(&rating).unwrap();
    let [ours, other] = [0, 1].map(|index| parts[index].invoice_cost.unwrap());
    assert_eq!(ours.plus(other), Ok(d(charge)), "the parts of {charge}");
    let off = ours.minus(d(recorded)).unwrap();
    // Half a unit of Azure's division for each unit of the row, half a unit of its last digit, and one unit of ours.
    let last = Decimal::new(5, 0).unshifted(digits(recorded) + 1).unwrap();
    let allowed = d(row).times(Decimal::new(5, 29)).unwrap().plus(last).unwrap().plus(Decimal::new(1, 28)).unwrap();
    assert!(off.max(off.negated()) <= allowed, "{ours} for {recorded}: {off} is more than {allowed}");
}

/// The product page's table of eight algorithms: the same meter in the form of Retail Prices, whose bounds count from
/// zero and whose free part is a row of its own. 20,000 GB are 1,700.525 in either form.
#[test]
fn retail_tiers_give_the_same_money_as_rate_card_tiers() {
    let folder = tempfile::tempdir().unwrap();
    let row = |(from, price): (&str, &str)| {
        format!(
            "{{\"currencyCode\": \"USD\", \"tierMinimumUnits\": {from}, \"retailPrice\": {price}, \"unitPrice\": {price}, \
             \"armRegionName\": \"Zone 1\", \"location\": \"Zone 1\", \"effectiveStartDate\": \"2020-01-01T00:00:00Z\", \
             \"meterId\": \"{}\", \"meterName\": \"Data Transfer Out\", \"productId\": \"P\", \"skuId\": \"P/1\", \
             \"productName\": \"Bandwidth\", \"skuName\": \"Standard\", \"serviceName\": \"Bandwidth\", \
             \"unitOfMeasure\": \"1 GB\", \"type\": \"Consumption\", \"isPrimaryMeterRegion\": true, \"armSkuName\": \"\"}}",
            meter_id(1)
        )
    };
    // Rows of one meter come in any order, and page drift repeats some.
    let rows = [("51200.0", "0.07"), ("0.0", "0.0"), ("10240.0", "0.083"), ("5.0", "0.087"), ("5.0", "0.087")].map(row);
    // One year of a reservation costs the whole term, whatever its unit says: it must not price the hours.
    let reserved = row(("0.0", "1771.8082")).replace("\"type\"", "\"reservationTerm\": \"1 Year\", \"type\"");
    let items = format!("{}, {reserved}", rows.join(", "));
    let page = format!("{{\"BillingCurrency\": \"USD\", \"Items\": [{items}], \"NextPageLink\": null, \"Count\": 6}}");
    std::fs::write(folder.path().join("page.json"), page).unwrap();
    let item = format!(
        "{{\"name\": \"egress\", \"meterId\": \"{}\", \"quantity\": \"20000\", \"unit\": \"GB\"}}",
        meter_id(1)
    );
    let workload = format!("{{\"schema\": \"forebill.workload/1\", \"items\": [{item}]}}");
    std::fs::write(folder.path().join("workload.json"), workload).unwrap();
    let imported = forebill(folder.path(), &["import", "retail", "page.json"]);
    assert_eq!(imported.code, 0, "{}", imported.stderr);
    let answer = forebill(folder.path(), &["estimate", "workload.json", "-o", "json"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_eq!(answer.json()["totals"]["monthlyCost"], "1700.525");
}
