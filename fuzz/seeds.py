"""Small files of every kind to begin with: the project's own, and what is cut out of real ones."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from mutations import packed
from oracle import ELECTION, PAPERS, TIED

import stvcount
from stvcount import CountRecord, Election, LotNeeded, Lots, Papers, StvcountError, Withdrawal
from stvcount.formats import FORMATS, read_bytes
from stvcount.inquiry.reconstruct import MOST_VOTES, PublishedSheet
from stvcount.motions import Question, motion

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

_MOST_ORDERS = 8
_MOST_ELECTIONS = 10
_MOST_BYTES = 1 << 13

ODD = Election(
    title="Vote “2”",
    places=1,
    candidates=["=1+1", "Zoë (Green)", "RON", "1st"],
    papers=Papers(
        ["=1+1", "Zoë (Green)", "RON", "1st"],
        [((0, 1), 2), ((1, (0, 2)), 1), (((1, 2),), 1), ((3, None, 1), 10**15), ((2, 2, 1), 3)],
    ),
    withdrawn=[Withdrawal("1st", "ill")],
)
COMPLETE = Election(
    places=2,
    candidates=["A", "B", "C"],
    papers=Papers(["A", "B", "C"], [((0, 1, 2), 3), ((2, 0, 1), 2)]),
)

_BLT = (
    '3 1\n-2\n(a) 1 2 0\n(b) 2 3 0 # why\n0\nAnn\n\'Bob\'\n"Cy ""X"""\nTitle\n',
    '3 2 // x\n1 1=2 - 3 0\n3, 2 0\n007 3 3 1 0\n0\n"A" "b"\n"B" # b\n"C"x"\n"T"\n',
    '\ufeff2 1\r\n2 1 2 0\r\n0\r\n"A"\r\n"A"\r\n"T"\r\n',
)
_CSV = (
    "papers,Ann,Bob,Cy\n3,1,2,\n2,,1,X\n1,1,1,3\n",
    "id;1st choice;2nd choice;3rd choice\na;Ann;Bob;\nb;Bob;Bob;Ann\n\nc;;Ann;\n",
    'Timestamp,Vote [Ann],Vote [Bob]\n1,First choice,Second choice\n2,"Second choice",\n',
    "sep=;\n'=Ann;Bob [x]\n1;2\n;\n",
    'First\tSecond\nAnn\tBob\nBob\t"An""n"\n',
)
_PREFLIB = (
    "# TITLE: T\n# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 4\n"
    "# NUMBER UNIQUE ORDERS: 2\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n"
    "# ALTERNATIVE NAME 3: C\n3: 1,{2,3}\n1: 3\n",
    "2\n1,Ann\n2,Bob\n5,5,2\n3,1,2\n2,2,1\n",
    "3\n1,Ann\n2,Bob\n3,Cy\n3,3,2\n2,1,{2,3}\n1,{1,2},3\n",
)
MOTIONS = (
    "paper,Affiliate?,Disaffiliate?\n1,FOR,against\n2,,ABSTAIN\n3,maybe,FOR\n",
    "question;for;against;abstain;blank;invalid\nA?;3;2;1;0;0\nB?;2;2;0;0;1\n",
    'Shall we?\nFOR\n""\nAGAINST\n',
)
_COUNTS = (
    "Society,,,,,\nNumber of places,2,,,,\nCandidate,First,Surplus of Ann,Votes,Result\n"
    'Ann,"1,400.00",-467.00,933.00,Elected\nBob,900,+310.00,"1,210.00",Elected\n'
    'Cy,300,+90.00,390.00,\nNon-transferable,,+67,67,\nTotal,"2,600",,"2,600",\nQuota,933,,,\n',
    "Name;Count 1;Count 2\nAnn;6;8\nBob;5;5\nCy;3;\u2013\nExhausted;;1\n",
)
_LISTS = (
    "Title,Question,Sheet,File,Places,Rules,Organisation,Options,Non-person,Persons,Withdrawn,"
    "Set aside,Lots,Date,Electorate,Returning officer,Status,Read with,Skip\n"
    "A,,,a.blt,2,ers97,,,,,Cy=ill,3=torn; 4,Ann; Bob,2026-03-09,40,Eve,provisional,,\n"
    "b,,,b.blt,1,,,majority=exact,Dee,Bob,,,,,,,,--encoding utf-8,yes\n",
    "File;Title;Places\na.blt;'=A;2\nb.blt;B;\n",
    '[[contest]]\ntitle = "A"\nfile = "a.blt"\nplaces = 2\nset_aside = ["3=torn"]\n'
    'withdrawn = {Cy = "ill"}\ndate = 2026-03-09\n[[contest]]\nfile = "b.blt"\nskip = true\n'
    'read_with = "--encoding utf-8"\nlots = ["Ann", "Bob"]\n',
)
_TEXTS = {"blt": _BLT, "csv": _CSV, "tsv": _CSV, "toi": _PREFLIB, "soc": _PREFLIB[1:]}


def elections(folder: Path | None = None) -> Iterator[Election]:
    """Small elections; those in the ballot files of the folder with their first papers."""
    yield from (ELECTION, ODD, COMPLETE)
    for path in _spread([path for path in _files(folder) if path.suffix == ".blt"]):
        try:
            election = stvcount.read(path, places=2)
        except StvcountError:
            continue
        first = list(election.papers.orders())[:_MOST_ORDERS]
        yield replace(election, papers=Papers(election.candidates, first), sources=(), notes=())


def files(*formats: str, folder: Path | None = None) -> list[bytes]:
    """Files of these formats."""
    kinds = [kind for kind in FORMATS if kind.name in formats]
    found = [text.encode() for name in formats for text in _TEXTS.get(name, ())]
    for election in elections(folder):
        for kind in kinds:
            try:
                content = kind.dumps(election)
            except StvcountError:
                continue
            found.append(_lean(content.encode() if isinstance(content, str) else content))
    suffixes = {suffix for kind in kinds for suffix in kind.suffixes}
    real = _spread([path for path in _files(folder) if path.suffix in suffixes])
    found += [path.read_bytes() for path in real]
    return _small(found)


def records(folder: Path | None = None) -> list[bytes]:
    """Records of counts by every rule set, and of a casual vacancy."""
    return _small(_lean(record.to_json().encode()) for record in _counts(folder))


def published(folder: Path | None = None) -> list[bytes]:
    """Sheets as they would be published of the same counts."""
    small = [record for record in _counts(folder) if record.papers.total <= MOST_VOTES]
    sheets = map(PublishedSheet.from_record, small)
    return _small(_lean(sheet.to_json().encode()) for sheet in sheets)


def tables(folder: Path | None = None) -> list[bytes]:
    """The same counts in tables, and tables as people keep them."""
    shown = [_table_of(record) for record in _counts(folder)]
    return _small([*(text.encode() for text in _COUNTS), *(text.encode() for text in shown)])


def workbooks(folder: Path | None = None) -> list[bytes]:
    """The same in workbooks."""
    return _small(workbook(csv.reader(io.StringIO(one.decode()))) for one in tables(folder))


def readings(folder: Path | None = None) -> list[bytes]:
    """Readings of a table."""
    ways: tuple[dict[str, Any], ...] = (
        {"ignore": ["Ward"]},
        {"ignore": ["Ward", "papers"]},
        {"candidates": ["Dee", "Ann", "Bob", "Cy"], "ignore_rows": [5], "weights": "papers"},
    )
    read = [read_bytes(PAPERS["csv"], "x.csv", places=2, **options) for options in ways]
    read.append(read_bytes(PAPERS["blt"], "x.blt", skip_zero=True, encoding="utf-8"))
    found = [election.sources[0].reading for election in read]
    return [_lean(one.to_json().encode()) for one in found if one is not None]


def contest_lists(folder: Path | None = None) -> list[bytes]:
    """Lists of contests, in CSV and in TOML."""
    return [text.encode() for text in _LISTS]


def lots(folder: Path | None = None) -> list[bytes]:
    """Lots that were answered: all that a count asked for, some, and one it never asked for."""
    kept = [Lots.answered()]
    while len(kept) < _MOST_ORDERS:
        try:
            stvcount.count(TIED, rules="ers97", lots=kept[-1])
        except LotNeeded as needed:
            lot = (needed.question, needed.candidates[-1])
            kept.append(Lots.answered(*kept[-1].answers, lot))
        else:
            break
    return [_lean(one.to_json().encode()) for one in kept]


def motions(folder: Path | None = None) -> list[bytes]:
    """Votes on motions."""
    return [text.encode() for text in MOTIONS]


def motion_records(folder: Path | None = None) -> list[bytes]:
    """Records of votes on motions."""
    questions = (Question("A?", for_=2, against=1), Question("B?", for_=1, against=1, notes=("n",)))
    made = [motion(questions, coin=coin, lots=Lots.first_listed()) for coin in (False, True)]
    return [_lean(record.to_json().encode()) for record in made]


@cache
def _counts(folder: Path | None) -> list[stvcount.CountRecord]:
    found = []
    for election in elections(folder):
        for rules in stvcount.rules.names():
            places = min(election.places, stvcount.rules.get(rules).most_places or election.places)
            held = election.with_places(places)
            found.append(stvcount.count(held, rules=rules, lots=Lots.first_listed()))
    original = next(record for record in found if record.rules.id == "ers97")
    vacating = original.elected[0]
    found.append(stvcount.vacancy(original, ELECTION, vacating=vacating, lots=Lots.first_listed()))
    return found


def _files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    return sorted(path for one in (EXAMPLES, folder) for path in one.rglob("*") if path.is_file())


def _spread(paths: list[Path]) -> list[Path]:
    """Some of the files, from all over the folder."""
    return paths[:: len(paths) // _MOST_ELECTIONS + 1]


def _table_of(record: CountRecord) -> str:
    """The part of the sheet in CSV that a person keeps: title, places, and the table of stages."""
    _, *parts = (text := stvcount.sheets.render(record, "csv")).split("\n\n")
    return f"{text[: text.index('Rules')]}Places,{record.places}\n{parts[0]}\n"


_XML = "http://schemas.openxmlformats.org"
_FRAME = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_XML}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_XML}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{_XML}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_XML}/spreadsheetml/2006/main" '
        f'xmlns:r="{_XML}/officeDocument/2006/relationships">'
        '<sheets><sheet name="Count" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_XML}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{_XML}/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def workbook(rows: Iterable[Sequence[str]]) -> bytes:
    """The least workbook with these rows."""
    inside = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    sheet = (
        f'<worksheet xmlns="{_XML}/spreadsheetml/2006/main">'
        f"<sheetData>{inside}</sheetData></worksheet>"
    )
    parts = {**_FRAME, "xl/worksheets/sheet1.xml": sheet}
    return packed({name: part.encode() for name, part in parts.items()})


def _cell(text: str) -> str:
    if text.replace(".", "", 1).isdigit():
        return f"<c><v>{text}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>' if text else "<c/>"


def _lean(data: bytes) -> bytes:
    """The same without what only looks: blanks in JSON, and the styles of a workbook."""
    if data.startswith(b"{"):
        return json.dumps(json.loads(data), ensure_ascii=False).encode()
    if not data.startswith(b"PK"):
        return data
    looks = ("theme", "docProps", "styles")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if not any(one in name for one in looks)]
        return packed({name: archive.read(name) for name in names})


def _small(found: Iterable[bytes]) -> list[bytes]:
    return list(dict.fromkeys(data for data in found if len(data) <= _MOST_BYTES))
