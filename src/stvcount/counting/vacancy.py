"""Filling a casual vacancy from the original papers (ERS97 7.1)."""

from __future__ import annotations

from collections.abc import Iterable

from stvcount.checked import checked
from stvcount.counting.counting import count
from stvcount.counting.papers_of_record import check_papers_of, on_terms_of
from stvcount.election import Election
from stvcount.errors import ElectionError
from stvcount.record import CountRecord
from stvcount.rules import organisations
from stvcount.rules.ers97_vacancy import ERS97Vacancy
from stvcount.tally.lots import Lots
from stvcount.tellers import GivenTeller
from stvcount.words import nearest

REASON_VACATING = "vacating representative (7.1)"
REASON_WITHDRAWN = "withdrew before the vacancy was filled (7.1)"


@checked
def vacancy(
    record: CountRecord,
    election: Election,
    *,
    vacating: str,
    withdraw: Iterable[str] = (),
    rules: str | None = None,
    lots: Lots | None = None,
    teller: GivenTeller = "auto",
) -> CountRecord:
    """Recount the papers of an ERS97 count to fill the place of one of those elected.

    `record`: the original count. `election`: its election, with the original papers; what was
    withdrawn or set aside in the record is so again. `vacating`: one of `record.elected`.
    `withdraw`: candidates, not representatives, who no longer stand. `rules`: "ers97", to recount
    where the organisation of the record fills casual vacancies in another way (O7). The record
    returned has the one newly elected as `elected`; its `places` are the original ones. A
    non-person elected in the original count is not excluded, and is nobody new (O6).

    Raises `ElectionError` where the record is no ERS97 count, its organisation has no recount, the
    papers are not those of the record, or a name does not fit; and what `count` raises.
    """
    gone = tuple(withdraw)
    _check_terms(record, vacating, gone)
    _check_rules(record, rules)
    check_papers_of(record, election, asked_for="vacancy")
    standing = on_terms_of(record, election).withdraw(vacating, reason=REASON_VACATING)
    for name in gone:
        standing = standing.withdraw(name, reason=REASON_WITHDRAWN)
    elected = (*record.elected, *_non_person_elected(record))
    recount = ERS97Vacancy(
        vacating=vacating, representatives=[name for name in elected if name != vacating]
    )
    # An organisation that declared posts vacant for want of candidates contested fewer places.
    return count(
        standing, rules=recount, organisation=record.organisation, lots=lots, teller=teller
    )


def _non_person_elected(record: CountRecord) -> tuple[str, ...]:
    """The non-person, if it was elected in the original count."""
    elected = [one for stage in record.stages for one in stage.elected]
    names = {one.candidate for one in (*elected, *record.completion.elected)}
    return () if record.non_person not in names else (record.non_person,)


def _check_rules(record: CountRecord, rules: str | None) -> None:
    """Refuse a recount that the organisation's own rules do not have, unless it is asked for."""
    if rules not in (None, "ers97"):
        raise ElectionError(f"vacancy: found the rules {rules!r}; expected ers97 (7.1)")
    if rules is not None or record.organisation is None:
        return
    profile = organisations.get(record.organisation)
    if profile.casual_vacancies is not None:
        raise ElectionError(
            f"vacancy: found a count for {profile.id}, where casual vacancies are "
            f"{profile.casual_vacancies}; expected to be told to recount all the same: "
            'rules="ers97" (--rules ers97)'
        )


def _check_terms(record: CountRecord, vacating: str, withdraw: tuple[str, ...]) -> None:
    if record.rules.id != "ers97":
        raise ElectionError(f"vacancy: found a count by {record.rules.id}; expected ers97 (7.1)")
    if vacating not in record.elected:
        raise ElectionError(
            f"vacancy: found {vacating!r}; expected {nearest(vacating, record.elected)}"
            f"one of those elected: {', '.join(record.elected)}"
        )
    for name in withdraw:
        if name in record.elected:
            raise ElectionError(
                f"vacancy: found the representative {name!r} to be withdrawn; "
                "expected a candidate who was not elected"
            )
