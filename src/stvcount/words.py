"""Numbers and names in words, as decisions, faults and sheets put them."""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from collections.abc import Iterable, Sequence

_BEYOND_WRITING = 10**1000
_PLAIN = re.compile(r"[\w.:/\\=-]+")
_HALF = re.compile("[\ud800-\udfff]")


def counted(number: int, noun: str) -> str:
    """ "1 paper", "2 papers"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def figure(number: object) -> str:
    """A number, or what stands in the place of one, in figures that Python does write."""
    if isinstance(number, int) and abs(number) >= _BEYOND_WRITING:
        return "a number of more than 1000 digits"
    return repr(number)


def listed(words: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def nearest(given: str, known: Iterable[str]) -> str:
    """What to say of the name most like the one given, or nothing where none is like it."""
    from difflib import get_close_matches  # only for what is mistyped

    folded = {name.casefold(): name for name in known}
    near = get_close_matches(given.casefold(), folded, n=1)
    return f"{folded[near[0]]} (if that was meant), or " if near else ""


def one_of_the_candidates(given: object, names: Sequence[str]) -> str:
    """Which names would have been right, the one most like it first."""
    return f"{nearest(str(given), names)}one of the candidates {', '.join(names)}"


def typed(words: Iterable[str]) -> str:
    """The words as they are typed at a terminal of this system."""
    if os.name != "nt":
        return shlex.join(words)
    # Double quotes are what both the command prompt and PowerShell take.
    return " ".join(
        word if _PLAIN.fullmatch(word) else '"{}"'.format(word.replace('"', r"\""))
        for word in words
    )


def visible(text: str) -> str:
    """The text with every character that could break or reorder a line shown by its number."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"<U+{ord(character):04X}>" if _breaks(character, before) else character
        for before, character in zip(" " + text, text, strict=False)
    )


def _breaks(character: str, before: str) -> bool:
    if character in "\u200c\u200d":
        # Joiners are part of the spelling after an Arabic letter or an Indic virama (RFC 5892,
        # appendix A); elsewhere they only make two names look the same.
        return unicodedata.bidirectional(before) != "AL" and unicodedata.combining(before) != 9
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def writable(text: str) -> str:
    r"""The text as UTF-8 can hold it: what was a byte of another encoding is written `\xe9`."""
    return text if text.isascii() else _HALF.sub(_by_number, text)


def _by_number(half: re.Match[str]) -> str:
    number = ord(half[0])
    # Python stands for such a byte, in names of files and arguments, by a half of a character.
    return f"\\x{number - 0xDC00:02x}" if 0xDC80 <= number <= 0xDCFF else f"\\u{number:04x}"
