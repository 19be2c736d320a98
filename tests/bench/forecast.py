"""The forecast benchmark: Forebill, run-rate, last month, AutoETS and Prophet foretell the same bills in one run.

    python3 tests/bench/forecast.py [--prior] [--bills N] [--without-peers]

Two kinds of bills: the daily cost of a real site, where it lies beside the checkout (its total, projects and services),
and generated ones (forecast_workload.py), whose meters have prices. The task: after 5, 10, 15 and 20 days of a month, say
what it will come to. Each month with 75 days before it counts; the error is |forecast - actual| / actual.

A method is chosen on the first half of the real months and on the generated bills of seed 1. It is reported on the second
half and on seeds 2 and 3, which played no part in that. All candidates are listed on both sides. The measure of choosing
is the error as a part of run-rate's, mean of the four days, mean of both kinds.

Of generated bills, Forebill forecasts the quantity of each meter and rates it; its peers have the money of each day, which
is what a tool without a price engine sees. Of the real one there is only money, for all.

The candidates are those of forecast::Method. Before them, a prototype tried on the choosing sets alone, and dropped: means of
methods instead of medians, the method whose total is the median, the mean of two weeks by weekday, a horizon of seven days,
medians of five and of seven methods. All were worse than what was chosen. What grows on nearly every day is continued by
its median step: 24 windows and tolerances were tried, which differ little.

Prints each bar with what was measured. Nothing here passes or fails.
"""

import argparse
import collections
import datetime
import json
import os
import statistics
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import forecast_peers as peers
import forecast_workload as workload

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENV = HERE / ".venv-forecast"
WANTED = HERE / "requirements-forecast.txt"
CHOOSING_SEED, REPORTED_SEEDS = 1, (2, 3)
# The bills of other seeds are reported in the last months: Prophet takes its time.
REPORTED_MONTHS = 6


def prepare():
    python, stamp = VENV / "bin" / "python", VENV / "installed.txt"
    if not stamp.is_file() or stamp.read_text() != WANTED.read_text():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", WANTED], check=True)
        stamp.write_text(WANTED.read_text())
    if Path(sys.prefix) != VENV:
        os.execv(python, [str(python), *sys.argv])


def build(name="forecast"):
    command = ["cargo", "build", "--release", "--quiet", "-p", "shared", "--bench", name, "--message-format=json"]
    answer = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return next(one["executable"] for one in map(json.loads, answer.splitlines()) if one.get("executable"))


def ask(program, lines, *arguments):
    answer = subprocess.run([program, *arguments], input="\n".join(lines), check=True, stdout=subprocess.PIPE, text=True)
    return [line.split(",") for line in answer.stdout.splitlines()]


def ours(program, bills):
    """{(bill, month, elapsed, method): (forecast, actual, so far)}: sums over the meters of a bill."""
    lines = []
    for bill, meters in bills.items():
        for meter, (prices, use) in meters.items():
            lines += [f"{day},{bill}/{meter},{amount:f}" for day, amount in use.items()]
            if prices:
                lines.append(f"tiers,{bill}/{meter}," + ";".join(f"{start}:{price}" for start, price in prices))
    found = {}
    for series, start, elapsed, method, *amounts in ask(program, lines):
        key = (series.split("/")[0], datetime.date.fromisoformat(start), int(elapsed), method)
        before = found.get(key, (Decimal(0),) * 3)
        found[key] = tuple(a + Decimal(b) for a, b in zip(before, amounts))
    return found


def errors(found, wanted):
    """{(method, elapsed): [per cent of the bill]}"""
    of = collections.defaultdict(list)
    for (bill, month, elapsed, method), (forecast, actual, *_) in found.items():
        if wanted(bill, month) and elapsed in peers.ELAPSED and actual > 0:
            of[method, elapsed].append(float(abs(forecast - actual) / actual) * 100)
    return of


def table(title, of):
    tasks = len(next(iter(of.values())))
    print(f"\n{title}: mean error in per cent of the bill, {tasks} tasks each day")
    print(f"  {'':<28}" + "".join(f"  day {day:>2}" for day in peers.ELAPSED) + "    mean  of run-rate's")
    base = [statistics.mean(of["run-rate", day]) for day in peers.ELAPSED]
    means, parts = {}, {}
    for method in dict.fromkeys(method for method, _ in of):
        means[method] = [statistics.mean(of[method, day]) for day in peers.ELAPSED]
        parts[method] = statistics.mean(a / b for a, b in zip(means[method], base))
    for method, values in sorted(means.items(), key=lambda one: parts[one[0]]):
        print(f"  {method:<28}" + "".join(f"{x:8.2f}" for x in values + [statistics.mean(values)]) + f"{parts[method]:8.3f}")
    return means, parts


def bar(text, reached, measured):
    print(f"  {'reached    ' if reached else 'NOT REACHED'}  {text}: {measured}")


def bars(title, means):
    print(f"\nBars, {title}")
    us, run = means["usual"], means["run-rate"]
    for at, day in enumerate(peers.ELAPSED):
        if day > 5:
            bar(f"better than run-rate at day {day}", us[at] < run[at], f"{us[at]:.2f} against {run[at]:.2f} %")
    better = 100 * (1 - us[3] / run[3])
    bar("at least 25 % better than run-rate at day 20", better >= 25, f"{better:.0f} %")
    if "Prophet" in means:
        for at, day in enumerate(peers.ELAPSED):
            theirs = means["Prophet"][at]
            bar(f"better than Prophet at day {day}", us[at] < theirs, f"{us[at]:.2f} against {theirs:.2f} %")
        mine, ets = statistics.mean(us), statistics.mean(means["AutoETS(7)"])
        bar("not worse than AutoETS, mean of the days", mine <= ets, f"{mine:.2f} against {ets:.2f} %")


def bands(program, found, wanted):
    """(covered, tasks, mean width in per cent of the bill) of the 80 % band of the usual forecast."""
    usual = {key[:3]: amounts for key, amounts in found.items() if key[3] == "usual" and key[2] in peers.ELAPSED}
    order = sorted(usual)
    lines = [",".join(map(str, (*key, *(format(x, "f") for x in usual[key])))) for key in order]
    covered, widths = [], []
    for key, (low, high) in zip(order, ask(program, lines, "bands")):
        actual = usual[key][1]
        if wanted(key[0], key[1]) and actual > 0:
            covered.append(Decimal(low) <= actual <= Decimal(high))
            widths.append(float((Decimal(high) - Decimal(low)) / actual) * 100)
    return sum(covered), len(covered), statistics.mean(widths)


def prior(program):
    """The table of forecast/interval/prior.rs."""
    found = ours(program, workload.generated(CHOOSING_SEED, bills=40))
    for elapsed in (5, 10, 15, 20, 25):
        of = [(k, v) for k, v in found.items() if k[2] == elapsed and k[3] == "usual" and v[0] > 0]
        relative = sorted(float((actual - forecast) / forecast) for _, (forecast, actual, _) in of)
        cuts = statistics.quantiles(relative, n=20)
        print("    [" + ", ".join(str(round(cut * 10_000)) for cut in cuts) + "],")


def tiered(program):
    print("\nTiered meters, error of the month's cost in per cent (a free grant, a price, a second price)")
    sums = collections.defaultdict(list)
    for seed in REPORTED_SEEDS:
        meters = workload.meters(seed)
        found = ours(program, {name: {"meter": meter} for name, meter in meters.items()})
        money = {name: workload.money(*meter) for name, meter in meters.items()}
        plain = peers.forecasts(money, lambda *_: True, ("run-rate", "last-month"))
        for of in errors(against(found, plain), lambda *_: True).items():
            sums[of[0]] += of[1]
    for method in ("usual", "run-rate", "last-month"):
        print(f"  {method:<12}" + "".join(f"{statistics.mean(sums[method, day]):8.1f}" for day in peers.ELAPSED))
    part = statistics.mean(sums["usual", 15]) / statistics.mean(sums["run-rate", 15])
    bar("at most a quarter of run-rate's error at day 15", part <= 0.25, f"{part:.3f} of it, {len(sums['usual', 15])} tasks")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--prior", action="store_true", help="print the shipped table of errors and stop")
    options.add_argument("--bills", type=int, default=12, help="generated bills of each seed")
    options.add_argument("--without-peers", action="store_true", help="without AutoETS and Prophet, in half a minute")
    options = options.parse_args()
    if not options.without_peers and not options.prior:
        prepare()
    program = build()
    if options.prior:
        return prior(program)
    names = peers.NAMES[:2] if options.without_peers else peers.NAMES

    real = workload.real()
    if not real:
        print("The real series does not lie beside the checkout: generated bills only")
    of_real = ours(program, {name: {"money": (None, days)} for name, days in real.items()})
    months = sorted({month for _, month, *_ in of_real})
    first_half = set(months[: (len(months) + 1) // 2])

    chosen_on = workload.generated(CHOOSING_SEED, options.bills)
    parts = []
    if real:
        parts.append(table("Choosing: first half of the real months", errors(of_real, lambda _, m: m in first_half))[1])
    of_bills = ours(program, chosen_on)
    money = {bill: daily_money(meters) for bill, meters in chosen_on.items()}
    of_bills = against(of_bills, peers.forecasts(money, lambda *_: True, names[:2]))
    parts.append(table(f"Choosing: generated bills of seed {CHOOSING_SEED}", errors(of_bills, lambda *_: True))[1])
    candidates = {method for part in parts for method in part} - {"usual", "last-month"}
    best = sorted((statistics.mean(part[method] for part in parts if method in part), method) for method in candidates)
    print("\nChosen:", ", ".join(f"{method} {measure:.3f}" for measure, method in best[:4]), "…")

    if real:
        second = lambda _, month: month not in first_half
        found = against(of_real, peers.forecasts(real, second, names), keep_run_rate=True)
        means, _ = table("Reported: second half of the real months", errors(found, second))
        bars("real, second half", means)
        held = bands(program, of_real, second)
        coverage("real, second half", held)
    all_bills, all_ours, all_peers = {}, {}, {}
    for seed in REPORTED_SEEDS:
        all_bills |= workload.generated(seed, options.bills)
    money = {bill: daily_money(meters) for bill, meters in all_bills.items()}
    late = set(sorted({start for days in money.values() for start, _ in peers.months(days)})[-REPORTED_MONTHS:])
    wanted = lambda _, month: month in late
    all_ours = ours(program, all_bills)
    all_peers = peers.forecasts(money, wanted, names)
    shown = against(all_ours, all_peers)
    # The same method with no more than its peers have: what is left of the lead without a price engine.
    on_money = ours(program, {bill: {"money": (None, days)} for bill, days in money.items()})
    shown |= {(*key[:3], "usual, on money alone"): value for key, value in on_money.items() if key[3] == "usual"}
    means, _ = table(f"Reported: generated bills of seeds {REPORTED_SEEDS}", errors(shown, wanted))
    bars("generated, other seeds", means)
    of_generated = bands(program, all_ours, wanted)
    coverage("generated, other seeds", of_generated)
    if real:
        widths = (held[1] * held[2] + of_generated[1] * of_generated[2]) / (held[1] + of_generated[1])
        coverage("all reported months together", (held[0] + of_generated[0], held[1] + of_generated[1], widths))
    tiered(program)


def coverage(title, of):
    covered, tasks, width = of
    part = 100 * covered / tasks
    bar(f"80 % band covers 75 to 85 %, {title}", 75 <= part <= 85, f"{part:.1f} % of {tasks}, {width:.1f} % wide")


def daily_money(meters):
    total = collections.Counter()
    for prices, use in meters.values():
        total.update(workload.money(prices, use))
    return dict(total)


def against(found, theirs, keep_run_rate=False):
    """Ours beside the peers'. Where we rate quantities, run-rate is the peer's, of money."""
    ours = {key: value for key, value in found.items() if keep_run_rate or key[3] not in ("run-rate", "last-period")}
    return ours | {key: tuple(map(Decimal, map(str, value))) for key, value in theirs.items()}


if __name__ == "__main__":
    main()
