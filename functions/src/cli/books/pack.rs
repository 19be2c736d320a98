//! `forebill books pack` and `unpack`: a rate book as files, in the compact form and in that of the store.

use std::path::Path;

use serde::Serialize;
use shared::json::printable;
use shared::ratebook::compact::Written as Compact;
use shared::ratebook::format::{self, BookId, OpenBook};

use super::super::output::{self, Cell, Output};
use super::super::{Common, Done};
use crate::book_files::{self, DELTA, IDS, PRICES};
use crate::error::Error;
use crate::handout::{self, Written};

#[derive(Serialize)]
struct Packed<'a> {
    schema: &'static str,
    /// The id, which is that of the JSON form.
    book: &'a BookId,
    files: Vec<PackedFile>,
}

#[derive(Serialize)]
struct PackedFile {
    path: String,
    bytes: usize,
    status: Written,
}

/// The two files of the compact form. The ids come first: no prices lie there without them.
pub fn pack(common: &Common, open: &OpenBook, to: &Path) -> Result<Done, Error> {
    let Compact { prices, ids, .. } = book_files::compact(open)?;
    hand_out(common, open, to, &[(IDS, ids), (PRICES, prices)])
}

/// What leads from another book to it.
pub fn pack_on(common: &Common, base: &OpenBook, open: &OpenBook, to: &Path) -> Result<Done, Error> {
    hand_out(common, open, to, &[(DELTA, book_files::delta(base, open)?)])
}

/// The JSON form.
pub fn unpack(common: &Common, open: &OpenBook, to: &Path) -> Result<Done, Error> {
    hand_out(common, open, to, &[("json", format::to_bytes(&open.book))])
}

fn hand_out(common: &Common, open: &OpenBook, to: &Path, files: &[(&str, Vec<u8>)]) -> Result<Done, Error> {
    let folder = handout::folder(to)?;
    let mut packed = Packed { schema: "forebill.bookfiles/1", book: &open.id, files: Vec::new() };
    for (ending, bytes) in files {
        let name = format!("{}.{ending}", open.id.hex());
        let path = shown(&folder.join(&name));
        let status = handout::write(&folder, &name, bytes, false)?;
        if status == Written::Differs {
            return Err(Error::Usage(format!(
                "{path} is there with other bytes: move it away, or name another folder"
            )));
        }
        packed.files.push(PackedFile { path, bytes: bytes.len(), status });
    }
    show(common.output, &packed)
}

fn shown(path: &Path) -> String {
    printable(&path.display().to_string())
}

fn show(form: Output, packed: &Packed<'_>) -> Result<Done, Error> {
    match form {
        Output::Json => output::json(packed)?,
        Output::Csv => {
            let row = |file: &PackedFile| -> [Cell; 3] {
                [file.path.as_str().into(), file.bytes.to_string().into(), packed.book.as_str().into()]
            };
            output::csv(["path", "bytes", "book"], packed.files.iter().map(row))?;
        }
        Output::Table => {
            let line = |file: &PackedFile| {
                let there = if file.status == Written::AlreadyThere { ", was there already" } else { "" };
                format!("{}: {} bytes{there}\n", file.path, file.bytes)
            };
            let lines: String = packed.files.iter().map(line).collect();
            output::text(&format!("{lines}Rate book {}\n", packed.book.as_str()))?;
        }
    }
    Ok(Done::Complete)
}
