"""A first look at an installed stvcount: run by the Python that has it, away from the project.

    python smoke.py FOLDER-OF-EXAMPLES [EXTRA ...]

It counts a real election by every teller, shows it in every way and runs the command. Of the
extras, those named must work, and each of the others must say in one line what to install.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib import metadata, resources
from importlib.util import find_spec
from pathlib import Path

import stvcount

COUNT = ["count", "labour-president.blt", "--non-person", "RON (Re-Open Nominations)"]
EXTRAS = {
    "html": [*COUNT, "--format", "html"],
    "xlsx": ["convert", "labour-president.blt", "{out}.xlsx"],
    "arrow": ["convert", "labour-president.blt", "{out}.parquet"],
    "plot": ["chart", "{record}", "--format", "png", "-o", "{out}.png"],
}
ELECTED = ("Aliy Faisal",)


def main(arguments: list[str]) -> None:
    examples, extras = Path(arguments[0]), arguments[1:]
    assert Path(stvcount.__file__).is_relative_to(sys.prefix), stvcount.__file__
    assert metadata.version("stvcount") == stvcount.__version__
    assert resources.files("stvcount").joinpath("py.typed").is_file()
    count(examples)
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder, "record.json")
        done = command(examples, [*COUNT, "--format", "json"])
        record.write_text(done.stdout, "utf-8")
        assert command(examples, ["verify", str(record), "labour-president.blt"]).returncode == 0
        for extra, words in EXTRAS.items():
            given = [w.format(out=Path(folder, "out"), record=record) for w in words]
            try_extra(extra, command(examples, given), present=extra in extras)
    print(
        f"stvcount {stvcount.__version__} on Python {sys.version.split()[0]}: works with "
        f"{', '.join(extras) or 'no extra'}, {'with' if has_numpy() else 'without'} numpy"
    )


def has_numpy() -> bool:
    return find_spec("numpy") is not None


def count(examples: Path) -> None:
    election = stvcount.read(examples / "labour-president.blt")
    records = [stvcount.count(election, teller="plain"), stvcount.count(election, teller="auto")]
    if has_numpy():
        records.append(stvcount.count(election, teller="vector"))
    for record in records:
        assert record.elected == ELECTED
        assert record == records[0]
        assert stvcount.CountRecord.from_json(record.to_json()) == record
        assert "Aliy Faisal" in str(record)


def command(examples: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "stvcount", *words],
        capture_output=True,
        text=True,
        cwd=examples,
        check=False,
    )


def try_extra(extra: str, done: subprocess.CompletedProcess[str], *, present: bool) -> None:
    assert "Traceback" not in done.stderr, done.stderr
    if present:
        assert done.returncode == 0, done.stderr
    else:
        assert done.returncode == 2, done
        assert f"stvcount[{extra}]" in done.stderr, done.stderr


if __name__ == "__main__":
    main(sys.argv[1:])
