"""Names in cells: which candidate, or candidates, or nobody, a cell names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import product

from stvcount.errors import Setting
from stvcount.formats.tables import plan as plans
from stvcount.formats.tables.cells import name_of
from stvcount.formats.tables.columns import Col, is_address, split
from stvcount.formats.tables.doubts import heads
from stvcount.formats.tables.known import is_no_choice, is_total, is_trial
from stvcount.formats.tables.plan import Plan
from stvcount.formats.tables.ranks import numbered
from stvcount.formats.tables.spelling import coded_alike, likeliest, near, shown_apart, tidy
from stvcount.formats.wording import control_character, echo, echoes, short
from stvcount.words import counted, visible

__all__ = ["Names", "settle"]

_SIGNS = (
    re.compile(r"\s*\n\s*"),
    re.compile(r"\s*;\s*"),
    re.compile(r"\s*,\s*"),
    re.compile(r"\s*[/|+=]\s*"),
    # One by one, since names have some of them too: "Ann & Bob or Cat and Dee".
    re.compile(r"\s+or\s+", re.IGNORECASE),
    re.compile(r"\s+and\s+", re.IGNORECASE),
    re.compile(r"\s*&\s*"),
    re.compile(r"\s+(?:and|or)\s+|\s*&\s*", re.IGNORECASE),
)
_JOINED = re.compile(r"[;\n&]|\band\b", re.IGNORECASE)
_WRITTEN_IN = re.compile(r"[^\W\d_][^\d_:;=@,/&|+*#!?]{1,39}")
_MOST_TOTALS = 2
_MOST_HEADINGS = 3
_MOST_NAMES = 12
_MOST_ROWS = 5
_MOST_JOINED = 2
Meaning = tuple[int, ...]
"""The candidates that a cell names: none, one, or several at one rank."""


class Names:
    """What the names in cells mean, once the candidates are known.

    A text is taken as it stands; then as a word for no choice; then by another spelling; then by
    what is left where coding, blanks and capitals tell nothing apart; then as several names.
    """

    def __init__(
        self, candidates: Sequence[str], blanks: Iterable[str], same: Mapping[str, str]
    ) -> None:
        self._exact = {name: number for number, name in enumerate(candidates)}
        self._blanks = {coded_alike(word) for word in blanks}
        self._same = {
            coded_alike(spelling): self._exact[name]
            for spelling, name in same.items()
            if name in self._exact
        }
        self._known: dict[str, Meaning | None] = {}
        alike = Counter(map(coded_alike, candidates))
        self._alike = {
            coded_alike(name): number
            for name, number in self._exact.items()
            if alike[coded_alike(name)] == 1
        }

    def meaning(self, cell: str) -> Meaning | None:
        """The candidates that a cell names; None where it names somebody else."""
        if cell not in self._known:
            text = cell.strip()
            found = self.one(text) if text else ()
            self._known[cell] = found if found is not None else self._several(text)
        return self._known[cell]

    def one(self, text: str) -> Meaning | None:
        name = name_of(text)
        if name in self._exact:
            return (self._exact[name],)
        key = coded_alike(name)
        if key in self._blanks or not key:
            return ()
        number = self._same.get(key, self._alike.get(key))
        return None if number is None else (number,)

    def _several(self, text: str) -> Meaning | None:
        for sign in _SIGNS:
            pieces = [piece for piece in sign.split(text) if piece.strip()]
            if len(pieces) == 1 and pieces[0] != text:
                meaning = self.meaning(pieces[0])
                if meaning is not None:
                    return meaning
            if len(pieces) < 2:
                continue
            meanings = [self.meaning(piece) for piece in pieces]
            if all(meaning is not None for meaning in meanings):
                named = [number for meaning in meanings for number in meaning or ()]
                return tuple(dict.fromkeys(named))
        return None


class Where:
    """The rows in which a text stands, looked up where that is asked."""

    def __init__(self, plan: Plan, columns: Sequence[Col], separator: str | None = None) -> None:
        self._plan = plan
        self._found = plan.found
        self._columns = columns
        self._separator = separator

    @property
    def columns(self) -> Sequence[Col]:
        return self._columns

    def of(self, texts: Iterable[str]) -> dict[str, list[int]]:
        """The rows in which each of these texts stands, all looked for at once."""
        rows: dict[str, set[int]] = {text: set() for text in texts}
        for column in self._columns if rows else ():
            for row, cell in self._found.where(column.column, lambda cell: self._in(cell, rows)):
                for text in self._in(cell, rows):
                    rows[text].add(row)
        return {text: sorted(found) for text, found in rows.items()}

    def _in(self, cell: str, texts: Container[str]) -> list[str]:
        return [text for text in self._texts(cell) if text in texts]

    def _texts(self, cell: str) -> list[str]:
        """What stands in a cell, by itself or between signs."""
        return split(cell, self._separator) if self._separator else [cell.strip()]


def settle(plan: Plan, texts: Mapping[str, int], rows: Where) -> Names | None:
    """Decide who the candidates are and what each text means, or ask.

    `texts`: the different texts of cells, with how many there are; `rows`: where each stands.
    """
    words = [coded_alike(word) for word in plan.asked.blank]
    for text, number in texts.items():
        if coded_alike(name_of(text)) in words:
            plan.blanks[tidy(text)] = plan.blanks.get(tidy(text), 0) + number
    left = {
        text: number for text, number in texts.items() if coded_alike(name_of(text)) not in words
    }
    if _has_control_characters(plan, left, rows):
        return None
    asked = plan.asked.candidates
    if asked is None:
        return _found(plan, left, rows)
    plan.candidates = tuple(asked)
    return _printed(plan, left, rows)


def _has_control_characters(plan: Plan, texts: Mapping[str, int], rows: Where) -> bool:
    bad = rows.of(text for text in texts if control_character(name_of(text)))
    for text, where in bad.items():
        plan.found.fault_of_character(where[0], name_of(text), "a name")
    return bool(bad)


def _note_alike(plan: Plan, names: Names, texts: Mapping[str, int]) -> None:
    """Keep and note the spellings that only their coding tells from a candidate's name."""
    for text in texts:
        name = name_of(text)
        meaning = names.one(text)
        if meaning and plan.candidates[meaning[0]] != name and name not in plan.same:
            plan.same[name] = plan.candidates[meaning[0]]
    if plan.same:
        spelt = [f"{echo(spelling)} as {echo(name)}" for spelling, name in plan.same.items()]
        plan.found.notes.append(f"spellings taken for one name: {', '.join(spelt[:10])}")


# Candidates that are named by the caller


def _printed(plan: Plan, texts: Mapping[str, int], rows: Where) -> Names | None:
    plan.same.update(plan.asked.same)
    names = Names(plan.candidates, plan.blanks, plan.same)
    unknown = rows.of(text for text in texts if names.meaning(text) is None)
    for text, where in unknown.items():
        _ask_of_unknown(plan, text, where, rows.columns)
    if unknown:
        return None
    _note_alike(plan, names, texts)
    _note_several(plan, names, texts, rows)
    return names


def _ask_of_unknown(plan: Plan, text: str, rows: Sequence[int], columns: Sequence[Col]) -> None:
    name = name_of(text)
    found = (
        f"{echo(name)}, a name that is not printed"
        if len(rows) == 1
        else (f"{echo(name)} {len(rows)} times, a name that is not printed")
    )
    expected = f"one of the candidates {echoes(plan.candidates)}"
    if is_total(name):
        _ask_of_total(plan, name, rows)
        return
    likely = likeliest(name, plan.candidates)
    if is_no_choice(name) or not any(map(str.isalpha, name)):
        same = [_same(name, one) for one in likely] if _typed(name) else []
        figures = any(map(str.isdigit, name)) and not any(map(str.isalpha, name))
        few = len(rows) <= _MOST_ROWS and figures and not _names_beside(plan, rows, columns)
        left_out = [plans.ignore_rows(rows)] if few else []
        plan.found.fault(rows[0], found, expected, [*same, *left_out, plans.blank(name)])
        return
    settled = [_same(name, one) for one in likely] if _typed(name) else []
    first = plan.found.table.rows[:_MOST_HEADINGS]
    if not likely and len(rows) == 1 and rows[0] in first and heads(name):
        settled = [plans.header_row(rows[0])]
    if not likely and rows[0] in plan.found.table.rows[-_MOST_ROWS:] and _alone(plan, rows):
        settled = [plans.ignore_rows(rows)]
    if settled:
        plan.found.fault(rows[0], found, expected, settled)
        return
    if _may_be_a_person(name) and not _alone(plan, rows):
        settled = [
            plans.candidates([tidy(name)]),
            plans.blank(tidy(name), meaning="it is none of the candidates"),
        ]
    for row in rows:
        shown = "an address" if is_address(name) else echo(name)
        plan.found.fault(row, shown, expected, settled)


def _names_beside(plan: Plan, rows: Sequence[int], columns: Sequence[Col]) -> bool:
    """Whether somebody is named in any of these rows, so that it is a paper."""
    return any(
        any(map(str.isalpha, cell)) and not is_no_choice(cell)
        for column in columns
        for cell in _cells(plan, rows, column)
    )


def _alone(plan: Plan, rows: Sequence[int]) -> bool:
    """Whether each of these rows has one cell only, in a table of several columns."""
    columns = [column for column in plan.columns if column.filled]
    filled = sum(bool(cell) for column in columns for cell in _cells(plan, rows, column))
    return len(columns) > 1 and filled == len(rows)


def _cells(plan: Plan, rows: Sequence[int], column: Col) -> list[str]:
    every = plan.found.table.rows
    return [column.column.cell(bisect_left(every, row)) for row in rows]


def _may_be_a_person(name: str) -> bool:
    """Whether a text may be somebody who was written in; no remark."""
    return _WRITTEN_IN.fullmatch(name) is not None and _typed(name) and len(name.split()) < 5


def _same(spelling: str, name: str) -> tuple[Setting, ...]:
    return (Setting("same", f"{spelling}={name}", "they are one name"),)


def _typed(text: str) -> bool:
    return "=" not in text and _shows(text)


def _shows(text: str) -> bool:
    return visible(text) == text


# Candidates as the cells name them


def _found(plan: Plan, texts: Mapping[str, int], rows: Where) -> Names | None:
    before = len(plan.found.faults)
    spellings = _spellings(plan, texts)
    single = {key for key, spelt in spellings.items() if not _may_be_several(spelt, spellings)}
    _ask_of_words(plan, {key: spellings[key] for key in single}, rows)
    if len(plan.found.faults) == before:
        # Not sooner: a word for no choice would be among the names that are offered.
        _ask_of_several(plan, spellings, single, rows)
    names = {key: _best(spellings[key]) for key in single}
    shown = [tidy(name_of(names[key])) for key in names]
    if len(plan.found.faults) == before:
        weight = {tidy(name_of(names[key])): sum(spellings[key].values()) for key in names}
        _ask_of_near(plan, shown, weight)
    if len(plan.found.faults) > before:
        return None
    plan.candidates = tuple(sorted(set(shown)))
    settled = Names(plan.candidates, plan.blanks, plan.same)
    plan.found.notes.append(
        "the candidates are those whom a paper names, in the order of the alphabet "
        "(--candidate, candidates=, gives others, or another order)"
    )
    _note_alike(plan, settled, texts)
    _note_several(plan, settled, texts, rows)
    return settled


def _spellings(plan: Plan, texts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """The texts by what is left where coding tells nothing apart, those of `same` by the name."""
    asked = {coded_alike(spelling): name for spelling, name in plan.asked.same.items()}
    found: dict[str, dict[str, int]] = {}
    for text, number in texts.items():
        name = name_of(text)
        meant = asked.get(coded_alike(name))
        if meant is not None:
            plan.same[name] = tidy(meant)
        key = coded_alike(name if meant is None else meant)
        spelt = found.setdefault(key, {})
        shown = text if meant is None else meant
        spelt[shown] = number + spelt.get(shown, 0)
    for name in plan.same:
        # The printed spelling may itself be one of several.
        key = coded_alike(plan.same[name])
        best = _best(found[key])
        plan.same[name] = tidy(name_of(best))
    return found


def _best(spelt: Mapping[str, int]) -> str:
    """The spelling that stands most often; of equal ones, one with capitals, then the first."""
    return max(spelt, key=lambda one: (spelt[one], not one.islower()))


def _pieces(text: str, known: Container[str]) -> list[str]:
    """The parts of a text, by the sign that divides it into known ones, if one does."""
    for sign in _SIGNS:
        pieces = [piece.strip() for piece in sign.split(text) if piece.strip()]
        if len(pieces) > 1 and all(coded_alike(piece) in known for piece in pieces):
            return pieces
    for sign in _SIGNS:
        pieces = [piece.strip() for piece in sign.split(text) if piece.strip()]
        if len(pieces) > 1 or (pieces and pieces[0] != text.strip()):
            return [one for piece in pieces for one in (_pieces(piece, known) or [piece])]
    return []


def _may_be_several(spelt: Mapping[str, int], spellings: Mapping[str, object]) -> bool:
    """Whether any part of a text stands for itself elsewhere, so that it may be several names."""
    once = sum(spelt.values()) == 1 and any(map(_JOINED.search, spelt))
    return once or any(
        coded_alike(piece) in spellings and coded_alike(piece) != coded_alike(name_of(text))
        for text in spelt
        for piece in _pieces(text, spellings)
    )


def _ask_of_several(
    plan: Plan,
    spellings: Mapping[str, Mapping[str, int]],
    single: set[str],
    rows: Where,
) -> None:
    """Ask of texts that may be several names, some of which stand nowhere by themselves."""
    parts: dict[str, list[str]] = {}
    for key, spelt in spellings.items():
        for text in spelt if key not in single else ():
            unknown = [one for one in _pieces(text, single) if coded_alike(one) not in single]
            unknown = [one for one in unknown if not is_no_choice(one)]
            if unknown:
                parts[text] = list(dict.fromkeys(map(tidy, unknown)))
    if not parts:
        return
    text, unknown = next(iter(parts.items()))
    names = [tidy(name_of(_best(spellings[key]))) for key in sorted(single)]
    others = f" (and {len(parts) - 1} more such)" if len(parts) > 1 else ""
    found = f"{echo(name_of(text))}, of which {echo(unknown[0])} stands nowhere by itself{others}"
    expected = "one name, or names that stand elsewhere too; otherwise all candidates named"
    ways = [sorted({*names, *chosen}) for chosen in _ways_of(parts)]
    settled = [plans.candidates(way) for way in ways if all(map(_shows, way))]
    plan.found.fault(rows.of([text])[text][0], found, expected, settled)


def _ways_of(parts: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Which names the texts may add: of each its parts, or itself; of many, all in one way."""
    both = [(list(unknown), [tidy(name_of(text))]) for text, unknown in parts.items()]
    ways = product(*both) if len(both) <= _MOST_JOINED else zip(*both, strict=True)
    return [[name for names in way for name in names] for way in ways]


def _ask_of_words(plan: Plan, spellings: Mapping[str, Mapping[str, int]], rows: Where) -> None:
    lettered = [key for key in spellings if any(map(str.isalpha, key))]
    headed = {coded_alike(name_of(one.heading)) for one in rows.columns}
    headings = {heading for heading in headed if any(map(str.isalpha, heading))}
    every = sorted(tidy(name_of(_best(spelt))) for spelt in spellings.values())
    named = len(every) <= _MOST_NAMES and all(map(_shows, every)) and len(set(every)) == len(every)
    odd = [
        spelt
        for spelt in spellings.values()
        if _is_odd(name_of(_best(spelt)), lettered, spellings, headings)
    ]
    where = rows.of(text for spelt in odd for text in spelt)
    for spelt in odd:
        stands = sorted({row for text in spelt for row in where[text]})
        _ask_of_word(plan, spelt, stands, rows.columns, every if named else ())


def _ask_of_word(
    plan: Plan,
    spelt: Mapping[str, int],
    where: Sequence[int],
    columns: Sequence[Col],
    every: Sequence[str],
) -> None:
    """Ask of a text that is hardly anybody's name; `every`: all names, where few."""
    name = name_of(_best(spelt))
    lettered = any(map(str.isalpha, name))
    # What has neither letters nor figures is nobody's name.
    person = [plans.candidates(every)] if every and any(map(str.isalnum, name)) else []
    if is_total(name):
        if len(where) <= _MOST_TOTALS:
            _ask_of_total(plan, name, where, every)
    elif is_trial(name):
        few = [plans.ignore_rows(where)] if len(where) <= _MOST_NAMES else []
        plan.found.fault(
            where[0], f"{echo(name)} among the names", "rows that are papers", [*few, *person]
        )
    elif is_no_choice(name):
        times = counted(sum(spelt.values()), "time")
        found = f"{echo(name)} {times} among the names"
        expected = "names only; a word for no choice is named as such"
        # "No" may be short for "No Candidate".
        longer = [one for one in likeliest(name, every) if len(one) > len(name)]
        same = [_same(name, one) for one in longer if _typed(one)]
        plan.found.fault(where[0], found, expected, [plans.blank(tidy(name)), *person, *same])
    elif lettered:
        _ask_of_row(plan, f"{echo(name)} among the names, which is like a heading", where)
    else:
        alone = any(map(str.isdigit, name)) and not _names_beside(plan, where, columns)
        few = [plans.ignore_rows(where)] if alone and len(where) <= _MOST_ROWS else []
        ways = [*few, plans.blank(tidy(name)), *person]
        plan.found.fault(where[0], f"{echo(name)} among the names", "names", ways)


def _is_odd(
    name: str,
    lettered: Sequence[str],
    spellings: Mapping[str, object],
    headings: Container[str],
) -> bool:
    """Whether a text is hardly anybody's name."""
    if any(says(name) for says in (is_total, is_no_choice, is_trial)):
        return True
    if coded_alike(name) in headings:
        return True
    if not any(map(str.isalpha, name)):
        return len(lettered) * 2 > len(spellings)
    heading = numbered(name)
    return heading is not None and heading.sure


def _ask_of_total(plan: Plan, name: str, rows: Sequence[int], every: Sequence[str] = ()) -> None:
    _ask_of_row(plan, f"{echo(name)}, as in a row that sums up others", rows, every)


def _ask_of_row(plan: Plan, found: str, rows: Sequence[int], every: Sequence[str] = ()) -> None:
    ways = [plans.ignore_rows(rows)] if len(rows) <= _MOST_ROWS else []
    if every:
        ways.append(plans.candidates(every))
    plan.found.fault(rows[0], found, "rows that are papers", ways)


def _ask_of_near(plan: Plan, names: Sequence[str], weight: Mapping[str, int]) -> None:
    for one, other in near(names):
        rare, often = sorted((one, other), key=lambda name: (weight[name], name))
        if not one.isascii() or not other.isascii():
            both = shown_apart(map(short, (rare, often)))
        else:
            both = f"{echo(rare)} and {echo(often)}"
        times = f"{weight[rare]} and {counted(weight[often], 'time')}"
        typed = _typed(rare) and _typed(often)
        settled = [_same(rare, often), _same(often, rare)] if typed else []
        if all(map(_shows, names)):
            settled.append(plans.candidates(sorted(names)))
        plan.found.fault(
            None, f"the names {both} ({times})", "one spelling, or two people", settled
        )


def _note_several(plan: Plan, names: Names, texts: Mapping[str, int], rows: Where) -> None:
    several = rows.of(text for text in texts if len(names.meaning(text) or ()) > 1)
    where = [row for found in several.values() for row in found]
    if where:
        plan.found.notes.append(
            f"several names at one rank, from where a paper is uncertain: "
            f"{plans.rows_named(sorted(set(where)))}"
        )
