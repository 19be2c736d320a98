//! What a commit record says: the objects that were read, and what each of them is.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::incident::{Cause, IncidentChange};
use crate::decimal::Decimal;
use crate::guid::SubscriptionId;
use crate::money::Currency;
use crate::offer::OfferId;
use crate::period::{Granularity, Instant};
use crate::ratebook::Source;
use crate::ratebook::format::BookId;

/// One stored object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StoredObject {
    /// Where it lies.
    pub key: String,
    /// SHA-256 of the bytes as Azure sent them, before compression.
    pub sha256: String,
    /// Their number.
    pub bytes: u64,
    /// Rows inside, where it has rows.
    pub rows: u64,
}

/// Something that was read from Azure, or from a file, and counts from this commit on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub enum Entry {
    /// Usage reported on one UTC day.
    #[serde(rename_all = "camelCase")]
    Usage {
        /// Whose.
        subscription_id: SubscriptionId,
        /// Hours or days.
        granularity: Granularity,
        /// The reported day.
        reported_on: Date,
        /// The pages, in order.
        pages: Vec<StoredObject>,
    },
    /// Reported days that could not be read, until they are.
    #[serde(rename_all = "camelCase")]
    Gap {
        /// Whose.
        subscription_id: SubscriptionId,
        /// Hours or days.
        granularity: Granularity,
        /// The first reported day that is missing.
        reported_from: Date,
        /// The last one, inclusive.
        reported_to: Date,
        /// What went wrong.
        reason: String,
        /// How many runs asked for these days in vain.
        tries: u32,
        /// When it is sensible to ask again.
        next_try_at: Option<Instant>,
    },
    /// How the pages of this record were asked for and answered: one line of JSON for each.
    #[serde(rename_all = "camelCase")]
    Answers {
        /// The lines.
        file: StoredObject,
    },
    /// A usage file that was imported as it is.
    #[serde(rename_all = "camelCase")]
    ImportedUsage {
        /// Whose.
        subscription_id: SubscriptionId,
        /// Hours or days: the two tell the same use and are never added.
        granularity: Granularity,
        /// The file.
        file: StoredObject,
    },
    /// A price list and the rate book made from it.
    #[serde(rename_all = "camelCase")]
    Prices {
        /// Which API.
        source: Source,
        /// The offer; retail prices have none.
        offer: Option<OfferId>,
        /// The currency.
        currency: Currency,
        /// Country of purchase, or empty.
        region_info: String,
        /// The answer, or its pages in order.
        pages: Vec<StoredObject>,
        /// The book.
        book: BookId,
        /// How many prices it holds.
        meters: u64,
        /// What an own book is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The customer group that an own book is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<String>,
    },
    /// The billing periods of a subscription.
    #[serde(rename_all = "camelCase")]
    BillingPeriods {
        /// Whose.
        subscription_id: SubscriptionId,
        /// The pages, in order.
        pages: Vec<StoredObject>,
    },
    /// The resource groups of a subscription, with their tags.
    #[serde(rename_all = "camelCase")]
    ResourceGroups {
        /// Whose.
        subscription_id: SubscriptionId,
        /// The pages, in order.
        pages: Vec<StoredObject>,
    },
    /// One invoice document.
    #[serde(rename_all = "camelCase")]
    Invoice {
        /// Whose.
        subscription_id: SubscriptionId,
        /// Azure's name of it.
        name: String,
        /// First day.
        period_start_on: Date,
        /// Last day, inclusive.
        period_end_on: Date,
        /// The file.
        file: StoredObject,
    },
    /// A document made from the snapshots, for pages to read. It can be made again at any time.
    #[serde(rename_all = "camelCase")]
    Published {
        /// The address at which pages ask for it.
        path: String,
        /// The document.
        file: StoredObject,
    },
    /// Usage that is no longer kept: what was reported before this day, and all readings of it.
    #[serde(rename_all = "camelCase")]
    Retired {
        /// The first reported day that stays.
        usage_before: Date,
    },
    /// The tag rules that hold from now on, for all usage.
    TagRules {
        /// Their text.
        file: StoredObject,
    },
    /// Lines of invoices, from a file: of one invoice and subscription those of the latest file count.
    InvoiceLines {
        /// The file.
        file: StoredObject,
    },
    /// A month whose showback is frozen. The first record of a month counts, whatever comes after it.
    Closed {
        /// The first day of the month in which its billing periods start.
        month: Date,
        /// Its showback.
        file: StoredObject,
    },
    /// The alert rules that hold from now on.
    AlertRules {
        /// Their text.
        file: StoredObject,
    },
    /// What happened to an incident of an alert rule.
    Incident {
        /// Which.
        cause: Cause,
        /// What.
        change: IncidentChange,
    },
    /// What a subscription is, as the operator or Azure said.
    #[serde(rename_all = "camelCase")]
    Subscription {
        /// Its id.
        subscription_id: SubscriptionId,
        /// Its name.
        name: String,
        /// Its offer.
        offer: OfferId,
        /// Its currency.
        currency: Currency,
        /// The amount it committed to, where its offer is a monetary commitment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commitment: Option<Decimal>,
    },
}

impl Entry {
    /// The objects that it names; a rate book is named beside them.
    #[must_use]
    pub fn objects(&self) -> &[StoredObject] {
        match self {
            Entry::Usage { pages, .. }
            | Entry::Prices { pages, .. }
            | Entry::BillingPeriods { pages, .. }
            | Entry::ResourceGroups { pages, .. } => pages,
            Entry::Answers { file }
            | Entry::ImportedUsage { file, .. }
            | Entry::Invoice { file, .. }
            | Entry::AlertRules { file }
            | Entry::TagRules { file }
            | Entry::InvoiceLines { file }
            | Entry::Closed { file, .. }
            | Entry::Published { file, .. } => std::slice::from_ref(file),
            Entry::Gap { .. } | Entry::Incident { .. } | Entry::Retired { .. } | Entry::Subscription { .. } => &[],
        }
    }
}
