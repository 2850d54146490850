"""Papers in partitions on a Dask cluster, read where they lie: Parquet files, or a Dask data frame.

What a table's columns are taken for is judged here, by their different cells and how often each
stands there, as of any table; the rows stay with the workers, who make the papers of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Unpack, overload

import numpy as np

from stvcount.checked import checked
from stvcount.checks import found as shown
from stvcount.election import Election, Papers
from stvcount.election.matrix import Array
from stvcount.election.stores import MOST_IN_MATRIX
from stvcount.errors import ElectionError, Fault, FormatError
from stvcount.formats import TableOptions, dataset, files_of, options_for_dataset
from stvcount.formats.dataset import Head, Part
from stvcount.formats.files import PathName
from stvcount.formats.tables.ballots import Ballots, Counts
from stvcount.formats.tables.table import Codes
from stvcount.formats.wording import fault_of
from stvcount.tellers.dask import Cluster, Future, Held, Home, Partitioned, connected

__all__ = ["read_partitioned"]

_NAME = "table"
_AT_ONCE = 64


@checked
def read_partitioned(
    papers: PathName | Any,
    *,
    scheduler: str | None = None,
    places: int | None = None,
    title: str | None = None,
    **options: Unpack[TableOptions],
) -> Election:
    """The election whose papers lie in partitions, on a Dask cluster that also sorts them.

    `papers`: a Parquet file, a folder of such, or a pattern ("papers/*.parquet"), each file a
    partition, by a path that every worker can read; or a Dask data frame. The election is that of
    `stvcount.read`, or of `stvcount.from_table` for all rows; count it with `teller="dask"`.
    `scheduler`: the address of the cluster's scheduler; without it, that of the program's Dask
    client is used, or else a local cluster with a worker for each processor.
    Raises what `stvcount.read` does, and `ElectionError` for a data frame that is none, for a
    table with a row for each preference, for headings in a row, for rows to be left out, and where
    the extra `dask` is not installed or the cluster cannot be reached.
    """
    given = {name: value for name, value in options.items() if value is not None}
    stated = {"places": places, "title": title}
    given |= {name: value for name, value in stated.items() if value is not None}
    if hasattr(papers, "to_delayed"):
        parts_on = _parts_of_frame(papers)
        return _read(connected(scheduler), _NAME, parts_on, given, format_name=_NAME)
    try:
        name = os.fsdecode(papers)
    except TypeError:
        raise ElectionError(
            f"papers: found {shown(papers)}; expected Parquet files or a Dask data frame"
        ) from None
    taken = options_for_dataset(name, None, given)  # type: ignore[arg-type]
    files = files_of(name) or [name]
    try:
        return _read(connected(scheduler), name, _parts_of_files(files), taken)
    except FormatError:
        raise
    except ElectionError as error:
        raise FormatError(name, [fault_of(error)]) from error


def _parts_of_files(files: Sequence[str]) -> Callable[[Cluster], list[Future]]:
    # Workers may have another folder of their own.
    whole = [str(Path(file).absolute()) for file in files]
    return lambda cluster: cluster.each(_of_file, whole, list(files))


def _parts_of_frame(frame: Any) -> Callable[[Cluster], list[Future]]:
    return lambda cluster: cluster.each(_of_frame, cluster.computed(frame.to_delayed()))


def _read(
    cluster: Cluster,
    name: str,
    parts_on: Callable[[Cluster], list[Future]],
    options: dict[str, Any],
    *,
    format_name: str = dataset.FORMAT,
) -> Election:
    reading = options.get("reading")
    if options.get("ignore_rows") or (reading is not None and reading.rows_left_out):
        expected = "files without it, or the number of its paper set aside (--set-aside)"
        raise FormatError(name, [Fault(None, "a row to be left out of partitions", expected)])
    rows = Rows(cluster, parts_on(cluster))
    return dataset.election_of(
        name, rows.heads, rows.codes, options, papers=_papers, format_name=format_name
    )


# What a worker does


def _of_file(path: str, name: str) -> Part:
    try:
        return replace(dataset.of_file(path), name=name)
    except FormatError as error:
        raise FormatError(name, error.faults, more=error.more) from None


def _of_frame(frame: Any) -> Part:
    from stvcount.formats.frames import columns_of

    names, columns, rows = columns_of(frame)
    return Part(_NAME, names, columns, rows)


def _head(part: Part) -> Head:
    return part.head()


def _codes_at(part: Part, places: range) -> list[Array]:
    """The codes of every column in these rows."""
    rows = slice(places.start, places.stop, places.step)
    return [np.asarray(column.codes[rows]) for column in part.columns]


def _places(part: Part, number: int, wanted: Collection[int]) -> list[tuple[int, int]]:
    codes = np.asarray(part.columns[number].codes)
    rows = np.flatnonzero(np.isin(codes, list(wanted)))
    return list(zip(rows.tolist(), codes[rows].tolist(), strict=True))


class _Meant(NamedTuple):
    """What the cells of a column of a partition mean, by their codes there."""

    number: int
    means: Sequence[int]


def _held(
    part: Part, meant: Sequence[_Meant], counts: tuple[int, Sequence[int]] | None, ballots: Ballots
) -> Held:
    """The papers of a partition; `ballots` has all that is the same for every one."""
    columns = tuple((means, part.columns[number].codes) for number, means in meant)
    weighed = Counts()
    if counts is not None:
        number, numbers = counts
        column = part.columns[number]
        weighed = Counts(numbers, column.numbers(part.rows), column.codes)
    mine = Ballots(
        ballots.candidates, columns, part.rows, weighed, ballots.order_of, ballots.by_marks
    )
    papers = mine.papers()
    if papers.total >= MOST_IN_MATRIX:
        found = f"{papers.total} papers in {part.name}"
        raise ElectionError(f"found {found}; expected fewer than {MOST_IN_MATRIX}")
    return Held(papers.matrix())


# Here


class Rows:
    """The rows of a table, in partitions that workers hold."""

    def __init__(self, cluster: Cluster, parts: Sequence[Future]) -> None:
        self.cluster: Cluster = cluster
        self.parts: Sequence[Future] = parts
        self.at_home: list[Home] = cluster.homes(parts)
        self.heads: list[Head] = cluster.told(cluster.each(_head, parts, at=self.at_home))
        self._known: dict[range, list[list[Array]]] = {}

    def codes(self, number: int, places: Sequence[Sequence[int]]) -> Codes:
        return _Afar(self, number, places)

    def at(self, rows: range) -> list[list[Array]]:
        """The codes of every column in these rows, by partition, fetched once."""
        if rows not in self._known:
            here = list(self._in_each(rows))
            found = self.cluster.each(_codes_at, self.parts, here, at=self.at_home)
            self._known[rows] = self.cluster.told(found)
        return self._known[rows]

    def _in_each(self, rows: range) -> Iterator[range]:
        """The rows of each partition that are among these."""
        before = 0
        for head in self.heads:
            first = max(-(-(before - rows.start) // rows.step), 0)
            last = max(-(-(before + head.rows - rows.start) // rows.step), 0)
            mine = rows[first:last]
            start, step = mine.start - before, mine.step
            yield range(start, start + len(mine) * step, step) if mine else range(0)
            before += head.rows


class _Afar:
    """The codes of a column, in the partitions where they lie."""

    def __init__(self, rows: Rows, number: int, places: Sequence[Sequence[int]]) -> None:
        self.rows = rows
        self.number = number
        self.moved = places

    def __len__(self) -> int:
        return sum(head.rows for head in self.rows.heads)

    @overload
    def __getitem__(self, place: int, /) -> int: ...

    @overload
    def __getitem__(self, places: slice, /) -> Codes: ...

    def __getitem__(self, places: int | slice, /) -> int | Codes:
        if isinstance(places, int):
            # Its neighbours are asked for next, and those of all columns.
            first = places // _AT_ONCE * _AT_ONCE
            return self[first : first + _AT_ONCE].tolist()[places - first]
        parts = self.rows.at(range(*places.indices(len(self))))
        return dataset.joined_codes([part[self.number] for part in parts], self.moved)

    def tolist(self) -> list[int]:
        return self[:].tolist()

    def places(self, wanted: Collection[int]) -> Iterable[tuple[int, int]]:
        here = [[code for code, place in enumerate(one) if place in wanted] for one in self.moved]
        numbers = [self.number] * len(here)
        cluster, parts = self.rows.cluster, self.rows.parts
        at = self.rows.at_home
        found = cluster.told(cluster.each(_places, parts, numbers, here, at=at))
        before = 0
        for head, moved, rows in zip(self.rows.heads, self.moved, found, strict=True):
            for row, code in rows:
                yield before + row, moved[code]
            before += head.rows

    def of_each(self, means: Sequence[int]) -> list[list[int]]:
        """What the codes of each partition mean."""
        return [[means[place] for place in one] for one in self.moved]


def _papers(ballots: Ballots) -> Papers:
    """The papers of these ballots, made where their rows lie."""
    if not ballots.by_row:
        raise ElectionError(
            "found a row for each preference; expected one for each paper, as the rows of "
            "a paper may lie in different partitions"
        )
    afar = [codes for _, codes in ballots.columns if isinstance(codes, _Afar)]
    if len(afar) < len(ballots.columns):
        raise ElectionError(
            "found headings in a row of partitions; expected them as the names of the columns, and "
            "nothing but papers in the rows"
        )
    rows = afar[0].rows
    each = [codes.of_each(means) for codes, (means, _) in zip(afar, ballots.columns, strict=True)]
    meant = [
        [_Meant(codes.number, means[part]) for codes, means in zip(afar, each, strict=True)]
        for part in range(len(rows.parts))
    ]
    counts: list[Any] = [None] * len(rows.parts)
    if isinstance(ballots.counts.codes, _Afar):
        of = ballots.counts.codes
        counts = [(of.number, numbers) for numbers in of.of_each(ballots.counts.numbers)]
    same = Ballots(ballots.candidates, (), 0, Counts(), ballots.order_of, ballots.by_marks)
    at = rows.at_home
    held = rows.cluster.each(_held, rows.parts, meant, counts, at=at, ballots=same)
    store = Partitioned(rows.cluster, held, len(ballots.candidates), at)
    return Papers.from_store(store, candidates=ballots.candidates)
