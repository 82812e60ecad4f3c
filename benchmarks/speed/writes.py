"""Every call that the table of verbs names, found by CPython's own parser: writes.py VERBS FOLDER [--count].

VERBS is JSON: `methods`, names of calls whatever holds them, and `endings`, names that count behind a `.write` or `.read` property.
Prints JSON: the calls as [path, line of the call's name, name], and the files that CPython does not parse.
"""

import ast
import json
import os
import sys
import warnings

warnings.simplefilter("ignore")
sys.setrecursionlimit(20_000)


def python_files(folder: str):
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if f not in {".git", "node_modules", "site-packages", "__pycache__"})
        for file in sorted(files):
            if file.endswith(".py"):
                yield os.path.join(root, file)


def properties(node: ast.expr):
    while True:
        if isinstance(node, ast.Attribute):
            yield node.attr
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            return


def called(node: ast.Call, verbs: dict) -> str | None:
    func = node.func
    if isinstance(func, ast.Name):
        return func.id if func.id in verbs["methods"] else None
    if not isinstance(func, ast.Attribute):
        return None
    if func.attr in verbs["methods"]:
        return func.attr
    if func.attr in verbs["endings"] and any(name in verbs["properties"] for name in properties(func.value)):
        return func.attr
    return None


def main(listing: str, folder: str) -> None:
    with open(listing) as text:
        verbs = {key: set(names) for key, names in json.load(text).items()}
    found, broken = [], []
    for path in python_files(folder):
        with open(path, "rb") as file:
            source = file.read()
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            broken.append(os.path.relpath(path, folder))
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (name := called(node, verbs)):
                line = node.func.end_lineno
                found.append([os.path.relpath(path, folder), line, name])
    json.dump({"calls": found, "broken": broken}, sys.stdout)


main(*sys.argv[1:])
