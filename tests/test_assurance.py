"""What docs/assurance.md promises of the program as a whole."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src" / "stvcount").rglob("*.py"))

CHANCE = {"random", "secrets", "uuid"}
NETWORK = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "asyncio", "requests", "httpx"}
UNSAFE = {"pickle", "marshal", "shelve", "ctypes", "code", "runpy", "subprocess", "multiprocessing"}
EXECUTES = {"eval", "exec", "compile", "__import__", "system", "popen"}

# Elections are shared among processes, each of which is sent what it counts by the one that asks;
# records come back packed, and are unpacked only by what they came to. No file is ever unpacked so.
# `conform` runs the program that it is given to test.
MAY_IMPORT = {
    "workers.py": {"multiprocessing", "pickle"},
    "packing.py": {"pickle"},
    "programs.py": {"subprocess"},
}


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").split(".")[0])
    return names


def called(tree: ast.AST) -> set[str]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    plain = {call.id for call in calls if isinstance(call, ast.Name)}
    return plain | {call.attr for call in calls if isinstance(call, ast.Attribute)}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_chance_no_network_no_execution(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    unsafe = UNSAFE - MAY_IMPORT.get(path.name, set())
    assert not imported(tree) & (CHANCE | NETWORK | unsafe)
    # `re.compile` makes a pattern, not a program.
    executed = called(tree) & EXECUTES
    assert not executed - ({"compile"} if "re" in imported(tree) else set())


COUNTED_IN_EVERY_WAY = """
import sys, json, tempfile
from pathlib import Path
import stvcount
from stvcount import Lots, cli

def everything(folder):
    election = stvcount.read("examples/hockey-social-secretary.blt")
    folder = Path(folder)
    for suffix in ("blt", "csv", "json", "toi", "xlsx", "parquet"):
        path = folder / f"e.{suffix}"
        stvcount.write(election, path, overwrite=True)
        again = stvcount.read(path, places=2)
        for rules in ("ers97", "lsu-atv"):
            for teller in ("plain", "vector"):
                record = stvcount.count(again, rules=rules, lots=Lots.seeded("x"), teller=teller)
                print(record.to_json())
    labour = "examples/labour-president.blt", "--non-person", "RON (Re-Open Nominations)"
    for form in ("text", "csv", "csv-long", "json", "html", "markdown", "svg-votes"):
        cli.main(["count", *labour, "--format", form])
    record_path = folder / "record.json"
    record_path.write_text(record.to_json(), "utf-8")
    cli.main(["explain", str(record_path)])
    cli.main(["compare", *labour, "--rules", "ers97,ers-av"])
    assert not stvcount.verify(record, again)
"""

WATCHED = (
    COUNTED_IN_EVERY_WAY
    + """
with tempfile.TemporaryDirectory() as folder:
    everything(folder)
    watching, seen = False, set()
    def hook(event, args):
        if watching and event.split(".")[0] in (
            "socket", "subprocess", "exec", "compile", "pickle", "marshal", "ctypes", "http",
            "urllib", "ftplib", "smtplib", "webbrowser",
        ) or watching and event in ("os.system", "os.exec", "os.fork", "os.posix_spawn", "import"):
            seen.add((event, str(args[:1])))
    sys.addaudithook(hook)
    # What was imported and compiled the first time is not again: what remains the files cause.
    watching = True
    everything(folder)
    watching = False
print(sorted(seen), file=sys.stderr)
raise SystemExit(bool(seen))
"""
)


def run(code: str, **variables: str) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
        "PYTHONIOENCODING": "utf-8",
        **variables,
    }
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=ROOT, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_the_same_whatever_the_surroundings() -> None:
    code = COUNTED_IN_EVERY_WAY + (
        "with tempfile.TemporaryDirectory() as folder: everything(folder)\n"
    )
    first = run(code, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8")
    other = run(code, PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="C", COLUMNS="40")
    assert first == other
    assert len(first) > 10_000


def test_files_are_read_not_run_and_nobody_is_called() -> None:
    run(WATCHED)
