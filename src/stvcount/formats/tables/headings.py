"""Which rows of a sheet are headings, and what they say over each column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stvcount.formats.tables.cells import plain
from stvcount.formats.tables.columns import without_mark
from stvcount.formats.tables.known import known
from stvcount.formats.tables.ranks import rank_of
from stvcount.formats.tables.table import Row

NONE = 0
"""The number of the row of headings where there is none; rows count from 1."""

_FARTHEST = 15
_IMPORT_ID = '{"ImportId"'
_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\b(?:19|20)\d\d\b|\b\d{1,2}\s+[a-z]{3,}", re.IGNORECASE
)
_LISTED = re.compile(r"candidates?(?: names?)?", re.IGNORECASE)
_ANSWERS = frozenset(("response", "open-ended response", "responses", "open ended response"))


@dataclass(frozen=True, slots=True)
class Heads:
    """The headings: which of the first rows they are, and the text over each column.

    `end`: how many of the first rows are headings or stand above them; `rows`: the numbers of the
    rows that are headings; `above`: those of the titles above them; `lowest`: the last row of them.
    """

    end: int
    rows: tuple[int, ...]
    above: tuple[int, ...]
    texts: tuple[str, ...]
    lowest: tuple[str, ...]


def heads(top: Sequence[Row], header_row: int | None) -> Heads | None:
    """The headings among the first rows; None where there are none, or not where they are asked.

    `header_row`: `NONE` where the table has none, as far as its rows count from 1.
    """
    filled = [place for place, (_, cells) in enumerate(top) if any(map(str.strip, cells))]
    if header_row == NONE and filled and top[0][0] > NONE:
        return _without(top)
    if header_row is None:
        place = _first_heading(top, filled)
    else:
        place = next((one for one in filled if top[one][0] == header_row), None)
    if place is None:
        return None
    several = _of_three(top, place, asked=header_row is not None)
    if several is None:
        several = _of_two(top, filled, place, asked=header_row is not None)
    return several or _heads(top, (place,), top[place][1])


def heads_at(top: Sequence[Row], rows: Sequence[int]) -> Heads | None:
    """The headings in these rows, as `heads` found them; None where the rows are not there."""
    places = tuple(place for place, (row, _) in enumerate(top) if row in rows)
    if not rows and top:
        return _without(top)
    if not places or len(places) != len(rows):
        return None
    cells = [top[place][1] for place in places]
    if len(places) == 3:
        return _heads(top, places, cells[1])
    if len(places) == 1 or _has_import_ids(cells[1]):
        return _heads(top, places, cells[0])
    return _heads(top, places, _composed(*_padded(*cells)))


def _without(top: Sequence[Row]) -> Heads:
    """No headings at all: the first row is a paper, and columns go by their letters."""
    width = max(len(cells) for _, cells in top)
    while width > 1 and not any(
        cells[width - 1].strip() for _, cells in top if len(cells) >= width
    ):
        width -= 1
    return Heads(0, (), (), ("",) * width, ())


def _padded(upper: Sequence[str], lower: Sequence[str]) -> tuple[list[str], list[str]]:
    width = max(len(upper), len(lower))
    return [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]


def _heads(top: Sequence[Row], places: tuple[int, ...], texts: Sequence[str]) -> Heads:
    above = tuple(row for row, cells in top[: places[0]] if any(cell.strip() for cell in cells))
    while len(texts) > 1 and not texts[-1].strip() and not _used(top, places[-1], len(texts) - 1):
        texts = texts[:-1]
    rows = tuple(top[place][0] for place in places)
    return Heads(places[-1] + 1, rows, above, tuple(texts), tuple(top[places[-1]][1]))


def _used(top: Sequence[Row], place: int, column: int) -> bool:
    return any(len(cells) > column for _, cells in top[place + 1 :])


def _width(cells: Sequence[str]) -> int:
    """The number of cells that are not blank."""
    return sum(1 for cell in cells if cell.strip())


def _first_heading(top: Sequence[Row], filled: Sequence[int]) -> int | None:
    """The first row that is no title above a wider table."""
    for number, place in enumerate(filled[:_FARTHEST]):
        below = [_width(top[one][1]) for one in filled[number + 1 : number + 1 + _FARTHEST]]
        if not _is_title(top, filled, number, max(below, default=0)):
            return place
    return filled[0] if filled else None


def _is_title(top: Sequence[Row], filled: Sequence[int], number: int, widest: int) -> bool:
    cells = top[filled[number]][1]
    if _numbers_the_next(top, filled, number):
        return True
    width = _width(cells)
    last = number + 1 >= len(filled)
    if last or width > 2 or (width == 2 and _is_dated(cells)):
        return not last and width == 2
    if widest < 2 or (width == 1 and _counts_on(top, filled, number + 1)):
        return False
    below = top[filled[number + 1]][1]
    after = top[filled[number + 2]][1] if number + 2 < len(filled) else ()
    if width == 1:
        # A heading over one column only, with the others used below, is no title but a fault.
        return _width(below) >= 2 or _heading_follows(top, filled, number, 2)
    return not _are_groups(cells, below, after) and _heading_follows(top, filled, number, 3)


def _numbers_the_next(top: Sequence[Row], filled: Sequence[int], number: int) -> bool:
    """Whether a row only numbers the headings in the next one, over cells that are no words."""
    places = [place for place, cell in enumerate(top[filled[number]][1]) if cell.strip()]
    figures = [top[filled[number]][1][place].strip() for place in places]
    if figures != [str(one) for one in range(1, len(places) + 1)] or len(places) < 2:
        return False
    rows = [
        [cells[place].strip() if place < len(cells) else "" for place in places]
        for cells in (top[one][1] for one in filled[number + 1 : number + 1 + _FARTHEST])
    ]
    lettered = [[any(map(str.isalpha, cell)) for cell in row] for row in rows]
    return len(rows) > 2 and all(lettered[0]) and not any(map(any, lettered[1:]))


def _counts_on(top: Sequence[Row], filled: Sequence[int], number: int) -> bool:
    """Whether a row and the next one have numbers that follow one another: they are papers."""
    if number + 1 >= len(filled):
        return False
    first, second = (top[filled[at]][1] for at in (number, number + 1))
    figures = [(a.strip(), b.strip()) for a, b in zip(first, second, strict=False)]
    numbers = [(int(a), int(b)) for a, b in figures if _is_figure(a) and _is_figure(b)]
    lone = sum(map(_is_figure, map(str.strip, first))) == 1
    return lone and any(b == a + 1 for a, b in numbers)


def _is_figure(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _is_dated(cells: Sequence[str]) -> bool:
    """Whether a row says when something was: `Date`, `9 March 2026`."""
    first, second = (cell.strip() for cell in cells if cell.strip())
    what = known(first)
    return what is not None and what.what == "times" and _DATE.search(second) is not None


def _heading_follows(top: Sequence[Row], filled: Sequence[int], number: int, least: int) -> bool:
    """Whether a row of at least so many headings follows soon."""
    following = (top[one][1] for one in filled[number + 1 : number + 8])
    return any(_width(cells) >= least and _like_headings(cells) for cells in following)


def _like_headings(cells: Sequence[str]) -> bool:
    """Whether all are different texts with letters, or number one run from 1."""
    texts = [cell.strip() for cell in cells if cell.strip()]
    bare = [rank_of(text) for text in texts if not any(map(str.isalpha, text))]
    several = len(set(texts)) == len(texts) > len(bare)
    return several and bare == list(range(1, len(bare) + 1))


# Three rows: Qualtrics


def _of_three(top: Sequence[Row], place: int, *, asked: bool) -> Heads | None:
    """The codes, the texts and the import ids of Qualtrics; the texts are the headings."""
    last = place if asked else place + 2
    if last < 2 or last >= len(top) or not _has_import_ids(top[last][1]):
        if place + 1 < len(top) and _has_import_ids(top[place + 1][1]) and not asked:
            return _heads(top, (place, place + 1), top[place][1])
        return None
    return _heads(top, (last - 2, last - 1, last), top[last - 1][1])


def _has_import_ids(cells: Sequence[str]) -> bool:
    return any(cell.strip().replace(" ", "").startswith(_IMPORT_ID) for cell in cells)


# Two rows: the questions, and below them their parts


def _of_two(top: Sequence[Row], filled: Sequence[int], place: int, *, asked: bool) -> Heads | None:
    number = filled.index(place)
    if asked:
        pair = (filled[number - 1], place) if number else None
    else:
        pair = (place, filled[number + 1]) if number + 1 < len(filled) else None
    if pair is None or pair[1] != pair[0] + 1:
        return None
    upper, lower = _padded(top[pair[0]][1], top[pair[1]][1])
    if _width(upper) == 1 or (_width(upper) == 2 and _is_dated(upper)):
        return None
    after = next((top[one][1] for one in filled if one > pair[1]), ())
    if not _are_groups(upper, lower, after):
        return None
    return _heads(top, pair, _composed(upper, lower))


def _are_groups(upper: Sequence[str], lower: Sequence[str], below: Sequence[str]) -> bool:
    """Whether the lower row holds parts of what the upper one names, and no paper.

    `below`: the row after these.
    """
    upper, lower = _padded(upper, lower)
    spans = _spans([cell.strip() for cell in upper], [cell.strip() for cell in lower])
    wide = [span for span in spans if len(span) > 1]
    if not wide or not all(_are_parts([lower[at] for at in _own(lower, span)]) for span in wide):
        return False
    single = [lower[span[0]].strip() for span in spans if len(span) == 1]
    covered = {at for span in spans for at in span}
    bare = [(at, cell) for at, cell in enumerate(lower) if cell.strip() and at not in covered]
    lettered = all(any(map(str.isalpha, lower[at])) for span in wide for at in span)
    unnamed = [
        at
        for at, cell in bare
        if not any(map(str.isalpha, cell)) and not (lettered and _heads_a_number(cell, at, below))
    ]
    odd = [cell for cell in single if cell and not _heads_a_single(cell)]
    return not unnamed and not odd and not _is_one_title(upper, lower, spans)


def _is_one_title(
    upper: Sequence[str], lower: Sequence[str], spans: Sequence[Sequence[int]]
) -> bool:
    """Whether the upper row only has a title over the whole table."""
    return (
        len(spans) == 1
        and spans[0][0] == 0
        and not any(cell.strip() for at, cell in enumerate(upper) if at not in spans[0])
        and lower[0].strip() != ""
    )


def _heads_a_single(cell: str) -> bool:
    return cell.casefold() in _ANSWERS or known(cell) is not None


def _heads_a_number(cell: str, at: int, below: Sequence[str]) -> bool:
    """Whether a sign or a figure is a heading: cells that count from it would go on below."""
    text, first = cell.strip(), below[at].strip() if at < len(below) else ""
    return text == "#" or text == first == "1"


def _spans(upper: Sequence[str], lower: Sequence[str]) -> list[list[int]]:
    """The columns of each text of the upper row: its own, and those to its right without one."""
    spans: list[list[int]] = []
    for at, text in enumerate(upper):
        if text:
            spans.append([at])
        elif spans and lower[at] and not any(lower[spans[-1][-1] + 1 : at]):
            # A column that is blank in both rows stands between, not at an end.
            spans[-1].append(at)
    return spans


def _are_parts(cells: Sequence[str]) -> bool:
    texts = [without_mark(cell).strip() for cell in cells]
    if not all(texts) or len(set(texts)) < len(texts):
        return False
    ranks = [rank_of(text) for text in texts]
    if any(text.isdigit() or not any(map(str.isalpha, text)) for text in texts):
        return ranks == list(range(1, len(texts) + 1))
    if all(rank is not None for rank in ranks):
        return sorted(rank or 0 for rank in ranks) == list(range(1, len(texts) + 1))
    return not any(rank is not None for rank in ranks)


def _own(lower: Sequence[str], span: Sequence[int]) -> Sequence[int]:
    """The columns of a question without those to their right that hold no votes."""
    listed = (at for at in span[1:] if _LISTED.fullmatch(plain(lower[at])))
    if known(plain(lower[span[0]])) is not None:
        return span
    end = next(listed, len(lower))
    span = [at for at in span if at < end]
    unknown = [number for number, at in enumerate(span) if known(plain(lower[at])) is None]
    return span[: unknown[-1] + 1]


def _composed(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The headings as a form writes them in one row: `Question [part]`."""
    texts = [above if above.strip() else below for above, below in zip(upper, lower, strict=True)]
    for span in _spans([cell.strip() for cell in upper], [cell.strip() for cell in lower]):
        own = _own(lower, span)
        for at in span:
            part = plain(lower[at])
            if not part or (len(span) == 1 and part.casefold() in _ANSWERS):
                continue
            question = plain(upper[span[0]])
            if len(span) == 1:
                texts[at] = f"{question} {part}"
            elif at not in own:
                # It stands to the right of the question's columns, and is none of them.
                texts[at] = lower[at]
            else:
                texts[at] = f"{question} [{part}]"
    return texts
