"""Where an election comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """The ballot file: its name without folder, and the SHA-256 of its bytes in hexadecimal."""

    name: str
    sha256: str
