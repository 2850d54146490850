"""Ballot files from one format into another, with all that is lost on the way named."""

from __future__ import annotations

from typing import Unpack

from stvcount import formats
from stvcount.checked import checked
from stvcount.formats import FormatName, ReadOptions
from stvcount.formats.files import PathName, check_outputs


@checked
def convert(
    source: PathName,
    target: PathName,
    *,
    input_format: FormatName | None = None,
    output_format: FormatName | None = None,
    overwrite: bool = False,
    **options: Unpack[ReadOptions],
) -> tuple[str, ...]:
    """Write the election in the file `source` to the file `target`, whole or not at all.

    `source`: "-" is standard input. `input_format`, `output_format`: names of formats; without
    them, told by the suffix, that of `source` otherwise by its content. `overwrite`: whether a
    file that is there may be replaced; `source` itself never is.
    `options`: how to read `source`, as `stvcount.read` takes them.
    Returns a sentence for each thing that `target` lacks because its format cannot hold it.
    Raises `FormatError` and `ElectionError` as `stvcount.read` and `stvcount.write` do.
    """
    formats.format_to_write(target, output_format)
    check_outputs([target], inputs=[source], overwrite=overwrite)
    election = formats.read(source, format=input_format, **options)
    return formats.write(election, target, format=output_format, overwrite=overwrite)
