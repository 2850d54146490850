"""Make a workbook of invented society elections, as a union's office might be sent it.

Sheet `Contests` has a row for each election, with who withdrew; every other sheet has the ballots
of one election: a row for each paper, a column for each name.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import openpyxl

RON = "RON (Re-Open Nominations)"


@dataclass(frozen=True, slots=True)
class Society:
    """An election: what it is for, and how many papers put the candidates in which order."""

    name: str
    post: str
    places: int
    candidates: Sequence[str]
    orders: Sequence[tuple[int, Sequence[str]]]


ADA, BEN = "Ada Marsh", "Ben Okoro"
CLEO, DEV, ESME, FINN, GRETA = "Cleo Hart", "Dev Rana", "Esme Lowe", "Finn Doyle", "Greta Voss"
HUGH, IDA, JON = "Hugh Penn", "Ida Brandt", "Jon Achebe"
KIT, LENA = "Kit Sayer", "Lena Wolff"
MAX = "Max Ferrar"

SOCIETIES = (
    Society("Chess", "President", 1, [ADA, BEN, RON], [(14, [ADA]), (9, [BEN, ADA]), (2, [RON])]),
    Society(
        "Rowing",
        "Committee (3 places)",
        3,
        [CLEO, DEV, ESME, FINN, GRETA, RON],
        [
            (17, [CLEO, ESME]),
            (4, [CLEO, GRETA]),
            (9, [DEV, FINN]),
            (5, [ESME]),
            (4, [FINN, DEV, GRETA]),
            (3, [GRETA, FINN]),
            (2, [RON]),
        ],
    ),
    # Hugh Penn's name stands on the papers, but he withdrew when they were out already.
    Society(
        "Film",
        "Treasurer",
        1,
        [HUGH, IDA, JON, RON],
        [(8, [HUGH, JON]), (7, [IDA, HUGH]), (5, [JON, IDA]), (1, [RON, JON])],
    ),
    # Nothing tells these two apart, so that the rules ask for a lot.
    Society("Hill Walking", "Secretary", 1, [KIT, LENA, RON], [(6, [KIT]), (6, [LENA])]),
    Society("Jazz", "Band Manager", 1, [MAX, RON], [(3, [MAX]), (7, [RON, MAX])]),
)

WITHDRAWN = {"Film": f"{HUGH}=withdrew 9 March"}


def workbook() -> openpyxl.Workbook:
    """The workbook of all the societies."""
    book = openpyxl.Workbook()
    contests = book.active
    contests.title = "Contests"
    contests.append(["Sheet", "Title", "Places", "Withdrawn"])
    for society in SOCIETIES:
        title = f"{society.name} Society: {society.post}"
        contests.append([society.name, title, society.places, WITHDRAWN.get(society.name)])
    for society in SOCIETIES:
        ballots = book.create_sheet(society.name)
        ballots.append(["Paper", *society.candidates])
        orders = [order for number, order in society.orders for _ in range(number)]
        for paper, order in enumerate(orders, start=1):
            marks = [order.index(c) + 1 if c in order else None for c in society.candidates]
            ballots.append([paper, *marks])
    return book


if __name__ == "__main__":
    workbook().save(sys.argv[1] if len(sys.argv) > 1 else "societies.xlsx")
