"""Acts of rating: the ratings of one claim that a rater gave at once, put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from referee_calib.records import Rating


@dataclass(frozen=True, slots=True)
class RatingAct:
    """What a rater said about a claim, how long it took, and how much of the evidence was on the screen.

    A correction is quick, so the time is that of all looks at the claim, and the coverage that of the best one.
    """

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
    """Return what was said of each claim, in order of arrival; `ratings` is the history, with what was corrected."""
    found: dict[tuple[str, str, str], list[Rating]] = {}
    for one in ratings:
        found.setdefault((one.rater, one.claim, one.occasion), []).append(one)
    return [act_of(its) for its in found.values()]


def act_of(ratings: list[Rating]) -> RatingAct:
    """Return the history of one claim and rater as an act."""
    last, looks = ratings[-1], {one.nonce or one.time: one for one in ratings}.values()
    levels: dict[str, int | None] = {one.dimension: one.level for one in ratings}
    seconds = [one.seconds for one in looks if one.seconds is not None]
    watched = [one.watched for one in looks if one.watched is not None]
    return RatingAct(
        last.rater, last.claim, levels, sum(seconds) if seconds else None, max(watched, default=None), last.simulated
    )
