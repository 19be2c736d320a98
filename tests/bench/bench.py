"""The benchmark: Forebill, plain Python and DuckDB do the same tasks on the same bytes in one run.

    python3 tests/bench/bench.py [--only files|columns] [--rows N] [--column-rows N] [--rounds N] [--keep FOLDER]

decode  the RateCard's JSON → an index by meter id with all tiers; digest: counts and exact sums
rate    usage rows as JSON text → exact charges per subscription × billing period × meter:
        each row once (a later reading replaces the earlier), newest price in force, included
        quantity, graduated tiers, one rounding to the cent
rollup  pages of usage → exact charges → cost by cost centre and day (rollup.py)

columns.py has the tasks on rows that are in memory already.

Contestants alternate, each in a process of its own; figures are the processes' own CPU time and
peak memory, start-up included, medians over the rounds. All results must agree digit by digit.
Nothing here passes or fails by time.
"""

import argparse
import glob
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import columns
import rollup

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
CARDS = ROOT.parent / "shared" / "data" / "azure" / "ratecard" / "*.zst"


def prepare():
    """The pinned peers, in a venv of their own; the program then starts again inside it."""
    wanted = (HERE / "requirements.txt").read_text()
    stamp = VENV / "installed.txt"
    if not stamp.is_file() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", HERE / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    if Path(sys.prefix) != VENV:
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def build():
    """Name → program."""
    command = ["cargo", "build", "--release", "--quiet", "-p", "functions", "--message-format=json"]
    command += [part for name in ("ours", "columns", "memory") for part in ("--bench", name)]
    answer = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    built = [json.loads(line) for line in answer.splitlines()]
    return {one["target"]["name"]: one["executable"] for one in built if one.get("executable")}


def find_card(work):
    """The real card where the data lies beside the checkout, otherwise the sample Azure's."""
    from zstandard import ZstdDecompressor

    found = sorted(glob.glob(str(CARDS)))
    if not found:
        sample = work / "sample"
        forebill = ["cargo", "run", "--release", "--quiet", "--bin", "forebill", "--", "demo", "--once"]
        subprocess.run([*forebill, "--dir", sample], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        found = sorted(glob.glob(f"{sample}/**/*ratecard*/**/*.zst", recursive=True), key=os.path.getsize)[-1:]
    if not found:
        sys.exit("bench: no rate card, neither beside the checkout nor in the sample's store")
    target = work / "card.json"
    with open(found[0], "rb") as packed, open(target, "wb") as plain:
        ZstdDecompressor().copy_stream(packed, plain)
    return target, Path(found[0]).name


def measure(command):
    start = time.perf_counter()
    child = subprocess.Popen([str(part) for part in command], stderr=subprocess.PIPE, text=True)
    notes = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    if status:
        sys.exit(f"bench: {command} failed\n{notes}")
    return {"cpu": used.ru_utime + used.ru_stime, "wall": wall, "rss": used.ru_maxrss / 1024, "notes": notes}


def read_result(path, keys):
    """Key → numbers as numbers: contestants may write 1.50 and 1.5, never 1.5 and 1.4999."""
    result = {}
    for line in Path(path).read_text("ascii").splitlines():
        cells = line.split(",")
        result[tuple(cells[:keys])] = [Decimal(cell) if cell else None for cell in cells[keys:]]
    return result


def compare(task, name, ours, theirs):
    """Digit by digit. Says every way in which they differ and returns whether they do."""
    differ = [key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
    if not differ:
        return False
    print(f"\nDIFFERENT RESULTS: {task}: {name} differs from ours in {len(differ)} of {len(ours)} lines")
    numbers = lambda values: [value or 0 for value in values or ()]
    gaps = [abs(a - b) for k in differ for a, b in zip(numbers(ours.get(k)), numbers(theirs.get(k)))]
    print(f"  largest deviation {max(gaps, default='(keys only)')}")
    for key in sorted(differ)[:5]:
        print(f"  {key}\n    ours   {ours.get(key)}\n    {name} {theirs.get(key)}")
    return True


def totals(result, column):
    return format(sum((values[column] or 0 for values in result.values()), Decimal(0)), "f")


def report(task, rows, runs):
    print(f"\n{task}, {rows:,} rows; medians of {len(runs['ours'])} rounds")
    print(f"  {'contestant':<14}{'CPU s':>9}{'min':>9}{'max':>9}{'wall s':>9}{'rows/CPU s':>13}{'peak MB':>9}"
          f"{'ours/peer CPU':>15}{'RSS':>7}{'speed-up':>10}")
    middle = lambda values: statistics.median(list(values))
    for name, mine in runs.items():
        cpus = [run["cpu"] for run in mine]
        # Ratios within a round: both sides then met the same machine.
        ratio = middle(o["cpu"] / p["cpu"] for o, p in zip(runs["ours"], mine))
        memory = middle(o["rss"] / p["rss"] for o, p in zip(runs["ours"], mine))
        cpu = middle(cpus)
        print(f"  {name:<14}{cpu:>9.3f}{min(cpus):>9.3f}{max(cpus):>9.3f}{middle(r['wall'] for r in mine):>9.3f}"
              f"{rows / cpu:>13,.0f}{middle(r['rss'] for r in mine):>9.0f}{ratio:>15.3f}{memory:>7.2f}{1 / ratio:>9.2f}x")
    stages = runs["ours"][-1]["notes"].strip().replace("\n", ", ")
    print(f"  our stages, wall, last round: {stages}")


def run(work, args):
    programs = build()
    card, card_name = find_card(work)
    print(f"card {card_name}: {card.stat().st_size / 1e6:.1f} MB")
    print(f"load before {os.getloadavg()[0]:.2f} on {os.cpu_count()} CPUs")
    different = False
    if args.only != "columns":
        different |= run_files(programs["ours"], card, work, args)
    if args.only != "files":
        different |= run_columns(programs, card, work, args)
    print(f"\nload after {os.getloadavg()[0]:.2f}")
    return different


def run_columns(programs, card, work, args):
    answer = subprocess.run([programs["memory"], card], check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds, targets = columns.measure(programs["columns"], PYTHON, card, work, args.column_rows, args.rounds)
    columns.report(args.column_rows, seconds)
    different = columns.differences(targets, read_result, compare)
    columns.goals(args.column_rows, seconds, [int(number) for number in answer.split()])
    return different


def run_files(ours, card, work, args):
    pages = work / f"pages-{args.rows}"
    if not pages.is_dir():
        unfinished = work / "unfinished"
        unfinished.mkdir()
        # In a process of its own: a child's peak memory counts from what its parent held.
        subprocess.run([PYTHON, HERE / "workload.py", card, str(args.rows), unfinished], check=True)
        unfinished.rename(pages)
    size = sum(page.stat().st_size for page in pages.iterdir())
    print(f"usage: {args.rows:,} rows, {size / 1e6:.0f} MB")
    python, duckdb = [PYTHON, HERE / "peer_python.py"], [PYTHON, HERE / "peer_duckdb.py"]
    tasks = {
        "decode": {"ours": [ours, "decode", card], "python": [*python, "decode", card],
                   "duckdb": [*duckdb, "decode", card]},
        "rate": {"ours": [ours, "rate", card, pages], "python": [*python, "rate", card, pages],
                 "duckdb": [*duckdb, "rate", card, pages], "duckdb-by-row": [*duckdb, "rate-rows", card, pages]},
    }
    target = lambda task, name: work / f"{task}-{name}.csv"
    runs = {task: {name: [] for name in contestants} for task, contestants in tasks.items()}
    for task, contestants in tasks.items():
        for _ in range(args.rounds):
            for name, command in contestants.items():
                runs[task][name].append(measure([*command, target(task, name)]))
    different = False
    # Only now, since results in this process would count as the children's memory.
    for task, contestants in tasks.items():
        results = {name: read_result(target(task, name), 3 if task == "rate" else 1) for name in contestants}
        mine = results["ours"]
        report(task, args.rows if task == "rate" else int(mine["meters",][0]), runs[task])
        wrong = [name for name in contestants if compare(task, name, mine, results[name])]
        different |= bool(wrong)
        if task == "rate":
            unpriced = sum(values[1] is None for values in mine.values())
            print(f"  {len(mine):,} charges ({unpriced} without a price), total {totals(mine, 1)}, "
                  f"as invoiced {totals(mine, 2)}")
        print(f"  results: {'NOT equal: ' + ', '.join(wrong) if wrong else 'equal digit by digit in all contestants'}")
    different |= rollup.run(work, args, ours, card)
    print("\n'ours' and 'duckdb-by-row' also price every row, the others only charges")
    return different


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--column-rows", type=int, default=10_000_000)
    parser.add_argument("--only", choices=("files", "columns"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the inputs and results here and reuse the rows")
    args = parser.parse_args()
    prepare()
    sys.stdout.reconfigure(line_buffering=True)
    if args.keep:
        args.keep.mkdir(parents=True, exist_ok=True)
        sys.exit(run(args.keep, args))
    with tempfile.TemporaryDirectory(prefix="forebill-bench-") as work:
        sys.exit(run(Path(work), args))


if __name__ == "__main__":
    main()
