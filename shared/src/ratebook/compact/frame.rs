//! Around every part: what it is, its hash, and where its streams lie.

use super::stream::{Reader, Writer};
use super::{Malformed, OpenError, Stream, VERSION, Wrong};
use crate::ratebook::format::{BookId, sha256};

pub(super) const MAGIC: &[u8; 8] = b"forebook";
/// Magic, version, kind of part.
const HEAD: usize = MAGIC.len() + 2;
const HASH: usize = 32;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Everything but the ids.
    Prices = 0,
    /// The ids of the meters.
    Ids = 1,
    /// What leads from one book to another.
    Delta = 2,
}

/// Puts the streams behind each other, and the frame around them.
pub(super) fn seal(part: Part, streams: &[Writer]) -> (BookId, Vec<u8>) {
    let mut body = Writer::default();
    for stream in streams {
        body.count(stream.bytes.len());
    }
    for stream in streams {
        body.bytes.extend_from_slice(&stream.bytes);
    }
    let head = [&MAGIC[..], &[VERSION, part as u8]].concat();
    let hash = sha256(&[&head, &body.bytes]);
    (BookId::from_hash(&hash), [&head[..], &hash, &body.bytes].concat())
}

/// The number of the part that a file begins as.
pub(super) fn part_of(head: &[u8]) -> Result<u8, OpenError> {
    match head.strip_prefix(MAGIC) {
        Some([VERSION, part, ..]) => Ok(*part),
        Some([version, _, ..]) => Err(OpenError::OtherVersion { version: *version }),
        _ => Err(OpenError::NotABook),
    }
}

/// A file and what lies behind it: its lengths say where it ends.
pub(super) fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), OpenError> {
    let streams = match part_of(bytes)? {
        0 => super::read::STREAMS.len(),
        1 => super::ids::STREAMS.len(),
        _ => return Err(OpenError::OtherPart),
    };
    let mut reader = Reader::new(Stream::Streams, bytes.get(HEAD + HASH..).unwrap_or_default());
    let mut end = bytes.len();
    for _ in 0..streams {
        end = end.saturating_add(reader.count(bytes.len())?);
    }
    let breaks_off = Malformed { part: Stream::Streams, what: Wrong::BreaksOff };
    bytes.split_at_checked(end - reader.len()).ok_or(breaks_off.into())
}

/// The id in a file's frame, and its streams, each under its name. `checked` says that somebody compared the bytes
/// with their hash already: a browser does it as fast as it reads.
pub(super) fn open<'a, const N: usize>(
    bytes: &'a [u8],
    part: Part,
    names: [Stream; N],
    checked: bool,
) -> Result<(BookId, [Reader<'a>; N]), OpenError> {
    let (head, rest) = bytes.split_at_checked(HEAD).ok_or(OpenError::NotABook)?;
    let (stated, body) = rest.split_first_chunk::<HASH>().ok_or(OpenError::NotABook)?;
    if part_of(head)? != part as u8 {
        return Err(OpenError::OtherPart);
    }
    if !checked && sha256(&[head, body]) != *stated {
        return Err(OpenError::OtherBytes);
    }
    let mut reader = Reader::new(Stream::Streams, body);
    let mut lengths = [0usize; N];
    for length in &mut lengths {
        let room = reader.len();
        *length = reader.count(room)?;
    }
    let mut streams = Vec::with_capacity(N);
    for (name, length) in names.into_iter().zip(lengths) {
        streams.push(Reader::new(name, reader.take(length)?));
    }
    reader.end()?;
    let streams = streams.try_into().map_err(|_| Malformed { part: Stream::Streams, what: Wrong::BreaksOff })?;
    Ok((BookId::from_hash(stated), streams))
}
