"""The tasks on columns, for bench.py: all contestants hold the same rows in memory and take turns, one task each.

columns  exact graduated charge of each row, running totals by subscription × billing period × meter: ours from
         columns, the same loop in rust_decimal and in f64, DuckDB's window over a native table; the three loops also
         prove that each row is there once, which DuckDB takes for granted
join     the same with the meter found by the text of its GUID first: ours, and std's HashMap
month    only the periods' charges, each month added up first: ours over columns that were looked through before,
         as when a month is rated again with another book, and DuckDB's aggregate
memory   peak heap while the card is decoded, by a counting allocator

Figures are CPU seconds of the task alone, without start, loading and writing; medians over alternating rounds.
"""

import statistics
import subprocess
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Contestant:
    """A program that holds its data and does one task for each line it is given."""

    def __init__(self, command):
        command = [str(part) for part in command]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ready = self.answer()

    def answer(self):
        line = self.child.stdout.readline()
        if not line:
            raise SystemExit(f"bench: {self.child.args} ended with {self.child.wait()}")
        return line.split()

    def seconds(self, task, target):
        self.child.stdin.write(f"{task} {target}".strip() + "\n")
        self.child.stdin.flush()
        return float(self.answer()[0])

    def end(self):
        self.child.stdin.close()
        self.child.wait()


# Task, contestant → the word that its program knows it by.
TURNS = {
    ("columns", "ours"): "ours",
    ("columns", "f64"): "f64",
    ("columns", "rust_decimal"): "rust_decimal",
    ("columns", "duckdb"): "charges",
    ("join", "ours"): "join",
    ("join", "std HashMap"): "join-std",
    ("month", "ours"): "month",
    ("month", "duckdb"): "month",
}


def measure(program, python, card, work, rows, rounds):
    """Task, contestant → CPU seconds of each round, and → the file with its results."""
    ours = Contestant([program, card, rows, work])
    duckdb = Contestant([python, HERE / "peer_duckdb_columns.py", work / f"columns-{rows}.csv",
                         work / "columns-prices.csv", "12GB"])
    print(f"\ncolumns: {rows:,} rows, {ours.ready[2]} meters in use; medians of {rounds} rounds", flush=True)
    seconds = {turn: [] for turn in TURNS}
    targets = {turn: work / f"{turn[0]}-{turn[1].replace(' ', '-')}-columns.csv" for turn in TURNS}
    for number in range(rounds):
        for turn, word in TURNS.items():
            program = duckdb if turn[1] == "duckdb" else ours
            # Results are written once; the rounds before meet a machine that is busy with nothing else.
            target = targets[turn] if number == rounds - 1 else ""
            seconds[turn].append(program.seconds(word, target))
    ours.end()
    duckdb.end()
    return seconds, targets


def ratio(seconds, over, under):
    """Within a round, where both sides met the same machine; the median of all rounds."""
    return statistics.median(a / b for a, b in zip(seconds[over], seconds[under]))


def report(rows, seconds):
    print(f"  {'task':<9}{'contestant':<14}{'CPU s':>9}{'min':>9}{'max':>9}{'M rows/CPU s':>14}")
    for (task, name), mine in seconds.items():
        middle = statistics.median(mine)
        print(f"  {task:<9}{name:<14}{middle:>9.3f}{min(mine):>9.3f}{max(mine):>9.3f}{rows / middle / 1e6:>14.1f}")


def goals(rows, seconds, memory):
    text, book, peak, _ = memory
    per_second = rows / statistics.median(seconds["join", "ours"]) / 1e6
    ours = ("columns", "ours")
    lines = [
        ("charges of rows: DuckDB's window / ours", "≥", 8.0, ratio(seconds, ("columns", "duckdb"), ours)),
        ("charges of rows: rust_decimal / ours", "≥", 3.0, ratio(seconds, ("columns", "rust_decimal"), ours)),
        ("charges of rows: ours / f64", "≤", 1.6, ratio(seconds, ours, ("columns", "f64"))),
        ("with the join, million rows per CPU second", "≥", 20.0, per_second),
        ("months: DuckDB's aggregate / ours", "≥", 5.0, ratio(seconds, ("month", "duckdb"), ("month", "ours"))),
        ("card: peak / (3 × book + text)", "≤", 1.0, peak / (3 * book + text)),
    ]
    print("\ngoals")
    for what, sign, goal, measured in lines:
        met = measured >= goal if sign == "≥" else measured <= goal
        print(f"  {what:<46}goal {sign} {goal:>4.1f}, measured {measured:>5.2f}{'' if met else '   MISSED'}")
    print(f"  card: text {text / 1e6:.1f} MB, book {book / 1e6:.1f} MB, peak {peak / 1e6:.1f} MB")


def differences(targets, read_result, compare):
    """Every way in which two results differ; floats are not asked to agree, their distance is told."""
    results = {turn: read_result(target, 3) for turn, target in targets.items() if turn[1] != "f64"}
    ours = results["columns", "ours"]
    days = {key: values for key, values in ours.items() if key[0] == "day"}
    months = {key: values for key, values in ours.items() if key[0] != "day"}
    against = {
        ("columns", "duckdb"): ours,
        ("columns", "rust_decimal"): days,
        ("join", "ours"): months,
        ("join", "std HashMap"): months,
        ("month", "ours"): months,
        ("month", "duckdb"): months,
    }
    wrong = [turn for turn, mine in against.items() if compare(turn[0], turn[1], mine, results[turn])]
    total = sum((values[1] for values in days.values()), Decimal(0))
    unpriced = sum(values[1] is None for values in months.values())
    floats = Decimal(targets["columns", "f64"].read_text().split(",")[1].strip())
    print(f"  {len(months):,} charges ({unpriced} without a price), total {total:f}; f64: {floats}, off by {floats - total:f}")
    print(f"  results: {'NOT equal: ' + str(wrong) if wrong else 'equal digit by digit in all exact contestants'}")
    return bool(wrong)
