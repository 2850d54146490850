"""The ways to show a record: one entry in the table, one module, for each."""

from __future__ import annotations

from dataclasses import dataclass

from stvcount.checked import checked
from stvcount.election import Election
from stvcount.errors import ElectionError
from stvcount.record import CountRecord

__all__ = ["names", "render", "shows_papers", "suffixes"]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where its function (record -> str) is found, and the suffixes its files may have.

    The first suffix is that of a file that the command names itself. `of_papers`: whether it shows
    the papers of the election too, so that its function takes the election beside the record.
    """

    function: str
    suffixes: tuple[str, ...]
    of_papers: bool = False


def _report(name: str, *, of_papers: bool = False) -> dict[str, _Sheet]:
    """A report of an official count, as text and as CSV."""
    function = f"stvcount.sheets.report_sheets:{name.replace('-', '_')}"
    return {
        name: _Sheet(function, (f".{name}.txt", ".txt"), of_papers),
        f"{name}-csv": _Sheet(f"{function}_csv", (f".{name}.csv", ".csv"), of_papers),
    }


# Only the one asked for is imported.
_SHEETS = {
    "text": _Sheet("stvcount.sheets.text:sheet", (".txt",)),
    "json": _Sheet("stvcount.record:CountRecord.to_json", (".json",)),
    "csv": _Sheet("stvcount.sheets.csv_sheet:sheet", (".csv",)),
    "csv-long": _Sheet("stvcount.sheets.csv_sheet:long_sheet", (".long.csv", ".csv")),
    "markdown": _Sheet("stvcount.sheets.markdown:sheet", (".md", ".markdown")),
    "html": _Sheet("stvcount.sheets.html:page", (".html", ".htm")),
    "slide": _Sheet("stvcount.sheets.slides:page", (".slide.html", ".html", ".htm")),
    "svg-votes": _Sheet("stvcount.sheets.svg:chart", (".svg",)),
    "svg-transfers": _Sheet("stvcount.sheets.svg:flows", (".transfers.svg", ".svg")),
    **_report("declaration"),
    **_report("stages"),
    **_report("transfers"),
    **_report("first-preferences"),
    **_report("profile", of_papers=True),
}


def names() -> tuple[str, ...]:
    """The formats that `render` knows."""
    return tuple(_SHEETS)


def shows_papers(format: str) -> bool:  # noqa: A002 (the name that callers type)
    """Whether a sheet of this format shows papers, so that `render` needs the election too."""
    return _SHEETS[format].of_papers


def suffixes() -> dict[str, tuple[str, ...]]:
    """The suffixes of a file in each of these formats, in small letters, the usual one first."""
    return {name: sheet.suffixes for name, sheet in _SHEETS.items()}


@checked
def render(
    record: CountRecord,
    format: str,  # noqa: A002 (the name that callers type)
    *,
    election: Election | None = None,
) -> str:
    """The record as a sheet in this format, one of `names()`.

    `election`: that was counted, for a sheet that shows its papers (the preference profile). Raises
    `ElectionError` for a format that there is not, and where the election is needed and is missing
    or another.
    """
    if format not in _SHEETS:
        raise ElectionError(f"format: found {format!r}; expected one of {', '.join(_SHEETS)}")
    # Only needed to show a record, which not every program does.
    from pkgutil import resolve_name

    sheet = _SHEETS[format]
    function = resolve_name(sheet.function)
    text: str = function(record, election) if sheet.of_papers else function(record)
    return text
