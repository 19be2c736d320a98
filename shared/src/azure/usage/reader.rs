//! Reads pages and lines of usage: rows of a known form by their bytes, everything else by the general parser.
//!
//! Whenever something is not as expected the answer is "not by me", and the caller asks the general parser for
//! the rows or for the refusal.

use super::general::{self, General, Instance};
use super::scan::{Number, after_space, line_end, string_end, value_end};
use super::template::{Field, Fit, Template};
use super::window::{More, Window};
use crate::json::{DecodeError, MAX_JSON_BYTES};
use crate::usage::UsageAggregate;
use crate::warning::Warning;

/// Pages with more forms than this are for the general parser.
const MAX_FORMS: usize = 8;

/// Rows after which it is asked whether keeping them is of any use; where it is not, as many are not kept.
const TRIAL_ROWS: usize = 100_000;

/// Takes the rows.
pub trait Sink {
    /// What is kept of a row, for every later row that says the same in some of its runs.
    type Part: Clone;
    /// What is to be kept of a row that was read.
    fn part(&mut self, row: &UsageAggregate) -> Self::Part;
    /// The same for a row that differs from another in what its `instanceData` says.
    fn with_instance(&mut self, other: &Self::Part, instance: Instance) -> Self::Part;
    /// Whether the row has an `instanceData` that could not be read.
    fn is_unreadable(part: &Self::Part) -> bool;
    /// Takes a row whose runs were all read before; `None` if it is no row after all.
    fn known(&mut self, row: &Known<'_, Self::Part>) -> Option<()>;
    /// Takes a row that the general parser read.
    fn read(&mut self, row: UsageAggregate);
}

/// A row whose runs were all read before.
pub struct Known<'a, P> {
    template: &'a Template<P>,
    fit: &'a Fit<'a>,
    /// Its quantity.
    pub quantity: Number<'a>,
}

impl<P> Known<'_, P> {
    /// What says the field.
    #[inline]
    pub fn part(&self, field: Field) -> Option<&P> {
        self.template.part(self.fit, field)
    }
}

/// The forms that were met in one kind of text.
struct Forms<P> {
    templates: Vec<Template<P>>,
    last: usize,
    rows: usize,
    fresh: usize,
}

/// Reads rows, and remembers them.
pub struct Reader<P> {
    pages: Forms<P>,
    /// By themselves, since a row of a page may have line feeds between its values and a line has none.
    lines: Forms<P>,
}

impl<P> Default for Reader<P> {
    fn default() -> Reader<P> {
        let forms = || Forms { templates: Vec::new(), last: 0, rows: 0, fresh: 0 };
        Reader { pages: forms(), lines: forms() }
    }
}

/// What a page says besides its rows.
pub struct Frame {
    /// Where the next page is.
    pub next_link: Option<String>,
    /// What was doubtful.
    pub warnings: Vec<Warning>,
}

/// What JSON Lines say besides their rows.
pub struct Lines {
    /// The line of each row.
    pub lines: Vec<usize>,
    /// What was doubtful.
    pub warnings: Vec<Warning>,
}

/// Where a row is and how it may end.
struct Place<'a> {
    bytes: &'a [u8],
    /// Where it starts.
    at: usize,
    /// Whether the row must lie in one line and be alone in it.
    alone: bool,
    path: &'a dyn Fn() -> String,
}

impl Place<'_> {
    /// Whether a row may end here. (What follows a row in a page is seen by the page.)
    fn may_end(&self, end: usize) -> bool {
        let blank = |b: &&u8| matches!(b, b' ' | b'\t' | b'\r');
        !self.alone || matches!(self.bytes[end..].iter().find(|b| !blank(b)), None | Some(b'\n'))
    }

    /// The bytes of the row, if they may be read as one.
    fn text(&self, end: usize) -> Option<&[u8]> {
        let text = self.bytes.get(self.at..end)?;
        (!self.alone || line_end(text, 0) == text.len()).then_some(text)
    }
}

impl<P: Clone> Forms<P> {
    /// Whether it is of use to keep rows: where all are different it only costs.
    fn worth_it(&mut self) -> bool {
        if self.rows >= 2 * TRIAL_ROWS {
            (self.rows, self.fresh) = (0, 0);
        }
        self.rows < TRIAL_ROWS || self.fresh < self.rows / 8 * 7
    }

    /// Reads the row and says where it ends; `None` leaves it to the general parser.
    #[inline]
    fn row<S: Sink<Part = P>>(
        &mut self,
        place: &Place<'_>,
        general: &mut General,
        sink: &mut S,
        warnings: &mut Vec<Warning>,
    ) -> Option<usize> {
        self.rows += 1;
        let guess = self.templates.get(self.last).map_or(0, |last| last.next);
        let others = (0..self.templates.len()).filter(|n| *n != guess);
        for n in std::iter::once(guess).chain(others) {
            let Some(template) = self.templates.get_mut(n) else { break };
            let mut fit = Fit::NONE;
            if template.fit(place.bytes, place.at, &mut fit).is_none() {
                continue;
            }
            if !place.may_end(fit.end) {
                return None;
            }
            // A resource that was not met before, in a row that is like others: most of what is new in a month.
            if let Some((other, value)) = template.only_instance_is_new(&fit)
                && place.text(fit.end).is_some()
                && let Some(instance) = General::usual_instance(value)
            {
                self.fresh += 1;
                let part = sink.with_instance(other, instance);
                template.keep(&mut fit, || part.clone());
            }
            if fit.is_known() {
                let known = Known { template, fit: &fit, quantity: fit.quantity };
                sink.known(&known)?;
                if S::is_unreadable(known.part(Field::InstanceData)?) {
                    warnings.push(general::unreadable(&(place.path)()));
                }
            } else {
                self.fresh += 1;
                let row = general.row(place.text(fit.end)?, place.path, warnings).ok()?;
                let part = sink.part(&row);
                template.keep(&mut fit, || part.clone());
                sink.read(row);
            }
            template.follow(&fit);
            if let Some(last) = self.templates.get_mut(self.last) {
                last.next = n;
            }
            self.last = n;
            return Some(fit.end);
        }
        self.learn(place, general, sink, warnings)
    }

    /// Reads a row of no known form, and learns its form.
    fn learn<S: Sink<Part = P>>(
        &mut self,
        place: &Place<'_>,
        general: &mut General,
        sink: &mut S,
        warnings: &mut Vec<Warning>,
    ) -> Option<usize> {
        self.fresh += 1;
        let end = value_end(place.bytes, place.at).filter(|end| place.may_end(*end))?;
        let row = general.row(place.text(end)?, place.path, warnings).ok()?;
        if self.templates.len() < MAX_FORMS
            && let Some(mut template) = Template::learn(place.bytes, place.at)
            && let mut fit = Fit::NONE
            && template.fit(place.bytes, place.at, &mut fit).is_some()
            && fit.end == end
        {
            let part = sink.part(&row);
            template.keep(&mut fit, || part.clone());
            template.follow(&fit);
            template.next = self.templates.len();
            self.last = template.next;
            self.templates.push(template);
        }
        sink.read(row);
        Some(end)
    }
}

impl<P: Clone> Reader<P> {
    /// Reads a page: the rows into the sink, then the link to the next page and what was doubtful.
    /// `None` leaves the whole page to the general parser, and what the sink got is void.
    pub fn page<S: Sink<Part = P>>(&mut self, bytes: &[u8], general: &mut General, sink: &mut S) -> Option<Frame> {
        let rows_at = rows_of_page(bytes)?;
        if bytes.len() > MAX_JSON_BYTES || !self.pages.worth_it() {
            // About as many as it has, so that a pause ends.
            self.pages.rows += 1 + bytes.len() / 1024;
            return None;
        }
        let mut warnings = Vec::new();
        let mut at = after_space(bytes, rows_at);
        if bytes.get(at) != Some(&b']') {
            for index in 0.. {
                let path = || general::path_of(index);
                let place = Place { bytes, at, alone: false, path: &path };
                at = after_space(bytes, self.pages.row(&place, general, sink, &mut warnings)?);
                match bytes.get(at)? {
                    b',' => at = after_space(bytes, at + 1),
                    b']' => break,
                    _ => return None,
                }
            }
        }
        // The same page without its rows is the general parser's: it sees every byte that no row has.
        let frame = [&bytes[..rows_at], &bytes[at..]].concat();
        general::next_link_without_rows(&frame).map(|next_link| Frame { next_link, warnings })
    }

    /// The same for a page that comes in pieces.
    pub fn pieces<S: Sink<Part = P>, E, M: More<E>>(
        &mut self,
        window: &mut Window<'_, M>,
        general: &mut General,
        sink: &mut S,
    ) -> Result<Option<Frame>, E> {
        let Some(rows_at) = rows_of_page(window.bytes()).filter(|_| self.pages.worth_it()) else { return Ok(None) };
        let head = window.bytes()[..rows_at].to_vec();
        let mut warnings = Vec::new();
        let mut at = window.after_space(rows_at)?;
        let mut index = 0;
        while index > 0 || window.bytes().get(at) != Some(&b']') {
            at = window.with_likely_row(at)?;
            let bytes = window.bytes();
            let path = || general::path_of(index);
            let place = Place { bytes, at, alone: false, path: &path };
            let Some(end) = self.pages.row(&place, general, sink, &mut warnings) else {
                if !window.may_go_on(at) {
                    return Ok(None);
                }
                window.slide(at)?;
                at = 0;
                continue;
            };
            index += 1;
            at = window.after_space(end)?;
            match window.bytes().get(at) {
                Some(b',') => at = window.after_space(at + 1)?,
                Some(b']') => break,
                _ => return Ok(None),
            }
        }
        window.slide(at)?;
        window.finish()?;
        if window.is_too_long() {
            return Ok(None);
        }
        let frame = [&head, window.bytes()].concat();
        Ok(general::next_link_without_rows(&frame).map(|next_link| Frame { next_link, warnings }))
    }

    /// Reads JSON Lines into the sink: the line of each row, and what was doubtful.
    /// `None` when the first line looks like no row, so that the text is meant as one answer.
    pub fn lines<S: Sink<Part = P>>(
        &mut self,
        bytes: &[u8],
        general: &mut General,
        sink: &mut S,
    ) -> Result<Option<Lines>, DecodeError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let short = bytes.len() <= MAX_JSON_BYTES;
        let (mut lines, mut warnings) = (Vec::new(), Vec::new());
        let (mut at, mut number) = (0, 0);
        while at < bytes.len() {
            number += 1;
            let path = || format!("line {number} properties");
            let place = Place { bytes, at, alone: true, path: &path };
            let known = short && !lines.is_empty() && self.lines.worth_it();
            if known && let Some(end) = self.lines.row(&place, general, sink, &mut warnings) {
                lines.push(number);
                at = line_end(bytes, end) + 1;
                continue;
            }
            let line = &bytes[at..line_end(bytes, at)];
            at += line.len() + 1;
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            if lines.is_empty() && !general::looks_like_a_row(line) {
                return Ok(None);
            }
            let in_line = |error: DecodeError| DecodeError { line: number, ..error };
            let warned = warnings.len();
            let row = general.row(line, &|| "properties".into(), &mut warnings).map_err(in_line)?;
            sink.read(row);
            self.lines.rows += 1;
            lines.push(number);
            for warning in &mut warnings[warned..] {
                warning.path = warning.path.take().map(|path| format!("line {number} {path}"));
            }
        }
        Ok((!lines.is_empty()).then_some(Lines { lines, warnings }))
    }
}

/// Where the rows of a page start, if only texts stand before them.
fn rows_of_page(bytes: &[u8]) -> Option<usize> {
    let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut at = after_space(bytes, start);
    let expect = |at: usize, byte: u8| (bytes.get(at) == Some(&byte)).then_some(at + 1);
    let mut key_at = expect(at, b'{')?;
    loop {
        at = expect(after_space(bytes, key_at), b'"')?;
        let key_end = string_end(bytes, at)?;
        let value_at = after_space(bytes, expect(after_space(bytes, key_end), b':')?);
        if &bytes[at..key_end - 1] == b"value" {
            return expect(value_at, b'[');
        }
        let value_end = string_end(bytes, expect(value_at, b'"')?)?;
        key_at = expect(after_space(bytes, value_end), b',')?;
    }
}

#[cfg(test)]
impl<P> Reader<P> {
    /// How many rows of pages were looked at, and how many of them had to be read.
    pub fn pages_seen(&self) -> (usize, usize) {
        (self.pages.rows, self.pages.fresh)
    }
}
