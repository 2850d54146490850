"""Many elections: counted one after the other, or side by side in several processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias, TypeVar

from stvcount import rules as rule_sets
from stvcount.checked import checked
from stvcount.checks import found, whole_number
from stvcount.counting.counting import count
from stvcount.election import Election
from stvcount.election.stores import Listed
from stvcount.errors import ElectionError, InternalError, StvcountError, unforeseen
from stvcount.formats import ReadAs, read
from stvcount.formats.files import PathName
from stvcount.frozen import FrozenMapping
from stvcount.record import CountRecord
from stvcount.rules import OptionValue, RuleSet, organisations
from stvcount.rules.organisations import Organisation
from stvcount.tally.lots import Lots
from stvcount.tellers import TellerMaker, TellerName, check_teller, is_made

Source: TypeAlias = Election | PathName

_SMALL = 10_000
"""Papers of an election that takes no memory to speak of."""

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of one election: its record, or the error that kept it from being counted.

    `name`: the file as it was given, or the title of an election. `notes`: what had to be
    assumed when a file was read, and who was counted as a person for want of being told.
    """

    name: str
    record: CountRecord | None
    error: StvcountError | InternalError | None
    notes: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[object, ...]:
        return Counted, (self.name, self.record, self.error, self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How each of the elections is to be read and counted, in the keywords of `count_many`."""

    rules: str | RuleSet | None = None
    organisation: str | Organisation | None = None
    lots: Lots | None = None
    teller: TellerName | TellerMaker = "auto"
    options: Mapping[str, OptionValue] | None = None
    reading: ReadAs | None = None
    prepare: Callable[[Election], Election] | None = None

    def __post_init__(self) -> None:
        known = ReadAs.__optional_keys__
        unknown = [repr(option) for option in self.reading or {} if option not in known]
        if unknown:
            raise ElectionError(
                f"reading: found {', '.join(unknown)}; expected keywords of stvcount.read"
            )
        check_maker(self.teller)

    @property
    def runs_own_code_alone(self) -> bool:
        """Whether a count runs no code of other packages, and nothing that the caller gave."""
        asks = self.lots is not None and self.lots.asks
        if self.prepare is not None or asks or not isinstance(self.teller, str):
            return False
        profile = self.organisation
        if profile is not None and not (isinstance(profile, str) and organisations.is_own(profile)):
            return False
        if isinstance(self.rules, RuleSet):
            return rule_sets.is_own(type(self.rules))
        return self.rules is None or rule_sets.own(self.rules) is not None


@checked
def count_many(
    sources: Iterable[Source],
    *,
    rules: str | RuleSet | None = None,
    organisation: str | Organisation | None = None,
    lots: Lots | None = None,
    teller: TellerName | TellerMaker = "auto",
    options: Mapping[str, OptionValue] | None = None,
    reading: ReadAs | None = None,
    prepare: Callable[[Election], Election] | None = None,
    jobs: int = 1,
) -> Iterator[Counted]:
    """Count each of these elections, given as such or as ballot files, in the order given.

    One that cannot be read or counted does not stop the others: its `Counted` has the error.
    `reading`: keywords for `stvcount.read`. `prepare`: what is done with each election before it is
    counted, such as to say who is no person. `jobs`: how many processes share the work; with
    more than one, everything given must be picklable (`Lots.ask` with a plain function is). This
    process is one of them where all are small elections in memory, counted by this library's own
    rule sets; otherwise it waits for so many others, so that none that is killed is the caller's.
    The other keywords are those of `count`. Raises `ElectionError` if `jobs` is less than 1.
    """
    whole_number("jobs", jobs, least=1)
    request = Request(
        rules=rules,
        organisation=organisation,
        lots=lots,
        teller=teller,
        options=FrozenMapping(options or {}),
        reading=reading,
        prepare=prepare,
    )
    one = partial(count_one, request=request)
    given = list(sources)
    # What is killed in the middle, for want of memory or by others' code, must not be this process.
    here = request.runs_own_code_alone and all(map(_is_small, given))
    ended = None if here else lambda source: lost(_name(source))
    return mapped(one, given, jobs, ended=ended, here=here)


def check_maker(teller: TellerName | TellerMaker) -> None:
    """Raise `ElectionError` for a teller of one election's papers, or none at all."""
    check_teller(teller)
    if is_made(teller):
        raise ElectionError(
            f"teller: found {found(teller)}, which has the papers of one election; "
            "expected what makes one of papers, or a name"
        )


def mapped(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    jobs: int,
    *,
    ended: Callable[[Item], Result] | None = None,
    here: bool = False,
) -> Generator[Result, None, None]:
    """What `work` makes of each item, in order, as `map` has it, by so many processes.

    `work` makes no None. `ended`: what there is of an item whose process ended before its time;
    where it is not given, the item is worked on here, so that an error is raised here as well.
    `here`: whether this process is one of them, as nothing in the work can end it.
    """
    if jobs == 1 or len(items) < 2:
        yield from map(work, items)
        return
    # Only now: what processes need takes longer to import than a small count.
    from stvcount.counting.workers import shared

    for item, result in shared(work, items, jobs, here=here):
        yield (ended or work)(item) if result is None else result


def count_one(source: Source, *, request: Request) -> Counted:
    """What comes of one of them."""
    if isinstance(source, Election):
        return counted(_name(source), lambda: (source, ()), request)
    return counted(_name(source), lambda: _read(source, request), request)


def _read(path: PathName, request: Request) -> tuple[Election, tuple[str, ...]]:
    election = read(path, **(request.reading or {}))
    return election, tuple(election.notes)


def counted(
    name: str, reading: Callable[[], tuple[Election, tuple[str, ...]]], request: Request
) -> Counted:
    """What comes of one election. `reading`: gives it, and what had to be assumed in it."""
    notes: tuple[str, ...] = ()
    try:
        election, notes = reading()
        if request.prepare is not None:
            election = request.prepare(election)
        profile = request.organisation
        if isinstance(profile, str):
            profile = organisations.get(profile)
        if profile is not None:
            election = profile.marked(election)
        notes += organisations.notes_on_persons(election, profile)
        record = count(
            election,
            rules=request.rules,
            organisation=profile,
            lots=request.lots,
            teller=request.teller,
            options=request.options,
        )
    except StvcountError as error:
        return Counted(name, None, _by_itself(error), notes)
    except InternalError as error:
        return Counted(name, None, error, notes)
    except Exception as error:
        # A rule set of another package, or the machine: it must not cost the other elections.
        return Counted(name, None, unforeseen(error), notes)
    return Counted(name, record, None, notes)


def _by_itself(error: StvcountError) -> StvcountError:
    """The error without the frames that it went through: they hold all that was read of a file."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _is_small(source: Source) -> bool:
    """Whether it is in memory, and takes little more to be counted."""
    if not isinstance(source, Election) or not isinstance(source.papers.store, Listed):
        return False
    return source.papers.total <= _SMALL


def _name(source: Source) -> str:
    return source.title if isinstance(source, Election) else os.fsdecode(source)


def lost(name: str) -> Counted:
    """One whose process was ended, by the system (for want of memory) or by somebody."""
    found = "the process that counted it ended before its time"
    return Counted(name, None, ElectionError(f"found {found}; expected a count of it alone"))
