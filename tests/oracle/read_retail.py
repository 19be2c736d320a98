"""Reads Retail Prices pages without Forebill and prints one line per row, a row that comes twice once. A savings plan
inside a row of consumption is a line of its own, of the type SavingsPlan and with its term.

usage: read_retail.py PAGE.json...
line:  [id, type, term, SKU id, ARM SKU, region, effective date, service, product, name, unit,
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
            prices = [(item["type"], item.get("reservationTerm") or "", item["retailPrice"])]
            if item["type"] == "Consumption":
                plans = item.get("savingsPlan") or []
                prices += [("SavingsPlan", plan["term"], plan["retailPrice"]) for plan in plans]
            for kind, term, price in prices:
                row = (
                    item["meterId"].lower(),
                    kind,
                    term,
                    item["skuId"],
                    item.get("armSkuName") or "",
                    item.get("location") or item.get("armRegionName") or "",
                    utc(item["effectiveStartDate"]),
                    item["serviceName"],
                    item.get("productName") or "",
                    item["meterName"],
                    item["unitOfMeasure"],
                    plain(item["tierMinimumUnits"]),
                    plain(price),
                )
                if row not in seen:
                    seen.add(row)
                    line(*row)


if __name__ == "__main__":
    main(sys.argv[1:])
