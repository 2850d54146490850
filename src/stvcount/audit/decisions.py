"""The decisions of a record: clauses that the rules have, and words that follow from figures."""

from __future__ import annotations

from stvcount.audit.difference import Findings, Path, shown
from stvcount.record import Completion, Decision, Stage
from stvcount.record.decision import is_clause_of
from stvcount.record.wording import is_worded, text_of
from stvcount.rules import RuleSet


class Cited:
    """What the stages of a record cite, against what its rule set declares, where that is known."""

    def __init__(self, rules: type[RuleSet] | None, findings: Findings) -> None:
        self.rules = rules
        self.findings = findings

    def holder(self, path: Path, holder: Stage | Completion) -> None:
        for number, decision in enumerate(holder.decisions):
            here: Path = (*path, "decisions", number)
            self.clause(here, decision.clause)
            self.words(here, decision)
        for number, one in enumerate(holder.elected):
            self.clause((*path, "elected", number), one.clause)
        for number, lot in enumerate(holder.lots):
            self.clause((*path, "lots", number), lot.clause)

    def clause(self, path: Path, clause: str) -> None:
        """A clause may have a label of its own in brackets, such as 5.6.1(a)."""
        if self.rules is None:
            return
        known = self.rules.clauses
        if not is_clause_of(clause, known):
            self.findings.note((*path, "clause"), clause, "a clause of these rules")

    def words(self, path: Path, decision: Decision) -> None:
        """The text is made from the code, the candidates and the figures; else words differ."""
        code, names, figures = decision.code, decision.candidates, decision.figures
        own = {} if self.rules is None else self.rules.wording
        if code not in own and not is_worded(code):
            if self.rules is not None:
                self.findings.note((*path, "code"), code, "a kind of decision of these rules")
            if not decision.text.strip():
                self.findings.note((*path, "text"), decision.text, "words")
            return
        try:
            text = own[code](names, figures) if code in own else text_of(code, names, figures)
            found = decision.text
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            has = [f"{name} {shown(value)}" for name, value in figures.items()]
            self.findings.note((*path, "figures"), has, f"those of {code}")
            return
        why = "by its code and figures"
        self.findings.expect((*path, "text"), found, text, why, kind="words")
