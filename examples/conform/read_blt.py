"""Reads a BLT file as `stvcount conform` writes it: valid papers, nobody withdrawn."""

from __future__ import annotations

from pathlib import Path


def read_blt(path: str) -> tuple[int, list[tuple[list[int], int]], list[str]]:
    """The places; each order of candidate numbers, from 0, with how many papers; the names."""
    lines = Path(path).read_text("utf-8").splitlines()
    candidates, places = map(int, lines[0].split())
    end = lines.index("0")
    papers = []
    for line in lines[1:end]:
        number, *order = map(int, line.split()[:-1])
        papers.append(([one - 1 for one in order], number))
    return places, papers, [name.strip('"') for name in lines[end + 1 : end + 1 + candidates]]
