"""What others make of a bill: run-rate and last month in plain Python, AutoETS of statsforecast, Prophet.

Each sees the daily money of the whole bill up to the day from which it forecasts, as a tool without a price engine does.
"""

import datetime
import logging
import warnings

DAY = datetime.timedelta(days=1)
ELAPSED = (5, 10, 15, 20)
WARM_UP = 75
NAMES = ("run-rate", "last-month", "AutoETS(7)", "Prophet")


def dense(days):
    """First day and a list without holes: a missing day is the same weekday before."""
    first, last = min(days), max(days)
    values, day = [], first
    while day <= last:
        values.append(float(days[day]) if day in days else values[-7])
        day += DAY
    return first, values


def months(days):
    """(first day, day after the last) of each whole month with enough days before it."""
    first, last = min(days), max(days)
    start, found = first.replace(day=1), []
    while True:
        end = (start + 31 * DAY).replace(day=1)
        if end > last + DAY:
            return found
        if start >= first + WARM_UP * DAY:
            found.append((start, end))
        start = end


def run_rate(first, values, start, from_at, end):
    so_far = values[start:from_at]
    return sum(so_far) / len(so_far) * (end - start)


def last_month(first, values, start, from_at, end):
    begins = (first + (start - 1) * DAY).replace(day=1)
    return sum(values[max(0, (begins - first).days) : start])


def auto_ets(first, values, start, from_at, end):
    import numpy
    from statsforecast.models import AutoETS

    known = numpy.array(values[max(0, from_at - 180) : from_at])
    path = AutoETS(season_length=7).forecast(known, h=end - from_at)["mean"]
    return sum(values[start:from_at]) + float(path.sum())


def prophet(first, values, start, from_at, end):
    import pandas
    from prophet import Prophet

    from_here = max(0, from_at - 365)
    days = pandas.date_range(first + from_here * DAY, periods=end - from_here)
    model = Prophet()
    model.fit(pandas.DataFrame({"ds": days[: from_at - from_here], "y": values[from_here:from_at]}))
    path = model.predict(pandas.DataFrame({"ds": days[from_at - from_here :]}))["yhat"]
    return sum(values[start:from_at]) + float(path.sum())


METHODS = dict(zip(NAMES, (run_rate, last_month, auto_ets, prophet)))


def forecasts(series, wanted, names):
    """{(bill, month, elapsed, method): (forecast, actual)} for the months that are wanted."""
    for name in ("cmdstanpy", "prophet"):
        # A level is set anew when the package is imported; this stays.
        logging.getLogger(name).disabled = True
    warnings.simplefilter("ignore")
    found = {}
    for bill, days in series.items():
        first, values = dense(days)
        for begins, ends in months(days):
            if not wanted(bill, begins):
                continue
            start, end = (begins - first).days, (ends - first).days
            for elapsed in ELAPSED:
                for method in names:
                    guess = METHODS[method](first, values, start, start + elapsed, end)
                    found[bill, begins, elapsed, method] = (guess, sum(values[start:end]))
    return found
