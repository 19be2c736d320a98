#!/usr/bin/env bash
# Installs what the tests need beyond Rust and Node, where it is missing: a browser, fonts for it, python3 with venv, and
# what makes system calls fail.
set -euo pipefail

needed=()
command -v chromium >/dev/null || needed+=(chromium fonts-dejavu-core)
command -v python3 >/dev/null || needed+=(python3)
command -v strace >/dev/null || needed+=(strace)
python3 -c 'import ensurepip, venv' 2>/dev/null || needed+=(python3-venv)
[ "${#needed[@]}" -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "Please install: ${needed[*]} (this machine has no apt-get)" >&2
  exit 1
fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "Installing ${needed[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${needed[@]}" >/dev/null
