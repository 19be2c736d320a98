//! How pages came, beside the pages: one file of lines for each record, named by it.
//!
//! Not in the record itself, which every run reads whole; and not beside each page, which would double the writes.

use serde::{Deserialize, Serialize};
use shared::period::Instant;
use shared::snapshot::{Entry, StoredObject, key};

use super::Archive;
use crate::azure::{Body, Received};
use crate::error::Error;

/// One line: a page, and how it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Where the page lies.
    pub key: String,
    /// SHA-256 of its bytes as they were answered, transport compression taken off.
    pub sha256: String,
    /// Their number.
    pub bytes: u64,
    /// The "now" of the run that asked.
    pub run_at: Instant,
    /// Request, status, headers.
    #[serde(flatten)]
    pub received: Received,
}

/// The answers of one record, as they come.
#[derive(Debug, Default)]
pub struct Answers {
    lines: Vec<Answer>,
}

impl Answers {
    /// A page that was kept, and how it came.
    pub fn push(&mut self, page: &StoredObject, run_at: Instant, received: Received) {
        let StoredObject { key, sha256, bytes, .. } = page.clone();
        self.lines.push(Answer { key, sha256, bytes, run_at, received });
    }

    /// Those of another window.
    pub fn append(&mut self, mut others: Answers) {
        self.lines.append(&mut others.lines);
    }
}

impl Archive {
    /// Keeps the bytes of an answer and remembers how it came.
    pub async fn keep_body(
        &self,
        body: &Body,
        rows: usize,
        run_at: jiff::Timestamp,
        answers: &mut Answers,
        key: impl FnOnce(&str) -> String,
    ) -> Result<StoredObject, Error> {
        let page = self.keep(&body.bytes, rows, key).await?;
        answers.push(&page, Instant(run_at), body.received.clone());
        Ok(page)
    }

    /// Keeps the lines; what comes back belongs into the record of the pages. Nothing where nothing came.
    pub async fn keep_answers(&self, run_at: jiff::Timestamp, answers: Answers) -> Result<Option<Entry>, Error> {
        if answers.lines.is_empty() {
            return Ok(None);
        }
        let mut text = Vec::new();
        for line in &answers.lines {
            serde_json::to_writer(&mut text, line)
                .map_err(|error| Error::Damaged(format!("an answer's headers are not JSON: {error}")))?;
            text.push(b'\n');
        }
        let file = self.keep(&text, answers.lines.len(), |sha256| key::answers(run_at, sha256)).await?;
        Ok(Some(Entry::Answers { file }))
    }
}

/// Reads the lines back.
pub fn decode(bytes: &[u8]) -> Result<Vec<Answer>, String> {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let read = |(index, line): (usize, &[u8])| {
        serde_json::from_slice(line).map_err(|error| format!("line {}: {error}", index + 1))
    };
    lines.enumerate().map(read).collect()
}
