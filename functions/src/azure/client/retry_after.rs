//! How long Azure asks to wait.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// What a header may ask for; more is a mistake, and the next run asks again.
pub(super) const MAX_ASKED: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest wait that any header of the answer asks for: standard, of Retail Prices, of another service's limit.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let said_at = headers.get(DATE).and_then(|value| http_date(value.to_str().ok()?));
    let waits = headers.iter().filter_map(|(name, value)| {
        let text = value.to_str().ok()?.trim();
        match name.as_str() {
            "retry-after-ms" | "x-ms-retry-after-ms" => number(text).map(Duration::from_millis),
            name if name == RETRY_AFTER => seconds(text).or_else(|| until(http_date(text)?, said_at?)),
            name if name.starts_with("x-ms-ratelimit-") && name.ends_with("retry-after") => seconds(text),
            _ => None,
        }
    });
    waits.max().map(|wait| wait.min(MAX_ASKED))
}

fn seconds(text: &str) -> Option<Duration> {
    number(text).map(Duration::from_secs)
}

/// A number with too many digits for any clock is still a very long time.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// A date means the sender's clock: its own `Date` is what it is compared with, not the clock of this machine.
fn until(at: Timestamp, said_at: Timestamp) -> Option<Duration> {
    Some(Duration::try_from(at.duration_since(said_at)).unwrap_or(Duration::ZERO))
}

/// `Mon, 23 Nov 2026 09:30:00 GMT`, the only form that is still sent; the day of the week says nothing new.
fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &[(&'static str, &str)]) -> Option<Duration> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        retry_after(&map)
    }

    #[test]
    fn seconds_dates_and_the_headers_of_services_are_read() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(of(&[("retry-after", "17")]), seconds(17));
        assert_eq!(of(&[("retry-after", " 0 ")]), seconds(0));
        assert_eq!(of(&[("x-ms-ratelimit-retailprices-retry-after", "60")]), seconds(60));
        assert_eq!(of(&[("x-ms-ratelimit-microsoft.consumption-retry-after", "9"), ("retry-after", "3")]), seconds(9));
        assert_eq!(of(&[("x-ms-retry-after-ms", "1500")]), Some(Duration::from_millis(1500)));
        let at = |retry: &str, date: &str| of(&[("retry-after", retry), ("date", date)]);
        assert_eq!(at("Mon, 23 Nov 2026 09:30:45 GMT", "Mon, 23 Nov 2026 09:30:00 GMT"), seconds(45));
        assert_eq!(at("Mon, 23 Nov 2026 09:30:00 GMT", "Mon, 23 Nov 2026 10:30:00 GMT"), seconds(0));
    }

    #[test]
    fn absurd_waits_are_clamped_and_nonsense_is_no_wait() {
        for long in ["86401", "999999999999", "99999999999999999999999999"] {
            assert_eq!(of(&[("retry-after", long)]), Some(MAX_ASKED), "{long}");
        }
        let far = of(&[("retry-after", "Fri, 31 Dec 9998 00:00:00 GMT"), ("date", "Mon, 23 Nov 2026 09:30:00 GMT")]);
        assert_eq!(far, Some(MAX_ASKED));
        for nonsense in ["", "-5", "1.5", "soon", "0x10", "1e3", "Mon, 99 Nov 2026 09:30:45 GMT", "½"] {
            assert_eq!(of(&[("retry-after", nonsense)]), None, "{nonsense}");
        }
        assert_eq!(of(&[("retry-after", "Mon, 23 Nov 2026 09:30:45 GMT")]), None, "a date without a Date to compare");
        assert_eq!(of(&[("x-ms-ratelimit-remaining-subscription-reads", "3")]), None);
    }
}
