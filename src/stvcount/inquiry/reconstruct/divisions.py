"""In which ways so many papers can be divided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def _sums_with(sums: int, options: Sequence[int]) -> int:
    """The set of sums (bit n for n) with one of these options added to each."""
    least = min(options, default=0)
    if len(options) > 1 and max(options) - least + 1 == len(options):
        width, found = 1, sums
        while width < len(options):
            step = min(width, len(options) - width)
            found |= found << step
            width += step
        return found << least
    found = 0
    for option in options:
        found |= sums << option
    return found


def rows(columns: Sequence[Sequence[int]], total: int) -> Iterator[tuple[int, ...]]:
    """One option from each column, so that they sum to the total: every such row, once.

    Options are taken in the order of their column. No dead end is ever entered, since it is
    worked out beforehand which sums the columns still to come can give.
    """
    mask = (1 << (total + 1)) - 1
    after = [1]
    for options in reversed(columns):
        after.append(_sums_with(after[-1], options) & mask)
    after.reverse()
    if after[0] >> total & 1:
        yield from _extended(columns, after, total)


def _extended(
    columns: Sequence[Sequence[int]], after: Sequence[int], total: int
) -> Iterator[tuple[int, ...]]:
    """The rows; `after` has, for each column, which sums it and those after it can give."""
    row: list[int] = []
    left = [total]
    untried = [iter(columns[0])]
    while untried:
        rest = -1
        for option in untried[-1]:
            rest = left[-1] - option
            if rest >= 0 and after[len(untried)] >> rest & 1:
                row.append(option)
                break
        else:
            untried.pop()
            left.pop()
            if row:
                row.pop()
            continue
        if len(row) == len(columns):
            yield tuple(row)
            row.pop()
        else:
            left.append(rest)
            untried.append(iter(columns[len(row)]))


def around(share: int, most: int) -> Sequence[int]:
    """The numbers from 0 to `most`, those nearest to `share` first."""
    return sorted(range(most + 1), key=lambda number: abs(number - share))


def values_reached(batches: Iterable[tuple[int, int]], most: int) -> str:
    """For each value up to `most`, "1" or "0": whether papers of these batches have it together.

    A batch is the value of its papers and their number.
    """
    sums, mask = 1, (1 << (most + 1)) - 1
    for value, papers in batches:
        left, width = papers, 1
        while left > 0 and value:
            step = min(width, left)
            sums |= sums << (value * step) & mask
            left, width = left - step, width * 2
    return format(sums, f"0{most + 1}b")[::-1]
