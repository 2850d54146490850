"""The order of the names on the ballot paper, in plain text: how it came about, and each form."""

from __future__ import annotations

from collections.abc import Iterator

from stvcount.ballot_order.ordering import BallotOrder
from stvcount.sheets.layout import Entry, page, particulars, section, underlined
from stvcount.words import counted

_MARGIN = 10
_METHODS = {
    "random": "one order for all papers, by lot",
    "rotation": "in the order given, rotated from form to form",
    "random-rotation": "an order by lot, rotated from form to form",
}
_REPEAT = (
    "ascending SHA-256 of the JSON array "
    '[seed, "ballot order", all names in the lot sorted, name] in UTF-8 without spaces'
)


def sheet(
    order: BallotOrder, *, papers: int | None = None, equal: bool = False, width: int = 100
) -> str:
    """The names on each form, at most `width` columns wide.

    `papers`: the number to print; with it, how many there are of each form, `equal` or not, as
    `BallotOrder.papers_of_forms` has it (with its errors).
    """
    numbers = None if papers is None else order.papers_of_forms(papers, equal=equal)
    parts = [
        underlined("Order of names on the ballot paper", width),
        particulars(_facts(order, numbers), _MARGIN, width),
    ]
    for form in range(1, order.forms + 1):
        printed = "" if numbers is None else f": {counted(numbers[form - 1], 'paper')}"
        names = [f"{place}. {name}" for place, name in enumerate(order.form(form), start=1)]
        parts.append(section(f"Form {form}{printed}", names, width))
    return page(parts)


def _facts(order: BallotOrder, numbers: tuple[int, ...] | None) -> Iterator[Entry]:
    yield Entry("Method", f"{order.method}: {_METHODS[order.method]}")
    yield Entry("Source", order.source)
    if order.seed is not None:
        yield Entry("Seed", order.seed)
        yield Entry("Repeat", _REPEAT)
    if order.last is not None:
        yield Entry("Last", f"{order.last}, on every paper")
    yield Entry("Forms", str(order.forms))
    if numbers is not None:
        yield Entry("Papers", str(sum(numbers)))
