"""What an audit comes to, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from stvcount.audit.difference import Difference, DifferenceKind
from stvcount.election import Election
from stvcount.record import CountRecord

AGREE = "the same people are elected, all figures agree"


def verdict(
    record: CountRecord, differences: Sequence[Difference], election: Election | None = None
) -> str:
    """One line: whether all figures agree, and whether the same people are elected.

    `election`: the papers that were recounted, or None if the record was checked by itself.
    """
    first = {one.kind: one for one in reversed(differences)}
    for kinds, line in (
        (("elected", "figures"), "FIGURES DIFFER"),
        (("terms",), "THE TERMS DIFFER"),
        (("unknown",), "NOT WHOLLY CHECKED"),
    ):
        found = [one for one in differences if one.kind in kinds]
        if found:
            return f"{line}: {found[0]}{_elected(first, differences, election)}"
    return ", ".join((AGREE, *_besides(record, first, election)))


def only_words(differences: Sequence[Difference]) -> bool:
    """Whether nothing differs, or only how something is said."""
    return all(one.kind == "words" for one in differences)


def _elected(
    first: dict[DifferenceKind, Difference],
    differences: Sequence[Difference],
    election: Election | None,
) -> str:
    if "elected" in first:
        return ", and the elected change"
    broken_off = any(one.place in ("", "lots", "candidates") for one in differences)
    recounted = election is not None and not broken_off
    return "; on the record's terms the same people are elected" if recounted else ""


def _besides(
    record: CountRecord, first: dict[DifferenceKind, Difference], election: Election | None
) -> list[str]:
    """What differs though all figures agree."""
    told = []
    if "words" in first:
        told.append("only words differ")
    if "form" in first:
        told.append(f"the file differs only in its form ({_form(record, election)})")
    return told


def _form(record: CountRecord, election: Election | None) -> str:
    given = () if election is None else election.sources
    names = [source.name for source in (*record.sources, *given)]
    of_workbooks = bool(names) and all(name.lower().endswith(".xlsx") for name in names)
    return "XLSX saved again" if of_workbooks else "another file with papers that count alike"
