"""The two tasks in plain Python: json, Decimal, dicts. Written to be quick, not to be slow on purpose."""

import json
import sys
from datetime import date, datetime, timezone
from decimal import ROUND_HALF_UP, Context, Decimal, setcontext
from pathlib import Path

ANCHOR = 14
CENT = Decimal("0.01")
# Enough digits that no step rounds.
setcontext(Context(prec=100))


def read_json(text):
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def read_time(text, cache={}):
    known = cache.get(text)
    if known is None:
        known = datetime.fromisoformat(text)
        known = cache[text] = (known if known.tzinfo else known.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    return known


def index(card_path):
    """Meter id → its prices, newest first, each with tiers in ascending order."""
    card = read_json(Path(card_path).read_text("utf-8-sig"))
    meters = {}
    for meter in card["Meters"]:
        tiers = sorted((Decimal(bound), price) for bound, price in meter["MeterRates"].items())
        row = (read_time(meter["EffectiveDate"]), meter["IncludedQuantity"], tiers, meter)
        meters.setdefault(meter["MeterId"].lower(), []).append(row)
    for rows in meters.values():
        rows.sort(key=lambda row: row[0], reverse=True)
    return meters


def decode(card_path, out):
    rows = [row for rows in index(card_path).values() for row in rows]
    tiers = [tier for row in rows for tier in row[2]]
    print(f"meters,{len(rows)}", f"tiers,{len(tiers)}", sep="\n", file=out)
    print(f"bounds,{sum(bound for bound, _ in tiers):f}", file=out)
    print(f"prices,{sum(price for _, price in tiers):f}", file=out)
    print(f"included,{sum(row[1] for row in rows):f}", file=out)


def period_of(at, cache={}):
    day = at.date()
    start = cache.get(day)
    if start is None:
        year, month = day.year, day.month
        if day.day < ANCHOR:
            year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        start = cache[day] = date(year, month, ANCHOR)
    return start


def uri_of(instance):
    inner = json.loads(instance)
    return inner.get("Microsoft.Resources", inner)["resourceUri"]


def cost_of(tiers, billable):
    cost = Decimal(0)
    for at, (start, price) in enumerate(tiers):
        end = tiers[at + 1][0] if at + 1 < len(tiers) else billable
        if billable > start:
            cost += (min(billable, end) - start) * price
    return cost


def rate(card_path, folder, out):
    meters = index(card_path)
    latest = {}
    for page in sorted(Path(folder).glob("page-*.jsonl")):
        with page.open(encoding="utf-8") as lines:
            for line in lines:
                row = read_json(line)
                one = row["properties"]
                key = (
                    one["subscriptionId"].lower(),
                    one["meterId"].lower(),
                    one["usageStartTime"],
                    one["usageEndTime"],
                    row["name"],
                    uri_of(one["instanceData"]),
                )
                latest[key] = one["quantity"]
    # No price changes inside the workload, so the month's sum goes through the tiers once.
    groups = {}
    for (subscription, meter, start, *_), quantity in latest.items():
        at = read_time(start)
        key = (subscription, period_of(at), meter)
        sum_so_far, _ = groups.get(key, (0, None))
        groups[key] = (sum_so_far + quantity, at)
    for (subscription, period, meter), (quantity, at) in sorted(groups.items()):
        price = next((row for row in meters.get(meter, ()) if row[0] <= at), None)
        cost = invoice = ""
        if price:
            exact = cost_of(price[2], max(Decimal(0), quantity - price[1]))
            cost, invoice = f"{exact:f}", f"{exact.quantize(CENT, ROUND_HALF_UP):f}"
        print(subscription, period, meter, f"{quantity:f}", cost, invoice, sep=",", file=out)


if __name__ == "__main__":
    task, *inputs, target = sys.argv[1:]
    with open(target, "w", encoding="ascii") as out:
        {"decode": decode, "rate": rate}[task](*inputs, out)
