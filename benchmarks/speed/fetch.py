"""Source distributions of a list into a folder: fetch.py LIST FOLDER. Each line of LIST is `name==version sha256:…`.

The index is the one pip is set up for. Nothing of what is fetched is built, imported or run.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import urllib.request
from pathlib import Path

from pip._internal.models.index import PyPI

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}


def index() -> str:
    said = subprocess.run([sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True)
    return (said.stdout.strip() if said.returncode == 0 else PyPI.simple_url).rstrip("/")


def fetch(name: str, version: str, digest: str, at: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(f"{at}/{name}/", headers=JSON), timeout=120) as page:
        files = json.load(page)["files"]
    wanted = [f for f in files if f["hashes"].get("sha256") == digest]
    if not wanted:
        raise SystemExit(f"{name}=={version}: the index has no file with sha256 {digest}")
    url = urllib.request.urljoin(f"{at}/{name}/", wanted[0]["url"]) if hasattr(urllib.request, "urljoin") else wanted[0]["url"]
    with urllib.request.urlopen(url, timeout=600) as answer:
        data = answer.read()
    if hashlib.sha256(data).hexdigest() != digest:
        raise SystemExit(f"{name}=={version}: what came is not the file of the list")
    return data
