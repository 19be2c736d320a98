"""Reads a RateCard answer without Forebill and prints one line per tier of every meter.

usage: read_ratecard.py CARD.json
line:  [id, effective date, category, sub-category, name, region, unit, included quantity, third party,
        tier start, price]
"""

import sys

from plain import line, load, plain, utc


def main(path):
    for meter in load(path)["Meters"]:
        for start, price in meter["MeterRates"].items():
            line(
                meter["MeterId"].lower(),
                utc(meter["EffectiveDate"]),
                meter["MeterCategory"],
                meter.get("MeterSubCategory") or "",
                meter["MeterName"],
                meter.get("MeterRegion") or "",
                meter["Unit"],
                plain(meter.get("IncludedQuantity") or 0),
                "third party" if "Third Party" in (meter.get("MeterTags") or []) else "",
                plain(start),
                plain(price),
            )


if __name__ == "__main__":
    main(sys.argv[1])
