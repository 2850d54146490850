"""How long the page that counts in a browser takes, and how much memory, beside the command.

    python benchmarks/page.py stvcount.html [--papers 1000,10000,100000]

The page as `tools/build_page.py` builds it, opened from the disk in a headless Chromium; BLT files
of `generate.py`, and the same papers as CSV. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import browser
import generate

COUNT = """
window.told = null;
(async () => {{
  const began = performance.now();
  const chosen = {{ files: [...state.files.keys()], reading: {reading} }};
  const answer = await ask('count', chosen, '', state.files);
  if (answer.status === 'done') await ask('sheet', {{ format: 'html' }});
  window.told = {{ ...answer, seconds: (performance.now() - began) / 1000 }};
}})(); 1
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path, help="the page, as it was built")
    parser.add_argument("--papers", default="1000,10000,100000", help="numbers of papers")
    chosen = parser.parse_args()
    sizes = list(map(int, chosen.papers.split(",")))
    print(f"the file: {chosen.page.stat().st_size / 1e6:.1f} MB")
    print("\n| papers | file | page ready | counted | memory | the command |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            for path in files(Path(folder), size):
                ready, counted, memory = in_page(chosen.page, path)
                file = f"{path.suffix[1:].upper()}, {path.stat().st_size / 1e6:.1f} MB"
                command = f"{by_command(path):.1f} s"
                cells = (f"{size:,}", file, ready, counted, memory, command)
                print(f"| {' | '.join(cells)} |", flush=True)


def files(folder: Path, papers: int) -> Iterator[Path]:
    blt, table = folder / f"{papers}.blt", folder / f"{papers}.csv"
    generate.write(blt, papers)
    yield blt
    generate.write_csv(table, generate.by_candidates(papers))
    yield table


def in_page(built: Path, path: Path) -> tuple[str, str, str]:
    """From opening the page until it is ready; from reading the file to the sheet, or why there is
    none; the peak memory of the process that holds the page.
    """
    with browser.opened() as page:
        began = time.monotonic()
        page.size(1280)
        page.ask("Page.navigate", url=built.resolve().as_uri())
        page.wait("document.body?.dataset.ready", seconds=300)
        ready = time.monotonic() - began
        page.choose("#choose", path)
        reading = json.dumps({"places": 6} if path.suffix == ".csv" else {})
        page.wait("state.files.size === 1")
        page.evaluate(COUNT.format(reading=reading))
        page.wait("window.told !== null", seconds=1800)
        told = page.evaluate("window.told")
        seconds = f"{told['seconds']:.1f} s" if told["status"] == "done" else told["lines"][0]
        return f"{ready:.1f} s", seconds, f"{peak():,} MB"


def peak() -> int:
    """The peak memory of the largest page of the browser that was started here, in MB."""
    peaks, parents = {}, {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
            words = (status.parent / "cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        process = int(status.parent.name)
        parents[process] = int(lines["PPid"])
        if b"--type=renderer" in words and "VmHWM" in lines:
            peaks[process] = int(lines["VmHWM"].split()[0]) // 1000
    return max(peak for process, peak in peaks.items() if os.getpid() in above(process, parents))


def above(process: int, parents: dict[int, int]) -> Iterator[int]:
    """Who started the process, and who started that, and so on."""
    while process := parents.get(process, 0):
        yield process


def by_command(path: Path) -> float:
    """The time that the command takes for the same."""
    places = ["--places", "6"] if path.suffix == ".csv" else []
    output = path.with_suffix(".html")
    words = [sys.executable, "-m", "stvcount", "count", path, *places, "-o", output, "--force"]
    began = time.monotonic()
    subprocess.run(list(map(str, words)), check=True)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
