"""Count all the elections of one workbook: a page of each, an index, slides, CSV and JSON.

`make_workbook.py` makes such a workbook. An election that cannot be counted stops no other.
"""

from __future__ import annotations

import sys
from pathlib import Path

import stvcount
from stvcount.sheets import site


def main(workbook: str, folder: str, seed: str = "") -> int:
    lots = stvcount.Lots.seeded(seed) if seed else stvcount.Lots.none()
    counted = list(stvcount.count_all(workbook, organisation="chester", lots=lots))
    Path(folder).mkdir()
    for name, content in site.files(counted, title="Society elections"):
        Path(folder, name).write_text(content, "utf-8")
    for one in counted:
        outcome = one.error if one.record is None else ", ".join(one.record.elected) or "nobody"
        print(f"{one.name}: {outcome}")
    return 2 if any(one.error for one in counted) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
