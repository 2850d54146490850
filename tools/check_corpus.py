"""Mutation testing by the corpus alone: is each change of the rules noticed by some case of it?

    python tools/check_corpus.py [ers97 gregory ...]

Changes the modules of the rule sets, the ties and the tally (or those named) in small ways, one at
a time (changes.py), and counts the corpus with each change. Noticed is what
changes a figure of a case; then what changes a decision so that the audit of a record finds it,
without the papers or with them.
A change that makes a count endless is noticed by the clock. Prints what is not noticed, function by
function with the numbers of the changes, and the shares.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from changes import Change, came, made, put
from clock import TooLong, at_most

SOURCE = Path(__file__).resolve().parent.parent / "src"
OTHERWISE = ("__init__", "ers97_vacancy", "organisations", "packages")
"""Modules of the rules in which no clause of a count for all the places is carried out."""

PATIENCE = 5
"""Seconds after which the counting of one case is taken for endless."""

FIGURE, AUDIT, PAPERS, MISSED = "figure", "audit", "papers", "missed"


def main(wanted: Sequence[str]) -> int:
    sys.path.insert(0, str(SOURCE))
    changes = [one for path in modules(wanted) for one in made(SOURCE, path).changes]
    for one in {change.function: change for change in changes}.values():
        put(one, one.before)
    begun = time.monotonic()
    looked = [looked_at(case) for case in corpus_cases()]
    if any(differs(case.record, case.case) for case in looked):
        print("found a case that the unchanged rules count otherwise; expected none")
        return 2
    print(f"one pass over the corpus: {time.monotonic() - begun:.1f} s")
    begun, ways, missed = time.monotonic(), Counter[str](), defaultdict[str, list[str]](list)
    for change in changes:
        way = noticed(change, looked)
        ways[way] += 1
        if way == MISSED:
            missed[change.function].append(str(change.number))
    for function, numbers in sorted(missed.items()):
        print(f"{function}: {len(numbers)} not noticed: {', '.join(numbers)}")
    total = ways.total()
    print(f"changes: {total}; noticed by a figure: {ways[FIGURE]}, by the audit of a record "
          f"besides: {ways[AUDIT]}, of a record and its papers: {ways[PAPERS]}, "
          f"not: {ways[MISSED]}")  # fmt: skip
    print(f"{time.monotonic() - begun:.0f} s")
    return int(not total)


def modules(wanted: Sequence[str]) -> list[Path]:
    """The modules to change."""
    package = SOURCE / "stvcount"
    found = [*sorted((package / "rules").glob("*.py")), package / "tally" / "ties.py"]
    found.append(package / "tally" / "tally.py")
    names = {one.replace("-", "_") for one in wanted}
    return [one for one in found if (one.stem in names if names else one.stem not in OTHERWISE)]


@dataclass
class Looked:
    """A case of the corpus, its record as it should be, and the functions that it takes."""

    case: Any
    record: Any
    text: str
    takes: set[str]


def looked_at(case: Any) -> Looked:
    """The case, counted without any change."""
    came.clear()
    record = counted(case)
    return Looked(case, record, record.to_json(), set(came))


def noticed(change: Change, looked: Sequence[Looked]) -> str:
    """What notices this change. Only a record that is another than it should be can show it."""
    put(change, change.after)
    others = []
    try:
        for one in looked:
            if change.function in one.takes:
                with at_most(PATIENCE):
                    record = counted(one.case)
                    if differs(record, one.case):
                        return FIGURE
                    if written(record) != one.text:
                        others.append((one.case, record))
    except (Exception, TooLong):
        return FIGURE
    finally:
        put(change, change.before)
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
    raise SystemExit(main(sys.argv[1:]))
