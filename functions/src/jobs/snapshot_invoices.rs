//! Billing periods and invoices: each document once, by Azure's name of it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shared::azure::invoice::{self, Invoice};
use shared::guid::SubscriptionId;
use shared::json::DecodeError;
use shared::snapshot::{Entry, StoredObject, key};

use crate::archive::answers::Answers;
use crate::azure::{AzureError, Body};
use crate::error::Error;
use crate::job::{Context, JobReport};
use crate::jobs::same_content;
use crate::planted::{Bug, planted};

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
    let (mut entries, mut answers) = (Vec::new(), Answers::default());
    let snapshots = context.archive.snapshots().await?;
    let mut how = Answers::default();
    let pages = billing_periods(context, of, &mut report, &mut how).await?;
    // Periods change once a month: a record for each night that found them the same would say nothing.
    if planted(Bug::PeriodsAgain) || snapshots.billing_periods.get(&of).is_none_or(|known| !same_content(known, &pages))
    {
        entries.push(Entry::BillingPeriods { subscription_id: of, pages });
        answers.append(how);
    }
    let invoices = list(context, plan, &mut report).await?;
    let read = documents(context, of, &invoices, &mut entries, &mut report, &mut answers).await;
    // What was read before a failure counts.
    if !entries.is_empty() {
        entries.extend(context.archive.keep_answers(context.run_at, answers).await?);
        context.archive.commit(context.run_at, report.job, entries).await?;
    }
    read.map(|()| report)
}

/// Every document that is not archived yet.
async fn documents(
    context: &Context<'_>,
    of: SubscriptionId,
    invoices: &[Invoice],
    entries: &mut Vec<Entry>,
    report: &mut JobReport,
    answers: &mut Answers,
) -> Result<(), Error> {
    let snapshots = context.archive.snapshots().await?;
    let label = format!("invoices {of}");
    for (done, invoice) in invoices.iter().enumerate() {
        (context.progress)(&label, done, invoices.len());
        if snapshots.invoices.contains_key(&(of, invoice.name.clone())) && !planted(Bug::InvoicesAgain) {
            report.skipped += 1;
            continue;
        }
        let properties = &invoice.properties;
        let Some(link) = &properties.download_url else {
            report.warnings.push(format!("invoice {} has no download link", shared::json::printable(&invoice.name)));
            continue;
        };
        let body = match context.azure.download(&link.url).await {
            Err(AzureError::Status { status: 401 | 403 | 404 | 410, .. }) if !planted(Bug::OldInvoiceLink) => {
                again(context, of, invoice).await?
            }
            result => result?,
        };
        let name = |hash: &str| key::invoice(of, properties.invoice_period_end_date, hash);
        let file = context.archive.keep_body(&body, 0, context.run_at, answers, name).await?;
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
    Ok(())
}

/// Links live for an hour: where there were many documents, the last ones need a new link.
async fn again(context: &Context<'_>, of: SubscriptionId, invoice: &Invoice) -> Result<Body, Error> {
    let body = context.azure.invoice(of, &invoice.name).await?;
    let fresh = invoice::decode_invoice(&body.bytes).map_err(Error::bad_input(&body.request))?;
    let link = fresh.properties.download_url.ok_or_else(|| DecodeError::at("properties.downloadUrl", "is missing"));
    let link = link.map_err(Error::bad_input(&body.request))?;
    Ok(context.azure.download(&link.url).await?)
}

async fn billing_periods(
    context: &Context<'_>,
    of: SubscriptionId,
    report: &mut JobReport,
    answers: &mut Answers,
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
            pages.push(context.archive.keep_body(&body, page.value.len(), context.run_at, answers, name).await?);
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
