"""What was found out about a published sheet, in plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stvcount.sheets.layout import Entry, named, page, particulars, section, underlined, wrapped
from stvcount.words import counted, listed

if TYPE_CHECKING:
    from stvcount.election import Election
    from stvcount.inquiry.reconstruct import PublishedSheet, PublishedStage, Reconstruction
    from stvcount.record import Batch, CountRecord, Lot, Stage

_MARGIN = 13

_ONE_OF_MANY = (
    "These are not the papers that were cast. They are one of many possible sets of papers, all "
    "of which give the published figures; whatever no figure tells is left blank on them."
)


def sheet(found: Reconstruction, *, width: int = 100) -> str:
    """What was published, whether papers can give it, and what of it is inferred."""
    parts = [
        underlined(named(found.sheet.title), width),
        particulars(_particulars(found.sheet), _MARGIN, width),
        wrapped(_result(found), width),
    ]
    if found.election is not None and found.record is not None:
        inferred = _inferred(found.sheet, found.election, found.record)
        parts += [section(heading, items, width) for heading, items in inferred]
        parts.append(wrapped(_ONE_OF_MANY, width))
    return page(parts)


# What was published


def _particulars(sheet: PublishedSheet) -> Iterator[Entry]:
    yield Entry("Rules", sheet.rules.id)
    if sheet.rules.options:
        options = [f"{name} = {value}" for name, value in sheet.rules.options.items()]
        yield Entry("Options", ", ".join(options))
    yield Entry("Places", str(sheet.places))
    yield Entry("Stages", f"{len(sheet.stages)}{'' if sheet.complete else ', and more followed'}")
    yield Entry("Papers", _papers_published(sheet))
    yield Entry("Figures", f"{sheet.published} published", list(map(_figures, _numbered(sheet))))


def _papers_published(sheet: PublishedSheet) -> str:
    total, invalid = sheet.papers.total, sheet.papers.invalid
    words = ["number not published" if total is None else str(total)]
    words += [] if invalid is None else [f"{invalid} of them invalid"]
    return ", ".join(words)


def _numbered(sheet: PublishedSheet) -> Iterator[tuple[int, int, PublishedStage]]:
    for number, stage in enumerate(sheet.stages, start=1):
        yield number, len(sheet.candidates), stage


def _figures(numbered: tuple[int, int, PublishedStage]) -> str:
    number, candidates, stage = numbered
    votes = sum(vote is not None for vote in stage.votes.values())
    words = [f"{votes} of {candidates} votes"]
    words += ["the non-transferable vote"] if stage.non_transferable is not None else []
    words += ["the quota"] if stage.quota is not None else []
    words += ["who is elected"] if stage.elected is not None else []
    return f"stage {number}: {listed(words)}"


# What came of it


def _result(found: Reconstruction) -> str:
    rules, tries = found.sheet.rules.id, counted(found.tries, "way")
    if found.status == "reconstructed":
        return (
            "Reconstructed. The papers below were counted again from the start: their count by "
            f"{rules} gives every published figure, and does at each stage what was published."
        )
    if found.status == "impossible":
        return (
            f"Impossible. No papers can give this sheet by {rules}: every way through the count "
            f"was tried ({tries}). It breaks at {found.breaks}."
        )
    return (
        f"Undecided. Neither papers that give this sheet by {rules} were found nor was it shown "
        f"that there are none, in {tries} through the count. The one that came furthest ended at "
        f"{found.breaks}."
    )


def _inferred(
    sheet: PublishedSheet, election: Election, record: CountRecord
) -> Iterator[tuple[str, list[str]]]:
    """What stands behind the published figures in this reconstruction, under headings."""
    missing = list(_missing(sheet, record))
    if missing:
        yield "Not published, and so free; on these papers it is:", missing
    moved = [text for stage in record.stages for text in _moved(stage)]
    if moved:
        yield "Papers transferred, as inferred:", moved
    assumed = list(map(_lot, record.lots))
    if assumed:
        yield "Lots, as inferred from who was excluded, transferred or elected:", assumed
    yield "Papers:", list(_papers(election))


def _missing(sheet: PublishedSheet, record: CountRecord) -> Iterator[str]:
    if sheet.papers.total is None or sheet.papers.invalid is None:
        invalid = sum(record.papers.invalid.values())
        yield f"papers: {record.papers.total}, {invalid} of them invalid"
    for stage, published in zip(record.stages, sheet.stages, strict=False):
        words = [
            f"{name} {vote}"
            for name, vote in stage.votes.items()
            if published.votes.get(name) is None
        ]
        if published.non_transferable is None and stage.number > 1:
            words.append(f"non-transferable {stage.non_transferable}")
        if published.quota is None and stage.quota is not None:
            words.append(f"quota {stage.quota}")
        if words:
            yield f"stage {stage.number}: {', '.join(words)}"
    if len(record.stages) > len(sheet.stages):
        yield f"stage {len(sheet.stages) + 1} and all that follows"


def _moved(stage: Stage) -> Iterator[str]:
    what = "surplus" if stage.kind == "surplus" else "exclusion"
    for batch in stage.batches:
        yield (
            f"stage {stage.number}, {what} of {listed(stage.candidates)}, at {batch.value}: "
            f"{', '.join(_shares(batch))}"
        )


def _shares(batch: Batch) -> Iterator[str]:
    yield from (f"{number} to {name}" for name, number in batch.papers.items())
    yield f"{batch.non_transferable_papers} non-transferable"


def _lot(lot: Lot) -> str:
    return f"{lot.clause}, {lot.purpose}, between {listed(lot.candidates)}: {lot.chosen}"


def _papers(election: Election) -> Iterator[str]:
    names = election.candidates
    for ranking, number in election.papers.groups():
        order = ", ".join(names[candidate] for candidate in ranking)
        yield f"{number:5}  {order or '(invalid: no first preference)'}"
