"""Acts of rating: the ratings of one claim that a rater gave at once, put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from referee_calib.records import Rating


@dataclass(frozen=True, slots=True)
class RatingAct:
    """What a rater said about a claim, how long it took, and how much of the evidence was on the screen."""

    rater: str
    claim: str
    levels: Mapping[str, int | None]
    seconds: float | None
    watched: float | None
    simulated: bool = False

    @property
    def skipped(self) -> bool:
        """Whether no level was given."""
        return all(level is None for level in self.levels.values())

    @property
    def answer(self) -> object:
        """What was answered, for comparison across claims: one level where it is the same on every dimension."""
        given = set(self.levels.values())
        return given.pop() if len(given) == 1 else tuple(sorted(self.levels.items()))


def acts_of(ratings: Iterable[Rating]) -> list[RatingAct]:
    """Return the acts that ratings came in, in order of arrival; a repeat is an act of its own."""
    found: dict[tuple[str, str, str], list[Rating]] = {}
    for one in ratings:
        found.setdefault((one.rater, one.claim, one.occasion), []).append(one)
    return [act_of(its) for its in found.values()]


def act_of(ratings: list[Rating]) -> RatingAct:
    """Return the ratings of one claim by one rater as an act; time and coverage are those of the last one."""
    last = ratings[-1]
    levels: dict[str, int | None] = {one.dimension: one.level for one in ratings}
    return RatingAct(last.rater, last.claim, levels, last.seconds, last.watched, last.simulated)
