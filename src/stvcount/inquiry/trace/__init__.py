"""Where one paper was at each stage."""

from __future__ import annotations

from stvcount.inquiry.trace.tracing import Trace, trace

__all__ = [
    "Trace",
    "trace",
]
