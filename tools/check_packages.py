"""Build the packages and try them as a newcomer would, on every Python at hand.

    python tools/check_packages.py [--suite] [--keep FOLDER]

Needs `build` and `twine`. In order:
1. builds sdist and wheel twice, and compares the bytes; builds the wheel from the sdist;
2. has twine look at the metadata;
3. installs the wheel in a clean environment of each Python from 3.11 on that is found, without the
   network, from a folder that holds nothing but this wheel and numpy's; then without numpy; then,
   for the Python that runs this, from the sdist, and with every extra;
4. runs `tools/smoke.py` in each; with `--suite`, the whole test suite in each.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
EXTRAS = ("html", "xlsx", "cli", "plot", "arrow")
EPOCH = "1767225600"
"""2026-01-01: what stands as the date of files in the packages."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suite", action="store_true", help="run the test suite on each Python")
    parser.add_argument("--keep", type=Path, help="put the packages into this folder")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        sdist, wheel = build(work)
        run(sys.executable, "-m", "twine", "check", "--strict", sdist, wheel)
        for python in pythons():
            install_and_try(python, wheel, work)
            if chosen.suite:
                run_suite(python, work)
        from_sdist_and_with_extras(sdist, wheel, work)
        if chosen.keep:
            chosen.keep.mkdir(parents=True, exist_ok=True)
            for package in (sdist, wheel):
                shutil.copy2(package, chosen.keep)
    return 0


def run(*words: str | Path, cwd: Path = ROOT, **variables: str) -> None:
    subprocess.run(
        [str(word) for word in words], check=True, cwd=cwd, env={**os.environ, **variables}
    )


# Building


def build(work: Path) -> tuple[Path, Path]:
    """The sdist and the wheel; stops unless a second build gives the same bytes."""
    first, second = (packages(work / name) for name in ("first", "second"))
    for one, other in zip(first, second, strict=True):
        if digest(one) != digest(other):
            raise SystemExit(f"{one.name}: two builds differ; expected the same bytes")
        print(f"{one.name}: {one.stat().st_size} bytes, SHA-256 {digest(one)}", flush=True)
    return first


def packages(folder: Path) -> tuple[Path, Path]:
    # The wheel is built from the sdist, so that the sdist is known to be complete.
    run(
        *(sys.executable, "-m", "build", "--outdir", folder, ROOT),
        SOURCE_DATE_EPOCH=os.environ.get("SOURCE_DATE_EPOCH", EPOCH),
    )
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# Installing


def pythons() -> list[Path]:
    """Each Python that is found and runs, this one first."""
    found = [Path(sys.executable)]
    versions = [".".join(map(str, sys.version_info[:2]))]
    for version in PYTHONS:
        for path in candidates(version):
            if version not in versions and answers(path, version):
                versions.append(version)
                found.append(path)
    print(f"Pythons: {', '.join(versions)}", flush=True)
    return found


def candidates(version: str) -> list[Path]:
    on_path = shutil.which(f"python{version}")
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    managed = sorted(kept.glob(f"{version}.*/bin/python"), reverse=True)
    return [*([Path(on_path)] if on_path else []), *managed]


def answers(path: Path, version: str) -> bool:
    code = "import sys; print('.'.join(map(str, sys.version_info[:2])))"
    done = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == version


def environment(python: Path, work: Path, name: str) -> Path:
    """The Python of a new and empty virtual environment."""
    folder = work / f"{name}-{digest_of(str(python))}"
    run(python, "-m", "venv", folder)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def install_and_try(python: Path, wheel: Path, work: Path) -> None:
    offline = work / f"wheels-{digest_of(str(python))}"
    offline.mkdir()
    shutil.copy2(wheel, offline)
    fresh = environment(python, work, "numpy")
    run(
        fresh,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--dest",
        offline,
        "--only-binary",
        ":all:",
        wheel,
    )
    if len(list(offline.iterdir())) != 2:
        names = ", ".join(sorted(path.name for path in offline.iterdir()))
        raise SystemExit(f"found {names}; expected this wheel and numpy's alone")
    nothing_else = ("--quiet", "--no-index", "--find-links", offline)
    # What the surroundings say of other places to find packages is set aside.
    alone = {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": ""}
    run(fresh, "-m", "pip", "install", *nothing_else, "stvcount", cwd=work, **alone)
    smoke(fresh, work)
    bare = environment(python, work, "bare")
    run(bare, "-m", "pip", "install", "--no-deps", *nothing_else, "stvcount", cwd=work, **alone)
    smoke(bare, work)


def from_sdist_and_with_extras(sdist: Path, wheel: Path, work: Path) -> None:
    python = Path(sys.executable)
    source = environment(python, work, "sdist")
    run(source, "-m", "pip", "install", "--quiet", sdist, cwd=work)
    smoke(source, work)
    everything = environment(python, work, "extras")
    run(everything, "-m", "pip", "install", "--quiet", f"{wheel}[{','.join(EXTRAS)}]", cwd=work)
    smoke(everything, work, "html", "xlsx", "plot", "arrow")


def smoke(python: Path, work: Path, *extras: str) -> None:
    run(python, "-I", ROOT / "tools" / "smoke.py", ROOT / "examples", *extras, cwd=work)


def run_suite(python: Path, work: Path) -> None:
    fresh = environment(python, work, "suite")
    run(fresh, "-m", "pip", "install", "--quiet", "--upgrade", "pip")
    group = f"{ROOT / 'pyproject.toml'}:test"
    run(fresh, "-m", "pip", "install", "--quiet", "--editable", str(ROOT), "--group", group)
    run(fresh, "-m", "pytest", "--quiet", "-n", "auto")


if __name__ == "__main__":
    raise SystemExit(main())
