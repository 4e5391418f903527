"""One design of a study: simulated many times, with the mean width of its intervals and what it cannot miss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from agreement.arrays import Codes, Floats, Ints
from agreement.comparison.rater_pair_estimates import ComparisonPlan, estimates
from agreement.json_fields import JsonFields
from agreement.ratings import Ratings
from agreement.referee_checks.exact_limits import share_of_clusters
from agreement.referee_checks.group_losses import FEW_UNITS, group_losses

Size = tuple[int, int, int]  # videos, claims per video, raters per claim
Draw = Callable[[np.random.Generator, Size], tuple[Codes, Ints]]  # levels of raters and, last, the referee; videos


@dataclass(frozen=True)
class Design(JsonFields):
    """One design and what it would give.

    Attributes
    ----------
    videos, claims, raters : int
        Claims per video, raters per claim.
    kappa_width, alpha_width, difference_width : float or None
        Mean width of the interval of quadratic kappa and of ordinal alpha of the people, and of the difference of
        quadratic kappa between people with referee and people with people; None where most simulated studies had none.
    undefined : float
        Share of simulated studies in which the interval of the difference was undefined.
    tail_excluded : float
        Share of videos with a confident error that is excluded when none is seen, at 95 %.
    smallest_slice : int or None
        Claims that a kind of claim needs, so that the half-width of its loss by itself is within the limit; None where
        all claims of the design would not do.
    """

    videos: int
    claims: int
    raters: int
    ratings: int
    cost: float
    kappa_width: float | None
    alpha_width: float | None
    difference_width: float | None
    undefined: float
    tail_excluded: float
    smallest_slice: int | None


@dataclass(frozen=True)
class DesignSimulation:
    """What all designs of a plan share: who draws a study, on how many levels, and what things cost."""

    draw: Draw
    scale: tuple[int, ...]
    confidence: float
    n_simulations: int
    seed: int
    video_cost: float
    rating_cost: float
    slice_loss: float

    def run(self, size: Size) -> Design:
        """Simulate one design; it does not depend on which others are looked at."""
        rng = np.random.default_rng([self.seed, *size])
        found = np.array([self._study(rng, size) for _ in range(self.n_simulations)])
        videos, claims, raters = size
        ratings, needed = videos * claims * raters, _mean(found[:, 3])
        fewest = None if needed is None else max(FEW_UNITS, int(np.ceil(needed)))
        return Design(
            *size,
            ratings=ratings,
            cost=videos * self.video_cost + ratings * self.rating_cost,
            kappa_width=_mean(found[:, 0]),
            alpha_width=_mean(found[:, 1]),
            difference_width=_mean(found[:, 2]),
            undefined=float(np.isnan(found[:, 2]).mean()),
            tail_excluded=share_of_clusters(0, videos).high or 1.0,
            smallest_slice=None if fewest is None or fewest > videos * claims else fewest,
        )

    def _study(self, rng: np.random.Generator, size: Size) -> tuple[float, ...]:
        codes, video = self.draw(rng, size)
        plan = ComparisonPlan(self.scale, (), "ordinal", "jackknife", self.confidence, 0, 0)
        found, _ = estimates(codes, video, plan, "pairs")
        told = (found[key] for key in (("ceiling", 1), ("ceiling", 2), ("difference", 1)))
        widths = (np.nan if e.low is None or e.high is None else e.high - e.low for e in told)
        return (*widths, self._slice(codes, video))

    def _slice(self, codes: Codes, video: Ints) -> float:
        """Claims at which the half-width of a kind's loss, which shrinks with 1/√claims, is the limit."""
        people = Ratings.from_array(codes[:, :-1], scale=self.scale, wide=True)
        (whole,) = group_losses(people, codes[:, -1].astype(float), np.zeros(len(codes)), cluster=video)
        if whole.loss.low is None or whole.loss.high is None:
            return np.nan
        return float(len(codes) * ((whole.loss.high - whole.loss.low) / 2 / self.slice_loss) ** 2)


def _mean(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if 2 * len(known) > len(values) else None
