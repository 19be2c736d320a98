//! Writes usage rows as the service does, straight into one text.
//! The fixed parts of a row are prepared per resource; only times and quantity are formatted here,
//! which keeps a year of hourly rows a matter of a second.

use super::calendar::date;
use super::decimal::{push_digits, push_quantity};
use super::tenant::Tenant;
use super::usage::{Granularity, Row};

/// `Daily_BRSDT_20261003_0000`: all rows of a bucket share it, so it identifies none of them.
pub fn bucket_name(granularity: Granularity, reported: i64) -> String {
    let day = date(reported.div_euclid(24));
    let kind = match granularity {
        Granularity::Hourly => "Hourly",
        Granularity::Daily => "Daily",
    };
    let hour = reported.rem_euclid(24);
    format!("{kind}_BRSDT_{:04}{:02}{:02}_{hour:02}00", day.year(), day.month(), day.day())
}

/// Appends the rows of one bucket, separated by commas.
pub fn push_rows(out: &mut String, tenant: &Tenant, subscription: &str, name: &str, rows: &[Row], details: bool) {
    let head = format!(
        "{{\"id\":\"/subscriptions/{subscription}/providers/Microsoft.Commerce/UsageAggregates/{name}\",\"name\":\"{name}\",\
         \"type\":\"Microsoft.Commerce/UsageAggregate\",\"properties\":{{\"subscriptionId\":\"{subscription}\",\"usageStartTime\":\""
    );
    let mut days = DayTexts::default();
    for row in rows {
        if !out.ends_with('[') {
            out.push(',');
        }
        let text = &tenant.series()[row.series].text;
        out.push_str(&head);
        let west_coast = details && text.west_coast;
        days.push(out, row.start, west_coast);
        out.push_str("\",\"usageEndTime\":\"");
        days.push(out, row.start + row.hours, west_coast);
        out.push_str("\",");
        out.push_str(&text.meter);
        out.push_str(if details { &text.info } else { "\"infoFields\":{}," });
        out.push_str("\"quantity\":");
        push_quantity(out, row.quantity);
        if details {
            out.push_str(&text.instance);
        }
        out.push_str("}}");
    }
}

/// Remembers the text of the last day: the rows of a bucket share one or two.
#[derive(Default)]
struct DayTexts {
    known: Vec<(i64, String)>,
}

impl DayTexts {
    fn push(&mut self, out: &mut String, hour: i64, west_coast: bool) {
        let (local, offset) = if west_coast { (hour - 7, "-07:00") } else { (hour, "+00:00") };
        let day = local.div_euclid(24);
        let at = self.known.iter().position(|(number, _)| *number == day).unwrap_or_else(|| {
            self.known.push((day, date(day).to_string()));
            self.known.len() - 1
        });
        out.push_str(&self.known[at].1);
        out.push('T');
        let hour = local.rem_euclid(24) as u64;
        if hour < 10 {
            out.push('0');
        }
        push_digits(out, hour);
        out.push_str(":00:00");
        out.push_str(offset);
    }
}
