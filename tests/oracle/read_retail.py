"""Reads Retail Prices pages without Forebill and prints one line per row, a row that comes twice once.

usage: read_retail.py PAGE.json...
line:  [id, type, reservation term, SKU id, ARM SKU, region, effective date, service, product, name, unit,
        tier start, price]
"""

import sys

from plain import line, load, plain, utc


def main(paths):
    seen = set()
    for path in paths:
        page = load(path)
        if page["Count"] != len(page["Items"]):
            sys.exit(f"{path}: {page['Count']} items are promised")
        for item in page["Items"]:
            row = (
                item["meterId"].lower(),
                item["type"],
                item.get("reservationTerm") or "",
                item["skuId"],
                item.get("armSkuName") or "",
                item.get("location") or item.get("armRegionName") or "",
                utc(item["effectiveStartDate"]),
                item["serviceName"],
                item.get("productName") or "",
                item["meterName"],
                item["unitOfMeasure"],
                plain(item["tierMinimumUnits"]),
                plain(item["retailPrice"]),
            )
            if row not in seen:
                seen.add(row)
                line(*row)


if __name__ == "__main__":
    main(sys.argv[1:])
