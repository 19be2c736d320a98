"""The whole job in Python with orjson and Decimal. Written to be quick, not to be slow on purpose.

A float of orjson becomes the digits it was written with as long as these are at most fifteen, and
all quantities here are; that the sums are equal digit by digit shows it.
"""

import sys
from decimal import Decimal
from operator import itemgetter
from pathlib import Path

import orjson
from peer_python import index, period_of, read_time


def read_instance(text, cache={}):
    """URI and cost centre, read once for each text."""
    known = cache.get(text)
    if known is None:
        inner = orjson.loads(text)
        inner = inner.get("Microsoft.Resources", inner)
        known = cache[text] = (inner["resourceUri"], (inner["tags"] or {}).get("costCenter") or "(none)")
    return known


def read(folder):
    """Row key → quantity and cost centre; of two readings the later."""
    latest = {}
    for page in sorted(Path(folder).glob("page-*.json")):
        for row in orjson.loads(page.read_bytes())["value"]:
            one = row["properties"]
            uri, centre = read_instance(one["instanceData"])
            key = (one["subscriptionId"].lower(), one["meterId"].lower(), one["usageStartTime"], one["usageEndTime"],
                   row["name"], uri)
            latest[key] = (one["quantity"], centre)
    return latest


def cost_below(tiers, total, included):
    """What the first units up to the total cost."""
    billable, cost = total - included, 0
    for at, (start, price) in enumerate(tiers):
        if billable <= start:
            break
        end = tiers[at + 1][0] if at + 1 < len(tiers) else billable
        cost += (min(billable, end) - start) * price
    return cost


def rollup(card, folder, out):
    meters = index(card)
    groups = {}
    for (subscription, meter, start, *rest), (quantity, centre) in read(folder).items():
        at = read_time(start)
        row = (at, rest, Decimal(repr(quantity)), centre)
        groups.setdefault((subscription, period_of(at), meter), []).append(row)
    sums, nothing = {}, Decimal(0)
    for (_, _, meter), rows in groups.items():
        prices = meters.get(meter, ())
        # No price changes inside the workload.
        price = next((price for price in prices if price[0] <= rows[0][0]), None)
        flat = price and len(price[2]) == 1 and not price[1] and all(row[2] >= 0 for row in rows)
        if not flat:
            rows.sort(key=itemgetter(0, 1))
        total = before = nothing
        for at, _, quantity, centre in rows:
            cell = sums.setdefault((at.date(), centre), [nothing, 0, 0])
            cell[1] += 1
            if flat:
                cell[0] += quantity * price[2][0][1]
            elif price:
                total += quantity
                after = cost_below(price[2], total, price[1])
                cell[0] += after - before
                before = after
            else:
                cell[2] += 1
    for (day, centre), (cost, rows, unpriced) in sorted(sums.items()):
        print(day, centre, f"{cost:f}", rows, unpriced, sep=",", file=out)


if __name__ == "__main__":
    card, folder, target = sys.argv[1:]
    with open(target, "w", encoding="ascii") as out:
        rollup(card, folder, out)
