"""Daily series for the forecast benchmark: the real one beside the checkout, and bills generated from a seed.

A generated bill is the sum of what bills are made of: machines that step up and down, office hours, storage that grows,
noisy traffic with a weekday shape, bursts, incidents, fees on one day of the month, and meters whose first units are
free. Everything is drawn from the seed alone.
"""

import csv
import datetime
import glob
import random
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
REAL = ROOT.parent / "shared" / "data" / "spend" / "*.csv"
DAY = datetime.timedelta(days=1)


def real():
    """Series → day → amount; {} where the data does not lie beside the checkout."""
    found = sorted(glob.glob(str(REAL)))
    series = {}
    for path in found:
        with open(path, encoding="utf-8") as file:
            for row in csv.DictReader(file):
                day = datetime.date.fromisoformat(row["date"])
                amount = Decimal(row["cost_usd"])
                series.setdefault(f"{row['dimension']}:{row['name']}", {})[day] = amount
                if row["dimension"] == "project":
                    total = series.setdefault("total", {})
                    total[day] = total.get(day, Decimal(0)) + amount
    # A series that is next to nothing says nothing in percent.
    floor = {name: sum(days.values()) for name, days in series.items()}
    return {name: days for name, days in series.items() if floor[name] > floor["total"] / 100}


def machines(draw, days):
    price, count, values = draw.uniform(1, 12), draw.randint(1, 12), []
    for _ in days:
        if draw.random() < 1 / 60:
            count = max(1, count + draw.choice([-2, -1, 1, 2, 3]))
        values.append(price * count)
    return values


def office(draw, days):
    price, weekend = draw.uniform(5, 60), draw.choice([0, 0, 0.1])
    return [price * (1 if day.weekday() < 5 else weekend) * draw.uniform(0.97, 1.03) for day in days]


def storage(draw, days):
    level, growth, values = draw.uniform(3, 60), draw.uniform(0.0002, 0.006), []
    for _ in days:
        level *= 1 + growth * draw.uniform(0, 2)
        values.append(level)
    return values


def traffic(draw, days):
    mean, noise = draw.uniform(4, 80), draw.uniform(0.05, 0.35)
    shape = [draw.uniform(0.9, 1.15) for _ in range(5)] + [draw.uniform(0.5, 0.95) for _ in range(2)]
    drift, values = 1.0, []
    for day in days:
        drift *= draw.lognormvariate(0, 0.01)
        values.append(mean * drift * shape[day.weekday()] * draw.lognormvariate(0, noise))
    return values


def bursts(draw, days):
    size, often = draw.uniform(5, 60), draw.uniform(0.1, 0.4)
    return [size * draw.uniform(0.5, 1.5) if draw.random() < often else 0.0 for _ in days]


def fee(draw, days):
    amount, on = draw.uniform(30, 300), draw.randint(1, 28)
    return [amount if day.day == on else 0.0 for day in days]


def incidents(draw, values):
    for at in range(len(values)):
        if draw.random() < 1 / 90:
            for later in range(at, min(at + draw.randint(1, 3), len(values))):
                values[later] *= draw.uniform(1.3, 3)
    return values


def calendar(months):
    first = datetime.date(2024, 1, 1)
    days = [first + DAY * at for at in range(months * 31)]
    return [day for day in days if (day.year - 2024) * 12 + day.month <= months]


def tiers(draw, use, free=(0.1, 0.8), second=(0.85, 1.5)):
    """A free grant, a price, and a lower price, around the use of a month: [(from, price)]."""
    month, price = 30.4 * sum(use) / len(use), draw.uniform(0.05, 2)
    text = lambda number: Decimal(f"{number:.4f}")
    bounds = text(month * draw.uniform(*free)), text(month * draw.uniform(*second))
    return [(Decimal(0), Decimal(0)), (bounds[0], text(price)), (bounds[1], text(price * 0.7))]


def quantities(days, values):
    return {day: Decimal(f"{value:.6f}") for day, value in zip(days, values)}


def generated(seed, bills=12, months=20):
    """Bill → meter → (tiers, day → quantity). Most meters have one price; of traffic, half has a free grant."""
    days, found = calendar(months), {}
    for number in range(bills):
        draw = random.Random(f"bill {seed} {number}")
        kinds = [machines, office, storage, traffic, traffic, bursts, fee]
        wanted = [kind for kind in kinds for _ in range(draw.randint(0, 2))] or [machines, traffic]
        bill = {}
        for at, kind in enumerate(wanted):
            use = kind(draw, days)
            use = incidents(draw, use) if kind in (machines, traffic) else use
            tiered = kind is traffic and draw.random() < 0.5
            prices = tiers(draw, use) if tiered else [(Decimal(0), Decimal(1))]
            bill[f"{at}-{kind.__name__}"] = (prices, quantities(days, use))
        found[f"bill-{seed}-{number}"] = bill
    return found


def meters(seed, count=75, months=16):
    """Meter → (tiers, day → quantity): a free grant, a price, and a second price."""
    days, found = calendar(months), {}
    for number in range(count):
        draw = random.Random(f"meter {seed} {number}")
        use = incidents(draw, draw.choice([traffic, traffic, office, storage, machines])(draw, days))
        found[f"meter-{seed}-{number}"] = (tiers(draw, use), quantities(days, use))
    return found


def cost(prices, total):
    """Of a running total, graduated."""
    ends = [start for start, _ in prices[1:]] + [total]
    return sum((max(Decimal(0), min(total, end) - start) * price for (start, price), end in zip(prices, ends)), Decimal(0))


def money(prices, use):
    """Day → what the day adds to the month's cost."""
    found, total = {}, Decimal(0)
    for day, quantity in use.items():
        total = Decimal(0) if day.day == 1 else total
        found[day] = cost(prices, total + quantity) - cost(prices, total)
        total += quantity
    return found
