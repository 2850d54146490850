"""Counts a BLT file with votelib's single transferable vote, and prints who is elected.

stvcount conform --rules scottish --adapter elected -- python votelib_answer.py {blt}
"""

from __future__ import annotations

import sys

import votelib.component.quota
import votelib.evaluate.core
import votelib.evaluate.sequential
from read_blt import read_blt


def main(path: str) -> None:
    places, papers, names = read_blt(path)
    votes: dict[tuple[str, ...], int] = {}
    for order, number in papers:
        ranked = tuple(names[one] for one in order)
        votes[ranked] = votes.get(ranked, 0) + number
    method = votelib.evaluate.sequential.TransferableVoteSelector(
        transferer="Gregory", quota_function="droop"
    )
    for found in method.evaluate(votes, places):
        # A tie names all who are equal; the convention takes the first listed.
        is_tie = isinstance(found, votelib.evaluate.core.Tie)
        print(min(found, key=names.index) if is_tie else found)


if __name__ == "__main__":
    main(sys.argv[1])
