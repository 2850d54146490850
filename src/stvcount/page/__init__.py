"""What the page in the browser asks of the library: it counts, reads and words nothing itself."""

from __future__ import annotations

from stvcount.page.choices import Choices
from stvcount.page.desk import Desk

__all__ = ["Choices", "Desk"]
