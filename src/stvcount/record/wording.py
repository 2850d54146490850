"""Decisions in English: one sentence for each code, made from its candidates and figures alone.

A code means the same wherever it is used. Another language is another table like `_SENTENCES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from stvcount.exact import EXACT
from stvcount.words import counted, listed

Figures: TypeAlias = Mapping[str, Any]
Names: TypeAlias = Sequence[str]
Sentence: TypeAlias = Callable[[Names, Figures], str]


def text_of(code: str, candidates: Names, figures: Figures) -> str:
    """The sentence for this code; without one, the bare code, names and figures."""
    sentence = _SENTENCES.get(code)
    if sentence is None:
        return _bare(code, candidates, figures)
    text = sentence(candidates, figures)
    # Few figures have so many decimals: to look at each takes as long as the sentence.
    folded = text.upper()
    has_exponent = "E-" in folded or "E+" in folded
    return sentence(candidates, _plain(figures)) if has_exponent else text


class _Plain(Decimal):
    """A figure that is never written with an exponent, however many decimals it has."""

    def __format__(self, spec: str, /) -> str:  # type: ignore[override]
        return super().__format__(spec or "f")


def _plain(figure: Any) -> Any:
    if isinstance(figure, Mapping):
        return {name: _plain(one) for name, one in figure.items()}
    if isinstance(figure, tuple):
        return tuple(map(_plain, figure))
    return _Plain(figure) if isinstance(figure, Decimal) else figure


def is_worded(code: str) -> bool:
    """Whether this library has a sentence for the code."""
    return code in _SENTENCES


def _bare(code: str, candidates: Names, figures: Figures) -> str:
    told = [f"{name} {value}" for name, value in figures.items()]
    return ": ".join(filter(None, (code, listed(candidates), ", ".join(told))))


def _product(number: Any, value: Any) -> Decimal:
    """Exact, whatever the context is in which somebody reads the sentence."""
    return _Plain(EXACT.multiply(number, value))


def _with_votes(votes: Mapping[str, Any]) -> str:
    """ "A (3.00) and B (5.00)"."""
    return listed([f"{name} ({vote})" for name, vote in votes.items()])


def _with_papers(papers: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in papers.items())


# Quotas


def _quota(_: Names, of: Figures) -> str:
    exact = _product(of["quota"], of["divisor"]) == of["valid"]
    rest = "" if exact else " (not exact: remainder dropped, 0.01 added)"
    return f"Quota {of['valid']} / {of['divisor']} = {of['quota']}{rest}"


def _quota_next_whole(_: Names, of: Figures) -> str:
    exact = _product(of["quota"], of["divisor"]) == of["valid"]
    rest = "" if exact else " (a remainder is ignored and one added)"
    return f"Quota {of['valid']} / {of['divisor']} = {of['quota']}{rest}"


def _quota_plus_one(_: Names, of: Figures) -> str:
    return f"Quota {of['valid']} / {of['divisor']}, decimals ignored, plus one = {of['quota']}"


def _quota_half(_: Names, of: Figures) -> str:
    return f"Quota {of['valid']} / 2, remainder ignored, plus one = {of['quota']}"


def _quota_reduced(_: Names, of: Figures) -> str:
    return (
        f"nobody is elected yet: quota ({of['valid']} - {of['non_transferable']}) / "
        f"{of['divisor']} = {of['quota']}"
    )


def _of_votes(of: Figures) -> str:
    return f"({of['valid']} - {of['non_transferable']} non-transferable) / {of['divisor']}"


def _quota_of_votes(_: Names, of: Figures) -> str:
    return f"Quota {_of_votes(of)} = {of['quota']}, remainder ignored"


def _quota_of_votes_plus(_: Names, of: Figures) -> str:
    return f"Quota {_of_votes(of)}, remainder ignored, plus 0.000000001 = {of['quota']}"


def _quota_least(_: Names, of: Figures) -> str:
    return f"Quota {_of_votes(of)}, at least {of['quota']}"


def _votes_needed(_: Names, of: Figures) -> str:
    return f"needed: 50 per cent plus one of {of['cast']} votes cast, {of['needed']}"


def _votes_required(_: Names, of: Figures) -> str:
    return f"votes required: half of {of['total']}, {of['required']}"


# Surpluses that wait


def _waiting(of: Figures) -> str:
    held = f" and vote in suspense {of['held']}" if "held" in of else ""
    return f"surpluses {of['surpluses']}{held}"


def _rest(of: Figures) -> str:
    return f"papers of lower value {of['held']} and surpluses {of['surpluses']}"


def _two_fewest(of: Figures) -> str:
    return f"{of['above']} - {of['fewest']}"


def _waits(what: Callable[[Figures], str], how: str, outcome: str) -> Sentence:
    """By the two with the fewest votes."""
    return lambda _, of: f"{what(of)} {how} {_two_fewest(of)}: {outcome}"


def _waits_by_set(what: Callable[[Figures], str], how: str, outcome: str) -> Sentence:
    """By a set of those with the fewest, and the next above."""
    return lambda names, of: (
        f"{what(of)} {how} {of['above']} - {of['total']} ({listed(names)}): {outcome}"
    )


def _not_deferred(_: Names, of: Figures) -> str:
    return (
        f"{_waiting(of)} exceed {_two_fewest(of)} and the difference of every set that could go "
        "together: not deferred"
    )


def _not_deferred_if_less(_: Names, of: Figures) -> str:
    return (
        f"{_waiting(of)} are not less than {_two_fewest(of)}, nor than the difference of any set "
        "that could go together: not deferred"
    )


# Votes that have settled (Meek)


def _surplus_small(_: Names, of: Figures) -> str:
    return (
        f"nobody reaches the quota, and the surplus of the elected, {of['surplus']}, is below "
        f"{of['omega']}"
    )


def _surplus_no_less(_: Names, of: Figures) -> str:
    return (
        f"nobody reaches the quota, and the surplus of the elected, {of['surplus']}, is no less "
        f"than at the iteration before, {of['before']}"
    )


def _votes_settled(names: Names, of: Figures) -> str:
    stands = "stands" if len(names) == 1 else "stand"
    return (
        f"{listed(names)} {stands} near enough to the quota {of['quota']}: the votes have settled"
    )


def _votes_no_nearer(names: Names, of: Figures) -> str:
    return (
        f"in these decimals {listed(names)} can come no nearer to the quota {of['quota']}: the "
        "votes have settled"
    )


# Whose surplus, who is excluded


def _largest_surplus(names: Names, of: Figures) -> str:
    return f"largest surplus: {names[0]}, {of['surplus']}"


def _point(point: Figures, keep: str) -> str:
    batch = f", batch {point['batch']}" if point["batch"] else ""
    votes = ", ".join(f"{name} {vote}" for name, vote in point["votes"].items())
    return f"{keep} vote at stage {point['stage']}{batch} ({votes})"


def _apart(points: Sequence[Figures], keep: str) -> str:
    return "; then ".join(_point(point, keep) for point in points)


def _tied(of: Figures, keep: str) -> str:
    apart = _apart(of["points"], keep)
    return f"; {apart}" if apart else ""


def _equal_surpluses(names: Names, of: Figures) -> str:
    return f"equal surpluses, {of['surplus']}: {listed(names)}{_tied(of, 'greatest')}"


def _equal_fewest(names: Names, of: Figures) -> str:
    return f"equal fewest, {of['vote']}: {listed(names)}{_tied(of, 'fewest')}"


def _equal_with_none(names: Names, of: Figures) -> str:
    without, equal = names[: of["without"]], names[of["without"] :]
    return (
        f"excluded together with those who have no votes ({listed(without)}): one of equals, "
        f"{of['vote']}: {listed(equal)}{_tied(of, 'fewest')}"
    )


def _next_preferences(_: Names, of: Figures) -> str:
    return f"next preferences on the papers of the tied: {_with_papers(of['papers'])}"


def _preferences(_: Names, of: Figures) -> str:
    return f"preferences of number {of['number']}: {_with_papers(of['papers'])}"


def _lot(names: Names, _: Figures) -> str:
    return f"never told apart: the lot falls on {names[0]}"


def _excluded_together(than: str) -> Sentence:
    def sentence(_: Names, of: Figures) -> str:
        deferred = f" + deferred surpluses {of['surpluses']}" if "surpluses" in of else ""
        held = f" + vote in suspense {of['held']}" if "held" in of else ""
        return (
            f"excluded together: {_with_votes(of['votes'])}; {of['total']}{deferred}{held} "
            f"{than} {of['above']}"
        )

    return sentence


def _fewest(_: Names, of: Figures) -> str:
    return f"fewest votes, and no two may go together: {_with_votes(of['votes'])}"


def _least(_: Names, of: Figures) -> str:
    return f"least votes: {_with_votes(of['votes'])}"


def _within_surplus(_: Names, of: Figures) -> str:
    return (
        f"lowest votes, no further apart than the surplus of the elected, {of['surplus']}: "
        f"{_with_votes(of['votes'])}"
    )


def _one_too_many(_: Names, of: Figures) -> str:
    places = counted(of["places"], "place")
    return f"{_with_votes(of['votes'])} reach the quota, and {places} left: one is excluded"


# What a transferred paper is worth


def _transfer_value(_: Names, of: Figures) -> str:
    papers, worth = of["papers"], _product(of["papers"], of["value_before"])
    exceeds = "exceeds" if papers == 1 else "exceed"
    return (
        f"{counted(papers, 'transferable paper')} worth {worth} {exceeds} the surplus "
        f"{of['surplus']}: transfer value {of['surplus']} / {papers} = {of['value']}"
    )


def _value_kept(_: Names, of: Figures) -> str:
    papers, value = of["papers"], of["value"]
    worth = _product(papers, value)
    does = "does" if papers == 1 else "do"
    return (
        f"{counted(papers, 'transferable paper')} worth {worth} {does} not exceed "
        f"the surplus {of['surplus']}: each keeps its value, {value}"
    )


def _share_of_all(names: Names, of: Figures) -> str:
    return (
        f"{names[0]} has {of['vote']}, {of['surplus']} over the quota: each paper goes on at "
        f"its value x {of['surplus']} / {of['vote']}, remainder ignored"
    )


# Who is elected


def _active_vote(_: Names, of: Figures) -> str:
    return f"{_with_votes(of['votes'])} reaches total active vote {of['active']} / {of['divisor']}"


def _separated(_: Names, of: Figures) -> str:
    words = [
        f"{listed(list(step['votes']))}: {_apart(step['points'], 'greatest')}"
        for step in of["ahead"]
    ]
    if of["left"]:
        words.append(f"{listed(list(of['left']))} never told apart, so not elected now")
    places = counted(of["places"], "place")
    return f"{_with_votes(of['votes'])} reach the mark for {places}; {'; '.join(words)}"


def _equal_not_elected(names: Names, _: Figures) -> str:
    return f"{listed(names)} are equal: not elected"


def _over_all_others(_: Names, of: Figures) -> str:
    return f"{_with_votes(of['votes'])}, all others together {of['others']}: elected"


def _has_the_needed(_: Names, of: Figures) -> str:
    return f"{_with_votes(of['votes'])} has the {of['needed']} needed: elected"


def _only_candidate(_: Names, of: Figures) -> str:
    return f"{_with_votes(of['votes'])} is the only candidate: elected"


def _most_of_two(_: Names, of: Figures) -> str:
    return f"{_with_votes(of['votes'])} has the most votes of the two left ({of['other']}): elected"


def _left_of_two(names: Names, of: Figures) -> str:
    return f"{_with_votes(of['votes'])} is left when {names[1]} is excluded: elected"


def _only_one_left(names: Names, _: Figures) -> str:
    return f"without {listed(names[1:])} only {names[0]} is left"


# The last places, and the end


def _last_places(names: Names, of: Figures) -> str:
    proposed, others = names[: of["proposed"]], names[of["proposed"] :]
    return (
        f"without {listed(proposed)} only as many candidates continue as there are places "
        f"unfilled: {listed(others)} deemed elected"
    )


def _as_many_as_places(names: Names, _: Figures) -> str:
    return (
        f"as many candidates continue as there are places unfilled: {listed(names)} deemed elected"
    )


def _more_than_the_others(names: Names, of: Figures) -> str:
    surpluses = f" and surpluses {of['surpluses']}" if of["surpluses"] else ""
    return (
        f"one place is left, and {names[0]} ({of['vote']}) has at least all the others together, "
        f"{of['others']}{surpluses}: deemed elected"
    )


def _not_yet(_: Names, of: Figures) -> str:
    return f"one place: nobody is deemed elected before papers have moved (quota {of['quota']})"


def _no_more_than_places(names: Names, of: Figures) -> str:
    return (
        f"no more candidates than the {counted(of['places'], 'place')} unfilled (reading E2): "
        f"{listed(names)} deemed elected"
    )


def _broken_off(why: str) -> Sentence:
    return lambda _, of: f"{why}: papers worth {of['held']} are not transferred"


def _broken_off_closed(names: Names, of: Figures) -> str:
    return f"the election is closed by {names[0]}: papers worth {of['held']} are not transferred"


def _rest_excluded(why: str) -> Sentence:
    return lambda names, _: f"{why}: {listed(names)} formally excluded"


def _rest_excluded_closed(names: Names, _: Figures) -> str:
    return f"the election is closed by {names[0]}: {listed(names[1:])} formally excluded"


# What organisations lay on top


def _non_person_vacates(names: Names, _: Figures) -> str:
    return f"{names[0]} is elected: that place is not filled"


def _non_person_closes(names: Names, _: Figures) -> str:
    return f"{names[0]} is elected: the election closes, nobody after it"


def _void(_: Names, of: Figures) -> str:
    return (
        f"{_with_votes(of['votes'])} has at least {of['needed']}, half of {of['valid']} plus one: "
        "the election is void and a new one is called"
    )


def _vacancy(names: Names, _: Figures) -> str:
    kept = f"; not to be excluded: {listed(names[1:])}" if names[1:] else ""
    return f"recount for the place of {names[0]}{kept}"


_FILLED, _VACANCY_FILLED = "all places are filled", "the vacancy is filled"

_SENTENCES: Mapping[str, Sentence] = {
    "quota": _quota,
    "quota-next-whole": _quota_next_whole,
    "quota-plus-one": _quota_plus_one,
    "quota-half": _quota_half,
    "quota-reduced": _quota_reduced,
    "quota-of-votes": _quota_of_votes,
    "quota-of-votes-plus": _quota_of_votes_plus,
    "quota-least": _quota_least,
    "surplus-small": _surplus_small,
    "surplus-no-less": _surplus_no_less,
    "votes-settled": _votes_settled,
    "votes-no-nearer": _votes_no_nearer,
    "within-surplus": _within_surplus,
    "one-too-many": _one_too_many,
    "votes-needed": _votes_needed,
    "votes-required": _votes_required,
    "deferred": _waits(_waiting, "do not exceed", "deferred"),
    "deferred-by-set": _waits_by_set(_waiting, "do not exceed", "deferred"),
    "not-deferred": _not_deferred,
    "deferred-if-less": _waits(_waiting, "are less than", "deferred"),
    "deferred-if-less-by-set": _waits_by_set(_waiting, "are less than", "deferred"),
    "not-deferred-if-less": _not_deferred_if_less,
    "rest-held": _waits(_rest, "do not exceed", "held in suspense"),
    "rest-held-by-set": _waits_by_set(_rest, "do not exceed", "held in suspense"),
    "largest-surplus": _largest_surplus,
    "equal-surpluses": _equal_surpluses,
    "equal-fewest": _equal_fewest,
    "equal-with-none": _equal_with_none,
    "next-preferences": _next_preferences,
    "preferences": _preferences,
    "lot": _lot,
    "excluded-together": _excluded_together("does not exceed"),
    "excluded-together-if-less": _excluded_together("is less than"),
    "fewest": _fewest,
    "least": _least,
    "transfer-value": _transfer_value,
    "value-kept": _value_kept,
    "share-of-all": _share_of_all,
    "active-vote": _active_vote,
    "separated": _separated,
    "equal-not-elected": _equal_not_elected,
    "over-all-others": _over_all_others,
    "has-the-needed": _has_the_needed,
    "only-candidate": _only_candidate,
    "most-of-two": _most_of_two,
    "left-of-two": _left_of_two,
    "only-one-left": _only_one_left,
    "last-places": _last_places,
    "as-many-as-places": _as_many_as_places,
    "no-more-than-places": _no_more_than_places,
    "more-than-the-others": _more_than_the_others,
    "not-yet": _not_yet,
    "broken-off": _broken_off(_FILLED),
    "broken-off-closed": _broken_off_closed,
    "broken-off-vacancy": _broken_off(_VACANCY_FILLED),
    "rest-excluded": _rest_excluded(_FILLED),
    "rest-excluded-closed": _rest_excluded_closed,
    "rest-excluded-vacancy": _rest_excluded(_VACANCY_FILLED),
    "non-person-vacates": _non_person_vacates,
    "non-person-closes": _non_person_closes,
    "void": _void,
    "vacancy": _vacancy,
}
