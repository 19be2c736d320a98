//! Rate books as files: the JSON form that a store keeps, and the compact form, which is two files of one name.

use std::path::Path;

use shared::json::{DecodeError, printable};
use shared::ratebook::compact::{self, MeterIds, Whole, Written};
use shared::ratebook::format::{self, BookId, OpenBook};

use crate::error::Error;
use crate::input;

/// How the name of the prices ends.
pub const PRICES: &str = "forebook";
/// How the name of the ids ends.
pub const IDS: &str = "ids";

/// Opens a rate book of a file. The id of a compact one is that of the JSON form, which is made for it; a file that is
/// named by another id is refused.
pub fn open(path: &str) -> Result<OpenBook, Error> {
    let bytes = input::read(path)?;
    let place = input::shown(path);
    let open = if compact::is_compact(&bytes) {
        let book = whole(path, &bytes, &place)?.book;
        OpenBook { id: BookId::of(&format::to_bytes(&book)), book }
    } else {
        format::open(&bytes).map_err(Error::bad_input(&*place))?
    };
    let named = Path::new(path).file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<BookId>().ok());
    if named.is_some_and(|named| named != open.id) {
        let id = open.id.as_str();
        return Err(refused(
            &place,
            format!("the name is that of another rate book, this is {id}: get it again, or rename it"),
        ));
    }
    Ok(open)
}

fn whole(path: &str, prices: &[u8], place: &str) -> Result<Whole, Error> {
    if path == "-" {
        let problem = "a compact rate book is two files: name the one with the prices instead of standard input";
        return Err(refused(place, problem));
    }
    if MeterIds::open(prices).is_ok() {
        return Err(refused(place, format!("these are the ids of a rate book: name the .{PRICES} file beside them")));
    }
    let beside = Path::new(path).with_extension(IDS);
    let shown = printable(&beside.display().to_string());
    if !beside.is_file() {
        return Err(Error::Usage(format!("{shown} is missing: the ids of a compact rate book lie beside its prices")));
    }
    let ids = input::read(&beside.to_string_lossy())?;
    compact::open(prices, &ids).map_err(|error| refused(&format!("{place} with {shown}"), error.to_string()))
}

fn refused(place: &str, problem: impl Into<String>) -> Error {
    Error::bad_input(place)(DecodeError::at("", problem))
}

/// Writes the compact form, and opens it again: it must give the JSON form that the id is of.
pub fn compact(open: &OpenBook) -> Result<Written, Error> {
    let written = compact::write(&open.book).map_err(|error| Error::Usage(error.to_string()))?;
    let again = compact::open(&written.prices, &written.ids)
        .map_err(|error| Error::Damaged(format!("a compact rate book does not open again: {error}")))?;
    let id = BookId::of(&format::to_bytes(&again.book));
    if id != open.id {
        let (wanted, id) = (open.id.as_str(), id.as_str());
        return Err(Error::Usage(format!(
            "{wanted} is not in the one form of a rate book: written by this program it is {id}; import its source again"
        )));
    }
    Ok(written)
}
