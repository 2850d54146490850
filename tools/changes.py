"""Small changes of the code, as mutmut makes them, and how one is put into a function that runs.

mutmut (group `mutation`) only says how a function may be changed. Its version is fixed, as what
is asked of it here is not among what it promises.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import difflib
import importlib
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import libcst

came: set[str] = set()
"""The functions that were called, of those whose text was put in."""

_MARK = "__came_to__"


class NotPut(Exception):
    """A change that cannot be put into its function."""


@dataclass(frozen=True)
class Change:
    """One change of a function, with the text of the function without it and with it."""

    module: str
    within: str
    number: int
    before: str
    after: str

    @property
    def function(self) -> str:
        return f"{self.module}.{self.within}"

    @property
    def name(self) -> str:
        return f"{self.function}:{self.number}"

    def diff(self) -> str:
        lines = difflib.unified_diff(
            self.before.splitlines(), self.after.splitlines(), n=0, lineterm=""
        )
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


@dataclass(frozen=True)
class Made:
    """The changes of a module, and how many there are besides that are not made."""

    changes: tuple[Change, ...]
    in_bodies: int
    """Changes of what is carried out once, when the module or a class of it is made."""

    decorated: int
    """Properties and other functions with a decorator, which mutmut leaves alone."""


def made(source: Path, path: Path) -> Made:
    """The changes of a module that is in a folder of sources."""
    import libcst
    from mutmut.mutation.file_mutation import (
        create_mutations,
        deep_replace,
        group_by_top_level_node,
    )

    module = dotted(path.relative_to(source))
    # mutmut looks for settings, and for a folder of sources, where it is.
    with chdir(source.parent):
        tree, mutations, _, _ = create_mutations(str(path), path.read_text("utf-8"))
    grouped = group_by_top_level_node(mutations)
    changes, decorated = [], 0
    for within, function in _functions(tree):
        before = textwrap.dedent(tree.code_for_node(function)).strip("\n")
        decorated += _is_left_alone(function)
        for number, one in enumerate(grouped.get(function, ()), start=1):
            changed = deep_replace(function, one.original_node, one.mutated_node)
            assert isinstance(changed, libcst.FunctionDef)
            after = textwrap.dedent(tree.code_for_node(changed)).strip("\n")
            changes.append(Change(module, within, number, before, after))
    return Made(tuple(changes), len(mutations) - len(changes), decorated)


def dotted(path: Path) -> str:
    """The name of the module in this file."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _functions(tree: libcst.Module) -> Iterator[tuple[str, libcst.FunctionDef]]:
    """The functions of a module and of its classes, with their names."""
    import libcst

    for one in tree.body:
        if isinstance(one, libcst.FunctionDef):
            yield one.name.value, one
        elif isinstance(one, libcst.ClassDef):
            for member in one.body.body:
                if isinstance(member, libcst.FunctionDef):
                    yield f"{one.name.value}.{member.name.value}", member


def _is_left_alone(function: libcst.FunctionDef) -> bool:
    import libcst

    names = [
        one.decorator.value if isinstance(one.decorator, libcst.Name) else ""
        for one in function.decorators
    ]
    return bool(names) and names not in (["staticmethod"], ["classmethod"])


def put(change: Change, text: str) -> None:
    """Have the function do what this text of it says, and `came` note when it is called.

    The code is exchanged within the function, so that whoever holds the function has it too.
    """
    function = _function(change)
    new = _defined(function, change.within, text, change.function)
    try:
        function.__code__ = new.__code__
    except ValueError as error:
        raise NotPut(f"{change.name}: {error}") from error
    function.__defaults__ = new.__defaults__
    function.__kwdefaults__ = new.__kwdefaults__


def _function(change: Change) -> FunctionType:
    """The function that the change is of. It must be the one that its module defines."""
    found: Any = importlib.import_module(change.module)
    file = found.__file__
    for part in change.within.split("."):
        found = vars(found).get(part)
    found = inspect.unwrap(_plain(found))
    code = getattr(found, "__code__", None)
    if not isinstance(code, CodeType) or (code.co_filename, code.co_qualname) != (
        file,
        change.within,
    ):
        raise NotPut(f"{change.name}: found {found!r}; expected the function of {file}")
    assert isinstance(found, FunctionType)
    return found


def _plain(found: Any) -> Any:
    """The function of a static or a class method, or whatever else was found."""
    return getattr(found, "__func__", found)


def _defined(function: FunctionType, within: str, text: str, mark: str) -> FunctionType:
    """The function that the text defines, among the names of the module."""
    vars(builtins)[_MARK] = came.add
    tree = ast.parse(text)
    _add_mark(tree, [f"{_MARK}({mark!r})", *function.__code__.co_freevars])
    for name in reversed(within.split(".")[:-1]):
        # Within its class, names with two underscores and `super()` mean what they do there.
        inner, tree = tree, ast.parse(f"class {name}: pass")
        tree.body[0].body = inner.body  # type: ignore[attr-defined]
    ast.increment_lineno(tree, function.__code__.co_firstlineno - 1)
    flags = __future__.annotations.compiler_flag
    code = compile(tree, function.__code__.co_filename, "exec", flags, dont_inherit=True)
    space: dict[str, Any] = {}
    exec(code, function.__globals__, space)  # noqa: S102
    found: Any = space[within.partition(".")[0]]
    members = vars(found).values() if isinstance(found, type) else [found]
    return next(one for one in map(_plain, members) if isinstance(one, FunctionType))


def _add_mark(tree: ast.Module, statements: list[str]) -> None:
    """Put statements at the beginning of a function, after its docstring.

    A function that names its class, as `super()` does, has to name it still: code is exchanged
    only for code with the same free names.
    """
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef)
    definition.decorator_list = []
    at = int(ast.get_docstring(definition, clean=False) is not None)
    definition.body[at:at] = ast.parse("\n".join(statements)).body
