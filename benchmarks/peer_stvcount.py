"""What this library does with a plain BLT file: read, count, write the record."""

from __future__ import annotations

import sys

from peer_timing import told

import stvcount

if __name__ == "__main__":
    told(
        lambda: stvcount.read(sys.argv[1]),
        lambda election: stvcount.count(
            election, rules="ers97", lots=stvcount.Lots.seeded("benchmarks")
        ).to_json(),
    )
