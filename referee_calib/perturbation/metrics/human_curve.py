"""People's response curve, and which rewards lie near it (H4).

People's value of a perturbed claim is what their mean levels would pay. All families are pooled over the overlap that
they lose (:mod:`.pooled_curve`); people, rewards and overlap are each normalised to 1 for the truth and 0 where nothing
overlaps, since training does not see scale and level. A reward's curve is the mean over all claims of the cells that
people rated, each cell with the weight of its ratings. A distance is ``∫ (c_reward - c_people)²`` over lost overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from referee_calib.perturbation.harness.reward_table import Floats, RewardTable
from referee_calib.perturbation.metrics import pooled_curve as pooled
from referee_calib.perturbation.metrics.resampled_rewards import ANCHORS
from referee_calib.perturbation.metrics.video_bootstrap import VideoBootstrap

if TYPE_CHECKING:
    from agreement import Estimate, HypothesisTest

MARGIN = 0.10  # of area: people within it pay as overlap does
FEWEST_RATED = 5  # claims of one magnitude; a mean of fewer is drawn as no point of a curve
UNRATED = "no perturbed claim of this run has people’s levels for relevance and for localization or timing"


@dataclass(frozen=True)
class HumanCurve:
    """What people's ratings in a table say."""

    table: RewardTable
    confidence: float = 0.95

    @cached_property
    def cells(self) -> list[int]:
        """Cells on the axis of lost overlap: graded moves, and evidence elsewhere."""
        return [
            k
            for k, cell in enumerate(self.table.cells)
            if cell.kind == "graded" or (cell.kind == "wrong" and cell.family in ANCHORS)
        ]

    @cached_property
    def lost(self) -> Floats:
        """Overlap lost, truth first, shape (1 + cells, n)."""
        elsewhere = [self.table.cells[k].kind == "wrong" for k in self.cells]
        moved = np.where(np.array(elsewhere)[:, None], 1.0, 1.0 - self.table.overlap[self.cells])
        return np.vstack([np.zeros(len(self.table.claims)), moved])

    @cached_property
    def ratings(self) -> Floats:
        """People's values, truth first, NaN where nobody rated; shape (1 + cells, n)."""
        table = self.table
        if table.people is None or table.people_truth is None:
            return np.full(self.lost.shape, np.nan)
        return np.vstack([table.people_truth[None], table.people[self.cells]])

    @cached_property
    def n_rated(self) -> int:
        """Rated claims on the axis."""
        return int((~np.isnan(self.ratings)).sum())

    @cached_property
    def videos(self) -> NDArray[np.intp]:
        """The number of each claim's video."""
        return np.unique(self.table.videos, return_inverse=True)[1]

    @cached_property
    def n_videos(self) -> int:
        """Videos with a rated claim."""
        return len(np.unique(self.videos[~np.isnan(self.ratings).all(axis=0)]))

    @cached_property
    def samples(self) -> Floats:
        """Weights of videos: all, and without each."""
        return pooled.leave_one_out(len(set(self.table.videos)))

    @cached_property
    def paid(self) -> Floats:
        """People's curve as they would pay, shape (samples, 51)."""
        return pooled.pooled_curve(self._values(self.ratings, np.ones_like(self.lost)), self.samples)

    @cached_property
    def reason(self) -> str:
        """Why there is no curve; "" where there is one."""
        if not self.n_rated:
            return UNRATED
        if np.isnan(self.paid[0]).any():
            missing = "the truth" if np.isnan(self.ratings[0]).all() else "evidence without overlap"
            return f"{self.n_rated} perturbed claims are rated, and none of them is {missing}"
        if np.isnan(self.normal[0]).any():
            return "people's ratings do not put the truth above evidence without overlap"
        return ""

    @cached_property
    def normal(self) -> Floats:
        """People's curve, 1 for the truth and 0 without overlap."""
        return pooled.normalised_curve(self.paid)

    def reward(self, name: str) -> Floats:
        """Return a reward's normalised curve over the cells that people rated, shape (samples, 51)."""
        r = self.table.index(name)
        values = np.vstack([self.table.truth[r, :1], self.table.values[r][self.cells]])
        known = (~np.isnan(values)).sum(axis=1)
        rated = (~np.isnan(self.ratings)).sum(axis=1)
        weight = np.where(known > 0, rated / np.maximum(known, 1), 0.0)[:, None] * np.ones_like(values)
        return pooled.normalised_curve(pooled.pooled_curve(self._values(values, weight), self.samples))

    def distance(self, name: str) -> Floats:
        """Return the mean squared distance of a reward's curve from people's, shape (samples,); NaN if undefined."""
        return pooled.area(np.square(self.reward(name) - self.normal))

    def estimate(self, samples: Floats, reason: str = "") -> tuple[Estimate, HypothesisTest]:
        """Return a figure of people's curve with its interval, and its test against 0."""
        return pooled.jackknife_estimate(
            samples, confidence=self.confidence, n_units=self.n_rated, n_videos=self.n_videos,
            reason=self.reason or reason or "the reward does not pay the truth more than evidence without overlap",
        )  # fmt: skip

    @cached_property
    def beyond_overlap(self) -> Estimate:
        """How much more than overlap people pay, on average over lost overlap: the area between the curves."""
        return self.estimate(pooled.area(self.normal - (1.0 - pooled.GRID)))[0]

    @property
    def kind(self) -> str:
        """How people stand to overlap: "tolerant", "strict", "like overlap", or "cannot tell"."""
        low, high = self.beyond_overlap.low, self.beyond_overlap.high
        if low is None or high is None:
            return "cannot tell"
        if low > 0 or high < 0:
            return "tolerant" if low > 0 else "strict"
        return "like overlap" if low >= -MARGIN and high <= MARGIN else "cannot tell"

    def band(self, points: int = 11) -> dict[str, list[float | None]]:
        """Return the curve as people would pay, by overlap left, with its limits."""
        at = np.linspace(0, len(pooled.GRID) - 1, points).round().astype(int)
        its = [self.estimate(self.paid[:, i])[0] for i in at]
        found: dict[str, list[float | None]] = {"overlap": [float(1 - pooled.GRID[i]) for i in at]}
        return found | {key: [getattr(one, name) for one in its] for key, name in _BAND.items()}

    def _values(self, values: Floats, weight: Floats) -> pooled.PooledValues:
        known = ~np.isnan(values) & ~np.isnan(self.lost) & (weight > 0)
        videos = np.broadcast_to(self.videos, values.shape)
        return pooled.PooledValues(self.lost[known], values[known], videos[known], weight[known])


_BAND = {"mean": "value", "low": "low", "high": "high"}


def family_curve(table: RewardTable, draws: VideoBootstrap, family: str) -> tuple[Floats, Floats] | None:
    """Return magnitudes and draws of people's mean in one family, where at least five claims are rated; else None.

    For the picture of the family only: a design that is spread over all families seldom has it, and H4 needs none.
    """
    if table.people is None or table.people_truth is None:
        return None
    cells = [k for k in table.of_family(family) if (~np.isnan(table.people[k])).sum() >= FEWEST_RATED]
    if not cells or (~np.isnan(table.people_truth)).sum() < FEWEST_RATED:
        return None
    x = np.array([0.0, *(table.cells[k].delta or 0.0 for k in cells)])
    return x, draws.mean(np.vstack([table.people_truth[None], table.people[cells]]))
