"""The field's words, each explained in passing where a story first uses it, and only there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_WORDS: Mapping[str, str] = {
    "quota": "The quota is how many votes are enough to be sure of a place.",
    "deemed elected": (
        "Deemed elected is elected as far as the count goes: the result is declared afterwards."
    ),
    "surplus": (
        "A surplus is what somebody elected has beyond the quota: it goes on to the next names on "
        "those papers, so that votes not needed here still count."
    ),
    "transfer value": (
        "The transfer value is the part of a vote that each of these papers still carries: the "
        "rest of it stays with the one it has elected."
    ),
    "deferred": (
        "Deferred means that the surplus waits: even all of it could not change who is lowest. It "
        "is looked at again before every later stage."
    ),
    "suspense": (
        "Held in suspense means that these papers wait where they are: even all of them could not "
        "change who is lowest."
    ),
    "excluded": (
        "Excluded means out of the count: each paper goes to the next name on it that is still in "
        "the count, and is worth as much as before."
    ),
    "together": (
        "Several go at once where all their votes together would not take one of them past the "
        "next above."
    ),
    "keep value": (
        "The keep value is the part that a candidate keeps of every vote or part of a vote "
        "received: just enough to stay at the quota. The rest goes on to the next name on the "
        "paper. Who is still in the count keeps all, who is excluded nothing."
    ),
    "batch": "Papers move in batches: a batch is papers of one value that move together.",
    "non-transferable": (
        "Non-transferable votes count for nobody any more: there is no further name for them to go "
        "to, or they are what a division leaves over."
    ),
    "active vote": (
        "The active vote is what is still in play: the votes of those still in the count, and what "
        "waits to be transferred."
    ),
    "equal": (
        "Equal candidates are told apart by how their votes stood earlier, as far as the rules "
        "allow it."
    ),
    "lot": "A lot, a name drawn or a coin tossed, decides only what the rules leave open.",
}

_OF_CODES: Mapping[str, tuple[str, ...]] = {
    "quota": ("quota",),
    "quota-next-whole": ("quota",),
    "quota-plus-one": ("quota",),
    "quota-half": ("quota",),
    "deferred": ("deferred",),
    "deferred-by-set": ("deferred",),
    "deferred-if-less": ("deferred",),
    "deferred-if-less-by-set": ("deferred",),
    "rest-held": ("suspense",),
    "rest-held-by-set": ("suspense",),
    "excluded-together": ("excluded", "together"),
    "excluded-together-if-less": ("excluded", "together"),
    "fewest": ("excluded",),
    "least": ("excluded",),
    "equal-fewest": ("excluded", "equal"),
    "equal-with-none": ("excluded", "equal"),
    "equal-surpluses": ("surplus", "equal"),
    "largest-surplus": ("surplus",),
    "not-deferred": ("surplus",),
    "not-deferred-if-less": ("surplus",),
    "transfer-value": ("transfer value",),
    "share-of-all": ("surplus", "transfer value"),
    "active-vote": ("active vote",),
    "separated": ("equal",),
    "quota-of-votes": ("quota",),
    "quota-of-votes-plus": ("quota",),
    "quota-least": ("quota",),
    "within-surplus": ("excluded", "lot"),
}
"""Which words the sentence of a code uses. Codes that are not here use none that needs it."""


class Glossary:
    """Explains each word once. One for each story that is told."""

    def __init__(self) -> None:
        self._left = dict(_WORDS)

    def of_code(self, code: str) -> str:
        """What explains the sentence of this code; nothing, where all is said already."""
        return self.of(*_OF_CODES.get(code, ()))

    def of(self, *words: str) -> str:
        """What explains these words, with a blank before it; nothing for those already said."""
        return "".join(f" {text}" for text in self._taken(words))

    def _taken(self, words: tuple[str, ...]) -> Iterator[str]:
        for word in words:
            text = self._left.pop(word, None)
            if text is not None:
                yield text
