"""What entered a statistic of a comparison, and in words why there is none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agreement.arrays import Bools, Codes, Ints
from agreement.comparison.like_with_like import ComparedQuantity, Key
from agreement.estimate import Estimate
from agreement.result_notes import Note, undefined_pairs_note

NO_UNIT = {
    "all people": "no unit was rated by two people",
    "all referee": "no unit has both a level of the referee and a rating",
    "leniency": "no unit has both a level of the referee and a rating",
}
TWO_SIDES = ("ceiling", "referee", "difference")
OF_REFEREE = ("referee", "difference", "instead", "all referee")
CONSTANT = "the referee gave one level to every unit, so its agreement cannot be told from chance"
ONE_LEVEL = "all compared ratings are one level, so agreement cannot be told from chance"
NOT_TOGETHER = "this person rated no unit together with another person, or none that the referee scored"


class EnteringCounts:
    """Counts of the units, people and ratings that enter statistics of some codes (units, people + 1)."""

    def __init__(self, codes: Codes, group: Ints | None, confidence: float, raters: Sequence[str]) -> None:
        self.people, self.group = codes[:, :-1] >= 0, group
        self.confidence, self.raters = confidence, raters
        self.constant = bool(len(codes)) and np.ptp(codes[:, -1]) == 0
        self._found: dict[object, dict[str, int | None]] = {}

    def nothing(self, key: Key) -> Estimate:
        """Return the estimate of a statistic where no unit is left."""
        kind = key[0]
        why = NO_UNIT.get(kind, NOT_TOGETHER if kind.startswith("rater") else _no_pair(key))
        none = None if self.group is None else 0
        return Estimate.undefined(why, confidence=self.confidence, n_clusters=none)

    def of(self, key: Key, question: ComparedQuantity, known: Bools) -> Estimate:
        """Return an estimate without a value, with what enters it and why it would have none."""
        terms = known if known.any() else np.ones_like(known)
        what = question.pairs, question.of, terms.tobytes()
        if what not in self._found:
            self._found[what] = self._count(question.entering(self.people, terms))
        counts = self._found[what]
        return Estimate.undefined(
            self._why(key, counts["n_units"] or 0),
            confidence=self.confidence,
            notes=self._lost(question, known) if key[0] in TWO_SIDES else (),
            **counts,
        )

    def cannot_tell(self, key: Key) -> bool:
        """Tell whether the referee never varied and this corrects its agreement for chance."""
        return bool(self.constant) and key[1] > 0 and key[0].startswith(OF_REFEREE)

    def _count(self, entering: Bools) -> dict[str, int | None]:
        units = entering.any(axis=1)
        return {
            "n_units": int(units.sum()),
            "n_raters": int(entering.any(axis=0).sum()),
            "n_ratings": int(entering.sum()),
            "n_clusters": None if self.group is None else int(np.count_nonzero(np.bincount(self.group[units]))),
        }

    def _why(self, key: Key, n_units: int) -> str:
        kind, coefficient = key
        if not n_units:
            return NO_UNIT.get(kind, _no_pair(key) if kind in TWO_SIDES else NOT_TOGETHER)
        return CONSTANT if self.cannot_tell((kind, coefficient)) else ONE_LEVEL

    def _lost(self, question: ComparedQuantity, known: Bools) -> tuple[Note, ...]:
        """Name the pairs of people that do not enter, because a coefficient of them is undefined."""
        if question.pairs is None or not self.raters or not known.any():
            return ()
        lost = {tuple(sorted(pair)) for pair, is_known in zip(question.pairs, known, strict=True) if not is_known}
        return undefined_pairs_note([f"{self.raters[j]} & {self.raters[k]}" for j, k in sorted(lost)])


def _no_pair(key: Key) -> str:
    """Say that nothing can be compared; the agreement on other units stands beside."""
    what = "there is no agreement of people to compare with" if key[0] == "ceiling" else "it cannot be compared"
    return f"no unit that the referee scored was rated by two people, so {what}"
