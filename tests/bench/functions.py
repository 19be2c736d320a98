"""The benchmark of the deployed side: cold start, package, memory, a backfill, and politeness in a storm.

    python3 tests/bench/functions.py [--rows N] [--rounds N]

cold      process start to the first answer of a small job (one page of retail prices, read and kept), under a Runtime
          API on loopback: ours, plain Python (urllib and json alone), and awslambdaric with boto3
package   the program as `bootstrap`, stripped and zipped, against what the Python of that kind brings along
memory    peak of an invocation that keeps the real rate card, and of one that keeps a page of usage
backfill  thirteen months of hours, a million rows, from an Azure in another process; the Python peer only fetches, reads
          the JSON and keeps the bytes
storm     requests for each one needed while every tenth fails

Contestants alternate. Figures of time are medians and ratios within a round; nothing fails by them. Limits that do not
depend on the machine fail: size, memory, politeness.
"""

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import bench
from functions_runtime import invoke

SUBSCRIPTION = "11111111-2222-4333-8444-555555555555"
NOW, LATER = "2026-11-23T03:15:00Z", "2026-11-24T02:15:00Z"
FIRST, LAST = "2025-10-01", "2026-11-22"
DAYS = 418
# Lambda takes 50 MB; a package is fetched before the first cold start of each environment.
MAX_ZIP_MB = 12
MAX_PEAK_MB = 128
MAX_REQUESTS = 1.12
GOALS = {"python": 2, "awslambdaric": 10}
GOAL_BACKFILL = 1.0

middle = statistics.median


class Azure:
    """The Azure of a part, for as long as the part runs."""

    def __init__(self, card, rows, *flags):
        command = [sys.executable, bench.HERE / "functions_azure.py", card, str(rows), *flags]
        self.child = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      text=True)
        self.url = self.child.stdout.readline().strip()

    def counts(self):
        self.child.stdin.write("\n")
        self.child.stdin.flush()
        return [int(number) for number in self.child.stdout.readline().split()]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.stdin.close()
        self.child.wait()


def ours(program, azure, store, job, unit=None, now=NOW):
    """One invocation of a function of ours."""
    variables = {
        "_HANDLER": job, "FOREBILL_STORE": f"file:{store}", "HOME": str(store.parent),
        "FOREBILL_ARM_ENDPOINT": azure.url, "FOREBILL_RETAIL_ENDPOINT": azure.url, "AZURE_AUTHORITY_HOST": azure.url,
        "AZURE_TENANT_ID": "99999999-2222-4333-8444-555555555555",
        "AZURE_CLIENT_ID": "88888888-2222-4333-8444-555555555555", "AZURE_CLIENT_SECRET": "of the benchmark",
    }
    return invoke([program], variables, json.dumps({"time": now} | ({"unit": unit} if unit else {})))


def python(azure, store, event, ric=False):
    """One invocation of the peer."""
    variables = {"STORE": str(store), "AZURE": azure.url}
    if not ric:
        return invoke([bench.PYTHON, bench.HERE / "functions_peer.py"], variables, json.dumps(event))
    variables |= {"WITH_BOTO3": "1", "PYTHONPATH": str(bench.HERE), "_HANDLER": "functions_peer.handler",
                  "LAMBDA_TASK_ROOT": str(bench.HERE)}
    return invoke([bench.PYTHON, "-m", "awslambdaric", "functions_peer.handler"], variables, json.dumps(event))


def cold(program, card, work, rounds):
    runs = {"ours": [], "python": [], "awslambdaric": []}
    with Azure(card, 0) as azure:
        # The first round fills the caches of files, and Python compiles its modules: it does not count.
        for number in range(rounds + 1):
            place = work / f"cold-{number}"
            runs["ours"].append(ours(program, azure, place / "ours", "snapshot-retail"))
            runs["python"].append(python(azure, place / "python", {}))
            runs["awslambdaric"].append(python(azure, place / "ric", {}, ric=True))
    runs = {name: mine[1:] for name, mine in runs.items()}
    rows = {name: {run["answer"]["rows"] for run in mine} for name, mine in runs.items()}
    if any(found != {100} for found in rows.values()):
        sys.exit(f"bench: not everybody read the page: {rows}")
    print(f"\ncold start, medians of {rounds} rounds")
    print(f"  {'contestant':<14}{'init ms':>9}{'answer ms':>11}{'CPU ms':>8}{'peak MB':>9}{'times ours':>12}")
    for name, mine in runs.items():
        of = lambda key: middle(run[key] for run in mine)
        times = middle(theirs["first"] / our["first"] for our, theirs in zip(runs["ours"], mine))
        print(f"  {name:<14}{of('init') * 1e3:>9.0f}{of('first') * 1e3:>11.0f}{of('cpu') * 1e3:>8.0f}"
              f"{of('peak'):>9.0f}{times:>12.1f}")
        if name in GOALS:
            print(f"  process start to first answer, times ours: goal ≥ {GOALS[name]}, measured {times:.1f}")


def zipped(paths):
    """Bytes of a package with these files: name inside → file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in paths:
            archive.write(path, name)
    return out.tell()


def package(program, work):
    bootstrap = work / "bootstrap"
    subprocess.run(["strip", "-o", bootstrap, program], check=True)
    mine = zipped([("bootstrap", bootstrap)]) / 1e6
    site = next((bench.VENV / "lib").glob("python*/site-packages"))
    wanted = ("awslambdaric", "boto3", "botocore", "jmespath", "s3transfer", "urllib3", "dateutil", "simplejson",
              "snapshot_restore_py", "runtime_client", "six")
    files = [path for path in site.rglob("*") if path.is_file() and path.relative_to(site).parts[0].startswith(wanted)
             and "__pycache__" not in path.parts]
    theirs = zipped([(path.relative_to(site).as_posix(), path) for path in files]) / 1e6
    print(f"\npackage: bootstrap {bootstrap.stat().st_size / 1e6:.1f} MB, zipped {mine:.1f} MB (with the pages and the "
          f"sample inside); awslambdaric with boto3 zipped {theirs:.1f} MB, without any code of its own")
    return limit("zipped MB", mine, MAX_ZIP_MB)


def memory(program, card, work):
    broken = False
    list_of_prices = {"subscriptionId": SUBSCRIPTION, "offer": "MS-AZR-0062P", "currency": "USD"}
    day = {"subscriptionId": SUBSCRIPTION, "granularity": "hourly", "from": LAST, "to": LAST}
    with Azure(card, 1000) as azure:
        print(f"\nmemory of one invocation; the card has {card.stat().st_size / 1e6:.1f} MB")
        for what, job, unit, now in (
            ("the first card", "snapshot-ratecard", list_of_prices, NOW),
            ("a card over an earlier one", "snapshot-ratecard", list_of_prices, LATER),
            ("a page of usage", "snapshot-usage", day, NOW),
        ):
            run = ours(program, azure, work / f"memory-{job}", job, unit, now)
            if run["answer"]["committed"] != 1:
                sys.exit(f"bench: {job} answered {run['answer']}")
            print(f"  {what}: {run['answer']['rows']:,} rows, CPU {run['cpu']:.2f} s, wall {run['wall']:.2f} s")
            broken |= limit("peak MB", run["peak"], MAX_PEAK_MB)
    return broken


def backfill(program, card, work, rows):
    rows_a_day = -(-rows // DAYS)
    unit = {"subscriptionId": SUBSCRIPTION, "granularity": "hourly"}
    with Azure(card, rows_a_day) as azure:
        # The Azure writes its pages once before anybody is measured.
        python(azure, work / "first", {"backfill": [SUBSCRIPTION, LAST, LAST]})
        mine = ours(program, azure, work / "backfill-ours", "snapshot-usage", unit)
        theirs = python(azure, work / "backfill-python", {"backfill": [SUBSCRIPTION, FIRST, LAST]})
    read = mine["answer"]["rows"]
    if (read, mine["answer"]["committed"]) != (theirs["answer"]["rows"], DAYS) or read != rows_a_day * DAYS:
        sys.exit(f"bench: rows differ: {mine['answer']} and {theirs['answer']}")
    print(f"\nbackfill of {read:,} rows in {DAYS} reported days")
    for name, run in (("ours", mine), ("python", theirs)):
        print(f"  {name:<8}{read / run['wall']:>11,.0f} rows/s{read / run['cpu']:>11,.0f} rows/CPU s"
              f"{run['cpu']:>8.1f} CPU s{run['wall']:>8.1f} wall s{run['peak']:>7.0f} MB")
    print(f"  CPU of the peer, which decodes no row and commits nothing, times ours: goal ≥ {GOAL_BACKFILL:.1f}, "
          f"measured {theirs['cpu'] / mine['cpu']:.2f}")
    return limit("peak MB", mine["peak"], MAX_PEAK_MB)


def storm(program, card, work):
    pages = 3
    unit = {"subscriptionId": SUBSCRIPTION, "granularity": "hourly"}
    with Azure(card, 2001, "--storm") as azure:
        run = ours(program, azure, work / "storm", "snapshot-usage", unit)
        asked, failed = azure.counts()
    needed = DAYS * pages
    print(f"\nstorm: {asked:,} requests, {failed:,} of them failed ({failed / asked:.1%}), {needed:,} needed, "
          f"{run['answer']['committed']} of {DAYS} days committed, {len(run['answer']['gaps'])} gaps")
    if run["answer"]["committed"] != DAYS:
        print("LIMIT BROKEN: not every day was read")
        return True
    return limit("requests for each needed", asked / needed, MAX_REQUESTS)


def limit(name, measured, most):
    broken = measured > most
    print(f"  {name}: limit {most:g}, measured {measured:.4g}{'  LIMIT BROKEN' if broken else ''}", flush=True)
    return broken


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", type=Path, help="a built program, instead of building it")
    args = parser.parse_args()
    bench.prepare()
    sys.stdout.reconfigure(line_buffering=True)
    program = args.program or built()
    print(f"load before {os.getloadavg()[0]:.2f} on {os.cpu_count()} CPUs")
    with tempfile.TemporaryDirectory(prefix="forebill-bench-") as folder:
        work = Path(folder)
        card, name = bench.find_card(work)
        print(f"card {name}")
        cold(program, card, work, args.rounds)
        broken = [package(program, work), memory(program, card, work), backfill(program, card, work, args.rows),
                  storm(program, card, work)]
    print(f"\nload after {os.getloadavg()[0]:.2f}")
    sys.exit(any(broken))


def built():
    """What is shipped, built as it is shipped: another profile than that of the tests."""
    command = ["cargo", "build", "--profile", "dist", "--quiet", "-p", "functions", "--bin", "forebill",
               "--message-format=json"]
    answer = subprocess.run(command, cwd=bench.ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return next(Path(one["executable"]) for one in map(json.loads, answer.splitlines()) if one.get("executable"))


if __name__ == "__main__":
    main()
