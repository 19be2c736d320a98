#!/usr/bin/env bash
# Every fuzz target for FUZZ_SECONDS (60), from its seeds and from what earlier runs found. No nightly compiler: the
# code has no `unsafe`, so there is nothing for the sanitizers to find that the assertions do not.
#
# A link to an estimate is read by the page, in TypeScript, which no fuzzer of ours guides: `make hostile` sends a million
# damaged ones through that code and on into the module. The workload inside one is the target `workload` here.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${FUZZ_SECONDS:-60}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cargo run --quiet --example seeds -- corpus
for target in fuzz_targets/*.rs; do
  name=$(basename "$target" .rs)
  if ! cargo fuzz run --fuzz-dir . --sanitizer none "$name" -- \
    -max_total_time="$seconds" -max_len=20000 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1; then
    tail -n 40 "$log"
    exit 1
  fi
  ran=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  peak=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
  echo "$name: $ran inputs in $seconds s, no fault; peak $peak MB"
done
