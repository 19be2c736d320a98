#!/usr/bin/env bash
# An emulator of S3 and SQS on loopback, for as long as standard input is open: whoever started it may die.
#
#     start.sh install       only sees that it is there
#     start.sh PORT FOLDER   runs it; FOLDER takes what it writes
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

venv=$here/.venv
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$venv/requirements.txt"
fi
[ "$1" != install ] || exit 0

# Without these it would listen for everybody.
export BIND_HOST=127.0.0.1 IOT_MTLS_ENABLED=0
export GATEWAY_PORT=$1 AWS_DEFAULT_REGION=us-east-1 HOME=$2 TMPDIR=$2
cd "$2"
"$venv/bin/ministack" </dev/null &
emulator=$!
trap 'kill "$emulator"; wait "$emulator" || true' EXIT
cat >/dev/null
