"""Where one paper was at each stage."""

from __future__ import annotations

from stvcount.inquiry.trace.tracing import Trace, trace, traced

__all__ = [
    "Trace",
    "trace",
    "traced",
]
