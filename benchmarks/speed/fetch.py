"""Source distributions of a list, laid out in a folder: fetch.py LIST FOLDER. Each line of LIST is `name==version sha256:digest`.

They come from the index that pip is set up for. Nothing of what is fetched is built, imported or run.
"""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import Request, urlopen

from pip._internal.models.index import PyPI

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}


def index() -> str:
    said = subprocess.run([sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True)
    return (said.stdout.strip() if said.returncode == 0 else PyPI.simple_url).rstrip("/")


def fetch(name: str, digest: str, at: str) -> bytes:
    page = f"{at}/{name}/"
    with urlopen(Request(page, headers=JSON), timeout=120) as answer:
        files = json.load(answer)["files"]
    found = [file["url"] for file in files if file["hashes"].get("sha256") == digest]
    if not found:
        raise SystemExit(f"{name}: the index has no file with sha256 {digest}; take another version into the list")
    with urlopen(urljoin(page, found[0]), timeout=600) as answer:
        data = answer.read()
    if hashlib.sha256(data).hexdigest() != digest:
        raise SystemExit(f"{name}: what came is not the file of the list; try again")
    return data


def unpack(data: bytes, folder: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        archive.extraction_filter = tarfile.data_filter
        for member in archive:
            if member.isfile():
                archive.extract(member, folder)


def main(listing: str, folder: str) -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    at = index()
    for line in Path(listing).read_text().splitlines():
        pinned, digest = line.split()
        name = pinned.split("==")[0]
        mark = target / f".{pinned}.done"
        if mark.exists():
            continue
        unpack(fetch(name, digest.removeprefix("sha256:"), at), target)
        mark.touch()


main(*sys.argv[1:])
