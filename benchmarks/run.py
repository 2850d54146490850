"""Measure reading, counting, the whole command and its memory, beside a peer, in one run.

    pip install '.' pyrankvote && python benchmarks/run.py [--papers N] [--runs N] [-o FILE]
    pip install '.[xlsx,arrow]' && python benchmarks/run.py --reading
    pip install '.' && python benchmarks/run.py --meek
    pip install . && python benchmarks/run.py --small [--before FOLDER] | --many | --peers

Everything is measured side by side on the machine it runs on, several times, and given as medians
and as ratios; figures of different machines do not compare. `--long` adds ten million papers;
`--reading` measures only how long the same papers take to read from each kind of file; `--meek`
only how long Meek's method takes beside ERS97;
`--small` only small elections, beside an older checkout of this project in FOLDER; `--many` only
many of them, by one process and by two; `--peers` only other programs on the same papers, each
installed from PyPI into an environment of its own. Where a ratio that is asked for is missed, the
exit status is 1.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import localcontext
from functools import partial
from pathlib import Path

import generate
import peers
import small as small_elections

import stvcount
from stvcount import Election, Lots, Papers, Stage
from stvcount.counting.counting import open_tally
from stvcount.exact import EXACT
from stvcount.tellers.plain import PlainTeller

HERE = Path(__file__).resolve().parent
LOTS = Lots.seeded("benchmarks")


def seconds(work: Callable[[], object], runs: int) -> float:
    """The median time of this work."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


# A process begins with the peak memory of the one that starts it: so a bare interpreter does.
LAUNCHER = """
import os, sys, time
start = time.perf_counter()
null = os.open(os.devnull, os.O_WRONLY)
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
                       file_actions=[(os.POSIX_SPAWN_DUP2, null, fd) for fd in (1, 2)])
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - start, usage.ru_maxrss, status)
"""


def process(command: Sequence[str], runs: int) -> tuple[float, float]:
    """The median time of a whole process, and its greatest peak memory in MB."""
    times, memory = [], 0
    for _ in range(runs):
        launcher = [sys.executable, "-S", "-c", LAUNCHER, *command]
        done = subprocess.run(launcher, capture_output=True, text=True, check=True)
        took, peak, status = done.stdout.split()
        if status != "0":
            sys.exit(f"{' '.join(command)}: status {status}")
        times.append(float(took))
        memory = max(memory, int(peak))
    return statistics.median(times), memory / 1024


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = [f"## {title}", "", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows]
    return [*lines, ""]


def machine() -> list[str]:
    model = platform.processor() or platform.machine()
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        found = [one for one in cpu.read_text().splitlines() if one.startswith("model name")]
        model = found[0].partition(":")[2].strip() if found else model
    return [
        f"stvcount {stvcount.__version__}, Python {platform.python_version()}, "
        f"{platform.system()}, {os.cpu_count()} cores, {model}.",
        "",
    ]


def ms(value: float) -> str:
    return f"{value * 1000:.1f} ms"


def counted(election: Election, teller: str, rules: str = "ers97") -> Callable[[], object]:
    return lambda: stvcount.count(election, rules=rules, lots=LOTS, teller=teller)  # type: ignore[arg-type]


def large(path: Path, runs: int) -> list[str]:
    """The large election: reading, counting by both tellers, the whole command, the peer."""
    size = path.stat().st_size / 2**20
    read = seconds(lambda: stvcount.read(path), runs)
    election = stvcount.read(path)
    matrix = election.papers.matrix().preferences
    counted(election, "vector")()
    copy = seconds(matrix.copy, max(runs, 9))
    vector = seconds(counted(election, "vector"), max(runs, 9))
    plain = seconds(counted(election, "plain"), runs)
    command = [sys.executable, "-m", "stvcount", "count", str(path), "--rules", "ers97"]
    command += ["--format", "json", "--lots", "seed:benchmarks"]
    ours, memory = process(command, runs)
    peer, peer_memory = process([sys.executable, str(HERE / "peer_pyrankvote.py"), str(path)], runs)
    rows = [
        ("one copy of the ranking matrix", ms(copy), "1"),
        ("counting, vector teller", ms(vector), f"{vector / copy:.1f} copies"),
        ("counting, plain teller", ms(plain), f"{plain / vector:.0f} times the vector teller"),
        ("reading", ms(read), f"{size / read:.0f} MB/s"),
        ("whole command, JSON", ms(ours), f"{memory:.0f} MB, {memory / size:.1f} times the file"),
        (
            "pyrankvote, whole process",
            ms(peer),
            f"{peer / ours:.1f} times as long; {peer_memory:.0f} MB",
        ),
    ]
    title = f"{election.papers.total:,} papers, 20 candidates, 6 places, ERS97 ({size:.1f} MB)"
    return table(title, ("what", "median", "ratio"), rows)


def growth(folder: Path, sizes: Sequence[int], runs: int) -> list[str]:
    """The whole command against the number of papers."""
    rows = []
    for papers in sizes:
        path = folder / f"growth-{papers}.blt"
        generate.write(path, papers)
        command = [sys.executable, "-m", "stvcount", "count", str(path), "--format", "json"]
        took, memory = process([*command, "--lots", "seed:benchmarks"], runs)
        rows.append((f"{papers:,}", ms(took), f"{took / papers * 1e6:.2f} s", f"{memory:.0f} MB"))
        path.unlink()
    head = ("papers", "whole command", "a million papers", "peak memory")
    return table("Against papers (20 candidates, 6 places)", head, rows)


def shapes(folder: Path, papers: int, runs: int) -> list[str]:
    """Counting loaded papers against candidates and places."""
    rows = []
    for candidates, places in ((5, 2), (20, 1), (20, 6), (20, 12), (100, 6), (500, 6)):
        path = folder / "shape.blt"
        generate.write(path, papers, candidates, places)
        election = stvcount.read(path)
        took = seconds(counted(election, "vector"), runs)
        stages = len(stvcount.count(election, rules="ers97", lots=LOTS).stages)
        rows.append((candidates, places, stages, ms(took), ms(took / stages)))
    head = ("candidates", "places", "stages", "counting", "a stage")
    return table(f"Against candidates and places ({papers:,} papers loaded)", head, rows)


def meek(folder: Path, papers: int, runs: int) -> list[str]:
    """Meek's method beside ERS97, papers loaded: how its tree of bundles grows with the places."""
    rows = []
    for places in (1, 2, 3, 4, 6, 8):
        path = folder / "meek.blt"
        generate.write(path, papers, places=places)
        election = stvcount.read(path)
        counted(election, "vector")()
        took = [seconds(counted(election, "vector", name), runs) for name in ("ers97", "meek")]
        stages, nodes = tree(election)
        iterations = sum(stage.iterations or 0 for stage in stages)
        row = (places, ms(took[0]), ms(took[1]), f"{took[1] / took[0]:.1f}")
        rows.append((*row, len(stages), iterations, f"{nodes:,}"))
    head = ("places", "ERS97", "Meek", "ratio", "tables", "iterations", "bundles")
    return table(f"Meek's method ({papers:,} papers loaded, 20 candidates)", head, rows)


def tree(election: Election) -> tuple[list[Stage], int]:
    """The tables of a count by `meek`, and the number of bundles at its end."""
    rules = stvcount.rules.get("meek")
    tally = open_tally(election, "vector", decimals=rules.decimals)
    with localcontext(EXACT):
        stages = list(rules.count(tally, LOTS.open()))
    return stages, 0 if tally.tree is None else tally.tree.nodes


def small(folder: Path, counts: int) -> list[str]:
    """Many counts of one election of 100 papers, in process, beside the peer."""
    import peer_pyrankvote
    import pyrankvote

    rows = []
    for candidates, places in ((5, 1), (8, 3), (12, 4), (20, 6)):
        path = folder / "small.blt"
        generate.write(path, 100, candidates, places)
        election = stvcount.read(path)
        seats, standing, ballots = peer_pyrankvote.papers(path)
        ours = seconds(counted(election, "auto"), counts) if counts else 0.0
        peer = seconds(
            lambda b=ballots, s=standing, n=seats: pyrankvote.single_transferable_vote(
                s, b, number_of_seats=n
            ),
            max(counts // 10, 1),
        )
        total = sum(seconds(counted(election, "auto"), 1) for _ in range(counts))
        rows.append(
            (candidates, places, ms(ours), f"{total:.1f} s", ms(peer), f"{peer / ours:.2f}")
        )
    head = ("candidates", "places", "one count", f"{counts:,} counts", "pyrankvote", "ratio")
    return table("100 papers, in process", head, rows)


def teller_threshold(folder: Path, runs: int) -> list[str]:
    """Where the vector teller begins to pay."""
    rows = []
    for papers in (100, 300, 1000, 2000, 5000, 20_000):
        path = folder / "threshold.blt"
        generate.write(path, papers)
        election = stvcount.read(path)
        plain, vector = (seconds(counted(election, t), runs * 3) for t in ("plain", "vector"))
        rows.append((f"{papers:,}", ms(plain), ms(vector), f"{plain / vector:.2f}"))
    numpy = seconds(
        lambda: subprocess.run([sys.executable, "-c", "import numpy"], check=True), runs
    ) - seconds(lambda: subprocess.run([sys.executable, "-c", ""], check=True), runs)
    title = f"Where the vector teller pays (importing numpy: {ms(numpy)})"
    return table(title, ("papers", "plain", "vector", "plain / vector"), rows)


def grouping(folder: Path, runs: int) -> list[str]:
    """Where putting equal rankings together begins to pay, with the plain teller."""
    rows = []
    for candidates in (3, 5, 8, 20):
        for papers in (100, 1000, 10_000):
            path = folder / "grouping.blt"
            generate.write(path, papers, candidates, max(1, candidates // 3))
            rankings = [ranking for ranking, _ in stvcount.read(path).papers.groups()]
            took = {}
            for how in ("apart", "together"):
                took[how] = seconds(lambda h=how, r=rankings: plain_count(r, h), runs * 3)
            different = len(set(rankings)) / papers
            ratio = took["together"] / took["apart"]
            row = (candidates, f"{papers:,}", f"{different:.2f}", ms(took["apart"]))
            rows.append((*row, ms(took["together"]), f"{ratio:.2f}"))
    head = ("candidates", "papers", "different", "apart", "put together", "ratio")
    return table("Where putting equal rankings together pays (first count only)", head, rows)


def plain_count(rankings: Sequence[tuple[int, ...]], how: str) -> object:
    """Sort by first preference and then all by the next, with or without grouping first."""
    numbers = Counter(rankings) if how == "together" else dict(enumerate(rankings))
    pairs = numbers.items() if how == "together" else ((r, 1) for r in numbers.values())
    papers = Papers([str(n) for n in range(20)], pairs)
    teller = PlainTeller(papers)
    everyone = set(range(20))
    first = teller.first_preferences(everyone)
    return teller.next_preferences(list(first.by_candidate.values()), everyone - {0, 1})


def start_up(runs: int) -> list[str]:
    codes = {"bare interpreter": "", "import stvcount": "import stvcount"}
    took = {
        what: process([sys.executable, "-c", code], runs * 5)[0] for what, code in codes.items()
    }
    rows = [(what, ms(one), ms(one - took["bare interpreter"])) for what, one in took.items()]
    return table("Start-up", ("what", "median", "over a bare interpreter"), rows)


def reading(folder: Path, papers: int, runs: int) -> list[str]:
    """Reading the same papers from tables, beside BLT; from XLSX a tenth of them, as it is slow."""
    lines = reading_from(folder, papers, runs, (".csv", ".parquet"))
    return lines + reading_from(folder, papers // 10, runs, (".csv", ".xlsx"))


def reading_from(folder: Path, papers: int, runs: int, suffixes: Sequence[str]) -> list[str]:
    blt = folder / "papers.blt"
    generate.write(blt, papers)
    files = [blt]
    for layout in (generate.by_candidates, generate.by_preferences):
        for suffix in suffixes:
            files.append(folder / f"{layout.__name__}{suffix}")
            generate.TABLES[suffix](files[-1], layout(papers))
    expected = read_from(blt).papers
    for path in files:
        if read_from(path).papers != expected:
            sys.exit(f"{path.name}: other papers than in {blt.name}")
    took: dict[Path, list[float]] = {path: [] for path in files}
    for _ in range(runs):
        for path in files:  # in turn, as the machine may have other work
            took[path].append(seconds(partial(read_from, path), 1))
    median = {path: statistics.median(times) for path, times in took.items()}
    rows = [
        (
            f"{path.suffix[1:].upper()}, {path.stem.replace('_', ' ')}",
            f"{path.stat().st_size / 2**20:.1f} MB",
            f"{median[path]:.2f} s",
            f"{median[path] / median[blt]:.1f}",
        )
        for path in files
    ]
    head = ("file", "size", f"median of {runs}", "times BLT")
    return table(f"Reading {papers:,} papers, 20 candidates", head, rows)


def read_from(path: Path) -> Election:
    if path.suffix == ".blt":
        return stvcount.read(path)
    return stvcount.read(path, places=6, candidates=generate.names(20))


def counting(folder: Path, chosen: argparse.Namespace) -> list[str]:
    sizes = [10**3, 10**4, 10**5, 10**6] + ([10**7] if chosen.long else [])
    path = folder / "large.blt"
    generate.write(path, chosen.papers)
    lines = large(path, chosen.runs)
    lines += growth(folder, sizes, chosen.runs)
    lines += shapes(folder, min(chosen.papers, 100_000), chosen.runs)
    lines += meek(folder, chosen.papers, chosen.runs)
    lines += small(folder, chosen.counts)
    lines += teller_threshold(folder, chosen.runs)
    lines += grouping(folder, chosen.runs)
    lines += start_up(chosen.runs)
    return lines


def asked_for(folder: Path, chosen: argparse.Namespace) -> tuple[list[str], list[str]]:
    """The tables of what is asked for alone, and the ratios that are missed."""
    lines, missed = [], []
    if chosen.small:
        before = chosen.before or HERE.parent
        rows, failed = small_elections.beside(before, chosen.runs * 4)
        head = ("candidates/places", "what", "before", "now", "ratio")
        lines += table(f"100 papers, beside {before.resolve().name}", head, rows)
        missed += failed if chosen.before else []
    if chosen.many:
        rows, failed = small_elections.many(chosen.elections, chosen.runs)
        head = ("of each", "processes", "time", "processor, asking", "counting", "at best")
        lines += table(f"{chosen.elections:,} elections of 20 candidates, 6 places", head, rows)
        by_itself = small_elections.steps(200, chosen.runs * 4)
        lines += table("One of them by itself", ("step", "least time"), by_itself)
        missed += failed
    if chosen.peers:
        sizes = [10**power for power in range(3, 7) if 10**power <= chosen.papers]
        rows, failed = peers.beside(folder, sizes, chosen.limit)
        lines += table("Beside other programs (20 candidates, 6 places)", peers.HEAD, rows)
        lines += [f"- {peer.package}: {peer.lacks}" for peer in peers.PEERS] + [""]
        missed += failed
    return lines, missed


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--papers", type=int, default=1_000_000)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--counts", type=int, default=10_000, help="of the 100-paper election")
    arguments.add_argument("--long", action="store_true", help="ten million papers too")
    arguments.add_argument("--reading", action="store_true", help="reading alone, by format")
    arguments.add_argument("--meek", action="store_true", help="Meek's method alone")
    arguments.add_argument("--small", action="store_true", help="small elections alone")
    arguments.add_argument("--before", type=Path, help="an older checkout, measured in turn")
    arguments.add_argument(
        "--many", action="store_true", help="5,000 elections, one process or two"
    )
    arguments.add_argument("--elections", type=int, default=5000, help="of --many")
    arguments.add_argument("--peers", action="store_true", help="other programs alone")
    arguments.add_argument("--limit", type=float, default=120, help="seconds for each of a peer's")
    arguments.add_argument("-o", "--output", type=Path)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = ["# Benchmarks", "", *machine()]
        missed = []
        if chosen.reading:
            lines += reading(folder, chosen.papers, chosen.runs)
        elif chosen.meek:
            lines += meek(folder, chosen.papers, chosen.runs)
        elif chosen.small or chosen.many or chosen.peers:
            told, missed = asked_for(folder, chosen)
            lines += told
        else:
            lines += counting(folder, chosen)
    text = "\n".join(lines)
    if chosen.output is None:
        sys.stdout.write(text)
    else:
        chosen.output.write_text(text, encoding="utf-8")
    if missed:
        sys.exit("\n".join(f"missed: {one}" for one in missed))


if __name__ == "__main__":
    main()
