"""The end of a published sheet: whether it is the end, and who is elected by it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from itertools import islice

from stvcount.audit.difference import Findings
from stvcount.audit.guessed_lots import Guessed, told
from stvcount.audit.rulebook import END, Rulebook, Step
from stvcount.record import Elected
from stvcount.record.published import PublishedSheet

_MOST_ENDS = 200
"""In how many ways the lots are let fall; where there are more, no sheet contradicts the rules."""


def check_end(book: Rulebook, sheet: PublishedSheet, findings: Findings) -> Iterator[str]:
    """Note what is wrong at the end; what cannot be told, in words."""
    first = _copied(book).following(Guessed())
    if first.kind != END:
        findings.note(("completion",), "no further stage", first.in_words, first.clause)
        return
    ends = list(islice(_ends(book, sheet), _MOST_ENDS))
    named = {*_named(sheet)} - {sheet.non_person}
    if named not in ends and len(ends) == _MOST_ENDS:
        yield f"the end: who is elected, for lots may fall in {_MOST_ENDS} ways or more"
    elif named not in ends and (sheet.elected is not None or not any(named < end for end in ends)):
        findings.note(("elected",), sorted(named), sorted(ends[0]), _why(first))
    elif named not in ends:
        yield "the end: who is elected is not published as a whole"
    if any(end != ends[0] for end in ends):
        yield f"the end: which of equals is elected: {told(book)}"


def _named(sheet: PublishedSheet) -> Sequence[str]:
    """The elected, or those who are marked at a stage."""
    if sheet.elected is not None:
        return sheet.elected
    return [name for stage in sheet.stages for name in stage.elected or ()]


def _why(end: Step) -> str:
    return f"{end.clause}, by the votes of the last stage" if end.clause else ""


def _ends(book: Rulebook, sheet: PublishedSheet) -> Iterator[set[str]]:
    """The persons elected, for each way in which the lots at the end may fall."""
    board = book.board
    named = [name for name in _named(sheet) if name in board.continuing]
    also = [sheet.non_person] if sheet.non_person in board.continuing else []
    for names in dict.fromkeys([(*named,), (*named, *also)]):
        for elected in _by_lots(book, names):
            yield {name for name in elected if name != sheet.non_person}


def _by_lots(book: Rulebook, named: Sequence[str]) -> Iterator[Sequence[str]]:
    """`named`: whom the sheet has elected by the end, where only papers tell why."""
    votes = book.board.votes
    claimed = tuple(Elected(name, votes[name], "Tied count b") for name in named)
    ways: list[tuple[int, ...]] = [()]
    while ways:
        way = ways.pop()
        lottery = Guessed(chosen=way, elected=claimed)
        elected = _elected(_copied(book), lottery)
        if len(way) == len(lottery.between):
            yield elected
        else:
            tied = lottery.between[len(way)]
            ways.extend((*way, number) for number in reversed(range(len(tied))))


def _copied(book: Rulebook) -> Rulebook:
    """The same with a board of its own, but for what nobody changes: that is most of it."""
    board = book.board
    parcels = [parcel for held in board.parcels.values() for parcel in held]
    kept = (board.terms, *board.points, *board.ends, *board.newly, *parcels)
    return copy.deepcopy(book, {id(one): one for one in kept})


def _elected(book: Rulebook, lottery: Guessed) -> Sequence[str]:
    if book.voids():
        return ()
    book.ending(book.following(lottery), lottery)
    return book.board.elected
