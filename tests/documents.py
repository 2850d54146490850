"""The examples on the pages: found, and run in the order of the page.

What a block cannot say itself stands before it in a comment, which the reader does not see:

    <!-- files: election.blt=tests/pages/election.blt -->   files that the page's commands find
    <!-- run: stvcount count election.blt -o count.txt -->  a command that the page does not show
    <!-- file: votes.csv -->        the next block is the content of this file
    <!-- shown: votes.csv -->       the next block is how this file of examples/ballots begins
    <!-- exit: 3 -->                the status of the next commands: of all, or of each in order
    <!-- apart -->                  each of the next commands is run on the files alone
    <!-- typed: Ann -->             what is typed in at the terminal meanwhile
    <!-- not run: why -->           the next block is not run

A `text` block that follows a block of commands is what they show, up to blanks and line breaks;
`...` in it stands for anything.
"""

from __future__ import annotations

import doctest
import glob
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from stvcount import cli

ROOT = Path(__file__).resolve().parent.parent
PAGES = tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]))

OF_A_BLOCK = ("file", "shown", "exit", "apart", "typed", "not run")
OF_THE_PAGE = ("files", "run")

_MARK = re.compile(r"<!-- ([a-z ]+?)(?:: (.*?))? -->")
_FENCE = re.compile(r"( *)```(.*)")
_SESSION = doctest.ELLIPSIS | doctest.REPORT_NDIFF


@dataclass(frozen=True)
class Block:
    """A fenced block, with the marks before it. `line`: of its first line, from 1."""

    page: str
    line: int
    language: str
    text: str
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Mark:
    """A mark that belongs to no block."""

    name: str
    value: str


class Page:
    """A page, and the blocks and marks on it in their order."""

    def __init__(self, path: Path, *, marks: dict[str, str] | None = None) -> None:
        """`marks`: for the blocks that begin with these lines, the marks that stand elsewhere."""
        self.name = path.relative_to(ROOT).as_posix()
        self.items = tuple(_items(self.name, path.read_text("utf-8"), marks or {}))

    @property
    def blocks(self) -> list[Block]:
        return [item for item in self.items if isinstance(item, Block)]


def _items(page: str, text: str, elsewhere: dict[str, str]) -> Iterator[Block | Mark]:
    marks: dict[str, str] = {}
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        opened, mark = _FENCE.fullmatch(line), _MARK.fullmatch(line.strip())
        if opened:
            content = _content(lines, opened[1])
            for more in _MARK.finditer(elsewhere.get(content.partition("\n")[0], "")):
                if more[1] in OF_THE_PAGE:
                    yield Mark(more[1], more[2] or "")
                else:
                    marks[more[1]] = more[2] or ""
            yield Block(page, number + 1, opened[2], content, marks)
            marks = {}
        elif mark and mark[1] in OF_THE_PAGE:
            yield Mark(mark[1], mark[2] or "")
        elif mark:
            assert mark[1] in OF_A_BLOCK, f"{page}:{number}: {mark[1]}"
            marks[mark[1]] = mark[2] or ""
        elif line.strip():
            assert not marks, f"{page}:{number}: no block follows {marks}"


def _content(lines: Iterator[tuple[int, str]], indent: str) -> str:
    content = ""
    for _, line in lines:
        if line == indent + "```":
            break
        content += line.removeprefix(indent) + "\n"
    return content


def run(page: Page) -> None:
    """Run all examples of a page in a folder of its own, with one set of names in Python."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for taken in ("examples", "src/stvcount/testing/published"):
            shutil.copytree(ROOT / taken, folder / taken)
        stack.enter_context(chdir(folder))
        stack.enter_context(mock.patch.object(sys, "path", [str(folder), *sys.path]))
        # A page's `python3` is the Python that runs the tests.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        stack.enter_context(mock.patch.dict(os.environ, {"PATH": path}))
        stack.callback(_forget_modules_in, folder)
        _Run(page).run()


def _forget_modules_in(folder: Path) -> None:
    for name, module in tuple(sys.modules.items()):
        if Path(getattr(module, "__file__", None) or "").is_relative_to(folder):
            del sys.modules[name]


class _Run:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.shown: str | None = None

    def run(self) -> None:
        for item in self.page.items:
            if isinstance(item, Mark):
                self.prepare(item)
                continue
            if "file" in item.marks:
                Path(item.marks["file"]).write_text(item.text, "utf-8")
            elif "shown" in item.marks:
                whole = Path("examples", "ballots", item.marks["shown"]).read_text("utf-8")
                assert whole.startswith(item.text.removesuffix("...\n")), item.place
            elif "not run" not in item.marks:
                self.block(item)

    def prepare(self, mark: Mark) -> None:
        if mark.name == "run":
            status, shown = command(mark.value)
            assert status == 0, f"{self.page.name}: {mark.value}: {shown}"
            return
        for pair in mark.value.split():
            name, _, place = pair.partition("=")
            shutil.copy(ROOT / place, name)

    def block(self, block: Block) -> None:
        shown, self.shown = self.shown, None
        if block.language == "python":
            self.python(block)
        elif block.language == "sh":
            self.shown = self.commands(block)
        elif block.language == "text" and shown is not None and not block.marks:
            assert fits(block.text, shown), (
                f"{block.place}: found:\n{shown}\nexpected:\n{block.text}"
            )

    def python(self, block: Block) -> None:
        if ">>> " not in block.text:
            exec(compile(block.text, block.place, "exec"), self.names)  # noqa: S102
            return
        test = doctest.DocTestParser().get_doctest(
            block.text, self.names, block.page, block.page, block.line - 1
        )
        said: list[str] = []
        runner = doctest.DocTestRunner(optionflags=_SESSION)
        runner.run(test, out=said.append, clear_globs=False)
        self.names = test.globs
        assert not runner.failures, "".join(said)

    def commands(self, block: Block) -> str:
        given = list(commands_of(block))
        statuses = [int(status) for status in block.marks.get("exit", "0").split()]
        if len(statuses) == 1:
            statuses *= len(given)
        assert len(statuses) == len(given), f"{block.place}: {len(given)} commands"
        everything = ""
        for line, expected in zip(given, statuses, strict=True):
            with ExitStack() as stack:
                if "apart" in block.marks:
                    _copy_of_here(stack)
                status, shown = command(line, typed=block.marks.get("typed", ""))
            assert status == expected, f"{block.place}: {line}\nstatus {status}: {shown}"
            everything += shown
        return everything


def _copy_of_here(stack: ExitStack) -> None:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()), "copy")
    shutil.copytree(Path.cwd(), folder)
    stack.enter_context(chdir(folder))


def commands_of(block: Block) -> Iterator[str]:
    """The command lines of a block, those that go on with a backslash put together."""
    for line in block.text.replace("\\\n", " ").splitlines():
        if shlex.split(line, comments=True):
            yield line


def command(line: str, *, typed: str = "") -> tuple[int, str]:
    """Run a command line here: its exit status, and all that it shows."""
    words = shlex.split(line, comments=True)
    assert words[0] == "stvcount", f"found {words[0]}; expected stvcount, or a mark `not run`"
    screen = io.StringIO()
    with (
        redirect_stdout(screen),
        redirect_stderr(screen),
        mock.patch("sys.stdin", io.StringIO(typed.replace("; ", "\n"))),
    ):
        try:
            status = cli.main(list(_expanded(words[1:])))
        except SystemExit as leaving:
            status = leaving.code if isinstance(leaving.code, int) else 2
    return status, screen.getvalue()


def _expanded(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        yield from sorted(glob.glob(word)) or [word] if "*" in word else [word]  # noqa: PTH207


def fits(expected: str, shown: str) -> bool:
    """Whether the words are the same; `...` stands for any."""
    parts = (re.escape(" ".join(part.split())) for part in expected.split("..."))
    pattern = r"\s*.*?\s*".join(parts)
    return re.fullmatch(pattern, " ".join(shown.split()), flags=re.DOTALL) is not None
