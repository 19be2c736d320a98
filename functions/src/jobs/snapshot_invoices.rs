//! What Azure says of a subscription as a whole: billing periods, resource groups, and invoices, each document once by
//! Azure's name of it.

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
use crate::jobs::kept_list::KeptList;
use crate::jobs::{resource_groups, same_content};
use crate::planted::{Bug, planted};
use crate::store::StoreError;

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

impl Plan {
    fn holds(&self, period_end_on: Date) -> bool {
        self.from.is_none_or(|from| period_end_on >= from) && self.to.is_none_or(|to| period_end_on <= to)
    }
}

/// Reads the billing periods, the resource groups, and every invoice that is not archived yet, or whose document is damaged.
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
    let known = snapshots.resource_groups.get(&of);
    entries.extend(resource_groups::read(context, of, known, &mut report, &mut answers).await?);
    let invoices = list(context, plan, &mut report).await?;
    let read = documents(context, plan, &invoices, &mut entries, &mut report, &mut answers).await;
    // What was read before a failure counts.
    if !entries.is_empty() {
        entries.extend(context.archive.keep_answers(context.run_at, answers).await?);
        context.archive.commit(context.run_at, report.job, entries).await?;
    }
    read.map(|()| report)
}

/// Every document that is not archived yet, or is no longer what was archived.
async fn documents(
    context: &Context<'_>,
    plan: &Plan,
    invoices: &[Invoice],
    entries: &mut Vec<Entry>,
    report: &mut JobReport,
    answers: &mut Answers,
) -> Result<(), Error> {
    let (of, snapshots) = (plan.subscription_id, context.archive.snapshots().await?);
    let label = format!("invoices {of}");
    for (done, invoice) in invoices.iter().enumerate() {
        (context.progress)(&label, done, invoices.len());
        let archived = snapshots.invoices.get(&(of, invoice.name.clone())).map(|known| &known.file);
        let archived = archived.filter(|_| !planted(Bug::InvoicesAgain));
        if let Some(file) = archived
            && is_whole(context, file).await?
        {
            report.skipped += 1;
            continue;
        }
        let properties = &invoice.properties;
        let body = match (download(context, of, invoice).await, archived) {
            (Err(error), Some(file)) if is_gone(&error) => {
                report.warnings.push(lost(&invoice.name, file));
                continue;
            }
            (body, _) => body?,
        };
        let Some(body) = body else {
            let name = shared::json::printable(&invoice.name);
            let none = || format!("invoice {name} has no download link");
            report.warnings.push(archived.map_or_else(none, |file| lost(&invoice.name, file)));
            continue;
        };
        let name = |hash: &str| key::invoice(of, properties.invoice_period_end_date, hash);
        let mut how = Answers::default();
        let file = match context.archive.keep_body(&body, 0, context.run_at, &mut how, name).await {
            Err(Error::Store(StoreError::NotAFile { why, .. })) if archived.is_some() => {
                report
                    .warnings
                    .push(format!("invoice {} was not read again: {why}", shared::json::printable(&invoice.name)));
                continue;
            }
            file => file?,
        };
        report.fetched += 1;
        if let Some(before) = archived {
            let name = shared::json::printable(&invoice.name);
            if *before == file {
                // Its record says so already.
                report
                    .warnings
                    .push(format!("the document of invoice {name} was damaged and is whole again: {}", file.key));
                continue;
            }
            let (before, now) = (&before.key, &file.key);
            report.warnings.push(format!(
                "the document of invoice {name} is damaged, and Azure gives another one now: {now} is kept; restore {before} from a copy"
            ));
        }
        answers.append(how);
        entries.push(Entry::Invoice {
            subscription_id: of,
            name: invoice.name.clone(),
            period_start_on: properties.invoice_period_start_date,
            period_end_on: properties.invoice_period_end_date,
            file,
        });
        report.committed += 1;
    }
    (context.progress)(&label, invoices.len(), invoices.len());
    let ours = snapshots.invoices.iter().filter(|((whose, name), known)| {
        *whose == of && plan.holds(known.period_end_on) && !invoices.iter().any(|listed| listed.name == *name)
    });
    for ((_, name), known) in ours {
        if !is_whole(context, &known.file).await? {
            report.warnings.push(lost(name, &known.file));
        }
    }
    Ok(())
}

/// Whether an archived document is there with the bytes of its record.
async fn is_whole(context: &Context<'_>, file: &StoredObject) -> Result<bool, Error> {
    match context.archive.page(file).await {
        Ok(_) => Ok(true),
        Err(Error::Damaged(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn lost(name: &str, file: &StoredObject) -> String {
    let name = shared::json::printable(name);
    format!("the document of invoice {name} is damaged and Azure has it no longer: restore {} from a copy", file.key)
}

fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Azure(AzureError::Status { status: 404 | 410, .. }))
}

/// The document, where there is a link to it.
async fn download(context: &Context<'_>, of: SubscriptionId, invoice: &Invoice) -> Result<Option<Body>, Error> {
    let Some(link) = &invoice.properties.download_url else { return Ok(None) };
    match context.azure.download(&link.url).await {
        Err(AzureError::Status { status: 401 | 403 | 404 | 410, .. }) if !planted(Bug::OldInvoiceLink) => {
            again(context, of, invoice).await.map(Some)
        }
        result => Ok(Some(result?)),
    }
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
    let mut list = KeptList::new(context, report, answers);
    context
        .azure
        .billing_periods(of, async |number, body: Body| -> Result<Option<String>, Error> {
            let page = invoice::decode_billing_periods(&body.bytes).map_err(Error::bad_input(&body.request))?;
            for period in &page.value {
                period.period().map_err(Error::bad_input(&body.request))?;
            }
            list.keep(&body, page, |hash| key::billing_periods(of, context.run_at, number, hash)).await
        })
        .await?;
    Ok(list.pages)
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
    invoices.retain(|invoice| plan.holds(invoice.properties.invoice_period_end_date));
    Ok(invoices)
}
