#!/usr/bin/env bash
# Pins test/python/requirements-*.in to exact versions with digests, for pip --require-hashes.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet pip-tools
for source in test/python/requirements-*.in; do
  name=$(basename "$source" .in)
  (cd test/python && "$tools/venv/bin/pip-compile" --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
    --no-header --strip-extras --output-file "$tools/$name.txt" "$name.in")
  { echo "# Made by scripts/pin-python.sh from $name.in; do not edit."; cat "$tools/$name.txt"; } > "test/python/$name.txt"
  echo "test/python/$name.txt"
done
