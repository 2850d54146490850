"""What both of Loughborough's counts have: No Candidate, and papers that tell equals apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from stvcount.audit.board import Board


def half_plus_one(board: Board) -> int:
    """Half of the valid papers, remainder ignored, plus one (L8)."""
    return board.terms.valid // 2 + 1


def no_candidate_voids(board: Board) -> bool:
    """No Candidate c: at half of the valid papers plus one."""
    name = board.terms.non_person
    return name in board.votes and board.votes[name] >= half_plus_one(board)


def with_papers(sought: Callable[[Iterable[int]], int], papers: Mapping[str, int]) -> list[str]:
    """Those who have the most, or the fewest, of these papers."""
    number = sought(papers.values())
    return [name for name in papers if papers[name] == number]
