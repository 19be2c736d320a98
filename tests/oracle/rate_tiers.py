"""Rates usage with a rate card by exact fractions, without Forebill.

The rule, from rating.md: the newest price not after the usage; included quantity first; then each unit at the price of
the tier it falls into; one rounding to the cent per subscription and meter. One row per subscription and meter.

usage: rate_tiers.py CARD.json USAGE.jsonl
line:  [subscription, meter, billable quantity, exact cost, cost on an invoice]
"""

import json
import sys
from decimal import Decimal
from fractions import Fraction

from plain import line, load, plain_fraction, rounded, utc


def price_list(path):
    """Meter id to its (effective date, included quantity, [(tier start, price)]), oldest first."""
    prices = {}
    for meter in load(path)["Meters"]:
        tiers = sorted((Fraction(Decimal(start)), Fraction(price)) for start, price in meter["MeterRates"].items())
        row = (utc(meter["EffectiveDate"]), Fraction(meter.get("IncludedQuantity") or 0), tiers)
        prices.setdefault(meter["MeterId"].lower(), []).append(row)
    for rows in prices.values():
        rows.sort(key=lambda row: row[0])
    return prices


def cost(billable, tiers):
    """Each unit at the price of its own tier: what lies above a tier's start moves from the price before to its own."""
    total, before = Fraction(0), Fraction(0)
    for start, price in tiers:
        total += max(Fraction(0), billable - start) * (price - before)
        before = price
    return total


def main(card, usage):
    prices = price_list(card)
    with open(usage, encoding="utf-8") as file:
        for text in file:
            row = json.loads(text, parse_float=Decimal)["properties"]
            used_at = utc(row["usageStartTime"])
            in_force = [price for price in prices[row["meterId"]] if price[0] <= used_at]
            _, included, tiers = in_force[-1]
            billable = max(Fraction(0), Fraction(Decimal(row["quantity"])) - included)
            amount = cost(billable, tiers)
            line(
                row["subscriptionId"], row["meterId"], plain_fraction(billable), plain_fraction(amount), rounded(amount, 2)
            )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
