"""The result of a vote on motions for a browser: a page, and slides for a projector."""

from __future__ import annotations

from stvcount.motions.motions import MotionRecord, MotionResult
from stvcount.motions.sheet import facts, heading, told
from stvcount.sheets.html import template
from stvcount.sheets.posts import Post
from stvcount.sheets.slides import slides as posts_as_slides
from stvcount.words import counted

__all__ = ["page", "slides"]


def page(record: MotionRecord) -> str:
    """All questions on one page. Raises `ElectionError` where Jinja2 is not installed."""
    text: str = template("motions.html").render(
        title=heading(record),
        facts=list(facts(record)),
        results=list(told(record)),
        version=record.stvcount,
    )
    return text


def slides(record: MotionRecord) -> str:
    """A slide for each question. Raises `ElectionError` where Jinja2 is not installed."""
    return posts_as_slides(list(map(_post, record.results)), title=heading(record))


def _post(result: MotionResult) -> Post:
    return Post(
        title=result.title,
        state=result.outcome,
        why=(result.decision.text,),
        papers=f"{counted(result.papers, 'voting paper')}, {result.votes['ABSTAIN']} ABSTAIN",
    )
