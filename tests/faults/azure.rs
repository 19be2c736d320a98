//! An Azure that never fails: it knows its data, and what nobody may ask of it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::ToSpan as _;
use jiff::civil::Date;
use url::Url;

use super::plan::Site;
use super::texts::{self, CANARY};

/// What it would answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub body: Vec<u8>,
}

impl Answer {
    fn ok(body: impl Into<Vec<u8>>) -> Answer {
        Answer { status: 200, location: None, body: body.into() }
    }

    fn refused(status: u16, code: &str) -> Answer {
        let body = format!(r#"{{"error":{{"code":"{code}","message":"{code}"}}}}"#);
        Answer { status, location: None, body: body.into_bytes() }
    }
}

#[derive(Debug, Default)]
pub struct SimAzure(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    today: Option<Date>,
    /// How often each day was restated.
    restated: BTreeMap<Date, u32>,
    card: u32,
    breaches: Vec<String>,
}

impl SimAzure {
    fn held(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_today(&self, today: Date) {
        self.held().today = Some(today);
    }

    /// Late usage changes a day.
    pub fn restate(&self, day: Date) {
        *self.held().restated.entry(day).or_default() += 1;
    }

    /// Prices change.
    pub fn next_card(&self) {
        self.held().card += 1;
    }

    pub fn version(&self, day: Date) -> u32 {
        1 + self.held().restated.get(&day).copied().unwrap_or(0)
    }

    pub fn card(&self) -> String {
        texts::card(1 + self.held().card)
    }

    pub fn breach(&self, what: String) {
        self.held().breaches.push(what);
    }

    pub fn breaches(&self) -> Vec<String> {
        self.held().breaches.clone()
    }

    /// All pages of a day, in a version of it.
    pub fn day(&self, of: &str, day: Date, version: u32) -> Vec<Vec<u8>> {
        (0..texts::PAGES).map(|page| texts::usage_page(of, day, version, page).into_bytes()).collect()
    }

    /// The place in the order of things that a request has; none for a host that is not Azure's.
    pub fn site(url: &Url) -> Option<Site> {
        let path = url.path();
        match url.host_str()? {
            "management.azure.com" if path.ends_with("/UsageAggregates") => {
                let next = url.query_pairs().any(|(name, _)| name == "continuationToken");
                Some(if next { Site::NextUsagePage } else { Site::UsagePage })
            }
            "management.azure.com" if path.ends_with("/RateCard") => Some(Site::Card),
            "management.azure.com" if path.ends_with("/billingPeriods") => Some(Site::Periods),
            "management.azure.com" if path.ends_with("/resourcegroups") => Some(Site::Groups),
            "management.azure.com" if path.ends_with("/invoices") => Some(Site::Invoices),
            "management.azure.com" if path.contains("/invoices/") => Some(Site::Invoice),
            "forebill.blob.core.windows.net" if path.starts_with("/card") => Some(Site::CardFile),
            "forebill.blob.core.windows.net" if path.starts_with("/invoices/") => Some(Site::Document),
            _ => None,
        }
    }

    pub fn answer(&self, site: Site, url: &Url) -> Answer {
        let parts: Vec<&str> = url.path_segments().into_iter().flatten().collect();
        let of = parts.get(1).copied().unwrap_or_default();
        match site {
            Site::UsagePage | Site::NextUsagePage => self.usage(of, url),
            Site::Card => {
                let location = Some(format!("{}/card?sig={CANARY}", texts::STORAGE));
                Answer { status: 302, location, body: Vec::new() }
            }
            Site::CardFile => Answer::ok(self.card()),
            Site::Periods => {
                let second = url.query_pairs().any(|(name, _)| name == "$skiptoken");
                Answer::ok(texts::periods(of, usize::from(second)))
            }
            Site::Groups => Answer::ok(texts::groups(of)),
            Site::Invoices => Answer::ok(texts::invoices(of)),
            Site::Invoice => {
                let number = usize::from(!url.path().ends_with("202610%2D1") && !url.path().ends_with("202610-1"));
                Answer::ok(texts::invoice(of, number).to_string())
            }
            Site::Document => {
                let number = parts.get(2).and_then(|name| name.strip_suffix(".pdf")).unwrap_or_default();
                Answer::ok(texts::document(of, number))
            }
            _ => Answer::refused(404, "NotFound"),
        }
    }

    fn usage(&self, of: &str, url: &Url) -> Answer {
        let parameter = |wanted: &str| {
            url.query_pairs().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.into_owned())
        };
        let day = |name: &str| parameter(name).and_then(|text| text.get(..10)?.parse::<Date>().ok());
        let (Some(first), Some(end)) = (day("reportedStartTime"), day("reportedEndTime")) else {
            return Answer::refused(400, "InvalidInput");
        };
        if first.saturating_add(1.day()) != end {
            self.breach(format!("a window from {first} to {end} was asked for, which is not one day"));
        }
        if self.held().today.is_none_or(|today| end > today) {
            return Answer::refused(400, "ProcessingNotCompleted");
        }
        let now = self.version(first);
        let Some(token) = parameter("continuationToken") else {
            return Answer::ok(texts::usage_page(of, first, now, 0));
        };
        // A continuation belongs to a state of the data; a later state no longer knows it.
        let mut parts = token.split('-').skip(1).map(|part| part.parse::<u32>().unwrap_or(u32::MAX));
        match (parts.next(), parts.next()) {
            (Some(version), Some(page)) if version <= now && (page as usize) < texts::PAGES => {
                Answer::ok(texts::usage_page(of, first, version, page as usize))
            }
            _ => Answer::refused(400, "InvalidContinuationToken"),
        }
    }
}
