//! Files from outside: `-` is standard input, gzip and zstd are unpacked, everything has a limit.

use std::fs::File;
use std::io::{BufReader, Read};

use shared::json::{DecodeError, MAX_JSON_BYTES};

use crate::error::Error;

/// Reads a file whole.
pub fn read(path: &str) -> Result<Vec<u8>, Error> {
    open(path)?.whole()
}

fn open(path: &str) -> Result<Input, Error> {
    let place = shown(path);
    if path == "-" {
        return Input::new(place, std::io::stdin());
    }
    let file = File::open(path).map_err(Error::io(place.clone()))?;
    if file.metadata().is_ok_and(|found| found.is_dir()) {
        return Err(Error::Usage(format!("{place} is a folder: name a file")));
    }
    Input::new(place, file)
}

/// A file to read in pieces; `None` for what can be read only once, such as standard input.
pub fn pieces(path: &str) -> Result<Option<Input>, Error> {
    let again = path != "-" && std::fs::metadata(path).is_ok_and(|found| found.is_file());
    again.then(|| open(path)).transpose()
}

/// How messages name the file.
#[must_use]
pub fn shown(path: &str) -> String {
    if path == "-" { "standard input".to_owned() } else { shared::json::printable(path) }
}

/// A file, unpacked on the way.
pub struct Input {
    place: String,
    reader: Box<dyn Read>,
    packed: bool,
    came: usize,
}

impl Input {
    fn new(place: String, mut reader: impl Read + 'static) -> Result<Input, Error> {
        let mut head = Vec::with_capacity(4);
        (&mut reader).take(4).read_to_end(&mut head).map_err(Error::io(&*place))?;
        let packed = |whole: Box<dyn Read>| (whole, true);
        let whole = std::io::Cursor::new(head.clone()).chain(reader);
        let (reader, packed): (Box<dyn Read>, bool) = match head.as_slice() {
            [0x1f, 0x8b, ..] => packed(Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(whole)))),
            [0x28, 0xb5, 0x2f, 0xfd] => {
                packed(Box::new(zstd::stream::read::Decoder::new(whole).map_err(Error::io(&*place))?))
            }
            _ => (Box::new(whole), false),
        };
        Ok(Input { place, reader, packed, came: 0 })
    }

    /// The next bytes, and how many they are; none at the end.
    pub fn next(&mut self, room: &mut [u8]) -> Result<usize, Error> {
        let came = self.reader.read(room).map_err(|error| self.broken(error))?;
        self.came += came;
        Ok(came)
    }

    fn whole(mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let read = (&mut self.reader).take(MAX_JSON_BYTES as u64 + 1).read_to_end(&mut bytes);
        self.came = bytes.len();
        read.map_err(|error| self.broken(error))?;
        if bytes.len() > MAX_JSON_BYTES {
            let unpacked = if self.packed { " when unpacked" } else { "" };
            let problem = format!("more than {} MiB{unpacked}: larger than any real answer", MAX_JSON_BYTES >> 20);
            return Err(Error::bad_input(self.place)(DecodeError::at("", problem)));
        }
        Ok(bytes)
    }

    fn broken(&self, error: std::io::Error) -> Error {
        if !self.packed {
            return Error::io(&*self.place)(error);
        }
        let problem = format!("the packed file is cut or damaged: {error} after {} unpacked bytes", self.came);
        Error::bad_input(&*self.place)(DecodeError::at("", problem))
    }
}
