"""The rule sets by name, and all that a rule set of another package is made of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from stvcount.errors import RuleSetError
from stvcount.rules.aberdeen import Aberdeen
from stvcount.rules.ers97 import ERS97
from stvcount.rules.ers97_vacancy import ERS97Vacancy
from stvcount.rules.ers_av import ERSAV
from stvcount.rules.journal import Journal
from stvcount.rules.lsu_atv import LSUATV
from stvcount.rules.lsu_stv import LSUSTV
from stvcount.rules.meek import Meek, Meek1987
from stvcount.rules.ni_stv import NISTV
from stvcount.rules.packages import load, registered
from stvcount.rules.rule_set import (
    NON_PERSON_CLAUSES,
    Count,
    Option,
    OptionValue,
    Outcome,
    RuleSet,
)
from stvcount.rules.scottish import Scottish

__all__ = [
    "ERS97",
    "ERSAV",
    "LSUATV",
    "LSUSTV",
    "NISTV",
    "NON_PERSON_CLAUSES",
    "Aberdeen",
    "Count",
    "Journal",
    "Meek",
    "Meek1987",
    "Option",
    "OptionValue",
    "Outcome",
    "RuleSet",
    "Scottish",
    "get",
    "is_installed",
    "is_own",
    "kind",
    "names",
    "own",
    "package_version",
]

_OWN: dict[str, type[RuleSet]] = {
    kind.id: kind
    for kind in (ERS97, ERSAV, Aberdeen, LSUATV, LSUSTV, Meek, Meek1987, NISTV, Scottish)
}

ENTRY_POINTS = "stvcount.rules"
"""The group of entry points by which another package registers its rule sets, by name."""


def names() -> tuple[str, ...]:
    """The names of all rule sets, those of other packages included, in alphabetical order."""
    return tuple(sorted({*_OWN, *registered(ENTRY_POINTS)}))


def is_installed(name: str) -> bool:
    """Whether there is a rule set of this name."""
    return name in _OWN or name in registered(ENTRY_POINTS)


def kind(name: str) -> type[RuleSet]:
    """The class of this rule set, which states all that there is to know of it.

    Raises `ElectionError` for a name that no rule set has, and `RuleSetError` for a package that
    cannot be imported or registers something else than a rule set.
    """
    return _OWN.get(name) or _from_package(name)


def get(name: str, options: Mapping[str, OptionValue] | None = None) -> RuleSet:
    """The rule set of this name, with these options.

    Raises what `kind` raises, and `ElectionError` for options that it does not have.
    """
    return kind(name)(**(options or {}))


def own(name: str) -> type[RuleSet] | None:
    """The library's own rule set of this name, that of a casual vacancy too; None for any other."""
    return _OWN.get(name) or {ERS97Vacancy.id: ERS97Vacancy}.get(name)


def is_own(kind: type[RuleSet]) -> bool:
    """Whether this library has the rule set, and not another package."""
    return kind.__module__.partition(".")[0] == __name__.partition(".")[0]


@cache
def package_version(kind: type[RuleSet]) -> str | None:
    """The version of the other package that a rule set comes from; None if that is not known."""
    if is_own(kind):
        return None
    for point in registered(ENTRY_POINTS).values():
        if point.value == f"{kind.__module__}:{kind.__qualname__}" and point.dist is not None:
            return point.dist.version
    return _version_of(kind.__module__.partition(".")[0])


@cache
def _version_of(module: str) -> str | None:
    from importlib import metadata

    # It looks through all files of all packages: not for each rule set of a module anew.
    packages = metadata.packages_distributions().get(module, [])
    return metadata.version(packages[0]) if packages else None


def _from_package(name: str) -> type[RuleSet]:
    found, where = load(ENTRY_POINTS, name, argument="rules", what="a rule set", known=names())
    if not (isinstance(found, type) and issubclass(found, RuleSet) and found.id == name):
        raise RuleSetError(f"rules: found {where}; expected a RuleSet with the id {name!r}")
    return found
