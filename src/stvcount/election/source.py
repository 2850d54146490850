"""Where an election comes from."""

from __future__ import annotations

from dataclasses import dataclass

from stvcount.election.reading import Reading


@dataclass(frozen=True, slots=True)
class Source:
    """A ballot file: its name without folder, the SHA-256 of its bytes in hexadecimal, its reading.

    `reading`: what each part of the file was taken for; None where that is not known.
    """

    name: str
    sha256: str
    reading: Reading | None = None
