"""Names as they are spelt: what only the coding tells apart, and what lies near."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

_APOSTROPHES = "\u2018\u2019\u201b\u02bc\u02b9\u00b4\u0060\u2032\uff07\u02bb\u055a"
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\u00ad"
_QUOTES = "\u201c\u201d\u201e\u201f\u2033\uff02"
_ALIKE = str.maketrans(
    {
        **dict.fromkeys(_APOSTROPHES, "'"),
        **dict.fromkeys(_HYPHENS[:-1], "-"),
        **dict.fromkeys(_QUOTES, '"'),
    }
)
_BLANKS = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u205f\u3000\u2800]+")
_WORD = re.compile(r"[^\W_]+")
_IN_ROUND_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")

MOST_COMPARED = 400
"""So many names are compared with one another; of more, no list of candidates has ever had."""


def tidy(text: str) -> str:
    """The text as it is shown: composed, without what does not show, single blanks."""
    if text.isascii():
        return " ".join(text.split())
    composed = unicodedata.normalize("NFC", text)
    shown = "".join(one for one in composed if unicodedata.category(one) != "Cf")
    return _BLANKS.sub(" ", shown).strip()


def coded_alike(text: str) -> str:
    """What is the same for two texts that only their coding, blanks or capitals tell apart."""
    if text.isascii():
        return " ".join(text.split()).translate(_ALIKE).casefold()
    wide = unicodedata.normalize("NFKC", tidy(text).translate(_ALIKE))
    return unicodedata.normalize("NFC", " ".join(wide.split()).casefold())


def _letters(text: str) -> tuple[str, ...]:
    """The words of a name without accents and signs."""
    plain = unicodedata.normalize("NFKD", coded_alike(text))
    return tuple(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def near(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The pairs of different names that may be one, spelt in two ways."""
    letters = {name: _letters(name) for name in names[:MOST_COMPARED]}
    bare = {name: _letters(_IN_ROUND_BRACKETS.sub(" ", name)) for name in letters}
    for one, other in combinations(letters, 2):
        if (
            _near(letters[one], letters[other])
            or (bare[one] == bare[other] and bare[one] and _added(letters[one], letters[other]))
            or _is_initial(one, other)
        ):
            yield one, other


def _is_initial(one: str, other: str) -> bool:
    """Whether one is but the first letter of the other: C and Cy, but not the labels A and AB."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) == 1 and longer[:1] == shorter and longer[1:].islower()


def likeliest(name: str, printed: Sequence[str]) -> list[str]:
    """The printed names that this one may be, spelt in another way."""
    found = [one for one in printed if any(near((name, one)))]
    if found:
        return found
    text = "".join(_letters(name))
    return [one for one in printed if _within_one("".join(_letters(one)), text)]


def _within_one(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(longer) == len(shorter):
        return sum(a != b for a, b in zip(one, other, strict=True)) <= 1
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def _added(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one of them only adds something in brackets."""
    shorter, longer = sorted((one, other), key=len)
    return longer[: len(shorter)] == shorter


def _near(one: Sequence[str], other: Sequence[str]) -> bool:
    if sorted(one) == sorted(other) or "".join(one) == "".join(other):
        return bool(one)
    if len(one) == len(other):
        differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
        return len(differing) == 1 and _slipped(*differing[0])
    shorter, longer = sorted((one, other), key=len)
    return _abridged(shorter, longer) or _slipped("".join(one), "".join(other))


def _abridged(shorter: Sequence[str], longer: Sequence[str]) -> bool:
    """Whether all words of one name stand in the other, in order: Ann Lee, Ann Mary Lee."""
    rest = iter(longer)
    return bool(shorter) and all(word in rest for word in shorter)


def _held_down(one: str, other: str) -> bool:
    """Whether a name of one letter has it twice; not figures as the Romans wrote them."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) == 1 and longer == shorter * 2 and shorter not in "ivx"


def _slipped(one: str, other: str) -> bool:
    return _held_down(one, other) or _one_slip(one, other)


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter is missing, too many, wrong, or two have changed places.

    Single letters and figures are meant to tell apart: Option A and Option B, Ward 1 and Ward 2.
    """
    if min(len(one), len(other)) < 2 or max(len(one), len(other)) < 3:
        return False
    if any(c.isdigit() for c in one + other):
        return False
    if len(one) == len(other):
        differ = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if len(differ) == 1:
            return True
        return (
            len(differ) == 2
            and differ[1] == differ[0] + 1
            and one[differ[0]] == other[differ[1]]
            and one[differ[1]] == other[differ[0]]
        ) or (len(one) >= 8 and len(differ) == 2)
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def shown_apart(texts: Iterable[str]) -> str:
    """Texts that look alike, each with the characters beyond ASCII by number."""
    return " and ".join(
        repr("".join(c if c.isascii() else f"{c}<U+{ord(c):04X}>" for c in text)) for text in texts
    )
