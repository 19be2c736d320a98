"""Continues daily series and finds the days that stand out, from the description of the methods, without Forebill.

Another road: days are dates with their weekday, numbers are decimals of sixty digits that are never rounded on the way,
and each method is a function of a dictionary.

usage: forecast.py SERIES.jsonl
in:    {"series": {"2026-08-01": "1.5", …}, "start": …, "from": …, "end": …}
out:   [[method, [amount of each day to come]], …, ["anomalies", [day, …]]]
"""

import json
import sys
from datetime import date, timedelta
from decimal import Decimal, getcontext

getcontext().prec = 60
DAY = timedelta(days=1)
ALPHAS = [Decimal(text) for text in ("0.05", "0.1", "0.2", "0.3", "0.5", "0.7", "0.9")]


def median(values):
    values = sorted(values)
    if not values:
        return Decimal(0)
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2


def mean(values):
    return sum(values) / len(values) if values else Decimal(0)


def last(series, days):
    return {day: series[day] for day in sorted(series)[-days:]}


def weekday_factors(series):
    shares = {weekday: [] for weekday in range(7)}
    known = last(series, 56)
    for day, value in known.items():
        around = [known.get(day + step * DAY) for step in range(-3, 4)]
        if None not in around and sum(around) > 0:
            shares[day.weekday()].append(min(Decimal(7), max(Decimal(0), value * 7 / sum(around))))
    return {weekday: median(found) if len(found) >= 2 else Decimal(1) for weekday, found in shares.items()}


def smoothing(series, coming, limited, ahead):
    factors = weekday_factors(series)
    plain = [v / factors[d.weekday()] for d, v in last(series, 120).items() if factors[d.weekday()] >= Decimal("0.1")]
    steps = [abs(b - a) for a, b in zip(plain, plain[1:])]
    largest = 4 * (median(steps) or mean(steps)) if limited else None
    ahead = ahead if len(plain) >= ahead else 1
    best = None
    for alpha in ALPHAS:
        level, error = median(plain[:7]), Decimal(0)
        for at, value in enumerate(plain):
            if at + ahead <= len(plain):
                error += abs(mean(plain[at : at + ahead]) - level)
            step = value - level
            level += alpha * (step if largest is None else max(-largest, min(largest, step)))
        if best is None or error < best[0]:
            best = (error, level)
    return [best[1] * factors[day.weekday()] for day in coming]


def same_weekdays(series, coming, window):
    known = last(series, window)
    of = lambda weekday: [value for day, value in known.items() if day.weekday() == weekday]
    return [median(of(day.weekday()) or known.values()) for day in coming]


def flat(value, coming):
    return [value for _ in coming]


def methods(whole, start, coming):
    """`whole` is all that is known; most methods look at half a year of it."""
    series = last(whole, 180)
    so_far = [value for day, value in whole.items() if day >= start]
    four_weeks = flat(mean(list(last(series, 28).values())), coming)
    before = months_before(start, 1)
    months = [value for day, value in whole.items() if before <= day < start]
    found = {
        "run-rate": flat(mean(so_far), coming) if so_far else four_weeks,
        "last-period": flat((sum(months) - sum(so_far)) / len(coming), coming) if min(whole) <= before else four_weeks,
        "mean-of-four-weeks": four_weeks,
        "weekday-median": same_weekdays(series, coming, 28),
        "last-week": same_weekdays(series, coming, 7),
        "smoothing": smoothing(series, coming, False, 14),
        "robust-smoothing": smoothing(series, coming, True, 14),
        "next-day-smoothing": smoothing(series, coming, False, 1),
        "next-day-robust-smoothing": smoothing(series, coming, True, 1),
    }
    medians = {
        "median-of-three": ("smoothing", "robust-smoothing", "last-week"),
        "next-day-median-of-three": ("next-day-smoothing", "next-day-robust-smoothing", "last-week"),
        "weekday-median-of-three": ("weekday-median", "next-day-smoothing", "last-week"),
        "median-of-four": ("weekday-median", "next-day-smoothing", "next-day-robust-smoothing", "last-week"),
    }
    for name, parts in medians.items():
        found[name] = [median(values) for values in zip(*(found[part] for part in parts))]
    found["usual"] = usual(whole, found, coming)
    return found


def usual(whole, found, coming):
    values = list(whole.values())
    once = charged_day(whole, coming[0])
    if once:
        return [once[1] if day.day == min(once[0], month_end(day)) else Decimal(0) for day in coming]
    if len(values) < 8:
        return found["mean-of-four-weeks"]
    fees = fee_days(whole, coming[0])
    if fees:
        due = lambda day: [fee for of_month, fee in fees if day.day == min(of_month, month_end(day))]
        return [(due(day) or [Decimal(0)])[0] for day in coming]
    steps = [b - a for a, b in zip(values[-29:], values[-28:])]
    if len(steps) == 28 and max(sum(step > 0 for step in steps), sum(step < 0 for step in steps)) >= 25:
        return [max(Decimal(0), values[-1] + median(steps) * ahead) for ahead in range(1, len(coming) + 1)]
    used = next((at for at, value in enumerate(values) if value), len(values))
    since = values[used:][-28:]
    idle = next((at for at, value in enumerate(reversed(since)) if value), len(since))
    if idle < 14 and sum(not value for value in since) * 5 >= len(since) * 2:
        return found["mean-of-four-weeks"]
    return found["median-of-three"]


def month_end(day):
    return ((day.replace(day=28) + 4 * DAY).replace(day=1) - DAY).day


def charged_day(whole, begins):
    """(day of the month, what it came to the last time) when no other day of two months was charged since one was."""
    recent = {day: value for day, value in whole.items() if day >= months_before(begins, 2)}
    used = [day for day, value in recent.items() if value]
    if not used:
        return None
    since = [day for day in recent if day >= used[0]]
    meant = max(day.day for day in used)
    due = [day for day in since if day.day == min(meant, month_end(day))]
    rested = any(day.weekday() < 5 for day in since if day not in used)
    return (meant, recent[due[-1]]) if rested and set(used) <= set(due) else None


def months_before(day, count):
    """In one step: from the 31st of May two months back is the 31st of March, by way of no April."""
    number = day.year * 12 + day.month - 1 - count
    first = date(number // 12, number % 12 + 1, 1)
    return first.replace(day=min(day.day, month_end(first)))


def fee_days(whole, begins):
    """[(day of the month, fee)] when each of the last two months has the same one to three days."""
    first, second = months_before(begins, 2), months_before(begins, 1)
    if first < min(whole):
        return None
    earlier = [(day, v) for day, v in whole.items() if first <= day < second and v]
    later = [(day, v) for day, v in whole.items() if second <= day and v]
    if not 1 <= len(later) <= 3 or len(earlier) != len(later):
        return None
    fees = []
    for (a, _), (b, fee) in zip(earlier, later):
        meant = max(a.day, b.day)
        if a.day != min(meant, month_end(a)) or b.day != min(meant, month_end(b)):
            return None
        fees.append((meant, fee))
    return fees


def same_days(day):
    """This day of the last two months; of a last day, their last days too."""
    months = [months_before(day, count) for count in (1, 2)]
    last = [month.replace(day=month_end(month)) for month in months] if day.day == month_end(day) else []
    return months + last


def anomalies(series):
    days, opened = sorted(series), []
    level, residuals, quiet, is_open = median([series[day] for day in days[:7]]), [], 0, False
    rises, run, before = {}, [], None
    for at, day in enumerate(days[7:], 7):
        factor = weekday_factors({known: series[known] for known in days[max(0, at - 56) : at]})[day.weekday()]
        usual_cost = level * factor
        step = None
        if len(residuals) >= 7:
            step = Decimal("3.7065") * median([abs(residual) for residual in residuals[-28:]])
        unusual = max(step or Decimal(0), usual_cost * Decimal("0.3"), Decimal(0))
        known = [rises.get(same, Decimal(0)) for same in same_days(day)]
        limit = max(unusual, *(rise * Decimal("1.3") for rise in known))
        stands_out = at >= 28 and series[day] - usual_cost > limit
        if series[day] - usual_cost > unusual and not is_open:
            rises[day] = series[day] - usual_cost
        if stands_out and not is_open:
            opened.append(str(day))
        quiet = 0 if stands_out else quiet + 1
        is_open = stands_out or is_open and quiet < 2
        residual = series[day] - usual_cost
        residuals.append(residual)
        if factor < Decimal("0.1"):
            continue
        side = (residual > unusual) - (residual < -unusual)
        run = [(known, plain) for known, plain in run if known == side]
        if side > 0 or side < 0 and before is not None:
            run.append((side, series[day] / factor))
        if len(run) == 3:
            settled, run = median([plain for _, plain in run]), []
            if side > 0:
                level, before = settled, level if before is None else min(before, level)
            else:
                level, before = max(settled, before), None
        else:
            bounded = max(-step, min(step, residual)) if step else residual
            level += bounded / factor / 5
    return opened


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        for line in file:
            task = json.loads(line)
            series = {date.fromisoformat(day): Decimal(value) for day, value in sorted(task["series"].items())}
            start, begins, end = (date.fromisoformat(task[name]) for name in ("start", "from", "end"))
            coming = [begins + step * DAY for step in range((end - begins).days)]
            known = {day: value for day, value in series.items() if day < begins}
            found = [[name, [f"{value:.9f}" for value in path]] for name, path in methods(known, start, coming).items()]
            print(json.dumps([*found, ["anomalies", anomalies(series)]]))


if __name__ == "__main__":
    main()
