//! What invoices say, beside our rating of the same usage: of one month, and of the last month that was compared.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use shared::decimal::{Decimal, Inexact};
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::reconcile::{InvoiceLine, Reason};
use shared::snapshot::Snapshots;

use crate::archive::Archive;
use crate::error::Error;
use crate::invoices::compared::{self, Asked, Compared, Report};

/// The invoices of the billing periods that start in a month.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoiced {
    month: String,
    /// Of the sums; absent where nothing was compared.
    currency: Option<Currency>,
    invoiced: Decimal,
    ours: Decimal,
    difference: Decimal,
    reasons: BTreeMap<Reason, Decimal>,
    invoices: Vec<OneInvoice>,
    /// What could not be compared, in words.
    not_compared: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct OneInvoice {
    invoice: String,
    subscription_id: SubscriptionId,
    invoiced: Decimal,
    ours: Decimal,
    difference: Decimal,
    reasons: BTreeMap<Reason, Decimal>,
    explained: bool,
}

/// Nothing where no invoice of the month is known.
pub async fn invoiced(
    archive: &Archive,
    snapshots: &Snapshots,
    only: Option<SubscriptionId>,
    (month, lines): (&str, &[InvoiceLine]),
    run_at: Timestamp,
) -> Result<Option<Invoiced>, Error> {
    let asked = Asked::Month(month.to_owned());
    let compared = compared::compare(archive, snapshots, lines, (&asked, only), run_at).await?;
    if compared.is_nothing() {
        return Ok(None);
    }
    sums(month, &compared).map(Some).map_err(|_| Error::Usage("a sum has more digits than can be held".into()))
}

/// All of a month's invoices line by line, as `forebill invoices reconcile` compares them, and their sums.
#[derive(Serialize)]
struct Page<'a> {
    schema: &'static str,
    sums: Invoiced,
    compared: Report<'a>,
}

/// The bytes of it.
pub async fn page(archive: &Archive, snapshots: &Snapshots, month: &str, run_at: Timestamp) -> Result<Vec<u8>, Error> {
    let lines = compared::imported(archive, snapshots).await?;
    let asked = Asked::Month(month.to_owned());
    let compared = compared::compare(archive, snapshots, &lines, (&asked, None), run_at).await?;
    if compared.is_nothing() {
        return Err(Error::Usage(format!("no invoice of {month} is known")));
    }
    let sums = sums(month, &compared).map_err(|_| Error::Usage("a sum has more digits than can be held".into()))?;
    let compared = Report::of(&compared, run_at);
    let page = Page { schema: "forebill.reconcile-page/1", sums, compared };
    serde_json::to_vec(&page).map_err(|error| Error::Damaged(format!("a comparison is not JSON: {error}")))
}

fn sums(month: &str, compared: &Compared) -> Result<Invoiced, Inexact> {
    let Compared { invoices, not_compared } = compared;
    let mut sums = Invoiced {
        month: month.to_owned(),
        currency: invoices.first().map(|one| one.currency),
        invoiced: Decimal::ZERO,
        ours: Decimal::ZERO,
        difference: Decimal::ZERO,
        reasons: BTreeMap::new(),
        invoices: Vec::new(),
        not_compared: not_compared.clone(),
    };
    for one in invoices {
        if sums.currency.is_some_and(|currency| currency != one.currency) {
            sums.not_compared.push(format!("invoice {} is in {}: it is in no sum here", one.invoice, one.currency));
            continue;
        }
        let explained = one.found.is_explained();
        sums.invoiced = sums.invoiced.plus(one.found.invoiced)?;
        sums.ours = sums.ours.plus(one.found.ours)?;
        sums.difference = sums.difference.plus(one.found.difference)?;
        for (reason, amount) in &one.found.reasons {
            let sum = sums.reasons.entry(*reason).or_insert(Decimal::ZERO);
            *sum = sum.plus(*amount)?;
        }
        sums.invoices.push(OneInvoice {
            invoice: one.invoice.clone(),
            subscription_id: one.subscription_id,
            invoiced: one.found.invoiced,
            ours: one.found.ours,
            difference: one.found.difference,
            reasons: one.found.reasons.clone(),
            explained,
        });
    }
    Ok(sums)
}
