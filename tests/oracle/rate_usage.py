"""Rates a whole file of usage by exact fractions, without Forebill and by another road than it.

The rules, from rating.md: a row is its subscription, meter, usage times, reported bucket and resource, and a later reading
of the same row replaces the earlier; a billing period starts on the anchor day (on the last day of a shorter month);
each row takes the newest price not after its start, and a meter with any row before its first price is unpriced in that
period; the running total of subscription, meter and period decides included quantity and tier; one rounding to the cent.

usage: rate_usage.py CARD.json USAGE.jsonl ANCHOR_DAY
line:  [subscription, period start, meter, quantity, exact cost or null, cost on an invoice or null]
"""

import calendar
import json
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction

from plain import line, plain_fraction, rounded, utc
from rate_tiers import cost, price_list


def period_start(used_at, anchor):
    """The last anchor day not after the day of the use."""
    day = date.fromisoformat(used_at[:10])

    def start_in(year, month):
        return date(year, month, min(anchor, calendar.monthrange(year, month)[1]))

    this = start_in(day.year, day.month)
    if day >= this:
        return this
    return start_in(day.year - (day.month == 1), day.month - 1 or 12)


def rows_once(path):
    """Every distinct row in its latest reading."""
    rows = {}
    with open(path, encoding="utf-8") as file:
        for text in file:
            row = json.loads(text, parse_float=Decimal)
            p = row["properties"]
            instance = json.loads(p["instanceData"])["Microsoft.Resources"]["resourceUri"]
            start, end = utc(p["usageStartTime"]), utc(p["usageEndTime"])
            key = (p["subscriptionId"], p["meterId"].lower(), start, end, row["name"], instance)
            rows[key] = Fraction(Decimal(p["quantity"]))
    return rows


def main(card, usage, anchor):
    prices = price_list(card)
    months = {}
    for (subscription, meter, start, *_), quantity in rows_once(usage).items():
        key = (subscription, period_start(start, anchor).isoformat(), meter)
        months.setdefault(key, []).append((start, quantity))
    for (subscription, period, meter), rows in sorted(months.items()):
        total = sum((quantity for _, quantity in rows), Fraction(0))
        known = prices.get(meter, [])
        first = known[0][0] if known else "9999"
        if any(start < first for start, _ in rows):
            line(subscription, period, meter, plain_fraction(total), None, None)
            continue
        amount = Fraction(0)
        # Between two price changes only the totals at both ends matter.
        for index, (since, included, tiers) in enumerate(known):
            until = known[index + 1][0] if index + 1 < len(known) else "9999"
            before = sum((q for start, q in rows if start < since), Fraction(0))
            after = before + sum((q for start, q in rows if since <= start < until), Fraction(0))
            ends = [cost(max(Fraction(0), end - included), tiers) for end in (before, after)]
            amount += ends[1] - ends[0]
        line(subscription, period, meter, plain_fraction(total), plain_fraction(amount), rounded(amount, 2))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
