#!/usr/bin/env bash
# Pins test/python/requirements-*.in (or those of the names given) to exact versions with digests, for pip --require-hashes.
# What it pins is for the Python that runs it.
set -euo pipefail
cd "$(dirname "$0")/.."
sources=("${@/#/test/python/requirements-}")
if [ $# -eq 0 ]; then sources=(test/python/requirements-*.in); fi
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet uv
for source in "${sources[@]}"; do
  name=$(basename "$source" .in)
  (cd test/python && "$tools/venv/bin/uv" pip compile --quiet --python "$(command -v python3)" --generate-hashes --no-header --strip-extras \
    --output-file "$tools/$name.txt" "$name.in")
  { echo "# Made by scripts/pin-python.sh from $name.in; do not edit."; cat "$tools/$name.txt"; } > "test/python/$name.txt"
  echo "test/python/$name.txt"
done
