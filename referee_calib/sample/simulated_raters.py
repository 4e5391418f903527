"""Four simulated raters. No person gave these ratings, and every one of them says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from referee_calib.records import Claim, Dimension, Rating
from referee_calib.rubric import load
from referee_calib.sample.replies.questions import SceneQuestion
from referee_calib.sample.seeded_random import seeded_random
from referee_calib.sample.true_scores import true_score

MISSING = 0.4  # share of the claims that a rater has not rated
CANNOT = 0.01  # share of the ratings given up with a reason
_AMBIGUITY = 0.25  # standard deviation of what all raters see differently from the truth, per claim
_BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class SimulatedRater:
    """A simulated rater."""

    name: str
    severity: float  # levels that this rater gives more (lenient) or less (severe, negative) than the others
    # by how many levels that changes from their first claim to their last, evenly, half of it before the middle
    drift: float
    noise: float  # standard deviation of their own chance, in levels
    pace: float  # median seconds they spend on a claim

    def leniency(self, progress: float) -> float:
        """Return by how many levels they rate higher than the truth when this share of their claims is done."""
        return self.severity + self.drift * (progress - 0.5)


RATERS = (
    SimulatedRater("simulated-1", 0.0, 0.0, 0.35, 11.0),
    SimulatedRater("simulated-2", -0.45, -0.6, 0.40, 14.0),
    SimulatedRater("simulated-3", 0.35, 0.0, 0.45, 8.0),
    SimulatedRater("simulated-4", 0.05, 0.0, 0.70, 6.0),
)


def ratings(claims: Sequence[Claim], asked: Mapping[str, SceneQuestion], seed: int) -> list[Rating]:
    """Rate claims on the question of their rollout; by rater, in the order in which each pretends to have seen them."""
    return [rating for rater in RATERS for rating in _by(rater, claims, asked, seed)]


def _by(rater: SimulatedRater, claims: Sequence[Claim], asked: Mapping[str, SceneQuestion], seed: int) -> list[Rating]:
    chance = seeded_random(seed, "rater", rater.name)
    order = list(claims)
    chance.shuffle(order)
    missing = {claim.id for claim in chance.sample(order, round(MISSING * len(order)))}
    given: list[Rating] = []
    now, rubric = _BEGIN, load().version
    seen = [claim for claim in order if claim.id not in missing]
    for place, claim in enumerate(seen):
        seconds = round(rater.pace * 2.0 ** chance.gauss(0, 0.6), 1)
        now += timedelta(seconds=round(seconds) + 2)
        for dimension in claim.dimensions:
            level, reason = _level(rater, claim, dimension, asked[claim.rollout], seed, place / (len(seen) - 1))
            given.append(
                Rating(
                    claim=claim.id,
                    rater=rater.name,
                    dimension=dimension,
                    level=level,
                    reason=reason,
                    seconds=seconds,
                    order=place,
                    rubric=rubric,
                    time=now.isoformat().replace("+00:00", "Z"),
                    origin="simulated",
                    nonce=f"{rater.name}/{claim.id}/{dimension}",
                )
            )
    return given


def _level(
    rater: SimulatedRater, claim: Claim, dimension: Dimension, question: SceneQuestion, seed: int, progress: float
) -> tuple[int | None, str]:
    """Return a level, or None with a reason."""
    own = seeded_random(seed, "rating", rater.name, claim.id, dimension)
    shared = seeded_random(seed, "ambiguity", claim.id, dimension).gauss(0, _AMBIGUITY)
    felt = true_score(claim, question, dimension) + shared + rater.leniency(progress) + own.gauss(0, rater.noise)
    if own.random() < CANNOT:
        return None, "cannot judge"
    return min(max(round(felt), 0), load()[dimension].top), ""
