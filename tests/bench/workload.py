"""Writes a month of usage as the Usage Aggregates API answers it: equal card, equal bytes.

Only `Random.random()` is drawn and only whole numbers are formatted, so that no library version
and no float formatting can change a digit.

    python3 workload.py CARD ROWS FOLDER
"""

import json
import os
import random
import sys
import uuid
from bisect import bisect
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

SEED = 20201211
SUBSCRIPTIONS = 50
DAYS = 30
PAGE_ROWS = 1000
METERS_IN_USE = 3000
TIERED_METERS = 300
# Rare on purpose, and all real: what a fast path forgets.
REREAD, CORRECTED, UNKNOWN_METER, UPPER_CASE, EXPONENT = 1000, 2000, 5000, 100, 500


def first_day(meters):
    """Ten days after the newest price: every price of the card is in force."""
    newest = max(meter["EffectiveDate"] for meter in meters)
    return date.fromisoformat(newest[:10]) + timedelta(days=10)


class Workload:
    def __init__(self, card, rows):
        self.rng = random.Random(SEED)
        self.rows = rows
        self.meters = sorted(card["Meters"], key=lambda meter: (meter["MeterId"], meter["EffectiveDate"]))
        self.start = first_day(self.meters)
        self.days = [(self.start + timedelta(days=n)).isoformat() for n in range(DAYS + 2)]
        tiered = [m for m in self.meters if len(m["MeterRates"]) > 1 or m["IncludedQuantity"] > 0]
        flat = [m for m in self.meters if len(m["MeterRates"]) == 1]
        self.flat = self.sample(flat, METERS_IN_USE)
        self.tiered = self.sample(tiered, TIERED_METERS) or self.flat
        # Zipf: the nth meter is used 1/n as often as the first.
        self.flat_weights = list(accumulate(1 / n for n in range(1, len(self.flat) + 1)))
        self.tiered_weights = list(accumulate(1 / n for n in range(1, len(self.tiered) + 1)))

    def below(self, limit):
        return int(self.rng.random() * limit)

    def one_in(self, n):
        return self.below(n) == 0

    def sample(self, items, count):
        items = list(items)
        for at in range(min(count, len(items))):
            other = at + self.below(len(items) - at)
            items[at], items[other] = items[other], items[at]
        return items[:count]

    def guid(self):
        return str(uuid.UUID(int=self.below(2**52) << 76 | self.below(2**52), version=4))

    def pages(self, folder):
        """Files of 1,000 rows each, as JSON Lines."""
        lines, page = [], 0
        for line in self.lines():
            lines.append(line)
            if len(lines) == PAGE_ROWS:
                self.write(folder, page, lines)
                lines, page = [], page + 1
        if lines:
            self.write(folder, page, lines)

    @staticmethod
    def write(folder, page, lines):
        with open(os.path.join(folder, f"page-{page:05}.jsonl"), "w", encoding="ascii", newline="\n") as out:
            out.write("".join(lines))

    def lines(self):
        per_subscription = -(-self.rows // SUBSCRIPTIONS)
        left = self.rows
        while left > 0:
            count = min(per_subscription, left)
            yield from self.subscription(count)
            left -= count

    def subscription(self, count):
        subscription = self.guid()
        series = [self.series(subscription, n) for n in range(-(-count // DAYS))]
        written = 0
        while True:
            for day in range(DAYS):
                for one in series:
                    for line in self.row(subscription, one, day):
                        yield line
                        written += 1
                        if written == count:
                            return

    def row(self, subscription, one, day):
        quantity = self.quantity(one)
        yield self.text(subscription, one, day, day + 1, quantity)
        if self.one_in(REREAD):
            # The same window read again: the later reading counts alone.
            yield self.text(subscription, one, day, day + 1, self.quantity(one))
        if self.one_in(CORRECTED):
            # Reported in a later bucket: adds to the first, here to take it back.
            yield self.text(subscription, one, day, day + 2, f"-{quantity}")

    def series(self, subscription, n):
        if self.one_in(10):
            pool, weights, tiered = self.tiered, self.tiered_weights, True
        else:
            pool, weights, tiered = self.flat, self.flat_weights, False
        meter = pool[bisect(weights, self.rng.random() * weights[-1])]
        meter_id = self.guid() if self.one_in(UNKNOWN_METER) else meter["MeterId"]
        if self.one_in(UPPER_CASE):
            meter_id = meter_id.upper()
        group = f"rg-{self.below(40):02}"
        tags = {"costCenter": f"CC{1000 + self.below(30)}", "env": ("prod", "test", "dev")[self.below(3)]}
        if self.one_in(4):
            tags["owner"] = f"Zo\u00eb \"{n}\""
        instance = {
            "Microsoft.Resources": {
                "resourceUri": f"/subscriptions/{subscription}/resourceGroups/{group}/providers/"
                f"Microsoft.Compute/virtualMachines/vm-{n:05}",
                "location": meter["MeterRegion"].replace(" ", "").lower(),
                "tags": tags if not self.one_in(5) else None,
                "additionalInfo": {"UsageType": "ComputeHR", "VCPUs": "4"} if self.one_in(2) else None,
                "partNumber": "",
                "orderNumber": "",
            }
        }
        before = json.dumps(
            {
                "meterId": meter_id,
                "meterName": meter["MeterName"],
                "meterCategory": meter["MeterCategory"],
                "meterSubCategory": meter["MeterSubCategory"],
                "meterRegion": meter["MeterRegion"],
                "unit": meter["Unit"],
                "infoFields": {},
            },
            separators=(",", ":"),
        )[1:-1]
        # Text inside text, as the service escapes it.
        after = json.dumps({"instanceData": json.dumps(instance, separators=(",", ":"))}, separators=(",", ":"))[1:-1]
        bounds = sorted(Decimal(bound) for bound in meter["MeterRates"])
        reach = int(bounds[-1] if len(bounds) < 3 else bounds[2]) + int(meter["IncludedQuantity"])
        return {"before": before, "after": after, "reach": reach if tiered else 0, "hours": self.one_in(3)}

    def quantity(self, one):
        if one["reach"] > 1:
            # About twice the third bound in 30 days: tiers are really crossed.
            return f"{self.below(one['reach'] // 8 + 2)}.{self.below(10**4):04}"
        if one["hours"]:
            return "24" if self.one_in(2) else f"{self.below(24)}.{self.below(10**6):06}"
        if self.one_in(EXPONENT):
            return f"{1 + self.below(9)}E-0{5 + self.below(5)}"
        digits = 1 + self.below(10)
        return f"{self.below(10 ** self.below(5))}.{self.below(10**digits):0{digits}}"

    def text(self, subscription, one, day, reported, quantity):
        bucket = f"Daily_BRSDT_{self.days[reported].replace('-', '')}_0000"
        return (
            f'{{"id":"/subscriptions/{subscription}/providers/Microsoft.Commerce/UsageAggregates/{bucket}",'
            f'"name":"{bucket}","type":"Microsoft.Commerce/UsageAggregate","properties":{{'
            f'"subscriptionId":"{subscription}","usageStartTime":"{self.days[day]}T00:00:00+00:00",'
            f'"usageEndTime":"{self.days[day + 1]}T00:00:00+00:00",{one["before"]},'
            f'"quantity":{quantity},{one["after"]}}}}}\n'
        )


if __name__ == "__main__":
    card, rows, folder = sys.argv[1:]
    with open(card, encoding="utf-8-sig") as text:
        Workload(json.load(text, parse_float=Decimal, parse_int=Decimal), int(rows)).pages(folder)
