"""The whole job: pages of usage as JSON → exact charges → cost by cost centre and UTC day.

    python3 tests/bench/rollup.py [--rows N] [--rounds N] [--keep FOLDER]

Part of bench.py, which says how it is measured; by itself it is this task alone. Each contestant
reads the pages and the prices of the meters in use, keeps each row once, prices every row by the
running total of its period, and sums. All sums must agree digit by digit.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import bench

# Rows last as many days as each resource gets: a year of few resources, a month of many.
SHAPES = {"year": 400, "month": 30}
GOALS = {"python": 10.0, "duckdb": 3.0}
# By CPU second. What orjson's parsing alone reaches in the same run tells a slow machine from slow code.
GOAL_ROWS = 2_000_000


def prepare(work, card, rows, resources):
    folder = work / f"rollup-{rows}-{resources}"
    if not folder.is_dir():
        unfinished = work / "unfinished-rollup"
        unfinished.mkdir()
        # In a process of its own: a child's peak memory counts from what its parent held.
        workload = [bench.PYTHON, bench.HERE / "rollup_workload.py", card, str(rows), str(resources), unfinished]
        subprocess.run(workload, check=True)
        unfinished.rename(folder)
    return folder


def parse_only(folder):
    """Rows per CPU second of orjson alone."""
    command = [bench.PYTHON, bench.HERE / "rollup_parse_only.py", folder]
    rows, seconds = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    return int(rows) / float(seconds)


def against_goals(rows, runs, parsing):
    middle = statistics.median
    speed = rows / middle(run["cpu"] for run in runs["ours"])
    times = middle(rows / run["cpu"] / rate for run, rate in zip(runs["ours"], parsing))
    print(f"  rows per CPU second: goal ≥ {GOAL_ROWS:,}, measured {speed:,.0f}")
    print(f"  orjson's parsing alone: {middle(parsing):,.0f} rows per CPU second, ours {times:.1f} times that")
    for name, goal in GOALS.items():
        # Ratios within a round: both sides then met the same machine.
        ratio = middle(theirs["cpu"] / ours["cpu"] for ours, theirs in zip(runs["ours"], runs[name]))
        print(f"  times {name}: goal ≥ {goal:.1f}, measured {ratio:.1f}")


def run(work, args, ours, card):
    different = False
    for shape, per_resource in SHAPES.items():
        resources = -(-args.rows // per_resource)
        folder = prepare(work, card, args.rows, resources)
        size = sum(page.stat().st_size for page in folder.glob("page-*.json"))
        inputs = [folder / "card.json", folder]
        contestants = {
            "ours": [ours, "rollup", *inputs],
            "python": [bench.PYTHON, bench.HERE / "rollup_python.py", *inputs],
            "duckdb": [bench.PYTHON, bench.HERE / "rollup_duckdb.py", *inputs],
        }
        target = lambda name: work / f"rollup-{shape}-{name}.csv"
        runs, parsing = {name: [] for name in contestants}, []
        for _ in range(args.rounds):
            parsing.append(parse_only(folder))
            for name, command in contestants.items():
                runs[name].append(bench.measure([*command, target(name)]))
        bench.report(f"rollup, a {shape}: {resources:,} resources, {size / 1e6:.0f} MB of pages", args.rows, runs)
        against_goals(args.rows, runs, parsing)
        results = {name: bench.read_result(target(name), 2) for name in contestants}
        wrong = [name for name in contestants if bench.compare("rollup", name, results["ours"], results[name])]
        different |= bool(wrong)
        print(f"  {len(results['ours']):,} sums, total {bench.totals(results['ours'], 0)}")
        print(f"  results: {'NOT equal: ' + ', '.join(wrong) if wrong else 'equal digit by digit in all contestants'}")
    return different


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the inputs and results here and reuse them")
    args = parser.parse_args()
    bench.prepare()
    sys.stdout.reconfigure(line_buffering=True)
    alone = lambda work: run(work, args, bench.build()["ours"], bench.find_card(work)[0])
    if args.keep:
        args.keep.mkdir(parents=True, exist_ok=True)
        sys.exit(alone(args.keep))
    with tempfile.TemporaryDirectory(prefix="forebill-bench-") as work:
        sys.exit(alone(Path(work)))


if __name__ == "__main__":
    main()
