"""The library's counts and the naive ones, put side by side."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from naive import aberdeen, ers97, ers_av, lsu_atv, lsu_stv, meek, meek_1987, ni_stv, scottish

import stvcount
from stvcount import CountRecord, Election, LotQuestion, Lots, Papers

NAIVE: dict[str, Callable[..., dict[str, Any]]] = {
    "aberdeen": aberdeen.count,
    "ers-av": ers_av.count,
    "ers97": ers97.count,
    "lsu-atv": lsu_atv.count,
    "lsu-stv": lsu_stv.count,
    "meek": meek.count,
    "meek-1987": meek_1987.count,
    "ni-stv": ni_stv.count,
    "scottish": scottish.count,
}


def fallen(purpose: str, tied: Sequence[int]) -> int:
    """A lot that is the same for both counts: it depends on the purpose and the tied alone."""
    return min(
        tied, key=lambda c: hashlib.sha256(f"{purpose} {sorted(tied)} {c}".encode()).digest()
    )


def library(
    rules: str,
    places: int,
    candidates: int,
    papers: list[list[int]],
    options: dict[str, Any],
    *,
    no_person: int | None = None,
) -> dict[str, Any]:
    """The library's record of these papers, in the shape of the naive counts."""
    names = [f"C{number}" for number in range(candidates)]

    def ask(question: LotQuestion) -> str:
        return names[fallen(question.purpose, [names.index(n) for n in question.candidates])]

    record = stvcount.count(
        Election(
            places=places,
            candidates=names,
            papers=Papers(names, [(p, 1) for p in papers]),
            non_person=None if no_person is None else names[no_person],
        ),
        rules=rules,
        lots=Lots.ask(ask),
        options=options,
    )
    return as_numbers(record)


def as_numbers(record: CountRecord) -> dict[str, Any]:
    number = {name: n for n, name in enumerate(record.candidates)}
    return {
        "stages": [
            {
                "kind": stage.kind,
                "of": sorted(number[name] for name in stage.candidates),
                "votes": [format(vote, "f") for vote in stage.votes.values()],
                "nt": format(stage.non_transferable, "f"),
                "remainder": format(stage.remainders, "f"),
                "quota": None if stage.quota is None else format(stage.quota, "f"),
                "elected": [number[one.candidate] for one in stage.elected],
                "batches": [
                    (
                        str(batch.value),
                        {number[name]: papers for name, papers in batch.papers.items()},
                        batch.non_transferable_papers,
                    )
                    for batch in stage.batches
                ],
                "keep": [format(keep, "f") for keep in (stage.keep_values or {}).values()],
                "iterations": stage.iterations,
            }
            for stage in record.stages
        ],
        "completion": {
            "elected": [number[one.candidate] for one in record.completion.elected],
            "excluded": [number[name] for name in record.completion.excluded],
        },
        "elected": [number[name] for name in record.elected],
    }


def difference(
    rules: str,
    election: tuple[int, int, list[list[int]]],
    options: dict[str, Any] | None = None,
    *,
    no_person: int | None = None,
) -> str | None:
    """None where both counts agree in every figure; else where they first part."""
    places, candidates, papers = election
    given = options or {}
    ours = library(rules, places, candidates, papers, given, no_person=no_person)
    theirs = NAIVE[rules](places, candidates, papers, fallen, no_person=no_person, **given)
    for number, (one, other) in enumerate(zip(ours["stages"], theirs["stages"], strict=False), 1):
        for key in other:
            if one[key] != other[key]:
                return f"stage {number}, {key}: library {one[key]}, naive {other[key]}"
    for key in ("completion", "elected"):
        if ours[key] != theirs[key]:
            return f"{key}: library {ours[key]}, naive {theirs[key]}"
    if len(ours["stages"]) != len(theirs["stages"]):
        return f"stages: library {len(ours['stages'])}, naive {len(theirs['stages'])}"
    return None
