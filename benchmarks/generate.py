"""A synthetic election: blocs of voters, papers cut short, ties in reach. Seeded.

python benchmarks/generate.py FILE PAPERS [--candidates N] [--places N] [--seed N]
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

BLOCS = 5
AT_ONCE = 100_000


def orders(papers: int, candidates: int = 20, seed: int = 1) -> Iterator[Sequence[int]]:
    """The preferences on each paper, 1 to `candidates` of them, as numbers from 1."""
    for whole, lengths in arrays(papers, candidates, seed):
        for order, length in zip(whole.tolist(), lengths.tolist(), strict=True):
            yield order[:length]


def arrays(papers: int, candidates: int, seed: int) -> Iterator[tuple[Array, Array]]:
    """Whole orders of some papers, a row for each, and how many preferences of each stand there."""
    chance = np.random.default_rng(seed)
    liking = chance.random((BLOCS, candidates)) ** 3 + 0.02
    for first in range(0, papers, AT_ONCE):
        number = min(AT_ONCE, papers - first)
        bloc = chance.integers(0, BLOCS, number)
        waits = -np.log(chance.random((number, candidates))) / liking[bloc]
        whole = np.argsort(waits, axis=1) + 1
        yield whole, chance.integers(1, candidates + 1, (2, number)).min(axis=0)


def names(candidates: int) -> list[str]:
    return [f"Candidate {number}" for number in range(1, candidates + 1)]


def write(path: Path, papers: int, candidates: int = 20, places: int = 6, seed: int = 1) -> None:
    """Write a plain BLT file, one paper a line."""
    with path.open("w", encoding="ascii") as file:
        file.write(f"{candidates} {places}\n")
        for order in orders(papers, candidates, seed):
            file.write(f"1 {' '.join(map(str, order))} 0\n")
        lines = "".join(f'"{name}"\n' for name in names(candidates))
        file.write(f'0\n{lines}"Synthetic, {papers} papers"\n')


def by_candidates(papers: int, candidates: int = 20, seed: int = 1) -> Iterator[Sequence[object]]:
    """The same papers as a table: headings, then a row with the rank of each candidate."""
    yield names(candidates)
    for order in orders(papers, candidates, seed):
        ranks: list[int | None] = [None] * candidates
        for rank, number in enumerate(order, start=1):
            ranks[number - 1] = rank
        yield ranks


def by_preferences(papers: int, candidates: int = 20, seed: int = 1) -> Iterator[Sequence[object]]:
    """The same papers as a table: headings, then a row with the name at each preference."""
    named = names(candidates)
    yield [f"Choice {rank}" for rank in range(1, candidates + 1)]
    for order in orders(papers, candidates, seed):
        blank = [None] * (candidates - len(order))
        yield [*(named[number - 1] for number in order), *blank]


def write_csv(path: Path, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="ascii", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def write_parquet(path: Path, rows: Iterable[Sequence[object]]) -> None:
    import pyarrow
    from pyarrow import parquet

    headings, *papers = rows
    columns = zip(*papers, strict=True)
    parquet.write_table(pyarrow.table(dict(zip(headings, map(list, columns), strict=True))), path)


def write_part(path: Path, papers: int, candidates: int, seed: int) -> None:
    """Write a Parquet file of the same papers, a column for each candidate, without their lists."""
    import pyarrow
    from pyarrow import parquet

    headings = names(candidates)
    schema = pyarrow.schema([(heading, pyarrow.uint8()) for heading in headings])
    with parquet.ParquetWriter(path, schema) as file:
        for whole, lengths in arrays(papers, candidates, seed):
            ranks = np.zeros((candidates, len(whole)), dtype=np.uint8)
            rows = np.arange(len(whole))
            for place in range(candidates):
                marked = rows[lengths > place]
                ranks[whole[marked, place] - 1, marked] = place + 1
            columns = [pyarrow.array(column, mask=column == 0) for column in ranks]
            file.write_table(pyarrow.table(columns, schema=schema))


def write_dataset(
    folder: Path, papers: int, candidates: int = 20, *, parts: int = 1, seed: int = 1
) -> None:
    """Write so many papers in Parquet files of one contest, each with a seed of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in range(parts):
        number = papers * (part + 1) // parts - papers * part // parts
        write_part(folder / f"{part:04}.parquet", number, candidates, seed * 100_000 + part)


def write_xlsx(path: Path, rows: Iterable[Sequence[object]]) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Papers")
    for row in rows:
        sheet.append(row)
    book.save(path)


TABLES = {".csv": write_csv, ".parquet": write_parquet, ".xlsx": write_xlsx}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("papers", type=int)
    arguments.add_argument("--candidates", type=int, default=20)
    arguments.add_argument("--places", type=int, default=6)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    write(chosen.file, chosen.papers, chosen.candidates, chosen.places, chosen.seed)


if __name__ == "__main__":
    main()
