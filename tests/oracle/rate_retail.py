"""Rates usage with Retail Prices pages by exact fractions, without Forebill.

The rules, from rating.md: only rows of type Consumption price usage; per SKU and region each tier has the newest price that
began and did not end before the use; bounds count from zero; a meter whose SKUs or regions have different prices, or whose
first tier has none, is unpriced. One rounding to the cent.

usage: rate_retail.py USAGE.jsonl PAGE.json...
line:  [subscription, period start, meter, quantity, exact cost or null, cost on an invoice or null]
"""

import json
import sys
from decimal import Decimal
from fractions import Fraction

from plain import line, load, plain_fraction, rounded, utc


def price_rows(paths):
    """Meter id to {place: [(from, until or None, tier start, price)]}; a place is a SKU in a region with a unit."""
    prices = {}
    for path in paths:
        for item in load(path)["Items"]:
            if item["type"] != "Consumption":
                continue
            place = (item["skuId"], item.get("armSkuName"), item.get("location"), item["unitOfMeasure"])
            until = utc(item["effectiveEndDate"]) if item.get("effectiveEndDate") else None
            row = (utc(item["effectiveStartDate"]), until, Fraction(item["tierMinimumUnits"]), Fraction(item["retailPrice"]))
            prices.setdefault(item["meterId"].lower(), {}).setdefault(place, set()).add(row)
    return prices


def table_at(rows, at):
    """Tier start to price: of each tier the newest row that holds."""
    table = {}
    for begun, until, start, price in sorted(rows, key=lambda row: row[0]):
        if begun <= at and (until is None or at < until):
            table[start] = price
    return tuple(sorted(table.items()))


def cost(total, table):
    """The part of the total that lies inside each tier, at its price."""
    ends = [start for start, _ in table[1:]] + [max(total, table[-1][0])]
    return sum((max(Fraction(0), min(total, end) - start) * price for (start, price), end in zip(table, ends)), Fraction(0))


def main(usage, pages):
    prices, months = price_rows(pages), {}
    with open(usage, encoding="utf-8") as file:
        for text in file:
            p = json.loads(text, parse_float=Decimal)["properties"]
            key = (p["subscriptionId"], p["meterId"])
            months.setdefault(key, []).append((utc(p["usageStartTime"]), Fraction(Decimal(p["quantity"]))))
    for (subscription, meter), rows in months.items():
        total = sum((quantity for _, quantity in rows), Fraction(0))
        at = {start for start, _ in rows}
        tables = {(place[3], table_at(of, time)) for place, of in prices[meter].items() for time in at}
        tables = {(unit, table) for unit, table in tables if table and table[0][0] == 0}
        period = min(at)[:8] + "01"
        if len(tables) != 1:
            line(subscription, period, meter, plain_fraction(total), None, None)
            continue
        amount = cost(max(Fraction(0), total), tables.pop()[1])
        line(subscription, period, meter, plain_fraction(total), plain_fraction(amount), rounded(amount, 2))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
