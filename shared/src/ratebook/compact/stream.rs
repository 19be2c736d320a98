//! Streams of whole numbers: seven bits a byte, lowest first, the shortest form only.

use super::{Malformed, Stream, Wrong};

/// A 255-bit mantissa has at most this many groups of seven bits.
const WIDEST: usize = 37;

/// Writes numbers one behind the other.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn put(&mut self, number: u64) {
        self.put_wide(0, u128::from(number));
    }

    pub(super) fn count(&mut self, number: usize) {
        self.put(number as u64);
    }

    pub(super) fn put_wide(&mut self, mut high: u128, mut low: u128) {
        while high != 0 || low > 0x7f {
            self.bytes.push(0x80 | (low & 0x7f) as u8);
            low = (low >> 7) | (high << 121);
            high >>= 7;
        }
        self.bytes.push(low as u8);
    }

    /// Small differences of both signs as small numbers.
    pub(super) fn put_signed(&mut self, number: i64) {
        self.put(((number << 1) ^ (number >> 63)).cast_unsigned());
    }
}

/// Reads numbers back. Nothing is believed: every number may be one too many, too long or too large.
pub(super) struct Reader<'a> {
    name: Stream,
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(name: Stream, bytes: &'a [u8]) -> Reader<'a> {
        Reader { name, bytes }
    }

    pub(super) fn malformed(&self, what: Wrong) -> Malformed {
        Malformed { part: self.name, what }
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or_else(|| self.malformed(Wrong::BreaksOff))?;
        self.bytes = rest;
        Ok(taken)
    }

    /// What was not read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// As many bytes as the array has.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.take(N)?.try_into().map_err(|_| self.malformed(Wrong::BreaksOff))
    }

    /// One code for each slot, each as the distance from the one before; marks those that occur.
    pub(super) fn codes(&mut self, codes: &mut [u32], marks: &mut [bool]) -> Result<(), Malformed> {
        let mut code = 0u32;
        let mut bytes = self.bytes;
        for slot in codes {
            // Most distances take a byte or two, and what goes below 0 with one meets no mark.
            code = match bytes {
                [byte, rest @ ..] if *byte < 0x80 => {
                    bytes = rest;
                    code.wrapping_add_signed(near(u32::from(*byte)))
                }
                [low, high @ 1..0x80, rest @ ..] => {
                    bytes = rest;
                    code.wrapping_add_signed(near(u32::from(low & 0x7f) | u32::from(*high) << 7))
                }
                _ => {
                    let mut slow = Reader { name: self.name, bytes };
                    let step = slow.signed()?;
                    bytes = slow.bytes;
                    u32::try_from(i64::from(code).saturating_add(step)).unwrap_or(u32::MAX)
                }
            };
            match marks.get_mut(code as usize) {
                Some(mark) => *mark = true,
                None => return Err(self.malformed(Wrong::PointsAtNothing)),
            }
            *slot = code;
        }
        self.bytes = bytes;
        Ok(())
    }

    #[inline]
    fn byte(&mut self) -> Result<u8, Malformed> {
        let (first, rest) = self.bytes.split_first().ok_or(Malformed { part: self.name, what: Wrong::BreaksOff })?;
        self.bytes = rest;
        Ok(*first)
    }

    pub(super) fn number(&mut self) -> Result<u64, Malformed> {
        let first = self.byte()?;
        if first < 0x80 { Ok(u64::from(first)) } else { self.long(first) }
    }

    fn long(&mut self, first: u8) -> Result<u64, Malformed> {
        let mut value = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if (part << shift) >> shift != part {
                break;
            }
            value |= part << shift;
            match byte {
                0 => return Err(self.malformed(Wrong::ZerosInFront)),
                1..0x80 => return Ok(value),
                _ => {}
            }
        }
        Err(self.malformed(Wrong::LargeNumber))
    }

    /// A number below `bound`.
    #[inline]
    pub(super) fn below(&mut self, bound: usize) -> Result<u32, Malformed> {
        match self.bytes.split_first() {
            // Most take a byte.
            Some((byte, rest)) if *byte < 0x80 && usize::from(*byte) < bound => {
                self.bytes = rest;
                Ok(u32::from(*byte))
            }
            _ => self.long_below(bound),
        }
    }

    fn long_below(&mut self, bound: usize) -> Result<u32, Malformed> {
        match u32::try_from(self.number()?) {
            Ok(number) if (number as usize) < bound => Ok(number),
            _ => Err(self.malformed(Wrong::PointsAtNothing)),
        }
    }

    pub(super) fn signed(&mut self) -> Result<i64, Malformed> {
        self.number().map(distance)
    }

    /// How many of something follow, each of which takes at least one byte of `room`.
    pub(super) fn count(&mut self, room: usize) -> Result<usize, Malformed> {
        match usize::try_from(self.number()?) {
            Ok(count) if count <= room => Ok(count),
            _ => Err(self.malformed(Wrong::CountsMore)),
        }
    }

    /// A number of up to 255 bits, in two halves.
    pub(super) fn wide(&mut self) -> Result<(i128, u128), Malformed> {
        let (mut high, mut low) = (0u128, 0u128);
        for group in 0..WIDEST {
            let byte = self.byte()?;
            let (part, shift) = (u128::from(byte & 0x7f), group * 7);
            match shift {
                0..=120 => low |= part << shift,
                126 => {
                    low |= part << 126;
                    high |= part >> 2;
                }
                _ => high |= part << (shift - 128),
            }
            // The 37th group begins at bit 252: three more bits are left for a number without a sign.
            if group == WIDEST - 1 && byte > 0b111 {
                break;
            }
            match byte {
                0 if group > 0 => return Err(self.malformed(Wrong::ZerosInFront)),
                0..0x80 => return Ok((high.cast_signed(), low)),
                _ => {}
            }
        }
        Err(self.malformed(Wrong::LargeNumber))
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn end(&self) -> Result<(), Malformed> {
        if self.bytes.is_empty() { Ok(()) } else { Err(self.malformed(Wrong::GoesOn)) }
    }
}

/// Small numbers of both signs from small numbers.
#[inline]
fn distance(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// The same of numbers of two bytes.
#[inline]
fn near(number: u32) -> i32 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_back_and_only_in_its_shortest_form() {
        let numbers = (0..64).flat_map(|bit| [1u64 << bit, (1 << bit) - 1, (1 << bit) | 1]).chain([u64::MAX]);
        for number in numbers {
            let mut writer = Writer::default();
            writer.put(number);
            writer.put_signed(number.cast_signed());
            writer.put_wide(u128::from(number) << 60, u128::MAX - u128::from(number));
            let mut reader = Reader::new(Stream::Header, &writer.bytes);
            assert_eq!(reader.number(), Ok(number));
            assert_eq!(reader.signed(), Ok(number.cast_signed()));
            let wide = ((u128::from(number) << 60).cast_signed(), u128::MAX - u128::from(number));
            assert_eq!(reader.wide(), Ok(wide));
            assert_eq!(reader.end(), Ok(()));
        }
        let refused = |bytes: &[u8], what: Wrong| {
            assert_eq!(Reader::new(Stream::Header, bytes).number().map_err(|e| e.what), Err(what), "{bytes:?}");
            assert_eq!(
                Reader::new(Stream::Header, bytes).wide().map_err(|e| e.what).is_err(),
                what != Wrong::LargeNumber,
                "{bytes:?}"
            );
        };
        refused(&[0x80, 0], Wrong::ZerosInFront);
        refused(&[0xff], Wrong::BreaksOff);
        refused(&[], Wrong::BreaksOff);
        refused(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2], Wrong::LargeNumber);
    }

    #[test]
    fn a_wide_number_ends_before_its_sign() {
        let bytes = |last: u8| [&[0xff; 36][..], &[last]].concat();
        assert_eq!(Reader::new(Stream::Header, &bytes(7)).wide(), Ok((i128::MAX, u128::MAX)));
        assert!(Reader::new(Stream::Header, &bytes(8)).wide().is_err());
        assert!(Reader::new(Stream::Header, &[0xff; 40]).wide().is_err());
    }
}
