"""Text in the cells of a spreadsheet: no name runs as a formula, and every name reads back.

A spreadsheet takes a cell for a formula by its first character. Such a text gets an apostrophe
before it. A text that looks so behind apostrophes of its own gets one too, so that taking one
away always restores it; every other text stays as it is, also `'Twas`. For texts only: -26.42 as a
figure is no formula.
"""

from __future__ import annotations

import re

# Behind spaces too; in full width as well, which some spreadsheets take for the plain signs.
_LOOKS_LIKE_A_FORMULA = re.compile(r"'*(\s*[=+\-@＝＋－＠]|[\t\r\n])")  # noqa: RUF001


def escaped(text: str) -> str:
    """The text as it is put into a cell."""
    return f"'{text}" if _LOOKS_LIKE_A_FORMULA.match(text) else text


def unescaped(cell: str) -> str:
    """The text that `escaped` put into this cell; a cell that it did not change stays as it is."""
    escapes = cell.startswith("'") and _LOOKS_LIKE_A_FORMULA.match(cell)
    return cell[1:] if escapes else cell
