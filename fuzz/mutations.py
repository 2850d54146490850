"""Valid files changed a little: by bytes, lines, words, in the tree of a JSON text, in an archive.

`chance` makes every choice, so that the same chance gives the same change.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, TypeAlias

Mutation: TypeAlias = Callable[[bytes, Random, Sequence[bytes]], bytes]
"""Gives the bytes changed; the last are pieces to put in: words of the format, or other files."""

_MOST_CHANGES = 4
_WORD = re.compile(rb"[^\s,;:=\"{}()\[\]]+")
_ZIP_LIMIT = 1 << 20

_ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 2, -1, 10**17, 10**40, 1.5, 1e300, "", " ", "x", [], {}),
    *("0", "1", "1.00", "0.01", "33.34", "-1.00", "999999999999.99", "9" * 60, "1e9"),
    *("\u2028", "\u0007", "\ud800", "e\u0301", "a\nb", "first", "surplus", "exclusion", "suspense"),
    *("ers97", "ers-av", "aberdeen", "lsu-atv", "lsu-stv", "ers97-vacancy", "chester"),
)


def by_bytes(data: bytes, chance: Random, pieces: Sequence[bytes]) -> bytes:
    """Some bytes flipped, overwritten, left out, repeated, put in; cut short; spliced."""
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        start, end = sorted(chance.randint(0, len(data)) for _ in range(2))
        near = min(end, start + chance.randint(0, 8))
        piece = chance.choice(pieces) if pieces else b"\xff"
        data = chance.choice(
            [
                data[:start] + bytes([chance.randint(0, 255)]) + data[start + 1 :],
                data[:start]
                + bytes(b ^ 1 << chance.randint(0, 7) for b in data[start:near])
                + data[near:],
                data[:start] + data[near:],
                data[:start] + data[end:],
                data[:end] + data[start:],
                data[:start],
                data[:start] + piece[chance.randint(0, len(piece)) :],
                data[:start] + piece + data[near:],
                data[:start] + piece + data[start:],
            ]
        )
    return data


def by_words(data: bytes, chance: Random, pieces: Sequence[bytes]) -> bytes:
    """Some lines left out, repeated or moved; some words replaced, left out or repeated."""
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        if chance.randint(0, 2):
            data = _word_changed(data, chance, pieces)
        else:
            lines = data.split(b"\n")
            line = lines.pop(chance.randint(0, len(lines) - 1))
            for _ in range(chance.randint(0, 2)):
                lines.insert(chance.randint(0, len(lines)), line)
            data = b"\n".join(lines)
    return data


def _word_changed(data: bytes, chance: Random, pieces: Sequence[bytes]) -> bytes:
    words = list(_WORD.finditer(data))
    if not words:
        return by_bytes(data, chance, pieces)
    word, other = chance.choice(words), chance.choice(words)[0]
    known = chance.choice(pieces) if pieces else b""
    number = str(10 ** chance.randint(0, 45) - chance.randint(0, 1)).encode()
    new = chance.choice([known, known, other, b"", word[0] * 2, number])
    return data[: word.start()] + new + data[word.end() :]


def by_tree(data: bytes, chance: Random, pieces: Sequence[bytes]) -> bytes:
    """Some values of a JSON text replaced, left out, repeated or put one into another."""
    try:
        tree = json.loads(data)
        for _ in range(chance.randint(1, _MOST_CHANGES)):
            _value_changed(tree, chance)
        text = json.dumps(tree, ensure_ascii=chance.choice([True, False]))
        return text.encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return by_bytes(data, chance, pieces)


def _value_changed(tree: Any, chance: Random) -> None:
    places = _places(tree)
    if not places:
        return
    holder, key = chance.choice(places)
    other_holder, other_key = chance.choice(places)
    near, other = _near(holder[key], chance), other_holder[other_key]
    new = chance.choice([other, near, [holder[key]], *chance.choices(_ODD, k=3)])
    new = json.loads(json.dumps(new))  # nothing is to stand in two places at once
    match chance.randint(0, 7):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.insert(key, new)
        case 1:
            holder[str(chance.choice(_ODD))] = new
        case 2 if isinstance(holder, dict):
            holder[str(chance.choice(_ODD))] = holder.pop(key)
        case _:
            holder[key] = new


def _near(value: Any, chance: Random) -> Any:
    """A number with one of its figures changed; anything else as it is."""
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.replace(".", "").isdigit():
        return value
    changed = text.replace(chance.choice(text), chance.choice("0123456789"))
    return changed if isinstance(value, str) else type(value)(changed)


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every value in a tree, by what holds it and where."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, (dict, list)):
            keys = list(holder) if isinstance(holder, dict) else range(len(holder))
            found += [(holder, key) for key in keys]
            waiting += [holder[key] for key in keys]
    return found


def by_parts(data: bytes, chance: Random, pieces: Sequence[bytes]) -> bytes:
    """One part of an archive changed by bytes or words, and all packed again."""
    change = chance.choice([by_bytes, by_words])
    changed = in_a_part(data, chance, lambda part: change(part, chance, pieces))
    return by_bytes(data, chance, pieces) if changed is None else changed


def in_a_part(data: bytes, chance: Random, change: Callable[[bytes], bytes]) -> bytes | None:
    """One part of an archive changed so, and all packed again; None of what is no archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {
                one.filename: archive.read(one)
                for one in archive.infolist()
                if one.file_size < _ZIP_LIMIT
            }
    except Exception:  # so many kinds of damage, so many exceptions
        return None
    if not parts:
        return None
    sheets = [name for name in parts if "sheet" in name.lower()] or list(parts)
    name = chance.choice(sheets if chance.randint(0, 2) else list(parts))
    parts[name] = change(parts[name])
    return packed(parts)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """An archive with these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for one, content in parts.items():
            archive.writestr(zipfile.ZipInfo(one), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()
