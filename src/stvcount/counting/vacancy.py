"""Filling a casual vacancy from the original papers (ERS97 7.1)."""

from __future__ import annotations

from collections.abc import Iterable

from stvcount.checked import checked
from stvcount.counting.counting import count
from stvcount.counting.papers_of_record import check_papers_of, on_terms_of
from stvcount.election import Election
from stvcount.errors import ElectionError
from stvcount.record import CountRecord
from stvcount.rules.ers97_vacancy import ERS97Vacancy
from stvcount.tally.lots import Lots
from stvcount.tellers import GivenTeller

REASON_VACATING = "vacating representative (7.1)"
REASON_WITHDRAWN = "withdrew before the vacancy was filled (7.1)"


@checked
def vacancy(
    record: CountRecord,
    election: Election,
    *,
    vacating: str,
    withdraw: Iterable[str] = (),
    lots: Lots | None = None,
    teller: GivenTeller = "auto",
) -> CountRecord:
    """Recount the papers of an ERS97 count to fill the place of one of those elected.

    `record`: the original count. `election`: its election, with the original papers; what was
    withdrawn or set aside in the record is so again. `vacating`: one of `record.elected`.
    `withdraw`: candidates, not representatives, who no longer stand. The record returned has the
    one newly elected as `elected`; its `places` are the original ones.

    Raises `ElectionError` where the record is no ERS97 count, the papers are not those of the
    record, or a name does not fit; and what `count` raises.
    """
    gone = tuple(withdraw)
    _check_terms(record, vacating, gone)
    check_papers_of(record, election, asked_for="vacancy")
    standing = on_terms_of(record, election).withdraw(vacating, reason=REASON_VACATING)
    for name in gone:
        standing = standing.withdraw(name, reason=REASON_WITHDRAWN)
    representatives = [name for name in record.elected if name != vacating]
    rules = ERS97Vacancy(vacating=vacating, representatives=representatives)
    # An organisation that declared posts vacant for want of candidates contested fewer places.
    return count(standing, rules=rules, organisation=record.organisation, lots=lots, teller=teller)


def _check_terms(record: CountRecord, vacating: str, withdraw: tuple[str, ...]) -> None:
    if record.rules.id != "ers97":
        raise ElectionError(f"vacancy: found a count by {record.rules.id}; expected ers97 (7.1)")
    if vacating not in record.elected:
        raise ElectionError(
            f"vacancy: found {vacating!r}; expected one of those elected: "
            f"{', '.join(record.elected)}"
        )
    for name in withdraw:
        if name in record.elected:
            raise ElectionError(
                f"vacancy: found the representative {name!r} to be withdrawn; "
                "expected a candidate who was not elected"
            )
