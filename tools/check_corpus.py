"""Mutation testing by the corpus alone: is each change of the rules noticed by some case of it?

    python tools/check_corpus.py [ers97 gregory ...]

Changes the modules of the rule sets, the ties and the tally (or those named) in small ways, one at
a time, as mutmut does (group `mutation`), and counts the corpus with each change. Noticed is what
changes a figure of a case, and then what changes a decision so that the audit of a record finds it.
A change that makes a count endless is noticed by the clock. Prints what is not noticed, function by
function, and the shares.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from check_mutants import in_words
from clock import TooLong, at_most

ROOT = Path(__file__).resolve().parent.parent
OTHERWISE = ("__init__", "ers97_vacancy", "organisations", "packages")
"""Modules of the rules in which no clause of a count for all the places is carried out."""

PATIENCE = 5
"""Seconds after which the counting of one case is taken for endless."""


def main(wanted: Sequence[str]) -> int:
    """Change a copy of the sources, and have the copy count."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source)
        mutants = [name for module in modules(source, wanted) for name in changed(source, module)]
        return subprocess.run(
            [sys.executable, __file__, "--count"],
            check=False,
            env=os.environ | {"PYTHONPATH": str(source), "MUTANT_UNDER_TEST": ""},
            input=json.dumps(mutants),
            encoding="utf-8",
        ).returncode


def modules(source: Path, wanted: Sequence[str]) -> list[Path]:
    """The modules to change."""
    package = source / "stvcount"
    found = [*sorted((package / "rules").glob("*.py")), package / "tally" / "ties.py"]
    found.append(package / "tally" / "tally.py")
    names = {one.replace("-", "_") for one in wanted}
    return [one for one in found if (one.stem in names if names else one.stem not in OTHERWISE)]


def changed(source: Path, module: Path) -> list[str]:
    """Write a module with all changes in it, each under its name, and say the names."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    made = mutate_file_contents(str(module), module.read_text("utf-8"))
    module.write_text(made.code, "utf-8")
    dotted = ".".join(module.relative_to(source).with_suffix("").parts)
    return [f"{dotted}.{name}" for name in made.mutant_names]


def count() -> int:
    """Count the corpus with each change; the names come on standard input."""
    begun = time.monotonic()
    if noticed_by(figures, ""):
        print("found a case that the unchanged rules count otherwise; expected none")
        return 2
    print(f"one pass over the corpus: {time.monotonic() - begun:.1f} s")
    begun, ways, missed = time.monotonic(), Counter[str](), Counter[str]()
    for name in json.load(sys.stdin):
        way = next((how.__name__ for how in (figures, audit) if noticed_by(how, name)), "missed")
        ways[way] += 1
        missed[in_words(name.partition("__mutmut")[0])] += way == "missed"
    for function, number in sorted(missed.items()):
        if number:
            print(f"{function}: {number} not noticed")
    total = ways.total()
    print(f"mutants: {total}; noticed by a figure: {ways['figures']}, by the audit of a record "
          f"besides: {ways['audit']}, not: {ways['missed']}")  # fmt: skip
    print(f"{time.monotonic() - begun:.0f} s")
    return int(not total)


def noticed_by(differs: Callable[[object], bool], name: str) -> bool:
    """Whether a case of the corpus differs with this change."""
    from stvcount import rules
    from stvcount.testing import corpus

    os.environ["MUTANT_UNDER_TEST"] = name
    module = name.rpartition(".")[0]
    own = [one for one in rules.names() if rules.kind(one).__module__ == module]
    for case in (one for one in corpus() if one.rules in (own or rules.names())):
        try:
            with at_most(PATIENCE):
                if differs(case):
                    return True
        except (Exception, TooLong):
            return True
    return False


def figures(case: object) -> bool:
    """Whether a figure of the case differs."""
    from stvcount.testing import first_difference

    return first_difference(counted(case), case.answer) is not None


def audit(case: object) -> bool:
    """Whether the audit finds anything in the record of the case."""
    import stvcount

    return bool(stvcount.verify(counted(case)))


def counted(case: object) -> object:
    import stvcount

    lots = stvcount.Lots.first_listed()
    return stvcount.count(case.election, rules=case.rules, lots=lots, options=dict(case.options))


if __name__ == "__main__":
    raise SystemExit(count() if sys.argv[1:] == ["--count"] else main(sys.argv[1:]))
