"""Small elections for the tests, written shortly."""

from __future__ import annotations

from pathlib import Path

from stvcount import CountRecord, Election, Papers, Stage


def election(
    places: int, papers: dict[str, int], *, candidates: str = "", title: str = ""
) -> Election:
    """An election of candidates named by one letter: `{"AB": 3}` is 3 papers A first, B second."""
    names = list(candidates) or sorted({letter for order in papers for letter in order})
    return Election(
        title=title,
        places=places,
        candidates=names,
        papers=Papers.from_rankings(
            [(list(order), number) for order, number in papers.items()], candidates=names
        ),
    )


def votes(stage: Stage) -> str:
    """The votes after a stage, in the order of the paper, and the non-transferable vote."""
    return " ".join(map(str, stage.votes.values())) + f" nt {stage.non_transferable}"


def texts(record: CountRecord, clause: str) -> list[str]:
    """What the record says of the decisions of this clause, stage by stage and at the end."""
    holders = (*record.stages, record.completion)
    return [d.text for holder in holders for d in holder.decisions if d.clause == clause]


def decided(record: CountRecord) -> list[list[str]]:
    """Every decision to the word, "clause: text": a list for each stage, and one for the end."""
    holders = (*record.stages, record.completion)
    return [[f"{one.clause}: {one.text}" for one in holder.decisions] for holder in holders]


def figures(record: CountRecord) -> list[tuple[object, ...]]:
    """All figures of a count, without the words and without the order of the candidates."""
    return [
        (
            stage.kind,
            set(stage.candidates),
            stage.quota,
            dict(stage.votes),
            stage.non_transferable,
            stage.batches,
            [(one.vote, one.clause) for one in stage.elected],
            {one.candidate for one in stage.elected},
        )
        for stage in record.stages
    ]


def registered(folder: Path, entry_points: str) -> None:
    """Put a package into this folder that has these entry points, and nothing else."""
    info = folder / "broken-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text(entry_points, "utf-8")
