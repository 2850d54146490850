"""The way of one voting paper through a count, in plain text."""

from __future__ import annotations

from collections.abc import Iterator

from stvcount.inquiry.trace.tracing import Position, Step, Trace
from stvcount.sheets.layout import Entry, named, page, particulars, section, underlined
from stvcount.sheets.table import figure, stage_heading
from stvcount.words import listed

_MARGIN = 13


def sheet(trace: Trace, *, width: int = 100) -> str:
    """What stands on the paper, what happened to it stage by stage, and where it ended."""
    parts = [
        underlined(f"{named(trace.record.title)}: paper {trace.paper}", width),
        particulars(_paper(trace), _MARGIN, width),
        *_stages(trace, width),
        *_end(trace, width),
    ]
    return page(parts)


def _paper(trace: Trace) -> Iterator[Entry]:
    order = [f"{rank}. {names or '(none)'}" for rank, names in enumerate(trace.order, start=1)]
    yield Entry("Preferences", ", ".join(order) or "none")
    if trace.shortened:
        read = len(trace.ranking)
        yield Entry("Read", f"up to preference {read} only: {trace.shortened}")
    if trace.fate != "counted":
        yield Entry("Not counted", f"{trace.fate}: {trace.reason}" if trace.reason else trace.fate)
    yield Entry("Rules", trace.record.rules.id)


def _stages(trace: Trace, width: int) -> Iterator[list[str]]:
    for stage in trace.record.stages:
        steps = [step for step in trace.steps if step.stage == stage.number]
        if steps:
            at = trace.positions[stage.number - 1]
            yield section(stage_heading(stage), [_said(step, at) for step in steps], width)


def _said(step: Step, at: Position) -> str:
    if step.what == "shared":
        return _shared(step, at)
    words = {
        "first": f"to {step.to} at {step.value}",
        "moved": f"from {step.source} to {step.to} at {step.value}",
        "non-transferable": f"from {step.source}: no next available preference, "
        f"so non-transferable at {step.value}",
        "kept": f"no next available preference: it stays with {step.source} at {step.value}",
        "left": f"no paper of this surplus: it stays with {step.source} at {step.value}",
        "waits": f"its batch is not moved: it stays with {step.source}, excluded, at {step.value}",
    }[step.what]
    batch = "" if step.batch is None else f"batch {step.batch}: "
    kept = f"; {step.source} keeps {step.kept} of it" if step.kept else ""
    passed = f" (passing over {listed(step.passed_over)})" if step.passed_over else ""
    return f"{batch}{words}{passed}{kept}"


def _shared(step: Step, at: Position) -> str:
    parts = [f"{name} keeps {figure(part)}" for name, part in at.kept.items()]
    value = figure(step.value)
    last = f"{value} is non-transferable" if step.to is None else f"{step.to} has {value}"
    passed = f" (passing over {listed(step.passed_over)})" if step.passed_over else ""
    return f"of one vote {listed([*parts, last])}{passed}"


def _end(trace: Trace, width: int) -> Iterator[list[str]]:
    if not trace.positions:
        return
    last = trace.positions[-1]
    where = "non-transferable" if last.holder is None else f"with {last.holder}"
    shares = [(last.value, where), *((kept, f"with {name}") for name, kept in last.kept.items())]
    yield section("At the end:", [f"{figure(value)}  {place}" for value, place in shares], width)
