"""Ranks as people and forms write them: in a cell against a name, and in a heading over names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["TOO_LARGE", "Numbered", "numbered", "rank_of", "ranks_in", "runs_backwards"]

MOST_DIGITS = 18
TOO_LARGE: int = 10**MOST_DIGITS
"""Stands for every number in a table that has more digits."""

_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
)
_CARDINALS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
_NUMBER_OF_WORD = {
    word: number for words in (_ORDINALS, _CARDINALS) for number, word in enumerate(words, start=1)
}
_NOUN = (
    r"(?:choices?|preferences?|prefs?|rank(?:ing|ed)?|votes?|place|position|priority|picks?|"
    r"selection)"
)
_BARE_NOUN = r"(?:choice|preference|pref|rank(?:ing)?|vote|place|position|priority|pick|selection)"
_WORD_ORDINAL = rf"(?P<word>{'|'.join(_ORDINALS)})"
_FIGURE_ORDINAL = r"(?P<ordinal>0*[1-9][0-9]{0,5})\s?(?:st|nd|rd|th)"
_ORDINAL = rf"(?:{_FIGURE_ORDINAL}|{_WORD_ORDINAL})"
_BETWEEN = r"[\s_\-.:#]*"
_FLAGS = re.IGNORECASE | re.ASCII

# What may follow a rank in a cell to say what it means: `1 (best)`, `1 - most preferred`.
_SAYS = (
    r"[^0-9;,&()\[\]]*\b(?:best|most|least|worst|top|high(?:est)?|low(?:est)?|last|favou?rite|"
    r"preferred|liked?|disliked)\b[^0-9;,&()\[\]]*"
)
_APART = rf"\s*[(\[]{_SAYS}[)\]]|\s*[-=:\u2013\u2014]\s*{_SAYS}"
_REMARK = rf"(?:{_APART}|\s+{_SAYS})?"
_RANK = (
    rf"(?:(?:my|your)\s+)?(?:{_ORDINAL}(?:{_BETWEEN}{_BARE_NOUN})?"
    rf"|\(?(?P<figure>0*[1-9][0-9]*)(?:[.,]0+|[.)\]:])?(?:{_BETWEEN}{_BARE_NOUN})?"
    rf"|(?:{_BARE_NOUN}|no\.?|number|\#){_BETWEEN}"
    rf"(?:(?P<after>0*[1-9][0-9]{{0,5}})|(?P<spelt>{'|'.join((*_ORDINALS, *_CARDINALS))}))"
    rf"|(?P<cardinal>{'|'.join(_CARDINALS)}))"
)
_CELL = re.compile(rf"{_RANK}{_REMARK}", _FLAGS)
_PLAIN = re.compile(r"[1-9][0-9]*", re.ASCII)
_SEVERAL = re.compile(r"\s*(?:[;,&/+|\n]|\band\b)\s*", re.IGNORECASE)
_WORST = re.compile(r"worst|least|lowest|last", re.IGNORECASE)
_BEST = re.compile(r"best|most|highest|top|favou?rite", re.IGNORECASE)


def rank_of(text: str) -> int | None:
    """The rank that a cell states (`1`, `01`, `1.0`, `1st`, `First choice`, `1 (best)`), or None.

    All that have too many digits to count are alike.
    """
    cell = text.strip()
    if _PLAIN.fullmatch(cell):
        return int(cell) if len(cell) <= MOST_DIGITS else TOO_LARGE
    if not cell or len(cell) > 100:
        return None
    if not cell.isascii():
        cell = unicodedata.normalize("NFKC", cell)
    found = _CELL.fullmatch(cell)
    return None if found is None else _number(found)


def _number(found: re.Match[str]) -> int:
    groups = found.groupdict()
    word = groups.get("word") or groups.get("spelt") or groups.get("cardinal")
    if word:
        return _NUMBER_OF_WORD[word.lower()]
    digits = (groups.get("ordinal") or groups.get("figure") or groups.get("after") or "").lstrip(
        "0"
    )
    return int(digits) if len(digits) <= MOST_DIGITS else TOO_LARGE


def ranks_in(text: str) -> list[int]:
    """The ranks in a cell that states several (`1st choice;2nd choice`), else none."""
    first = _SEVERAL.split(text, maxsplit=1)
    if len(first) < 2 or rank_of(first[0] or first[1]) is None:
        return []
    parts = [part for part in _SEVERAL.split(text) if part.strip()]
    found = [rank for part in parts if (rank := rank_of(part)) is not None]
    return found if len(found) == len(parts) > 1 else []


def runs_backwards(text: str) -> bool:
    """Whether a cell says that a low number is a low rank: `5 (best)`, `1 = worst`."""
    rank = rank_of(text)
    if rank is None:
        return False
    if rank == 1:
        return _WORST.search(text) is not None
    return _BEST.search(text) is not None and "second" not in text.lower() and "next" not in text


@dataclass(frozen=True, slots=True)
class Numbered:
    """A heading that numbers a preference.

    `rank`: which; `rest`: what else it says, which is the same for all of one question; `sure`:
    whether it can mean nothing else.
    """

    rank: int
    rest: str
    sure: bool


_WHOLE = re.compile(rf"(?:{_RANK})(?:{_APART})?", _FLAGS)
_SURE = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        rf"\b{_ORDINAL}{_BETWEEN}(?:(?:most\s+)?(?:ranked|preferred)\s+)?{_NOUN}\b",
        rf"\b{_BARE_NOUN}{_BETWEEN}(?:(?:no\.?|number)\s*)?(?:(?P<after>0*[1-9][0-9]{{0,5}})"
        rf"|(?P<spelt>{'|'.join((*_ORDINALS, *_CARDINALS))}))(?:st|nd|rd|th)?\b(?![.,][0-9])",
        r"(?<![\w#])\#\s*(?P<after>0*[1-9][0-9]{0,5})\b",
        rf"(?<![0-9.,])\b(?P<figure>0*[1-9][0-9]{{0,5}})[.)]?\s*{_BARE_NOUN}\b",
    )
)
_UNSURE = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        rf"\b{_ORDINAL}\b",
        r"(?<![0-9.,])(?P<figure>0*[1-9][0-9]{0,5})(?![0-9])(?!.*[0-9])",
    )
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z0-9])")
_LEFT_OVER = re.compile(r"^(?:for|of|the|in|as|by)\s+|\s+(?:for|of|in)$", re.IGNORECASE)


def numbered(heading: str) -> Numbered | None:
    """The preference that a heading numbers, with the number anywhere plain, or None."""
    if len(heading) > 2000:
        return None
    text = " ".join(unicodedata.normalize("NFKC", heading).replace("_", " ").split())
    if found := _WHOLE.fullmatch(text):
        return Numbered(_number(found), "", sure=True)
    spaced = _CAMEL.sub(" ", text)
    for sure, patterns in ((True, _SURE), (False, _UNSURE)):
        for pattern in patterns:
            if found := pattern.search(spaced):
                rest = f"{spaced[: found.start()]} {spaced[found.end() :]}"
                return Numbered(_number(found), _label(rest), sure=sure)
    return None


def _label(rest: str) -> str:
    text = " ".join(re.sub(r"\[\s*\]|\(\s*\)", " ", rest).split())
    text = text.strip(" -\u2013\u2014:.,;/|?#*=")
    return _LEFT_OVER.sub("", text).strip(" -\u2013\u2014:.,;/|?#*=")
