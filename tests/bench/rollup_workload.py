"""Pages of the Usage Aggregates API for the whole job: equal card, equal bytes.

    python3 rollup_workload.py CARD ROWS RESOURCES FOLDER

Every resource has a row a day, for as many days as the rows last. Pages come as the service gives
them, reported day by reported day, a thousand rows each. Beside the pages lies the card of the
meters in use, since reading all prices is another task.
"""

import json
import os
import sys
from datetime import timedelta
from decimal import Decimal

from workload import PAGE_ROWS, SUBSCRIPTIONS, Workload

LINK = (
    "https://management.azure.com:443/subscriptions/{0}/providers/Microsoft.Commerce/UsageAggregates"
    "?api-version=2015-06-01-preview&continuationToken=eyJyIjoi{1:08}%3d%3d"
)


class Pages(Workload):
    def __init__(self, card, rows, resources):
        super().__init__(card, rows)
        self.per_subscription = max(1, resources // SUBSCRIPTIONS)
        count = -(-rows // (self.per_subscription * SUBSCRIPTIONS))
        self.days = [(self.start + timedelta(days=n)).isoformat() for n in range(count + 2)]
        self.used = set()

    def series(self, subscription, n):
        one = super().series(subscription, n)
        self.used.add(json.loads("{" + one["before"] + "}")["meterId"].lower())
        return one

    def subscription(self, count):
        subscription, written = self.guid(), 0
        series = [self.series(subscription, n) for n in range(self.per_subscription)]
        for day in range(len(self.days) - 2):
            for one in series:
                for line in self.row(subscription, one, day):
                    yield line
                    written += 1
                    if written == count:
                        return

    @staticmethod
    def write(folder, page, lines):
        rows = ",".join(line.rstrip("\n") for line in lines)
        link = LINK.format(json.loads(lines[0])["properties"]["subscriptionId"], page)
        with open(os.path.join(folder, f"page-{page:05}.json"), "w", encoding="ascii") as out:
            out.write(f'{{"value":[{rows}],"nextLink":"{link}"}}')

    def card(self):
        fields = ("MeterId", "MeterName", "MeterCategory", "MeterSubCategory", "MeterRegion", "Unit")
        numbers = lambda meter: ",".join(f'"{bound}":{price}' for bound, price in meter["MeterRates"].items())
        rows = (
            json.dumps({name: meter[name] for name in fields})[:-1]
            + f', "EffectiveDate": "{meter["EffectiveDate"]}", "IncludedQuantity": {meter["IncludedQuantity"]}, '
            + f'"MeterRates": {{{numbers(meter)}}}}}'
            for meter in self.meters
            if meter["MeterId"].lower() in self.used
        )
        return '{"Currency": "USD", "Meters": [' + ",\n".join(rows) + "]}"


if __name__ == "__main__":
    card, rows, resources, folder = sys.argv[1:]
    with open(card, encoding="utf-8-sig") as text:
        pages = Pages(json.load(text, parse_float=Decimal, parse_int=Decimal), int(rows), int(resources))
    pages.pages(folder)
    with open(os.path.join(folder, "card.json"), "w", encoding="utf-8") as out:
        out.write(pages.card())
