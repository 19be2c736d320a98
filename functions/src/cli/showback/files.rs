//! The statements as files in a folder.

use std::path::Path;

use serde::Serialize;

use crate::archive::sha256;
use crate::error::Error;
use crate::handout::{self, Written};
use crate::statements::{Form, Shown};

/// One file.
#[derive(Serialize)]
pub struct File {
    pub name: String,
    pub written: Written,
}

/// Writes the summary and every statement, each as CSV, XLSX and HTML. Where one is there that says something else and may
/// not be replaced, nothing is written: statements of two states do not add up.
pub fn write(all: &[Shown<'_>], to: &Path, replace: bool) -> Result<Vec<File>, Error> {
    let folder = handout::folder(to)?;
    let made = made(all)?;
    let mut found = Vec::new();
    for (name, bytes) in &made {
        found.push(handout::compare(&folder, name, bytes.len() as u64, &sha256(bytes))?);
    }
    if !replace && found.contains(&Some(Written::Differs)) {
        let there = made.into_iter().zip(found);
        return Ok(there.filter_map(|((name, _), found)| found.map(|written| File { name, written })).collect());
    }
    let mut files = Vec::new();
    for (name, bytes) in made {
        let written = handout::write(&folder, &name, &bytes, replace)?;
        files.push(File { name, written });
    }
    Ok(files)
}

/// Every file by its name.
fn made(all: &[Shown<'_>]) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut made = Vec::new();
    for shown in all {
        for form in Form::ALL {
            made.push((format!("{}.{}", shown.summary_stem(), form.ending()), shown.summary(form)?));
        }
        for one in &shown.statements {
            for form in Form::ALL {
                made.push((format!("{}.{}", shown.stem(one), form.ending()), shown.statement(one, form)?));
            }
        }
    }
    Ok(made)
}
