//! Rate books as files: the JSON form that a store keeps, the compact form, which is two files of one name, and what leads
//! from another book to it.

use std::path::{Path, PathBuf};

use shared::json::{DecodeError, printable};
use shared::ratebook::RateBook;
use shared::ratebook::compact::{self, MeterIds, Whole, Written, delta};
use shared::ratebook::format::{self, BookId, OpenBook};

use crate::error::Error;
use crate::input;

/// How the name of the prices ends.
pub const PRICES: &str = "forebook";
/// How the name of the ids ends.
pub const IDS: &str = "ids";
/// How the name of what leads from another book ends.
pub const DELTA: &str = "delta";

/// More deltas than a year has days are not followed: somebody's files may lead in a circle.
const MOST_DELTAS: usize = 366;

/// Opens a rate book of a file. The id of a compact one is that of the JSON form, which is made for it; a file that is
/// named by another id is refused.
pub fn open(path: &str) -> Result<OpenBook, Error> {
    let bytes = input::read(path)?;
    let place = input::shown(path);
    let open = if delta::is_delta(&bytes) { led(path, bytes, &place)? } else { of_itself(path, &bytes, &place)? };
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

/// A book that needs no other.
fn of_itself(path: &str, bytes: &[u8], place: &str) -> Result<OpenBook, Error> {
    if compact::is_compact(bytes) {
        let book = whole(path, bytes, place)?.book;
        return Ok(OpenBook { id: BookId::of(&format::to_bytes(&book)), book });
    }
    format::open(bytes).map_err(Error::bad_input(place))
}

/// The book that a delta leads to, from the base that lies beside it, over other deltas where it must.
fn led(path: &str, bytes: Vec<u8>, place: &str) -> Result<OpenBook, Error> {
    if path == "-" {
        return Err(refused(place, "a delta needs its base beside it: name it instead of standard input"));
    }
    let beside = |id: &BookId, ending: &str| Path::new(path).with_file_name(format!("{}.{ending}", id.hex()));
    let shown = |path: &PathBuf| printable(&path.display().to_string());
    let mut deltas = vec![(place.to_owned(), bytes)];
    let mut open = loop {
        let (place, bytes) = &deltas[deltas.len() - 1];
        let base = delta::base_of(bytes).map_err(|error| refused(place, error.to_string()))?;
        if let Some(whole) = [PRICES, "json"].map(|ending| beside(&base, ending)).iter().find(|path| path.is_file()) {
            let path = &*whole.to_string_lossy();
            break of_itself(path, &input::read(path)?, &shown(whole))?;
        }
        let next = beside(&base, DELTA);
        if !next.is_file() {
            let wanted = base.as_str();
            let problem =
                format!("this delta changes {wanted}: put that book beside it, its .{PRICES} with .{IDS} or its .json");
            return Err(refused(place, problem));
        }
        if deltas.len() == MOST_DELTAS {
            return Err(refused(
                place,
                format!("more than {MOST_DELTAS} deltas lie before it: pack the rate book anew"),
            ));
        }
        deltas.push((shown(&next), input::read(&next.to_string_lossy())?));
    };
    while let Some((place, bytes)) = deltas.pop() {
        open = delta::apply(&open, &bytes).map_err(|error| refused(&place, error.to_string()))?;
    }
    if open.is_of_its_id() {
        return Ok(open);
    }
    Err(refused(place, "it leads to another rate book than it says: get it again"))
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
    if BookId::of(&format::to_bytes(&again.book)) != open.id {
        return Err(not_in_one_form(open, &again.book));
    }
    Ok(written)
}

/// Writes what leads from a base to a book, and follows it.
pub fn delta(base: &OpenBook, open: &OpenBook) -> Result<Vec<u8>, Error> {
    let written = delta::between(base, open).map_err(|error| Error::Usage(error.to_string()))?;
    let again = delta::apply(base, &written)
        .map_err(|error| Error::Damaged(format!("a delta does not lead to its rate book: {error}")))?;
    if again.id == open.id && again.is_of_its_id() {
        return Ok(written);
    }
    Err(not_in_one_form(open, &again.book))
}

fn not_in_one_form(open: &OpenBook, again: &RateBook) -> Error {
    let (wanted, id) = (open.id.as_str(), BookId::of(&format::to_bytes(again)));
    Error::Usage(format!(
        "{wanted} is not in the one form of a rate book: written by this program it is {}; import its source again",
        id.as_str()
    ))
}
