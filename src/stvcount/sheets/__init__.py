"""The ways to show a record: one entry in the table, one module, for each."""

from __future__ import annotations

from stvcount.checked import checked
from stvcount.errors import ElectionError
from stvcount.record import CountRecord

__all__ = ["names", "render"]

# Where each sheet's function (record -> str) is found; only the one asked for is imported.
_SHEETS = {
    "text": "stvcount.sheets.text:sheet",
    "json": "stvcount.record:CountRecord.to_json",
    "csv": "stvcount.sheets.csv_sheet:sheet",
    "csv-long": "stvcount.sheets.csv_sheet:long_sheet",
    "markdown": "stvcount.sheets.markdown:sheet",
    "html": "stvcount.sheets.html:page",
    "svg-votes": "stvcount.sheets.svg:chart",
    "svg-transfers": "stvcount.sheets.svg:flows",
}


def names() -> tuple[str, ...]:
    """The formats that `render` knows."""
    return tuple(_SHEETS)


@checked
def render(record: CountRecord, format: str) -> str:  # noqa: A002 (the name that callers type)
    """The record as a sheet in this format, one of `names()`.

    Raises `ElectionError` for a format that there is not.
    """
    if format not in _SHEETS:
        raise ElectionError(f"format: found {format!r}; expected one of {', '.join(_SHEETS)}")
    # Only needed to show a record, which not every program does.
    from pkgutil import resolve_name

    text: str = resolve_name(_SHEETS[format])(record)
    return text
