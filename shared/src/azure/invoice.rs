//! Invoice and billing period lists of Microsoft.Billing (2017-02-27-preview to 2018-03-01-preview).
//!
//! A period's name says nothing about its dates, and its end date is inclusive.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::json::{self, DecodeError};
use crate::period::{BillingPeriod, Instant, midnight};

/// One page of a list; `next_link` may be relative and may appear although nothing follows.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: serde::de::DeserializeOwned")]
pub struct Page<T> {
    /// The rows.
    pub value: Vec<T>,
    /// Where the next page is.
    #[serde(default, rename = "nextLink")]
    pub next_link: Option<String>,
}

/// One invoice.
#[derive(Debug, Clone, Deserialize)]
pub struct Invoice {
    /// Such as `201705-217089190378988`.
    pub name: String,
    /// The rest.
    pub properties: InvoiceProperties,
}

/// Dates and download of an invoice.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceProperties {
    /// First day.
    #[serde(deserialize_with = "civil_date")]
    pub invoice_period_start_date: Date,
    /// Last day, inclusive.
    #[serde(deserialize_with = "civil_date")]
    pub invoice_period_end_date: Date,
    /// Only where it was asked for.
    #[serde(default)]
    pub download_url: Option<DownloadUrl>,
}

/// A link that works without a token for an hour. The URL is a secret: it is never logged or stored.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DownloadUrl {
    /// When it dies.
    pub expiry_time: Instant,
    /// The signed link.
    pub url: String,
}

impl std::fmt::Debug for DownloadUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DownloadUrl {{ expiry_time: {}, .. }}", self.expiry_time)
    }
}

/// One billing period.
#[derive(Debug, Clone, Deserialize)]
pub struct WireBillingPeriod {
    /// Such as `202012-1`; not a date.
    pub name: String,
    properties: WirePeriodDates,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePeriodDates {
    #[serde(deserialize_with = "civil_date")]
    billing_period_start_date: Date,
    #[serde(deserialize_with = "civil_date")]
    billing_period_end_date: Date,
}

impl WireBillingPeriod {
    /// The half-open period: the day after the inclusive end.
    pub fn period(&self) -> Result<BillingPeriod, DecodeError> {
        let outside = || DecodeError::at(self.name.clone(), "the dates of the billing period are outside the calendar");
        let end_on = self.properties.billing_period_end_date.checked_add(1.day()).map_err(|_| outside())?;
        let start_at: Timestamp = midnight(self.properties.billing_period_start_date).map_err(|_| outside())?;
        let end_at = midnight(end_on).map_err(|_| outside())?;
        if end_at <= start_at {
            return Err(DecodeError::at(self.name.clone(), "the billing period ends before it starts"));
        }
        Ok(BillingPeriod { start_at, end_at })
    }
}

fn civil_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
    // Some versions answer a full timestamp; the day is what counts.
    let day = text.get(..10).filter(|day| text.len() == 10 || text.as_bytes()[10] == b'T' && day.is_ascii());
    day.and_then(|day| day.parse().ok()).ok_or_else(|| D::Error::custom("not a date such as 2017-03-26"))
}

/// Decodes one page of invoices.
pub fn decode_invoices(bytes: &[u8]) -> Result<Page<Invoice>, DecodeError> {
    json::decode(bytes)
}

/// Decodes one invoice that was asked for by its name.
pub fn decode_invoice(bytes: &[u8]) -> Result<Invoice, DecodeError> {
    json::decode(bytes)
}

/// Decodes one page of billing periods.
pub fn decode_billing_periods(bytes: &[u8]) -> Result<Page<WireBillingPeriod>, DecodeError> {
    json::decode(bytes)
}
