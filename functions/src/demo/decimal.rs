//! Exact numbers of the sample: every price and quantity is a whole count of millionths.
//! Reading happens at compile time from decimal text, writing straight into JSON text.
//! No binary floating point is involved anywhere, so both feeds show the same digits.

/// One unit, in millionths.
pub const ONE: i64 = 1_000_000;

/// Reads decimal text such as `0.087`; a malformed constant does not compile.
pub const fn dec(text: &str) -> i64 {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut value: i64 = 0;
    let mut decimals: i32 = -1;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte == b'.' {
            assert!(decimals < 0, "two decimal points");
            decimals = 0;
        } else {
            assert!(byte.is_ascii_digit(), "not a digit");
            value = value * 10 + (byte - b'0') as i64;
            if decimals >= 0 {
                decimals += 1;
            }
        }
        at += 1;
    }
    if decimals < 0 {
        decimals = 0;
    }
    assert!(decimals <= 6, "finer than a millionth");
    while decimals < 6 {
        value *= 10;
        decimals += 1;
    }
    value
}

/// Writes `24.0`, `0.087`, `-1.5`: at least one decimal, no trailing zeros behind it.
pub fn push(out: &mut String, millionths: i64) {
    push_whole(out, millionths);
    out.push('.');
    let fraction = millionths.unsigned_abs() % ONE as u64;
    let mut digits = [b'0'; 6];
    let mut rest = fraction;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let used = digits.iter().rposition(|&d| d != b'0').map_or(1, |last| last + 1);
    out.extend(digits[..used].iter().map(|&d| char::from(d)));
}

/// As the service writes quantities: below a ten-thousandth with an exponent (`2E-06`, `1.5E-05`).
pub fn push_quantity(out: &mut String, millionths: i64) {
    let size = millionths.unsigned_abs();
    if size == 0 || size >= 100 {
        return push(out, millionths);
    }
    if millionths < 0 {
        out.push('-');
    }
    let (lead, rest, power) = if size < 10 { (size, 0, 6) } else { (size / 10, size % 10, 5) };
    push_digits(out, lead);
    if rest > 0 {
        out.push('.');
        push_digits(out, rest);
    }
    out.push_str("E-0");
    push_digits(out, power);
}

/// How the bounds of a tiered meter are spelt; the real cards mix all of these.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyStyle {
    /// `10235`, `87.5`
    Plain,
    /// `5.0`
    OneDecimal,
    /// `51200.0000000000`
    Padded,
}

/// Writes the bound of a tier; the first one is always `0`.
pub fn push_key(out: &mut String, millionths: i64, style: KeyStyle) {
    if millionths == 0 {
        return out.push('0');
    }
    match style {
        KeyStyle::Plain if millionths % ONE == 0 => push_whole(out, millionths),
        KeyStyle::Plain | KeyStyle::OneDecimal => push(out, millionths),
        KeyStyle::Padded => {
            push_whole(out, millionths);
            out.push('.');
            let fraction = millionths % ONE;
            out.push_str(&format!("{fraction:06}0000"));
        }
    }
}

fn push_whole(out: &mut String, millionths: i64) {
    if millionths < 0 {
        out.push('-');
    }
    push_digits(out, millionths.unsigned_abs() / ONE as u64);
}

/// The digits of a whole number, without the formatting machinery: rows are written by the million.
pub fn push_digits(out: &mut String, value: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|&d| char::from(d)));
}

/// `price × index / 1000`, rounded to the nearest millionth: how a region's level is applied.
pub fn scaled(price: i64, per_mille: i64) -> i64 {
    (price * per_mille + 500) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn numbers_are_written_as_the_service_writes_them() {
        assert_eq!(text(|o| push(o, dec("24"))), "24.0");
        assert_eq!(text(|o| push(o, -dec("0.50"))), "-0.5");
        assert_eq!(text(|o| push_quantity(o, 2)), "2E-06");
        assert_eq!(text(|o| push_quantity(o, 15)), "1.5E-05");
        assert_eq!(text(|o| push_quantity(o, 100)), "0.0001");
        assert_eq!(text(|o| push_key(o, dec("51200"), KeyStyle::Padded)), "51200.0000000000");
        assert_eq!(text(|o| push_key(o, dec("87.5"), KeyStyle::Plain)), "87.5");
        assert_eq!(text(|o| push_key(o, dec("5"), KeyStyle::OneDecimal)), "5.0");
    }
}
