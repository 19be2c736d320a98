//! What the book is about, in bytes.

use super::stream::{Reader, Writer};
use super::texts::MAX_TEXT_BYTES;
use super::{Malformed, NotWritable};
use crate::decimal::Decimal;
use crate::money::Currency;
use crate::offer::{OfferId, OfferTerm, OfferTermKind};
use crate::period::Instant;
use crate::ratebook::format::BookId;
use crate::ratebook::{BookHeader, OwnBook, Source};

const SOURCES: [Source; 4] = [Source::RateCard, Source::Retail, Source::PriceSheet, Source::Own];

fn put_text(writer: &mut Writer, text: &str) -> Result<(), NotWritable> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(NotWritable::LongText { bytes: text.len() });
    }
    writer.count(text.len());
    writer.bytes.extend_from_slice(text.as_bytes());
    Ok(())
}

fn text<'a>(reader: &mut Reader<'a>) -> Result<&'a str, Malformed> {
    let length = reader.count(MAX_TEXT_BYTES)?;
    std::str::from_utf8(reader.take(length)?).map_err(|_| reader.malformed("is not UTF-8"))
}

/// A mark, 0 or 1, and what follows a 1.
fn put_optional<T>(
    writer: &mut Writer,
    value: Option<T>,
    put: impl FnOnce(&mut Writer, T) -> Result<(), NotWritable>,
) -> Result<(), NotWritable> {
    writer.put(u64::from(value.is_some()));
    value.map_or(Ok(()), |value| put(writer, value))
}

fn optional<'a, T>(
    reader: &mut Reader<'a>,
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, Malformed>,
) -> Result<Option<T>, Malformed> {
    match reader.number()? {
        0 => Ok(None),
        1 => read(reader).map(Some),
        _ => Err(reader.malformed("has a mark that is neither 0 nor 1")),
    }
}

fn put_signed_number(writer: &mut Writer, number: Decimal) {
    let size = if number.is_negative() { number.negated() } else { number };
    let (high, low, scale) = size.words();
    writer.put(u64::from(scale) << 1 | u64::from(number.is_negative()));
    writer.put_wide(high.cast_unsigned(), low);
}

fn signed_number(reader: &mut Reader<'_>) -> Result<Decimal, Malformed> {
    let form = reader.below(1 << 8)?;
    let (high, low) = reader.wide()?;
    let wrong = || reader.malformed("has a number that is not in its one form");
    let size = Decimal::from_words(high, low, form >> 1).ok_or_else(wrong)?;
    match form & 1 {
        0 => Ok(size),
        _ if size.is_zero() => Err(wrong()),
        _ => Ok(size.negated()),
    }
}

fn put_time(writer: &mut Writer, at: Instant) {
    writer.put_signed(at.0.as_second());
    writer.put_signed(i64::from(at.0.subsec_nanosecond()));
}

fn time(reader: &mut Reader<'_>) -> Result<Instant, Malformed> {
    let (seconds, nanoseconds) = (reader.signed()?, reader.signed()?);
    let at = i32::try_from(nanoseconds).ok().and_then(|nanos| jiff::Timestamp::new(seconds, nanos).ok());
    // One form for each instant: the parts are those that it has itself.
    let at = at.filter(|at| at.as_second() == seconds && i64::from(at.subsec_nanosecond()) == nanoseconds);
    at.map(Instant).ok_or_else(|| reader.malformed("has a time outside the calendar"))
}

pub(super) fn write(header: &BookHeader, excluded: &[usize]) -> Result<Writer, NotWritable> {
    let mut writer = Writer::default();
    let source = |wanted: Source| SOURCES.iter().position(|source| *source == wanted).unwrap_or(0);
    writer.count(source(header.source));
    put_optional(&mut writer, header.offer.as_ref(), |writer, offer| put_text(writer, offer.as_str()))?;
    put_text(&mut writer, &header.currency.to_string())?;
    put_text(&mut writer, &header.locale)?;
    put_text(&mut writer, &header.region_info)?;
    put_optional(&mut writer, header.own.as_ref(), |writer, own| {
        put_text(writer, &own.name)?;
        put_optional(writer, own.group.as_deref(), put_text)?;
        put_optional(writer, own.base.as_ref(), |writer, base| put_text(writer, base.hex()))?;
        put_optional(writer, own.base_source, |writer, of| {
            writer.count(source(of));
            Ok(())
        })
    })?;
    writer.count(header.terms.len());
    for (term, excluded) in header.terms.iter().zip(excluded) {
        put_time(&mut writer, term.effective_at);
        match &term.kind {
            OfferTermKind::MonetaryCredit(amount) => {
                writer.put(0);
                put_signed_number(&mut writer, *amount);
            }
            OfferTermKind::RecurringCharge(fee) => {
                writer.put(1);
                put_signed_number(&mut writer, *fee);
            }
            OfferTermKind::MonetaryCommitment(bands) => {
                writer.put(2);
                writer.count(bands.len());
                for (amount, percent) in bands {
                    put_signed_number(&mut writer, *amount);
                    put_signed_number(&mut writer, *percent);
                }
            }
            OfferTermKind::Unknown(name) => {
                writer.put(3);
                put_text(&mut writer, name)?;
            }
        }
        // The ids themselves lie with those of the meters.
        writer.count(*excluded);
    }
    Ok(writer)
}

/// The header, without the ids that its terms exclude, and how many those are for each term.
pub(super) fn read(mut reader: Reader<'_>) -> Result<(BookHeader, Vec<usize>), Malformed> {
    let reader = &mut reader;
    let source = |reader: &mut Reader<'_>| Ok(SOURCES[reader.below(SOURCES.len())? as usize]);
    let header_source = source(reader)?;
    let offer = optional(reader, text)?;
    let offer = offer.map(|written| match written.parse::<OfferId>() {
        Ok(offer) if offer.as_str() == written => Ok(offer),
        _ => Err(reader.malformed("has an offer that is none")),
    });
    let offer = offer.transpose()?;
    let written = text(reader)?;
    let currency = written.parse::<Currency>().ok().filter(|currency| currency.to_string() == written);
    let currency = currency.ok_or_else(|| reader.malformed("has a currency that is none"))?;
    let (locale, region_info) = (text(reader)?.to_owned(), text(reader)?.to_owned());
    let own = optional(reader, |reader| {
        let name = text(reader)?.to_owned();
        let group = optional(reader, text)?.map(ToOwned::to_owned);
        let base = optional(reader, |reader| match text(reader)?.parse::<BookId>() {
            Ok(id) => Ok(id),
            Err(_) => Err(reader.malformed("has a base that is no book's id")),
        })?;
        Ok(OwnBook { name, group, base, base_source: optional(reader, source)? })
    })?;
    let room = reader.len();
    let count = reader.count(room)?;
    let (mut terms, mut excluded) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let effective_at = time(reader)?;
        let kind = match reader.number()? {
            0 => OfferTermKind::MonetaryCredit(signed_number(reader)?),
            1 => OfferTermKind::RecurringCharge(signed_number(reader)?),
            2 => {
                let room = reader.len();
                let count = reader.count(room / 4)?;
                let mut bands = Vec::with_capacity(count);
                for _ in 0..count {
                    bands.push((signed_number(reader)?, signed_number(reader)?));
                }
                OfferTermKind::MonetaryCommitment(bands)
            }
            3 => OfferTermKind::Unknown(text(reader)?.to_owned()),
            _ => return Err(reader.malformed("has an offer term of an unknown kind")),
        };
        let term = OfferTerm { effective_at, kind, excluded_meter_ids: Vec::new() };
        if term.check().is_err() {
            return Err(reader.malformed("has an offer term with an amount that cannot be"));
        }
        terms.push(term);
        excluded.push(reader.count(crate::ratebook::MAX_METERS)?);
    }
    reader.end()?;
    let header = BookHeader { source: header_source, offer, currency, locale, region_info, own, terms };
    Ok((header, excluded))
}
