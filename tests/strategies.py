"""Random elections: few candidates and few papers, so that ties and odd ends are common."""

from __future__ import annotations

from hypothesis import strategies as st

from stvcount import Election, Papers

LETTERS = "ABCDEFGH"


@st.composite
def orders(draw: st.DrawFn, candidates: int, *, most: int = 12) -> list[tuple[list[object], int]]:
    """Papers as orders of candidate numbers, some cut short or invalid, with multiplicities."""
    place = st.integers(0, candidates - 1)
    good = st.permutations(range(candidates)).flatmap(
        lambda order: st.integers(0, candidates).map(lambda length: order[:length])
    )
    odd = st.lists(st.one_of(place, st.none(), st.just((0, candidates - 1))), max_size=candidates)
    papers = st.tuples(
        st.one_of(good, good, good, good, odd if candidates > 1 else good), st.integers(1, 6)
    )
    return draw(st.lists(papers, max_size=most))


@st.composite
def elections(draw: st.DrawFn, *, candidates: int = 7, places: int = 4) -> Election:
    """An election that can be counted: contested ones have a valid paper."""
    number = draw(st.integers(1, candidates))
    seats = draw(st.integers(1, places))
    names = LETTERS[:number]
    papers = draw(orders(number))
    withdrawn = draw(st.sets(st.sampled_from(names), max_size=number - 1))
    standing = [c for c in range(number) if names[c] not in withdrawn]
    papers.append(([standing[0]], draw(st.integers(1, 4))))
    election = Election(
        title="Random", places=seats, candidates=list(names), papers=Papers(list(names), papers)
    )
    for name in sorted(withdrawn):
        election = election.withdraw(name, reason="left")
    return election
