"""How docstrings are set in the reference (an extension of griffe, which mkdocstrings reads with).

In the source they are plain paragraphs. Here what is said of each parameter or field (a name, a
colon, ...) becomes a list, what is raised or returned a paragraph of its own, and an example a
block of code.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_SENTENCE = r"(?:^|(?<=[.;:)] ))"
_NAMED = re.compile(_SENTENCE + r"(?=`[\w\"-]+`(?:, `[\w\"-]+`)*: )")
_APART = re.compile(_SENTENCE + r"(?=(?:Raises|Returns|Yields) )")


class Docstrings(griffe.Extension):
    """Sets each docstring once, when its object has been read."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """An object has been read, with its docstring."""
        if obj.docstring is not None:
            obj.docstring.value = laid_out(obj.docstring.value)


def laid_out(text: str) -> str:
    """The docstring in Markdown."""
    return "\n\n".join(map(_block, text.split("\n\n")))


def _block(block: str) -> str:
    if block.startswith(">>> "):
        return f"```pycon\n{block}\n```"
    if block.startswith(("```", "    ", "- ")) or "\n- " in block:
        return block
    sentences = " ".join(block.split())
    return "\n\n".join(map(_paragraph, _APART.split(sentences)))


def _paragraph(text: str) -> str:
    first, *named = _NAMED.split(text.strip())
    items = "\n".join(f"- {item.strip()}" for item in named)
    return "\n\n".join(part for part in (first.strip(), items) if part)
