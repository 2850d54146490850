"""Count all the elections of one workbook: a sheet and a record of each, and a summary of all.

`make_workbook.py` makes such a workbook, and says what its sheets hold. An election that cannot be
counted does not stop the others: every fault of every sheet is named, and the exit status is 2.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl

import stvcount
from stvcount import sheets
from stvcount.formats.spreadsheet import escaped

LISTS = {
    "Elections": ("Sheet", "Election", "Places"),
    "Withdrawals": ("Sheet", "Candidate", "Reason"),
}
"""The sheets that hold no ballots, and their headings."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of one of the lists: where it stands, for errors, and its cells by heading."""

    place: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one election: its record, or else everything that kept it from being counted."""

    sheet: str
    title: str
    record: stvcount.CountRecord | None
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """How every election of the workbook is to be counted."""

    workbook: Path
    organisation: str
    lots: stvcount.Lots

    def place(self, sheet: str) -> str:
        return f"{self.workbook}, sheet {sheet!r}"


# The workbook


def rows(request: Request, sheet: str) -> list[Row]:
    """The rows of one of the lists; raises `FormatError` where its headings are others."""
    headings, place = LISTS[sheet], request.place(sheet)
    with closing(openpyxl.load_workbook(request.workbook, read_only=True)) as book:
        if sheet not in book.sheetnames:
            raise stvcount.FormatError(place, [stvcount.Fault(None, "no such sheet", "it")])
        texts = [
            ["" if value is None else str(value).strip() for value in cells]
            for cells in book[sheet].iter_rows(values_only=True)
        ]
    if not texts or tuple(texts[0][: len(headings)]) != headings:
        found = f"the headings {', '.join(texts[0])}" if texts else "an empty sheet"
        fault = stvcount.Fault(1, found, f"the headings {', '.join(headings)}")
        raise stvcount.FormatError(place, [fault])
    blank = dict.fromkeys(headings, "")
    return [
        Row(f"{place}:{number}", blank | dict(zip(headings, cells, strict=False)))
        for number, cells in enumerate(texts[1:], start=2)
        if any(cells)
    ]


def strays(
    names: Sequence[str], elections: Sequence[Row], withdrawals: Iterable[Row]
) -> Iterator[str]:
    """What belongs to no election, or to two: nothing in the workbook is passed over in silence."""
    listed = Counter(row.cells["Sheet"] for row in elections)
    for sheet in names:
        if sheet not in listed and sheet not in LISTS:
            yield f"sheet {sheet!r}: found no row for it in 'Elections'; expected one"
    for sheet, times in listed.items():
        if times > 1:
            yield f"sheet {sheet!r}: found {times} rows for it in 'Elections'; expected one"
    for row in withdrawals:
        if row.cells["Sheet"] not in listed:
            sheet = row.cells["Sheet"]
            yield f"{row.place}: found the sheet {sheet!r}; expected one that 'Elections' lists"


# The counts


def outcome(request: Request, row: Row, withdrawals: Iterable[Row]) -> Outcome:
    """Count the election of this row of `Elections`."""
    sheet, title, given = (row.cells[heading] for heading in LISTS["Elections"])
    faults: list[str] = []
    # Where the places are wrong, the ballots are read all the same, for what is wrong with them.
    places = int(given) if re.fullmatch("[1-9][0-9]{0,2}", given) else 1
    if str(places) != given:
        faults.append(f"{row.place}: found {given!r} as the places; expected a whole number from 1")
    election, more = election_of(request, sheet, title, places)
    faults += more
    for withdrawal in withdrawals:
        if election is not None and withdrawal.cells["Sheet"] == sheet:
            try:
                election = election.withdraw(
                    withdrawal.cells["Candidate"], reason=withdrawal.cells["Reason"]
                )
            except stvcount.ElectionError as error:
                faults.append(f"{withdrawal.place}: {error}")
    if election is None or faults:
        return Outcome(sheet, title, None, tuple(faults))
    try:
        record = stvcount.count(election, organisation=request.organisation, lots=request.lots)
    except stvcount.StvcountError as error:
        return Outcome(sheet, title, None, (f"{request.place(sheet)}: {worded(error)}",))
    return Outcome(sheet, title, record, ())


def election_of(
    request: Request, sheet: str, title: str, places: int
) -> tuple[stvcount.Election | None, list[str]]:
    try:
        return stvcount.read(request.workbook, sheet=sheet, title=title, places=places), []
    except stvcount.FormatError as error:
        # The library names the file; here the sheet belongs to the place as well.
        placed = stvcount.FormatError(request.place(sheet), error.faults)
        return None, str(placed).splitlines()


def worded(error: stvcount.StvcountError) -> str:
    if isinstance(error, stvcount.LotNeeded):
        tied = " and ".join(error.candidates)
        return f"found a tie for a lot to decide between {tied}; expected --seed TEXT"
    return str(error)


# The results


def files(outcomes: Sequence[Outcome]) -> dict[str, bytes]:
    """The content of every file of the results, by name."""
    found: dict[str, bytes] = {}
    for number, one in enumerate(outcomes, start=1):
        if one.record is not None:
            name = file_name(number, one)
            found[f"{name}.html"] = sheets.render(one.record, "html").encode()
            found[f"{name}.json"] = one.record.to_json().encode()
    # The byte order mark tells spreadsheets that the text is UTF-8.
    found["summary.csv"] = summary(outcomes).encode("utf-8-sig")
    return found


def file_name(number: int, one: Outcome) -> str:
    """Without suffix; the number keeps apart what is alike but for signs."""
    words = re.sub(r"\W+", "-", one.sheet).strip("-").lower()
    return f"{number:02}-{words}"


def summary(outcomes: Iterable[Outcome]) -> str:
    """A row for each election, as CSV."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ["Election", "Places", "Rules", "Papers", "Elected", "Not filled", "Lots", "File", "Faults"]
    )
    for number, one in enumerate(outcomes, start=1):
        name = "" if one.record is None else file_name(number, one)
        cells = [one.title or one.sheet, *figures(one.record), name, " / ".join(one.faults)]
        writer.writerow(map(escaped, cells))
    return text.getvalue()


def figures(record: stvcount.CountRecord | None) -> list[str]:
    if record is None:
        return [""] * 6
    lots = [lot for stage in record.stages for lot in stage.lots] + [*record.completion.lots]
    return [
        str(record.places),
        record.rules.id,
        f"{record.papers.valid} valid of {record.papers.total}",
        "; ".join(record.elected) or "nobody",
        "; ".join(f"{one.places}: {one.reason}" for one in record.vacant),
        "; ".join(f"{lot.purpose}: fell on {lot.chosen} ({lot.source})" for lot in lots),
    ]


def write_folder(folder: Path, content: Mapping[str, bytes]) -> None:
    """Write these files into a new folder, which is there when all are complete, and not before."""
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        whole = Path(scratch, folder.name)
        whole.mkdir()
        for name, data in content.items():
            (whole / name).write_bytes(data)
        whole.rename(folder)


# The command


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = parser().parse_args(arguments)
    lots = stvcount.Lots.none() if chosen.seed is None else stvcount.Lots.seeded(chosen.seed)
    request = Request(chosen.workbook, chosen.organisation, lots)
    try:
        if chosen.output.exists():
            found = f"{chosen.output}: found a file or folder of that name"
            raise stvcount.ElectionError(f"{found}; expected the name of a new folder")
        names = stvcount.sheet_names(request.workbook)
        elections = rows(request, "Elections")
        withdrawals = rows(request, "Withdrawals") if "Withdrawals" in names else []
        outcomes = [outcome(request, row, withdrawals) for row in elections]
        write_folder(chosen.output, files(outcomes))
    except (stvcount.StvcountError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    faults = [fault for one in outcomes for fault in one.faults]
    faults += strays(names, elections, withdrawals)
    for fault in faults:
        print(fault, file=sys.stderr)
    counted = sum(one.record is not None for one in outcomes)
    print(f"{counted} of {len(outcomes)} elections counted: see {chosen.output / 'summary.csv'}")
    return 2 if faults else 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description="Count all the elections of one workbook.")
    made.add_argument("workbook", type=Path)
    made.add_argument("-o", "--output", type=Path, required=True, help="a new folder")
    made.add_argument(
        "--organisation",
        choices=stvcount.organisations.names(),
        default="chester",
        help="whose rules count",
    )
    made.add_argument(
        "--seed", help="the text, published beforehand, from which lots are worked out"
    )
    return made


if __name__ == "__main__":
    sys.exit(main())
