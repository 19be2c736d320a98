//! Renders the price model as items of the retail feed, and answers its queries.
//! Bounds count from zero here: card bound plus allowance, behind a first row at no cost.
//! Virtual machine meters also get their reservation, savings plan and development rows.

use super::catalog::{Catalog, Meter, family};
use super::decimal::{push, scaled};
use super::filter::Condition;
use super::rate_card::effective_text;
use super::{digest, json};
use jiff::civil::Date;

pub const PAGE: usize = 1000;

/// One row of the feed.
pub struct Item<'a> {
    meter: &'a Meter,
    arm_size: &'a str,
    kind: &'static str,
    /// `1 Year` or `3 Years`; the price is then that of the whole term.
    term: Option<&'static str>,
    start: i64,
    price: i64,
    /// Savings plan prices of the 3 and 1 year plans, beside a consumption price.
    plans: Option<(i64, i64)>,
    effective: String,
}

const HOURS_PER_YEAR: i64 = 8760;

/// Every row on a day, in the order of the meter ids.
pub fn items(catalog: &Catalog, day: Date) -> Vec<Item<'_>> {
    let mut found = Vec::with_capacity(catalog.meters.len() * 5 / 4);
    for meter in &catalog.meters {
        let Some(version) = meter.at(day) else {
            continue;
        };
        let effective = effective_text(version);
        let sizes: &[&str] = if meter.arm_sizes.is_empty() { &[""] } else { meter.arm_sizes };
        for &arm_size in sizes {
            let mut add = |kind, term, start, price, plans| {
                found.push(Item { meter, arm_size, kind, term, start, price, plans, effective: effective.clone() });
            };
            if meter.included > 0 {
                add("Consumption", None, 0, 0, None);
            }
            for &(key, rate) in &version.tiers {
                let plans = meter.reservable.then(|| (scaled(rate, 480), scaled(rate, 690)));
                add("Consumption", None, key + meter.included, rate, plans);
                if let Some(linux) = meter.linux_rate {
                    add("DevTestConsumption", None, 0, linux, None);
                }
                if meter.reservable {
                    add("Reservation", Some("1 Year"), 0, whole(scaled(rate * HOURS_PER_YEAR, 620)), None);
                    add("Reservation", Some("3 Years"), 0, whole(scaled(rate * HOURS_PER_YEAR * 3, 400)), None);
                }
            }
        }
    }
    found
}

/// Term prices are whole dollars in the real feed.
fn whole(price: i64) -> i64 {
    (price + 500_000) / 1_000_000 * 1_000_000
}

impl Item<'_> {
    fn product(&self) -> String {
        let meter = self.meter;
        match (meter.category, meter.sub_category.as_str()) {
            ("Virtual Machines", sub) => match sub.strip_suffix(" Windows") {
                Some(series) => format!("Virtual Machines {series} Windows"),
                None => format!("Virtual Machines {sub}"),
            },
            (category, "") => category.into(),
            (_, sub) => sub.into(),
        }
    }

    /// The value of a filterable field, as it stands in the item.
    fn value(&self, field: &str) -> Option<String> {
        let meter = self.meter;
        Some(match field.to_ascii_lowercase().as_str() {
            "armregionname" => meter.place.arm().into(),
            "location" => meter.place.location().into(),
            "meterid" => meter.id.clone(),
            "metername" => meter.name.clone(),
            "productname" => self.product(),
            "skuname" => self.sku_name(),
            "servicename" => meter.category.into(),
            "servicefamily" => family(meter.category).into(),
            "pricetype" => self.kind.into(),
            "armskuname" => self.arm_size.into(),
            "productid" => self.product_id(),
            "serviceid" => service_id(meter.category),
            _ => return None,
        })
    }

    /// Values are compared with their case, as the service does since 2023.
    pub fn matches(&self, conditions: &[Condition]) -> bool {
        conditions.iter().all(|c| self.value(&c.field).is_some_and(|value| value == c.value))
    }

    fn sku_name(&self) -> String {
        let name = &self.meter.name;
        ["Data Stored", "Disk", "Data Transfer Out", "Operations"]
            .iter()
            .find_map(|tail| name.strip_suffix(tail))
            .map(str::trim)
            .filter(|left| !left.is_empty())
            .unwrap_or(name)
            .to_owned()
    }

    fn product_id(&self) -> String {
        format!("DZH318Z0{}", digest::code(&self.product(), 4))
    }

    pub fn push(&self, out: &mut String) {
        let meter = self.meter;
        out.push_str("{\"currencyCode\":\"USD\",\"tierMinimumUnits\":");
        push(out, self.start);
        if let Some(term) = self.term {
            json::field(out, "reservationTerm", term);
        }
        out.push_str(",\"retailPrice\":");
        push(out, self.price);
        out.push_str(",\"unitPrice\":");
        push(out, self.price);
        json::field(out, "armRegionName", meter.place.arm());
        json::field(out, "location", meter.place.location());
        json::field(out, "effectiveStartDate", &self.effective);
        json::field(out, "meterId", &meter.id);
        json::field(out, "meterName", &meter.name);
        let product_id = self.product_id();
        json::field(out, "productId", &product_id);
        let sku = digest::code(&[&meter.id, self.arm_size].join("/"), 4);
        json::field(out, "skuId", &format!("{product_id}/{sku}"));
        json::field(out, "productName", &self.product());
        json::field(out, "skuName", &self.sku_name());
        json::field(out, "serviceName", meter.category);
        json::field(out, "serviceId", &service_id(meter.category));
        json::field(out, "serviceFamily", family(meter.category));
        json::field(out, "unitOfMeasure", meter.unit);
        json::field(out, "type", self.kind);
        out.push_str(",\"isPrimaryMeterRegion\":true");
        json::field(out, "armSkuName", self.arm_size);
        if let Some((three, one)) = self.plans {
            out.push_str(",\"savingsPlan\":[");
            push_plan(out, three, "3 Years");
            out.push(',');
            push_plan(out, one, "1 Year");
            out.push(']');
        }
        out.push('}');
    }
}

fn push_plan(out: &mut String, price: i64, term: &str) {
    out.push_str("{\"unitPrice\":");
    push(out, price);
    out.push_str(",\"retailPrice\":");
    push(out, price);
    json::field(out, "term", term);
    out.push('}');
}

fn service_id(category: &str) -> String {
    format!("DZH31{}", digest::code(category, 7))
}

/// A page with its envelope; `next` is the link to the following one.
pub fn page(items: &[&Item<'_>], next: Option<&str>) -> String {
    let mut out = String::with_capacity(items.len() * 640 + 200);
    out.push_str(
        "{\"BillingCurrency\":\"USD\",\"CustomerEntityId\":\"Default\",\"CustomerEntityType\":\"Retail\",\"Items\":[",
    );
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        item.push(&mut out);
    }
    out.push_str("],\"NextPageLink\":");
    match next {
        Some(link) => json::string(&mut out, link),
        None => out.push_str("null"),
    }
    out.push_str(&format!(",\"Count\":{}}}", items.len()));
    out
}
