"""Build the page that counts in a browser: one file, with all that it needs inside.

    python tools/build_page.py [-o stvcount.html] [--wheel FILE] [--cache FOLDER]
    python tools/build_page.py --raise
    python tools/build_page.py --requirements

What it carries is in `page/carried.toml`, with the SHA-256 of each: it is downloaded once, by pip
and npm, into the cache (`~/.cache/stvcount-page`, or what STVCOUNT_PAGE_CACHE names), checked, and
put into the page byte for byte. `--wheel`: the library's wheel, as it was released; without it, it
is built. The same inputs give the same bytes. `--raise`: writes the newest versions into the table,
and no page. `--requirements`: prints those of PyPI, for programs that look for known faults.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "page"
TABLE = PAGE / "carried.toml"
EPOCH = "1767225600"
"""2026-01-01: what stands as the date of files in the library's own wheel."""
MOST = 12 * 1000 * 1000
"""The bytes that the page may have."""
_LICENCE = re.compile(r"(?:^|/)LICEN[CS]E[^/]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Package:
    """One file that the page carries. `path`: where in an archive its modules are."""

    name: str
    version: str
    file: str
    licence: str
    sha256: str
    content: bytes
    path: str | None = None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=Path("stvcount.html"))
    parser.add_argument("--wheel", type=Path, help="the library's own wheel; without it, built")
    parser.add_argument(
        "--cache", type=Path, default=usual_cache(), help="where downloads are kept"
    )
    parser.add_argument("--raise", dest="raised", action="store_true", help="raise the versions")
    parser.add_argument("--requirements", action="store_true", help="print those of PyPI")
    chosen = parser.parse_args()
    if chosen.requirements:
        print(
            "\n".join(
                f"{one['name']}=={one['version']}" for one in table() if one["from"] == "pypi"
            )
        )
        return 0
    cache = chosen.cache.resolve()  # those that download work in it
    cache.mkdir(parents=True, exist_ok=True)
    if chosen.raised:
        raise_versions(cache)
        return 0
    text = page([*carried(cache), library(chosen.wheel)]).encode()
    if len(text) > MOST:
        raise SystemExit(f"the page: found {len(text)} bytes; expected at most {MOST}")
    chosen.output.write_bytes(text)
    print(f"{chosen.output}: {len(text)} bytes, SHA-256 {hashlib.sha256(text).hexdigest()}")
    return 0


def usual_cache() -> Path:
    named = os.environ.get("STVCOUNT_PAGE_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "stvcount-page"


# What it carries


def table() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = tomllib.loads(TABLE.read_text("utf-8"))["carried"]
    return entries


def carried(cache: Path) -> Iterator[Package]:
    """The packages of the table, from the cache or downloaded; stops at a wrong SHA-256."""
    for entry in table():
        content = fetched(entry, cache)
        found = hashlib.sha256(content).hexdigest()
        if found != entry["sha256"]:
            where = cache / entry["file"]
            raise SystemExit(f"{where}: found the SHA-256 {found}; expected {entry['sha256']}")
        yield Package(
            *(entry[name] for name in ("name", "version", "file", "licence", "sha256")),
            content,
            entry.get("path"),
        )


def fetched(entry: dict[str, str], cache: Path) -> bytes:
    """The file of this entry, from the cache or downloaded."""
    where = cache / entry["file"]
    if not where.is_file():
        download(entry, cache)
    if not where.is_file():
        raise SystemExit(f"{entry['name']}: found no {entry['file']}; expected it to be published")
    return where.read_bytes()


def download(entry: dict[str, str], folder: Path) -> None:
    """Have the package's own client put the file into the folder."""
    name, version = entry["name"], entry["version"]
    if entry["from"] == "npm":
        npm = shutil.which("npm") or "npm"
        words = (npm, "pack", "--silent", "--pack-destination", str(folder), f"{name}@{version}")
    else:
        wheel = entry["file"].endswith(".whl")
        kind = ("--only-binary", ":all:") if wheel else ("--no-binary", name)
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *kind)
        words = (*pip, "--dest", str(folder), f"{name}=={version}")
    subprocess.run(words, check=True, cwd=folder)


def library(given: Path | None) -> Package:
    """The library's own wheel."""
    if given is not None:
        return own(given)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT],
            check=True,
            env={**os.environ, "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", EPOCH)},
        )
        return own(next(Path(folder).glob("*.whl")))


def own(wheel: Path) -> Package:
    content = wheel.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    return Package("stvcount", wheel.name.split("-")[1], wheel.name, "MIT", sha256, content)


def raise_versions(cache: Path) -> None:
    """Write the newest versions, and the SHA-256 of what they are, into the table."""
    text = TABLE.read_text("utf-8")
    for entry in table():
        version = newest(entry)
        file = entry["file"].replace(entry["version"], version)
        content = fetched({**entry, "version": version, "file": file}, cache)
        sha256 = hashlib.sha256(content).hexdigest()
        part = text[text.index(f'name = "{entry["name"]}"') :].partition("[[carried]]")[0]
        fresh = part.replace(entry["sha256"], sha256).replace(entry["version"], version)
        text = text.replace(part, fresh)
        print(f"{entry['name']}: {entry['version']} -> {version}")
    TABLE.write_text(text, "utf-8")


def newest(entry: dict[str, str]) -> str:
    name = entry["name"]
    if entry["from"] == "npm":
        return output(shutil.which("npm") or "npm", "view", name, "version")
    listed = output(sys.executable, "-m", "pip", "index", "versions", name)
    found = re.search(r"\(([^)]+)\)", listed)
    return found[1] if found else entry["version"]


def output(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


# The page


def page(packages: list[Package]) -> str:
    """The text of the page: the template, with everything in its place."""
    script = (PAGE / "page.js").read_text("utf-8")
    worker = (PAGE / "worker.js").read_text("utf-8")
    parts = {
        "POLICY": policy(script),
        "STYLES": (PAGE / "page.css").read_text("utf-8"),
        "CARRIED_TABLE": "\n".join(map(row, packages)),
        "LICENCES": "\n".join(
            f'<pre tabindex="0">{html.escape(text)}</pre>' for text in licences(packages)
        ),
        "VERSION": packages[-1].version,
        "PACKAGES": "\n".join(map(block, packages)),
        "WORKER": base64.b64encode(worker.encode()).decode(),
        "SCRIPT": script,
    }
    template = (PAGE / "page.html").read_text("utf-8")
    return re.sub(r"<!--([A-Z_]+)-->", lambda found: parts[found[1]], template)


def policy(script: str) -> str:
    """Nothing may be reached: the one script of the page, its worker, and what that carries."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'sha256-{digest}' 'wasm-unsafe-eval' blob:",
            "worker-src blob:",
            "style-src 'unsafe-inline'",
            "img-src data:",
            "connect-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def row(package: Package) -> str:
    cells = (package.name, package.version, package.licence, package.file, package.sha256)
    return f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"


def block(package: Package) -> str:
    """The package as text that no browser runs."""
    about = {"name": package.name, "file": package.file, "path": package.path}
    told = html.escape(json.dumps(about), quote=True)
    text = base64.b64encode(package.content).decode()
    return f'<script type="text/plain" class="package" data-about="{told}">{text}</script>'


def licences(packages: list[Package]) -> Iterator[str]:
    """The licences of all that is carried: those of the page's folder, those in the packages."""
    for path in sorted((PAGE / "licences").iterdir()):
        yield path.read_text("utf-8")
    for package in packages:
        for name, text in files_of(package):
            if _LICENCE.search(name):
                yield f"{package.name} {package.version}: {name}\n\n{text.decode('utf-8')}"


def files_of(package: Package) -> Iterator[tuple[str, bytes]]:
    if package.file.endswith(".whl"):
        with zipfile.ZipFile(BytesIO(package.content)) as archive:
            for name in archive.namelist():
                yield name, archive.read(name)
        return
    with tarfile.open(fileobj=BytesIO(package.content)) as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file is not None:
                yield member.name, file.read()


if __name__ == "__main__":
    raise SystemExit(main())
