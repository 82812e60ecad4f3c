#!/usr/bin/env bash
# Pins every requirements-*.in (or those of the names given) to exact versions with digests, for pip --require-hashes: what tests
# need is in test/python, what benchmarks compare with in benchmarks/speed.
# What it pins is for the Python that runs it.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -eq 0 ]; then set -- '*'; fi
sources=()
for name in "$@"; do
  # shellcheck disable=SC2231 # a name may be a star
  for source in {test/python,benchmarks/speed}/requirements-$name.in; do
    if [ -f "$source" ]; then sources+=("$source"); fi
  done
done
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet uv
for source in "${sources[@]}"; do
  name=$(basename "$source" .in)
  (cd "$(dirname "$source")" && "$tools/venv/bin/uv" pip compile --quiet --python "$(command -v python3)" --generate-hashes --no-header --strip-extras \
    --output-file "$tools/$name.txt" "$name.in")
  { echo "# Made by scripts/pin-python.sh from $name.in; do not edit."; cat "$tools/$name.txt"; } > "${source%.in}.txt"
  echo "${source%.in}.txt"
done
