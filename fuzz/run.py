"""Fuzz everything that reads, guided by coverage: see README.md beside this file.

python fuzz/run.py [--seconds N | --runs N] [--seed N] [--corpus FOLDER] [--findings FOLDER]
                   [TARGET ...]
python fuzz/run.py --replay FILE [TARGET]
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import re
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from targets import TARGETS, Target

HERE = Path(__file__).resolve().parent
REAL_FILES = HERE.parent.parent / "shared" / "data"

SECONDS_PER_INPUT = 20
MEGABYTES = 2048
_MOST_STARTS = 20
_TOLD = "FINDING "


@dataclass(slots=True)
class Report:
    """What fuzzing one target came to. `lines`: what was told of each finding.

    `busy`: the seconds of a processor that it took, of the `seconds` by the clock.
    """

    target: str
    executions: int = 0
    seconds: float = 0.0
    busy: float = 0.0
    coverage: int = 0
    corpus: int = 0
    lines: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.target:17} {self.executions:9} executions {self.seconds:6.0f} s "
            f"(busy {self.busy:5.0f} s) {self.coverage:6} covered {self.corpus:5} in corpus "
            f"{len(self.files):3} findings"
        )


def fuzz(
    target: Target, corpus: Path | None, findings: Path, *, seconds: int, runs: int, seed: int
) -> Report:
    """Fuzz one target in processes of its own, anew where one of them was ended by an input.

    `seed`: of what is tried; 0 for another each time.
    """
    report = Report(target.name)
    start = time.time()
    with tempfile.TemporaryDirectory(prefix="stvcount-corpus-") as folder:
        inputs, words = Path(folder, "inputs"), Path(folder, "words")
        inputs.mkdir()
        for number, data in enumerate(target.seeds(corpus)):
            if len(data) <= target.longest:
                (inputs / f"seed-{number}").write_bytes(data)
        words.write_text("".join(_dictionary_line(word) for word in target.words if word))
        for _ in range(_MOST_STARTS):
            limit = f"-runs={runs - report.executions}"
            if not runs:
                limit = f"-max_total_time={max(1, round(seconds - report.seconds))}"
            # An empty dictionary is refused.
            guided = [f"-dict={words}"] if any(target.words) else []
            if _one_process(report, inputs, findings, [limit, f"-seed={seed}", *guided]):
                break
    saved = findings.glob(f"{target.name}-*")
    report.files = sorted(path for path in saved if path.stat().st_mtime >= start)
    return report


def _one_process(report: Report, inputs: Path, findings: Path, options: list[str]) -> bool:
    """Whether this process came to the end that its limit sets."""
    target = TARGETS[report.target]
    command = [
        *(sys.executable, str(HERE / "worker.py"), report.target),
        *(",".join(target.guiding), str(findings), str(inputs)),
        *(
            f"-timeout={SECONDS_PER_INPUT}",
            f"-rss_limit_mb={MEGABYTES}",
            f"-max_len={target.longest}",
        ),
        *(f"-artifact_prefix={findings}/{report.target}-", "-print_final_stats=1", *options),
    ]
    start, before = time.monotonic(), _busy()
    # The same inputs in the same order take the same way, so that a seed is one.
    same = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", check=False, env=same
    )
    report.seconds += time.monotonic() - start
    report.busy += _busy() - before
    _take(report, done.stderr)
    if done.returncode and "libFuzzer" not in done.stderr:
        raise SystemExit(f"{done.stderr}\nthe process that fuzzes ended with {done.returncode}")
    return not done.returncode


def _busy() -> float:
    """The seconds of a processor that the processes took which have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _take(report: Report, said: str) -> None:
    """Take the figures out of what libFuzzer says."""
    executed = re.findall(r"^stat::number_of_executed_units:\s*(\d+)", said, re.MULTILINE)
    shown = re.findall(r"^#(\d+).*?cov: (\d+) .*?corp: (\d+)", said, re.MULTILINE)
    if shown:
        report.coverage, report.corpus = int(shown[-1][1]), int(shown[-1][2])
    report.executions += int(executed[-1]) if executed else int(shown[-1][0]) if shown else 0
    report.lines += [line for line in said.splitlines() if line.startswith(_TOLD)]
    report.lines += [line for line in said.splitlines() if re.match(r"==\d+== ?ERROR: ", line)]


def _dictionary_line(word: bytes) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n'


def replay(path: Path, name: str | None) -> int:
    """Check one input again; 1 where it is still a finding."""
    known = sorted(TARGETS, key=len, reverse=True)
    target = name or next((one for one in known if path.name.startswith(f"{one}-")), None)
    if target not in TARGETS:
        raise SystemExit(
            f"{path}: found no target in its name; expected one of {', '.join(TARGETS)}"
        )
    faulthandler.dump_traceback_later(SECONDS_PER_INPUT, exit=True)
    try:
        TARGETS[target].check(path.read_bytes())
    except Exception:
        traceback.print_exc()
        return 1
    print(f"{path}: nothing found by the target {target}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default 60)")
    parser.add_argument("--runs", type=int, default=0, help="executions instead of seconds")
    parser.add_argument("--seed", type=int, default=0, help="try the same each time (with --runs)")
    parser.add_argument(
        "--corpus", type=Path, default=REAL_FILES, help="a folder of real ballot files"
    )
    parser.add_argument("--findings", type=Path, help="the folder to save findings in")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="check one input again")
    asked = parser.parse_args()
    for name in asked.targets:
        if name not in TARGETS:
            parser.error(f"found the target {name!r}; expected one of {', '.join(TARGETS)}")
    if asked.replay:
        return replay(asked.replay, *asked.targets[:1] or [None])
    if find_spec("atheris") is None:
        parser.error("found no atheris; expected it to be installed: pip install . --group fuzz")
    findings = asked.findings or Path(tempfile.mkdtemp(prefix="stvcount-findings-"))
    findings.mkdir(parents=True, exist_ok=True)
    corpus = asked.corpus if asked.corpus.is_dir() else None
    found = False
    for name in asked.targets or TARGETS:
        limits = {"seconds": asked.seconds, "runs": asked.runs, "seed": asked.seed}
        report = fuzz(TARGETS[name], corpus, findings, **limits)
        print(report, *report.lines, sep="\n  ", flush=True)
        for path in report.files:
            print(f"  python fuzz/run.py --replay {path}")
        found |= bool(report.files or report.lines)
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
