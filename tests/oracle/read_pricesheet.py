"""Reads a price sheet page without Forebill and prints one line per price, equal rows once.

usage: read_pricesheet.py PAGE.json...
line:  [id, part number, effective date, name, unit, included quantity, price, currency]
"""

import sys

from plain import line, load, plain


def main(paths):
    seen = set()
    for path in paths:
        for item in load(path)["properties"]["pricesheets"]:
            # Periods of enterprise agreements are calendar months.
            period = item["billingPeriodId"].rsplit("/", 1)[1]
            row = (
                item["meterId"].lower(),
                item["partNumber"],
                f"{period[:4]}-{period[4:6]}-01T00:00:00Z",
                item["meterName"],
                item["unitOfMeasure"],
                plain(item["includedQuantity"]),
                plain(item["unitPrice"]),
                item["currencyCode"],
            )
            if row not in seen:
                seen.add(row)
                line(*row)


if __name__ == "__main__":
    main(sys.argv[1:])
