"""The decisions of a record: clauses that its rules have, words that follow from their figures."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from stvcount.audit.difference import DifferenceKind, Findings, Path, shown
from stvcount.record import Completion, Decision, Stage
from stvcount.record.decision import is_clause_of
from stvcount.record.wording import is_worded, text_of
from stvcount.rules import RuleSet

# Each name is looked for in the whole text.
_MOST_TO_COMPARE = 10**6
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
_SEVERAL = re.compile(r"#(?: \(0\)| 0)?(?:(?:, | and )#(?: \(0\)| 0)?)*")
_FAULTS_OF_FIGURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Cited:
    """What the stages of a record cite, against what its rule set declares, where that is known.

    `names`: of the candidates.
    """

    def __init__(
        self, rules: type[RuleSet] | None, names: Collection[str], findings: Findings
    ) -> None:
        self.rules = rules
        self.names: Sequence[str] = sorted(names, key=len, reverse=True)
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
        if self.rules is not None and not is_clause_of(clause, self.rules.clauses):
            self.findings.note((*path, "clause"), clause, "a clause of these rules")

    def words(self, path: Path, decision: Decision) -> None:
        """The text is made from the code, the candidates and the figures."""
        code, names, figures = decision.code, decision.candidates, decision.figures
        own = {} if self.rules is None else self.rules.wording
        if code not in own and not is_worded(code):
            self.without_words(path, decision)
            return
        try:
            text = own[code](names, figures) if code in own else text_of(code, names, figures)
            found = decision.text
        except _FAULTS_OF_FIGURES:
            has = [f"{name} {shown(value)}" for name, value in figures.items()]
            self.findings.note((*path, "figures"), has, f"those of {code}")
            return
        if found != text:
            kind, why = self.kind_of_words(found, text), "by its code and figures"
            self.findings.note((*path, "text"), found, text, why, kind=kind)

    def without_words(self, path: Path, decision: Decision) -> None:
        if self.rules is not None:
            self.findings.note((*path, "code"), decision.code, "a kind of decision of these rules")
        if not decision.text.strip():
            self.findings.note((*path, "text"), decision.text, "words")

    def kind_of_words(self, found: str, made: str) -> DifferenceKind:
        """The same sentence with other figures or names differs in these; another one in words."""
        if len(self.names) * max(len(found), len(made)) > _MOST_TO_COMPARE:
            return "words"
        return "figures" if self.sentence(found) == self.sentence(made) else "words"

    def sentence(self, text: str) -> str:
        """The text without its figures, and without the names of candidates, however many."""
        for name in self.names:
            text = text.replace(name, "#")
        return _SEVERAL.sub("#", _NUMBER.sub("0", text))
