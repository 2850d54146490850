"""One target in a process of its own.

`worker.py TARGET MODULE,... FINDINGS CORPUS [OPTION ...]`: the modules that guide, the folders to
save findings in and to begin with, and options of libFuzzer.

A finding is saved and told on standard error, and the fuzzing goes on; what ends the process (a
hang, too much memory, a crash below Python) is saved by libFuzzer.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import atheris
from mutations import by_parts, in_a_part

if TYPE_CHECKING:
    from targets import Target

TOLD = "FINDING "


def _instrumented(name: str, guiding: list[str]) -> Target:
    """The target, when all that it will ever import is there; modules named so are instrumented.

    So are those below them, and no others: what is instrumented is several times as slow.
    """
    modules = list(_modules())
    guides = tuple(f"{one}." for one in guiding)
    # To include a module is to include all of its package.
    packages = {one.split(".")[0] for one in guiding}
    others = [one for one in modules if not f"{one}.".startswith(guides)]
    with atheris.instrument_imports(include=sorted(packages), exclude=others):
        for module in modules:
            if not module.endswith(("__main__", "plot")):
                with suppress(ImportError):
                    importlib.import_module(module)
        from targets import TARGETS
    return TARGETS[name]


def _modules() -> Iterator[str]:
    """Every module that reads, by its file: to ask the packages would import them."""
    for package in map(find_spec, ("stvcount", "openpyxl")):
        if package is not None and package.origin is not None:
            root = Path(package.origin).parent
            for path in sorted(root.rglob("*.py")):
                name = ".".join(path.relative_to(root.parent).with_suffix("").parts)
                yield name.removesuffix(".__init__")


class _Findings:
    """Keeps the shortest input for each place at which something went wrong."""

    def __init__(self, target: Target, folder: Path) -> None:
        self._target = target
        self._folder = folder
        self._kept: dict[str, tuple[int, Path]] = {}

    def check(self, data: bytes) -> None:
        try:
            self._target.check(data)
        except Exception as error:  # whatever the oracle lets through is a finding
            self._keep(data, error)

    def _keep(self, data: bytes, error: Exception) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        own = [one for one in frames if "stvcount" in one.filename or "fuzz" in one.filename]
        place = f"{type(error).__name__} at {Path(own[-1].filename).name}:{own[-1].lineno}"
        length, earlier = self._kept.get(place, (sys.maxsize, None))
        if len(data) >= length:
            return
        path = self._folder / f"{self._target.name}-{hashlib.sha256(data).hexdigest()[:12]}"
        path.write_bytes(data)
        if earlier is not None:
            earlier.unlink()
        else:
            reason = " ".join(str(error).split())[:300]
            print(f"{TOLD}{place}: {reason!r}", file=sys.stderr, flush=True)
        self._kept[place] = len(data), path


def main() -> None:
    name, guiding, folder, *options = sys.argv[1:]
    target = _instrumented(name, guiding.split(","))
    findings = _Findings(target, Path(folder))
    pieces = (*target.words, *target.seeds(None))

    def by_libfuzzer(data: bytes, most: int, chance: Random) -> bytes:
        if target.mutation is not by_parts:
            return bytes(atheris.Mutate(data, most))
        # Any byte of an archive that is changed makes it none.
        return in_a_part(data, chance, lambda part: atheris.Mutate(part, most)) or b""

    def changed(data: bytes, most: int, seed: int) -> bytes:
        chance = Random(seed)
        if chance.randint(0, 1):
            return by_libfuzzer(data, most, chance)[:most]
        return target.mutation(data, chance, pieces)[:most]

    # Only now, as it imports what is to be instrumented.
    importlib.import_module("oracle").ask_in_shares()
    atheris.Setup([sys.argv[0], *options], findings.check, custom_mutator=changed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
