#!/usr/bin/env bash
# Makes .python/<name>/, one virtual environment for each test/python/requirements-<name>.txt, or for the names given: those of
# benchmarks/speed are made by name alone.
# An environment that was made from the same file is left alone; exit 1 when one could not be made.
set -euo pipefail
cd "$(dirname "$0")/.."

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for file in test/python/requirements-*.txt; do
    name=${file#test/python/requirements-}
    names+=("${name%.txt}")
  done
fi

if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
  echo "setup-python: python3 (3.9 or newer) with venv is needed; on Debian: apt-get install python3 python3-venv" >&2
  exit 1
fi

failed=0
for name in "${names[@]}"; do
  requirements=test/python/requirements-$name.txt
  if [ ! -f "$requirements" ]; then requirements=benchmarks/speed/requirements-$name.txt; fi
  folder=.python/$name
  if [ ! -f "$requirements" ]; then
    echo "setup-python: nothing is pinned under the name $name" >&2
    failed=1
    continue
  fi
  made_from=$(sha256sum < "$requirements" | cut -d' ' -f1)
  if [ "$(cat "$folder/.made-from" 2>/dev/null)" = "$made_from" ]; then
    echo "setup-python: $folder is up to date"
    continue
  fi
  rm -rf "$folder"
  # The file is the whole of it: nothing is resolved again, and what is never imported is never compiled.
  if python3 -m venv "$folder" && "$folder/bin/pip" install --quiet --no-deps --no-compile --disable-pip-version-check --require-hashes \
    -r "$requirements"; then
    echo "$made_from" > "$folder/.made-from"
    echo "setup-python: made $folder ($("$folder/bin/python" --version 2>&1))"
  else
    echo "setup-python: $folder could not be made" >&2
    failed=1
  fi
done
exit $failed
