#!/usr/bin/env bash
# Every check of the project, in the order in which they fail fastest. Ends with one line of sums.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
step() {
  local name=$1 start=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  "$@" 2>&1 | tee -a "$log"
  printf -- '-- %s: %s s\n' "$name" "$((SECONDS - start))"
}

step "format and lints" make --no-print-directory lint
step "test tools" make --no-print-directory browser node-tests node-npm-tests
step "deployment template" bash tests/infra/lint.sh
step "emulator of S3 and SQS" bash tests/emulator/start.sh install
step "pages" make --no-print-directory web
step "npm package" make --no-print-directory npm
step "module that rates" make --no-print-directory rating
step "size of the browser module" make --no-print-directory size
step "program" make --no-print-directory program
step "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --release --locked --no-deps -p shared -p functions
step "unit and integration tests" cargo test --release --locked -p shared -p functions -p estimator-wasm
step "types of the npm package" cargo test --release --locked -p estimator-wasm --features types --test package
target=${CARGO_TARGET_DIR:-target}
FOREBILL_BIN=$(realpath "$target/release/forebill")
export FOREBILL_BIN
step "browser tests" npm --prefix tests/web run --silent test
step "tests of the npm package" npm --prefix tests/npm run --silent test

# cargo prints "test result: ok. N passed; M failed", the browser runner "  N passed (…)".
passed=$(sed -nE -e 's/^test result: [a-zA-Z]+\. ([0-9]+) passed.*/\1/p' -e 's/^ +([0-9]+) passed.*/\1/p' "$log" |
  awk '{ sum += $1 } END { print sum + 0 }')
# A failing step ended this script above, so what is counted here all passed.
[ "$passed" -gt 0 ] || { echo "no test ran" >&2; exit 1; }
printf '\n%s passed, 0 failed\n' "$passed"
