//! Billing periods and invoices: each document once, by Azure's name of it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shared::azure::invoice::{self, Invoice};
use shared::guid::SubscriptionId;
use shared::snapshot::{Entry, StoredObject, key};

use crate::azure::Body;
use crate::error::Error;
use crate::job::{Context, JobReport};
use crate::jobs::same_content;

/// Which invoices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Plan {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// Only those whose period ends on or after this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Only those whose period ends on or before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

/// Reads the billing periods, and every invoice that is not archived yet.
pub async fn run(context: &Context<'_>, plan: &Plan) -> Result<JobReport, Error> {
    let mut report = JobReport::new("snapshot-invoices", context.run_at);
    let of = plan.subscription_id;
    let snapshots = context.archive.snapshots().await?;
    let mut entries = Vec::new();
    let pages = billing_periods(context, of, &mut report).await?;
    // Periods change once a month: a record for each night that found them the same would say nothing.
    if snapshots.billing_periods.get(&of).is_none_or(|known| !same_content(known, &pages)) {
        entries.push(Entry::BillingPeriods { subscription_id: of, pages });
    }
    let invoices = list(context, plan, &mut report).await?;
    let label = format!("invoices {of}");
    for (done, invoice) in invoices.iter().enumerate() {
        (context.progress)(&label, done, invoices.len());
        if snapshots.invoices.contains_key(&(of, invoice.name.clone())) {
            report.skipped += 1;
            continue;
        }
        let properties = &invoice.properties;
        let Some(link) = &properties.download_url else {
            report.warnings.push(format!("invoice {} has no download link", shared::json::printable(&invoice.name)));
            continue;
        };
        let body = context.azure.download(&link.url).await?;
        let name = |hash: &str| key::invoice(of, properties.invoice_period_end_date, hash);
        let file = context.archive.keep(&body.bytes, 0, name).await?;
        entries.push(Entry::Invoice {
            subscription_id: of,
            name: invoice.name.clone(),
            period_start_on: properties.invoice_period_start_date,
            period_end_on: properties.invoice_period_end_date,
            file,
        });
        report.fetched += 1;
        report.committed += 1;
    }
    (context.progress)(&label, invoices.len(), invoices.len());
    if !entries.is_empty() {
        context.archive.commit(context.run_at, report.job, entries).await?;
    }
    Ok(report)
}

async fn billing_periods(
    context: &Context<'_>,
    of: SubscriptionId,
    report: &mut JobReport,
) -> Result<Vec<StoredObject>, Error> {
    let mut pages = Vec::new();
    context
        .azure
        .billing_periods(of, async |number, body: Body| -> Result<Option<String>, Error> {
            let page = invoice::decode_billing_periods(&body.bytes).map_err(Error::bad_input(&body.request))?;
            for period in &page.value {
                period.period().map_err(Error::bad_input(&body.request))?;
            }
            let name = |hash: &str| key::billing_periods(of, context.run_at, number, hash);
            pages.push(context.archive.keep(&body.bytes, page.value.len(), name).await?);
            report.fetched += 1;
            // A link may appear although nothing follows it.
            Ok(page.next_link.filter(|_| !page.value.is_empty()))
        })
        .await?;
    Ok(pages)
}

async fn list(context: &Context<'_>, plan: &Plan, report: &mut JobReport) -> Result<Vec<Invoice>, Error> {
    let mut invoices = Vec::new();
    context
        .azure
        .invoices(plan.subscription_id, async |_, body: Body| -> Result<Option<String>, Error> {
            let page = invoice::decode_invoices(&body.bytes).map_err(Error::bad_input(&body.request))?;
            report.fetched += 1;
            let more = page.next_link.filter(|_| !page.value.is_empty());
            invoices.extend(page.value);
            Ok(more)
        })
        .await?;
    invoices.retain(|invoice| {
        let end = invoice.properties.invoice_period_end_date;
        plan.from.is_none_or(|from| end >= from) && plan.to.is_none_or(|to| end <= to)
    });
    Ok(invoices)
}
