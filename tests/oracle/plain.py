"""Numbers and lines as both sides of a comparison write them. Standard library only; no float anywhere."""

import json
from datetime import datetime, timezone
from decimal import Decimal
from fractions import Fraction


def load(path):
    """Reads JSON with every number exact: as Decimal, or as int."""
    with open(path, encoding="utf-8-sig") as file:
        return json.load(file, parse_float=Decimal)


def plain(number):
    """Plain digits: no exponent, no zeros at the end of a fraction, no -0."""
    text = format(Decimal(number), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def plain_fraction(value):
    """The same for a Fraction whose decimal expansion ends."""
    scale = 0
    while value.denominator != 1:
        if scale > 200:
            raise ValueError("the expansion does not end")
        value, scale = value * 10, scale + 1
    digits = str(abs(value.numerator)).rjust(scale + 1, "0")
    text = digits[: len(digits) - scale] + ("." + digits[len(digits) - scale :] if scale else "")
    return ("-" if value < 0 else "") + text


def rounded(value, decimals):
    """Half away from zero, by integer arithmetic."""
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = plain_fraction(Fraction(whole, 10**decimals))
    return "-" + text if value < 0 and whole else text


def utc(text):
    """RFC 3339 in UTC; a time without an offset is UTC (always-free meters of 2016)."""
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    at = at.replace(tzinfo=timezone.utc) if at.tzinfo is None else at.astimezone(timezone.utc)
    return at.replace(tzinfo=None).isoformat() + "Z"


def line(*fields):
    """One row: a compact JSON list of texts."""
    print(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))
