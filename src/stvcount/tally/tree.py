"""The papers under Meek's method, in bundles of those that are always worth the same.

What a paper is still worth when it comes to a candidate depends only on those elected whom it has
passed, in their order. So the papers form a tree: the first preferences, and below each of the
elected the next preferences of the papers that passed on. What is kept and passed on is reckoned
for each node, whatever its number of papers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any, TypeAlias

from stvcount.tellers import AnyTeller, Sorted

Kept: TypeAlias = Callable[[Decimal, Decimal], Decimal]
"""What a candidate keeps of one paper: of what it is still worth, by the keep value."""


class Node:
    """Papers that came to one candidate past the same others, in the same order.

    `papers`: how many. `branches`: by candidate, where they go on from here; None as long as none
    of them has to. `ended`: those that name nobody further who can receive them.
    """

    __slots__ = ("branches", "bundles", "ended", "papers")

    def __init__(self) -> None:
        self.papers: int = 0
        self.ended: int = 0
        self.bundles: list[Any] = []
        self.branches: dict[int, Node] | None = None


class Tree:
    """All valid papers, from their first preferences on.

    A teller sorts only what changes: papers of a candidate who begins to pass on, and those of one
    who is excluded.
    """

    def __init__(
        self, teller: AnyTeller, first: Mapping[int, Sequence[Any]], receiving: AbstractSet[int]
    ) -> None:
        """`first`: the bundles of first preferences. `receiving`: all who stand."""
        self._teller = teller
        self._receiving = frozenset(receiving)
        self._root = Node()
        self._root.branches = {}
        for candidate, bundles in first.items():
            node = self._root.branches.setdefault(candidate, Node())
            node.papers += sum(bundle.papers for bundle in bundles)
            node.bundles += bundles

    @property
    def nodes(self) -> int:
        """How many bundles are reckoned with now."""
        return sum(1 for _ in self._below(self._root))

    def pass_over(self, candidates: Iterable[int]) -> None:
        """Have the papers of those excluded go on, here and from now on."""
        gone = self._receiving.intersection(candidates)
        self._receiving -= gone
        for node in [self._root, *self._below(self._root)] if gone else ():
            if node.branches is not None:
                left = [node.branches.pop(one) for one in gone if one in node.branches]
                self._sort(node, [bundle for one in left for bundle in one.bundles])

    def share(
        self, keep: Mapping[int, Decimal], kept: Kept, whole: Decimal, votes: list[Decimal]
    ) -> Decimal:
        """Add to `votes` what each candidate keeps; what is left of the papers at their end.

        `keep`: the keep value of those who do not keep all that they receive. `whole`: what a paper
        is worth at first.
        """
        left = whole - whole
        # Not by recursion: a paper may pass a thousand of the elected.
        waiting = [(self._root, whole)]
        while waiting:
            node, worth = waiting.pop()
            branches = self._opened(node)
            if node.ended:
                left += node.ended * worth
            for candidate, branch in branches.items():
                if candidate not in keep:
                    votes[candidate] += branch.papers * worth
                    continue
                part = kept(worth, keep[candidate])
                votes[candidate] += branch.papers * part
                if part != worth:
                    waiting.append((branch, worth - part))
        return left

    def _opened(self, node: Node) -> dict[int, Node]:
        """Where the papers of this node go on."""
        if node.branches is None:
            bundles, node.bundles, node.branches = node.bundles, [], {}
            self._sort(node, bundles)
        return node.branches

    def _sort(self, node: Node, bundles: Sequence[Any]) -> None:
        """Have papers go on from this node, to wherever they come to rest."""
        waiting = [(node, bundles)]
        while waiting:
            node, bundles = waiting.pop()
            if not bundles or node.branches is None:
                continue
            found: Sorted[Any] = self._teller.next_preferences(bundles, self._receiving)
            node.ended += found.non_transferable
            for candidate, bundle in found.by_candidate.items():
                branch = node.branches.setdefault(candidate, Node())
                branch.papers += bundle.papers
                if branch.branches is None:
                    branch.bundles.append(bundle)
                else:
                    waiting.append((branch, [bundle]))

    def _below(self, node: Node) -> Iterator[Node]:
        waiting = [node]
        while waiting:
            branches = list((waiting.pop().branches or {}).values())
            yield from branches
            waiting += branches
