"""Units that have a score and a rating, as the measures of calibration read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, counts_of, rating_values, renumbered, scores_of, unused_weights_note
from agreement.arrays import Floats, Ints
from agreement.encoding import category_values
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.infinitesimal_jackknife import influence_interval
from agreement.options import check_confidence
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note

NOTHING = "no unit has both a score of the referee and a rating"


@dataclass(frozen=True, eq=False)
class RatedUnits:
    """Scores (n,), ratings (n, raters) and clusters (n,) of the units that have both a score and a rating.

    ``kept`` tells which of the units given these are.
    """

    score: Floats
    values: Floats
    kept: Any
    member: Ints | None
    n_dropped: int
    confidence: float
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.score)

    @property
    def n_clusters(self) -> int | None:
        """Number of clusters, None without clusters."""
        return None if self.member is None else int(self.member.max(initial=-1)) + 1

    @cached_property
    def rated(self) -> Any:
        """Where there is a rating, (n, raters)."""
        return ~np.isnan(self.values)

    @cached_property
    def n_raters(self) -> Floats:
        """Ratings per unit, J, (n,)."""
        return np.asarray(self.rated.sum(axis=1), dtype=float)

    def mean_of(self, numbers: Any) -> Floats:
        """Mean over the ratings of each unit of a number per rating: each rating weighs 1/J."""
        return np.asarray(np.where(self.rated, numbers, 0.0).sum(axis=1) / self.n_raters)

    def share_above(self, level: float) -> Floats:
        """Share of each unit's ratings above a level, (n,)."""
        return self.mean_of(self.values > level)

    def blank(self, reason: str) -> Estimate:
        """Return an estimate without a value, with what entered."""
        return Estimate.undefined(
            reason, confidence=self.confidence, n_clusters=self.n_clusters, **counts_of(self.values)
        )

    def estimate(self, value: float, influence: Floats, *, bounds: tuple[float, float] | None = None) -> Estimate:
        """Return an estimate whose interval follows from the influence of each unit."""
        interval = influence_interval(value, influence, self.member, confidence=self.confidence, bounds=bounds)
        return self.blank("not yet computed").with_interval(value, interval)

    def noise_floor(
        self, noise: Floats, *, bounds: tuple[float, float] | None = None
    ) -> tuple[Estimate, Floats | None]:
        """Estimate the mean of a number per unit over the units with two ratings, with the influence of each unit."""
        several = self.n_raters >= 2
        if not several.any():
            return self.blank("no unit has two ratings: the noise of the ratings cannot be estimated"), None
        value = float(noise[several].mean())
        influence = np.where(several, noise - value, 0.0) / several.sum()
        return self.estimate(value, influence, bounds=bounds), influence

    def mean_estimate(self, per_unit: Floats, *, bounds: tuple[float, float] | None = None) -> Estimate:
        """Estimate the mean of a number per unit."""
        value = float(per_unit.mean())
        return self.estimate(value, (per_unit - value) / self.n, bounds=bounds)


def rated_units(
    score: ArrayLike, humans: Ratings | ArrayLike, cluster: ArrayLike | None, confidence: float
) -> RatedUnits:
    """Read scores, ratings and clusters, and keep the units that have both a score and a rating."""
    check_confidence(confidence)
    values = rating_values(humans, anonymous=True, wide=True)  # means over raters, one score per unit
    x = scores_of(score, len(values))
    codes = cluster_codes(cluster, humans, len(values))
    kept = ~np.isnan(x) & ~np.isnan(values).all(axis=1)
    member = None if codes is None else renumbered(codes[kept])
    n_dropped = int(len(kept) - kept.sum())
    notes: tuple[str, ...] = (f"{n_dropped} units dropped: no score of the referee, or no rating",) if n_dropped else ()
    if member is not None and kept.any():
        notes += few_clusters_note(int(member.max()) + 1)
    notes += unused_weights_note(humans)
    return RatedUnits(x[kept], values[kept], kept, member, n_dropped, confidence, notes)


def rating_levels(humans: Ratings | ArrayLike, units: RatedUnits, scale: Sequence[float] | None) -> Floats:
    """Levels of the rating scale in increasing order: those given, those of the Ratings, or those that occur."""
    if scale is None and isinstance(humans, Ratings):
        return np.unique(np.asarray(category_values(humans.scale), dtype=float))
    seen: Floats = np.unique(units.values[units.rated])
    if scale is None:
        return seen
    levels = np.unique(np.asarray(scale, dtype=float))
    outside = seen[~np.isin(seen, levels)]
    if len(outside):
        raise AgreementError(
            f"rating {outside[0]:g}", f"it is outside the scale {tuple(levels.tolist())}", "Correct it or the scale."
        )
    return levels


def level_distribution(distribution: ArrayLike, units: RatedUnits, levels: Floats) -> Floats:
    """Probabilities of the levels for the units kept, (n, L), checked to be probabilities."""
    table: Floats = np.asarray(distribution, dtype=float)
    if table.shape != (len(units.kept), len(levels)):
        raise AgreementError(
            f"a distribution of shape {table.shape}",
            f"{len(units.kept)} units on {len(levels)} levels are expected",
            "Give one probability per unit and level; scale= names the levels where people used only some.",
        )
    kept: Floats = table[units.kept]
    if not np.isfinite(kept).all() or (kept < -1e-9).any() or (np.abs(kept.sum(axis=1) - 1) > 1e-6).any():
        raise AgreementError(
            "a distribution that is not one", "every scored unit needs probabilities of 0 or more that sum to 1"
        )
    return kept
