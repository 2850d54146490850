"""Mutation testing by the corpus alone: is each change of the rules noticed by some case of it?

    python tools/check_corpus.py [ers97 gregory ...]

Changes the modules of the rule sets, the ties and the tally (or those named) in small ways, one at
a time, as mutmut does (group `mutation`), and counts the corpus with each change. Noticed is what
changes a figure of a case; then what changes a decision so that the audit of a record finds it,
without the papers or with them.
A change that makes a count endless is noticed by the clock. Prints what is not noticed, function by
function with the numbers that mutmut gives the changes, and the shares.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from check_mutants import in_words
from clock import TooLong, at_most

ROOT = Path(__file__).resolve().parent.parent
OTHERWISE = ("__init__", "ers97_vacancy", "organisations", "packages")
"""Modules of the rules in which no clause of a count for all the places is carried out."""

PATIENCE = 5
"""Seconds after which the counting of one case is taken for endless."""

UNDER_TEST = "MUTANT_UNDER_TEST"
FIGURE, AUDIT, PAPERS, MISSED = "figure", "audit", "papers", "missed"


def main(wanted: Sequence[str]) -> int:
    """Change a copy of the sources, and have the copy count."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source)
        mutants = [name for module in modules(source, wanted) for name in changed(source, module)]
        return subprocess.run(
            [sys.executable, __file__, "--count"],
            check=False,
            env=os.environ | {"PYTHONPATH": str(source), UNDER_TEST: ""},
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
    looked = [looked_at(case) for case in corpus_cases()]
    if any(differs(one.record, one.case) for one in looked):
        print("found a case that the unchanged rules count otherwise; expected none")
        return 2
    print(f"one pass over the corpus: {time.monotonic() - begun:.1f} s")
    begun, ways, missed = time.monotonic(), Counter[str](), defaultdict[str, list[str]](list)
    for name in json.load(sys.stdin):
        way = noticed(name, looked)
        ways[way] += 1
        if way == MISSED:
            function, _, number = name.partition("__mutmut_")
            missed[in_words(function)].append(number)
    for function, numbers in sorted(missed.items()):
        print(f"{function}: {len(numbers)} not noticed: {', '.join(numbers)}")
    total = ways.total()
    print(f"mutants: {total}; noticed by a figure: {ways[FIGURE]}, by the audit of a record "
          f"besides: {ways[AUDIT]}, of a record and its papers: {ways[PAPERS]}, "
          f"not: {ways[MISSED]}")  # fmt: skip
    print(f"{time.monotonic() - begun:.0f} s")
    return int(not total)


@dataclass
class Looked:
    """A case of the corpus, its record as it should be, and the functions that it takes."""

    case: Any
    record: Any
    text: str
    takes: set[str]


def looked_at(case: Any) -> Looked:
    """The case, counted without any change."""
    from mutmut.mutation import trampoline

    takes: set[str] = set()
    trampoline.record_trampoline_hit = lambda name, caller=None: takes.add(name)
    os.environ[UNDER_TEST] = "stats"
    record = counted(case)
    os.environ[UNDER_TEST] = ""
    return Looked(case, record, record.to_json(), takes)


def noticed(name: str, looked: Sequence[Looked]) -> str:
    """What notices this change. Only a record that is another than it should be can show it."""
    os.environ[UNDER_TEST] = name
    function, others = name.partition("__mutmut_")[0], []
    try:
        for one in looked:
            if function in one.takes:
                with at_most(PATIENCE):
                    record = counted(one.case)
                    if differs(record, one.case):
                        return FIGURE
                    if written(record) != one.text:
                        others.append((one.case, record))
    except (Exception, TooLong):
        return FIGURE
    finally:
        os.environ[UNDER_TEST] = ""
    if any(is_faulted(record) for _, record in others):
        return AUDIT
    return PAPERS if any(is_faulted(record, case.election) for case, record in others) else MISSED


def corpus_cases() -> Sequence[Any]:
    from stvcount.testing import corpus

    return corpus()


def differs(record: Any, case: Any) -> bool:
    """Whether a figure of the case differs."""
    from stvcount.testing import first_difference

    return first_difference(record, case.answer) is not None


def written(record: Any) -> str | None:
    """The record as JSON; None where it cannot be written."""
    try:
        return str(record.to_json())
    except Exception:
        return None


def is_faulted(record: Any, election: Any = None) -> bool:
    """Whether the audit finds anything in the record, or cannot even read it."""
    import stvcount

    try:
        return bool(stvcount.verify(record, election))
    except Exception:
        return True


def counted(case: Any) -> Any:
    import stvcount

    lots = stvcount.Lots.first_listed()
    return stvcount.count(case.election, rules=case.rules, lots=lots, options=dict(case.options))


if __name__ == "__main__":
    raise SystemExit(count() if sys.argv[1:] == ["--count"] else main(sys.argv[1:]))
