"""How results show themselves in a notebook."""

from __future__ import annotations

from html import escape


class ShowsItsText:
    """A result that is shown as its text."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"
