"""What a design of ratings will show, by simulation before anybody rates.

People of three kinds rate the very claims of the design: tolerant ones still pay half when two thirds of the overlap
are lost, strict ones pay half when 0.2 is lost, and others pay as overlap does. H4 is decided where a reward of
people's own kind is found nearer to them than overlap. What is assumed of them stands in :class:`SimulatedPeople`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from referee_calib.perturbation.metrics import pooled_curve as pooled

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]
STUDIES = 200
ENOUGH = 0.80  # share of studies in which H4 has to be decided
LADDER = (40, 60, 80, 100, 120, 140, 160, 180, 200, 240, 280, 320, 400, 500, 600, 800, 1000)
MOST_RATERS = 3  # of one claim


def tolerant(lost: Floats) -> Floats:
    """Pay half where two thirds of the overlap are lost, after a plateau."""
    raw, first, last = (1 / (1 + np.exp((one - 2 / 3) / 0.1)) for one in (lost, np.zeros(1), np.ones(1)))
    return np.asarray((raw - last) / (first - last))


def strict(lost: Floats) -> Floats:
    """Pay the cube of the overlap that is left."""
    return np.asarray((1 - lost) ** 3)


def like_overlap(lost: Floats) -> Floats:
    """Pay the overlap that is left."""
    return np.asarray(1 - lost)


KINDS: dict[str, Curve] = {"tolerant": tolerant, "strict": strict, "like overlap": like_overlap}


_FELT = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPeople:
    """How simulated people rate: what they feel lies on 0 to 4, whatever levels they have to say it in."""

    curve: Curve
    noise: float = 0.55  # standard deviation of one level
    severity: float = 0.3  # between raters
    videos: float = 0.3  # between videos
    claims: float = 0.3  # between true claims of one video
    families: float = 0.1  # of overlap lost: how differently families of perturbations are forgiven
    raters: int = 3
    per_claim: int = 1  # people who rate one claim
    tops: tuple[int, int] = (4, 4)  # best level of relevance and of localization; 0 for one that nobody is asked about

    def paid(self, lost: Floats, video: NDArray[np.intp], place: NDArray[np.intp], dice: np.random.Generator) -> Floats:
        """Draw what ratings of claims would pay, shape (n,): relevance times localization, as shares of the scale."""
        quality = (
            dice.normal(0, self.videos, video.max() + 1)[video] + dice.normal(0, self.claims, place.max() + 1)[place]
        )
        forgiven = np.array([-self.families, 0, 0, self.families])[dice.integers(4, size=len(lost))]
        seen = np.clip(lost + 2 * forgiven * lost * (1 - lost), 0, 1)
        severity = dice.normal(0, self.severity, self.raters)

        def levels(mean: Floats, top: int) -> Floats:
            if not top:
                return np.ones(len(lost))
            who = severity[dice.integers(self.raters, size=(self.per_claim, len(lost)))]
            drawn = mean + who + dice.normal(0, self.noise, who.shape)
            return np.asarray(np.clip(np.rint(drawn * (top / _FELT)), 0, top).mean(axis=0) / top)

        relevant = levels(3.5 + quality, self.tops[0])
        return relevant * levels(0.1 + 3.8 * self.curve(seen) + 0.5 * quality, self.tops[1])


@dataclass(frozen=True, slots=True)
class DesignPower:
    """What a design shows in simulated studies.

    Attributes
    ----------
    claims, ratings : int
        Claims that people get, and ratings in all; one rating is one person and one claim.
    tolerant, strict : float
        Share of studies in which a reward as tolerant, or as strict, as people is found nearer to them than overlap.
    false_nearer : float
        Share of studies of people who pay as overlap does in which either reward is found nearer.
    half_width : float or None
        Median half width of the interval of H4's difference, of the wider of the two; None where most have none.
    """

    claims: int
    ratings: int
    tolerant: float
    strict: float
    false_nearer: float
    half_width: float | None

    @property
    def power(self) -> float:
        """The smaller of the two shares."""
        return min(self.tolerant, self.strict)


def nearer_than_overlap(people: Floats, reward: Curve, n_videos: int) -> tuple[float, float]:
    """Return the limits of H4's difference for a reward whose curve is known; NaN where it is undefined."""
    c, overlap = pooled.normalised_curve(people), 1 - pooled.GRID
    samples = pooled.area(np.square(overlap - c)) - pooled.area(np.square(reward(pooled.GRID) - c))
    found, _ = pooled.jackknife_estimate(samples, confidence=0.95, n_units=0, n_videos=n_videos)
    return (np.nan, np.nan) if found.low is None or found.high is None else (found.low, found.high)


def design_power(
    lost: Sequence[float], videos: Sequence[str], places: Sequence[int], people: SimulatedPeople, *,
    studies: int = STUDIES, seed: int = 0,
) -> DesignPower:  # fmt: skip
    """Simulate the ratings of a design; `places` number the true claims, and all kinds of people rate like `people`."""
    x, place = np.array(lost), np.array(places, dtype=np.intp)
    video = np.unique(videos, return_inverse=True)[1].astype(np.intp)
    weights = pooled.leave_one_out(int(video.max()) + 1)
    limits: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for kind, curve in KINDS.items():
        dice = np.random.default_rng((seed, len(limits)))
        for _ in range(studies):
            paid = replace(people, curve=curve).paid(x, video, place, dice)
            drawn = pooled.pooled_curve(pooled.PooledValues(x, paid, video, np.ones_like(x)), weights)
            for reward in ("tolerant", "strict"):
                limits.setdefault((kind, reward), []).append(
                    nearer_than_overlap(drawn, KINDS[reward], len(weights) - 1)
                )
    found = {key: np.array(its) for key, its in limits.items()}
    width = {key: np.nan_to_num((its[:, 1] - its[:, 0]) / 2, nan=np.inf) for key, its in found.items()}
    half = float(max(np.median(width[one, one]) for one in ("tolerant", "strict")))
    return DesignPower(
        claims=len(x),
        ratings=len(x) * people.per_claim,
        tolerant=float((found["tolerant", "tolerant"][:, 0] > 0).mean()),
        strict=float((found["strict", "strict"][:, 0] > 0).mean()),
        false_nearer=float(max((found["like overlap", one][:, 0] > 0).mean() for one in ("tolerant", "strict"))),
        half_width=half if np.isfinite(half) else None,
    )
