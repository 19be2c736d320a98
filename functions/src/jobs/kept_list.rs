//! A list of Azure that is kept page by page, as it was sent.

use serde::de::DeserializeOwned;
use shared::azure::invoice::Page;
use shared::snapshot::StoredObject;

use crate::archive::answers::Answers;
use crate::azure::Body;
use crate::error::Error;
use crate::job::{Context, JobReport};

/// The pages so far.
pub struct KeptList<'a> {
    context: &'a Context<'a>,
    report: &'a mut JobReport,
    answers: &'a mut Answers,
    /// In the order of the list.
    pub pages: Vec<StoredObject>,
}

impl<'a> KeptList<'a> {
    pub fn new(context: &'a Context<'a>, report: &'a mut JobReport, answers: &'a mut Answers) -> KeptList<'a> {
        KeptList { context, report, answers, pages: Vec::new() }
    }

    /// Keeps a page under the name that its hash gives, and says where the next one is.
    pub async fn keep<T: DeserializeOwned>(
        &mut self,
        body: &Body,
        page: Page<T>,
        name: impl Fn(&str) -> String,
    ) -> Result<Option<String>, Error> {
        let Context { archive, run_at, .. } = self.context;
        self.pages.push(archive.keep_body(body, page.value.len(), *run_at, self.answers, name).await?);
        self.report.fetched += 1;
        // A link may appear although nothing follows it.
        Ok(page.next_link.filter(|_| !page.value.is_empty()))
    }
}
