#!/usr/bin/env bash
# Lints the template as it is written and as it is deployed, and shows that the linter finds planted faults.
set -euo pipefail
cd "$(dirname "$0")"

venv=.venv
if ! cmp -s requirements.txt "$venv/requirements.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement requirements.txt
  cp requirements.txt "$venv/requirements.txt"
fi
export AWS_DEFAULT_REGION=eu-west-1
template=../../infra/template.yaml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$venv/bin/cfn-lint" "$template"
"$venv/bin/python" translate.py "$template" >"$work/translated.json"
"$venv/bin/cfn-lint" "$work/translated.json"

# Each of these is a way in which a deployment would fail or be wider than meant.
refused() {
  local name=$1 from=$2 to=$3
  sed "s|$from|$to|" "$template" >"$work/planted.yaml"
  cmp -s "$template" "$work/planted.yaml" && { echo "$name: nothing was planted" >&2; exit 1; }
  "$venv/bin/python" translate.py "$work/planted.yaml" >"$work/planted.json"
  if "$venv/bin/cfn-lint" "$work/planted.json" >/dev/null; then
    echo "$name: the linter did not find it" >&2
    exit 1
  fi
}
refused "a misspelt action" sts:GetWebIdentityToken sts:GetWebIdentityTokn
refused "a batch response that does not exist" ReportBatchItemFailures ReportBatchFailures
refused "an architecture that does not exist" "Architectures: .arm64." "Architectures: [arm65]"
refused "a schedule that does not exist" "MaximumWindowInMinutes: 15" "MaximumWindowInMinutes: 1500"
echo "infra: the template and its translation are clean, 4 planted faults were found"
