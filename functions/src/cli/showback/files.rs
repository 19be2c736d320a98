//! The statements as files in a folder.

use std::path::Path;

use serde::Serialize;

use crate::error::Error;
use crate::handout::{self, Written};
use crate::statements::{Form, Shown};

/// One file.
#[derive(Serialize)]
pub struct File {
    pub name: String,
    pub written: Written,
}

/// Writes the summary and every statement, each as CSV, XLSX and HTML.
pub fn write(all: &[Shown<'_>], to: &Path, replace: bool) -> Result<Vec<File>, Error> {
    let folder = handout::folder(to)?;
    let mut files = Vec::new();
    let mut put = |stem: &str, form: Form, bytes: &[u8]| -> Result<(), Error> {
        let name = format!("{stem}.{}", form.ending());
        let written = handout::write(&folder, &name, bytes, replace)?;
        files.push(File { name, written });
        Ok(())
    };
    for shown in all {
        for form in Form::ALL {
            put(&shown.summary_stem(), form, &shown.summary(form)?)?;
        }
        for one in &shown.statements {
            for form in Form::ALL {
                put(&shown.stem(one), form, &shown.statement(one, form)?)?;
            }
        }
    }
    Ok(files)
}
