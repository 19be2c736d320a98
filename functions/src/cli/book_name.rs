//! How a command line names a rate book: one of the store by its id, or a file.

use std::path::Path;
use std::str::FromStr;

use shared::json::printable;
use shared::ratebook::format::{BookId, NotABookId, OpenBook};

use super::Common;
use crate::book_files;
use crate::error::Error;

/// An id, or the path of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BookName {
    /// A book of the store.
    Kept(BookId),
    /// A file in either form.
    File(String),
}

impl FromStr for BookName {
    type Err = NotABookId;
    fn from_str(text: &str) -> Result<BookName, NotABookId> {
        match text.parse() {
            Ok(id) => Ok(BookName::Kept(id)),
            // No file is meant by a mistyped id.
            Err(error) if text.starts_with("sha256:") => Err(error),
            Err(_) => Ok(BookName::File(text.to_owned())),
        }
    }
}

impl Common {
    /// The rate book that was named.
    pub(super) async fn book_named(&self, name: &BookName) -> Result<OpenBook, Error> {
        match name {
            BookName::Kept(id) => self.book(id).await,
            BookName::File(path) if path != "-" && !Path::new(path).exists() => {
                let path = printable(path);
                Err(Error::Usage(format!("there is no file {path}, and {NotABookId}")))
            }
            BookName::File(path) => book_files::open(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_id_is_a_file_unless_it_begins_like_one() {
        let hex = "0e".repeat(32);
        let kept = Ok(BookName::Kept(hex.parse().unwrap()));
        assert_eq!((hex.parse(), format!("sha256:{hex}").parse()), (kept.clone(), kept));
        for path in ["card.forebook", &format!("{hex}.json"), &hex[1..], "-"] {
            assert_eq!(path.parse(), Ok(BookName::File(path.to_owned())));
        }
        assert_eq!("sha256:0e".parse::<BookName>(), Err(NotABookId));
    }
}
