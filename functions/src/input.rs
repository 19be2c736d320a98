//! Files from outside: `-` is standard input, gzip and zstd are unpacked, everything has a limit.

use std::fs::File;
use std::io::{BufReader, Read};

use shared::json::{DecodeError, MAX_JSON_BYTES};

use crate::error::Error;

/// Reads a file whole.
pub fn read(path: &str) -> Result<Vec<u8>, Error> {
    let place = shown(path);
    if path == "-" {
        return unpack(&place, std::io::stdin().lock());
    }
    let file = File::open(path).map_err(Error::io(place.clone()))?;
    if file.metadata().is_ok_and(|found| found.is_dir()) {
        return Err(Error::Usage(format!("{place} is a folder: name a file")));
    }
    unpack(&place, BufReader::new(file))
}

/// How messages name the file.
#[must_use]
pub fn shown(path: &str) -> String {
    if path == "-" { "standard input".to_owned() } else { shared::json::printable(path) }
}

fn unpack(place: &str, mut reader: impl Read) -> Result<Vec<u8>, Error> {
    let mut head = Vec::with_capacity(4);
    (&mut reader).take(4).read_to_end(&mut head).map_err(Error::io(place))?;
    let whole = std::io::Cursor::new(head.clone()).chain(reader);
    match head.as_slice() {
        [0x1f, 0x8b, ..] => limited(place, flate2::read::MultiGzDecoder::new(whole), true),
        [0x28, 0xb5, 0x2f, 0xfd] => {
            let decoder = zstd::stream::read::Decoder::new(whole).map_err(Error::io(place))?;
            limited(place, decoder, true)
        }
        _ => limited(place, whole, false),
    }
}

fn limited(place: &str, reader: impl Read, packed: bool) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = reader.take(MAX_JSON_BYTES as u64 + 1).read_to_end(&mut bytes);
    if let Err(error) = read {
        let problem = format!("the packed file is cut or damaged: {error} after {} unpacked bytes", bytes.len());
        let refused = Error::bad_input(place)(DecodeError::at("", problem));
        return Err(if packed { refused } else { Error::io(place)(error) });
    }
    if bytes.len() > MAX_JSON_BYTES {
        let unpacked = if packed { " when unpacked" } else { "" };
        let problem = format!("more than {} MiB{unpacked}: larger than any real answer", MAX_JSON_BYTES >> 20);
        return Err(Error::bad_input(place)(DecodeError::at("", problem)));
    }
    Ok(bytes)
}
