"""Referee scores: what a referee made of claims."""

from __future__ import annotations

from dataclasses import dataclass

from referee_calib.errors import InputError
from referee_calib.records.base import (
    DIMENSIONS,
    FEWEST_LEVELS,
    MOST_LEVELS,
    STATUSES,
    Dimension,
    Record,
    Status,
    check_dimension,
    check_level,
    set_fields,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefereeScore(Record):
    """One referee's judgement of one claim on one dimension.

    Attributes
    ----------
    claim : str
        Id of the claim.
    referee : str
        Fingerprint of everything that can change the score.
    dimension : {"relevance", "localization", "timing"}
        What was judged.
    level : int or None
        On the rubric's scale from 0, or None when `status` is not "ok".
    expected : float or None
        Expected level on the same scale, where the backend knows more than one digit; else the level.
    distribution : tuple of float or None
        Probability of each level, where the backend gives it.
    status : {"ok", "unparsed", "refused", "error", "unsupported"}
        What became of the question; "unsupported" is what this referee cannot judge at all.
    reason : str
        What happened, when `status` is not "ok".
    raw : str
        The backend's reply, kept so that a better parser can read it again.
    sample : int
        Number of the repeat, from 0.
    seconds : float or None
        Time the call took.
    tokens : int or None
        Tokens billed.
    mass : float or None
        Probability of all answers the referee may give (the digits "0" to "4", say) before they were rescaled, where
        the backend knows it: little mass means that the model wanted to say something else.
    rung : {"", "exact", "choice", "truncated", "parsed"}
        How the expected level was read: from the probabilities of all answers, from those of a constrained
        choice (the mass is lost), from the most probable tokens only, or from the words of the reply.
    """

    claim: str
    referee: str
    dimension: Dimension
    level: int | None = None
    expected: float | None = None
    distribution: tuple[float, ...] | None = None
    status: Status = "ok"
    reason: str = ""
    raw: str = ""
    sample: int = 0
    seconds: float | None = None
    tokens: int | None = None
    mass: float | None = None
    rung: str = ""

    def __post_init__(self) -> None:
        if self._is_plain():
            return
        place = f"score of {self.claim} by referee {self.referee}"
        check_dimension(self.dimension, place, InputError)
        if self.status not in STATUSES:
            raise InputError(f"{place} with status {self.status!r}", f"a status is one of {', '.join(STATUSES)}")
        check_level(self.level, place, InputError)
        if (self.level is None) == (self.status == "ok"):
            raise InputError(f"{place}: status {self.status}, level {self.level}", "only an ok score has a level")
        if self.expected is not None and not 0 <= self.expected <= MOST_LEVELS - 1:
            raise InputError(f"{place}: expected level {self.expected}", f"a scale is 0 to {MOST_LEVELS - 1} at most")
        if self.distribution is not None:
            set_fields(self, distribution=tuple(float(p) for p in self.distribution))
            self._check_distribution(place)
        if self.level is None and (self.expected is not None or self.distribution is not None):
            raise InputError(f"{place}: status {self.status}", "a failed score carries no expected level either")
        if self.level is not None and self.expected is None:
            set_fields(self, expected=float(self.level))

    def _check_distribution(self, place: str) -> None:
        held = len(self.distribution or ())
        if not FEWEST_LEVELS <= held <= MOST_LEVELS:
            why = f"a scale has {FEWEST_LEVELS} to {MOST_LEVELS} levels"
            raise InputError(f"{place}: a distribution over {held} levels", why)
        if max(self.level or 0, self.expected or 0.0) > held - 1:
            seen = f"{place}: level {self.level}, expected level {self.expected}, a distribution over {held} levels"
            raise InputError(seen, f"they are of different scales: the distribution's best level is {held - 1}")

    def _is_plain(self) -> bool:
        """Tell at one glance whether it is a verdict as the parser makes it: nothing is to be checked or filled in."""
        expected, given = self.expected, self.distribution
        top = MOST_LEVELS - 1 if given is None else len(given) - 1
        return (
            self.status == "ok"
            and self.dimension in DIMENSIONS
            and FEWEST_LEVELS <= top + 1 <= MOST_LEVELS
            and type(self.level) is int
            and 0 <= self.level <= top
            and type(expected) is float
            and 0 <= expected <= top
            and (given is None or (type(given) is tuple and {*map(type, given)} <= {float}))
        )
