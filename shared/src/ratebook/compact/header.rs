//! What the book is about, in bytes.

use super::columns::Columns;
use super::stream::{Reader, Writer};
use super::texts::MAX_TEXT_BYTES;
use super::{Malformed, NotWritable, Wrong};
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
    std::str::from_utf8(reader.take(length)?).map_err(|_| reader.malformed(Wrong::NotUtf8))
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

fn mark(reader: &mut Reader<'_>) -> Result<bool, Malformed> {
    match reader.number()? {
        mark @ 0..=1 => Ok(mark == 1),
        _ => Err(reader.malformed(Wrong::NoMark)),
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
    let wrong = || reader.malformed(Wrong::OtherForm);
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
    at.map(Instant).ok_or_else(|| reader.malformed(Wrong::OutsideCalendar))
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
pub(super) fn read(mut reader: Reader<'_>, columns: &mut Columns) -> Result<(), Malformed> {
    let reader = &mut reader;
    let header = &mut columns.header;
    header.source = source(reader)?;
    if mark(reader)? {
        let written = text(reader)?;
        header.offer = written.parse::<OfferId>().ok().filter(|offer| offer.as_str() == written);
        if header.offer.is_none() {
            return Err(reader.malformed(Wrong::NoOffer));
        }
    }
    let written = text(reader)?;
    match written.parse::<Currency>() {
        Ok(currency) if currency.to_string() == written => header.currency = currency,
        _ => return Err(reader.malformed(Wrong::NoCurrency)),
    }
    header.locale.push_str(text(reader)?);
    header.region_info.push_str(text(reader)?);
    if mark(reader)? {
        let empty = OwnBook { name: String::new(), group: None, base: None, base_source: None };
        read_own(reader, header.own.insert(empty))?;
    }
    for _ in 0..reader.count(reader.len())? {
        let effective_at = time(reader)?;
        let kind = OfferTermKind::MonetaryCommitment(Vec::new());
        header.terms.push(OfferTerm { effective_at, kind, excluded_meter_ids: Vec::new() });
        if let Some(term) = header.terms.last_mut() {
            read_term(reader, term)?;
        }
        columns.excluded.push(reader.count(crate::ratebook::MAX_METERS)?);
    }
    reader.end()
}

fn source(reader: &mut Reader<'_>) -> Result<Source, Malformed> {
    Ok(SOURCES[reader.below(SOURCES.len())? as usize])
}

fn read_own(reader: &mut Reader<'_>, own: &mut OwnBook) -> Result<(), Malformed> {
    own.name.push_str(text(reader)?);
    if mark(reader)? {
        own.group = Some(text(reader)?.to_owned());
    }
    if mark(reader)? {
        own.base = text(reader)?.parse::<BookId>().ok();
        if own.base.is_none() {
            return Err(reader.malformed(Wrong::NoBase));
        }
    }
    if mark(reader)? {
        own.base_source = Some(source(reader)?);
    }
    Ok(())
}

fn read_term(reader: &mut Reader<'_>, term: &mut OfferTerm) -> Result<(), Malformed> {
    term.kind = match reader.number()? {
        0 => OfferTermKind::MonetaryCredit(signed_number(reader)?),
        1 => OfferTermKind::RecurringCharge(signed_number(reader)?),
        2 => {
            let mut bands = Vec::new();
            for _ in 0..reader.count(reader.len() / 4)? {
                bands.push((signed_number(reader)?, signed_number(reader)?));
            }
            OfferTermKind::MonetaryCommitment(bands)
        }
        3 => OfferTermKind::Unknown(text(reader)?.to_owned()),
        _ => return Err(reader.malformed(Wrong::UnknownTerm)),
    };
    term.check().map_err(|_| reader.malformed(Wrong::ImpossibleTerm))
}
