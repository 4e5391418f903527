"""Units with two ratings or more, and what all intraclass correlations need of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import (
    all_finite,
    as_ratings,
    cluster_codes,
    counts_of,
    rating_values,
    renumbered,
    unused_weights_note,
)
from agreement.arrays import Floats, Ints
from agreement.coefficients.intraclass.complete_totals import rows_of_complete, total_of_complete
from agreement.coefficients.intraclass.linearized_fit import linearized_icc
from agreement.coefficients.intraclass.mean_squares import MeanSquares, anova_icc
from agreement.coefficients.intraclass.rating_sums import RatingSums
from agreement.coefficients.intraclass.reml import VarianceRatios, reml
from agreement.coefficients.intraclass.unbalanced_limits import UNCONNECTED, UnitPivot
from agreement.estimate import Estimate
from agreement.intervals.jackknife import Jackknife
from agreement.intervals.statistic_of_sums import StatisticOfSums, blocks, sum_by_group
from agreement.ratings import Ratings
from agreement.significance.raters_as_sample import variance_without_raters

ROUNDING = 1e-14
MOST_NUMBERS = 1 << 24  # held for the sums of all groups; beyond it groups are put together at random
LEAST_GROUPS = 80
MOST_WORK = 3 * 10**7  # groups times the cube of raters up to which all resamples are fitted
FEW_RATERS = 4
REML_NOTE = "ratings are missing: variance components by restricted maximum likelihood (REML)"
NEGATIVE = "the estimated variance of units is below zero: units differ less than chance would make them"
NO_RATER_VARIANCE = "the estimated variance of raters is 0, the end of its range"


@dataclass(frozen=True, eq=False)
class IccTable:
    """Ratings (units, raters) of which every unit has two or more, with what is known of them."""

    values: Floats
    member: Ints | None
    complete: bool
    blank: Estimate
    fits: dict[str, VarianceRatios] = field(default_factory=dict)
    pivots: dict[str, UnitPivot] = field(default_factory=dict)
    left_out: dict[str, Floats] = field(default_factory=dict)
    by_raters: dict[str, tuple[float, int]] = field(default_factory=dict)

    @classmethod
    def read(
        cls,
        ratings: Ratings | ArrayLike,
        scale: Sequence[Any] | None,
        cluster: ArrayLike | None,
        confidence: float,
        *,
        anonymous: bool,
    ) -> IccTable:
        """Read ratings, leaving out units with one; ``anonymous`` accepts counts, which do not say who rated."""
        checked = ratings if scale is None else as_ratings(ratings, scale=scale)
        values = rating_values(checked, anonymous=anonymous)
        group = cluster_codes(cluster, ratings, len(values))
        single, complete = 0, values.shape[1] >= 2 and all_finite(values)
        if not complete:
            rated = ~np.isnan(values)
            several = rated.sum(axis=1) >= 2
            single = int(rated[~several].sum())
            values, group = values[several], None if group is None else group[several]
            values = values[:, rated[several].any(axis=0)]
            complete = bool(len(values)) and all_finite(values)
        notes: tuple[str, ...] = unused_weights_note(ratings)
        if single:
            notes += (f"{single} rating(s) of units with one rating did not enter",)
        blank = Estimate.undefined(
            "not yet computed",
            confidence=confidence,
            n_dropped=single,
            n_clusters=None if group is None else len(np.unique(group)),
            notes=notes,
            **counts_of(values, complete=complete),
        )
        return cls(values, group, complete, blank)

    def of(self, values: Floats) -> IccTable:
        """Return a table of other ratings, without clusters."""
        n_ratings = int(np.count_nonzero(~np.isnan(values)))
        return IccTable(values, None, all_finite(values), replace(self.blank, n_ratings=n_ratings))

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.values)

    @cached_property
    def alike(self) -> bool:
        """Whether the ratings differ by no more than the rounding of numbers of their size."""
        spread = self.total[1] / self.values.size if self.complete else np.nanvar(self.values)
        size = np.nanmax(np.abs(self.values[0]))
        return bool(spread <= (ROUNDING * size) ** 2)

    @cached_property
    def total(self) -> Floats:
        """Totals of a complete table."""
        return total_of_complete(self.values)

    @cached_property
    def squares(self) -> MeanSquares:
        """Mean squares of a complete table."""
        return MeanSquares.of(self.total)

    def sums(self, form: str) -> RatingSums:
        """Return the sums of a table with gaps that the model of a form needs."""
        return self._anonymous if form.startswith("1") else self._of_raters

    @cached_property
    def _of_raters(self) -> RatingSums:
        return RatingSums.of(self.values)

    @cached_property
    def _anonymous(self) -> RatingSums:
        return RatingSums.of(self._values_of("1"))

    def _values_of(self, form: str) -> Floats:
        """Return the ratings, pushed together where the model does not ask who gave which: crowds are many."""
        if not form.startswith("1"):
            return self.values
        size = (~np.isnan(self.values)).sum(axis=1)
        return np.sort(self.values, axis=1)[:, : int(size.max())]

    @property
    def averaged_over(self) -> float:
        """Ratings that a mean of a unit is of: their harmonic mean number where it differs."""
        if self.complete:
            return float(self.values.shape[1])
        return float(self.n_units / (1 / np.count_nonzero(~np.isnan(self.values), axis=1)).sum())

    def why_undefined(self, form: str) -> str | None:
        """Say why the ratings hold no intraclass correlation of a form, None where they do."""
        if self.n_units < 2:
            return f"{self.n_units} units with two ratings, and an intraclass correlation needs two"
        if self.alike:
            return "all ratings are alike, so there is no variance to share out"
        if not self.complete and min(self.pivot(form).error_freedom, self.pivot(form).unit_freedom) < 1:
            return UNCONNECTED
        return None

    def fit(self, form: str, start: VarianceRatios | None = None) -> VarianceRatios:
        """Return the variance ratios of a table with gaps, under the model of a form, from those of similar ratings."""
        if form[0] not in self.fits:
            self.fits[form[0]] = reml(self.sums(form), form[0], start)
        return self.fits[form[0]]

    def pivot(self, form: str) -> UnitPivot:
        """Return what exact limits and tests of a table with gaps start from."""
        model = "1" if form.startswith("1") else "3"
        if model not in self.pivots:
            self.pivots[model] = UnitPivot.of(self.sums(model), model)
        return self.pivots[model]

    def value(self, form: str, start: VarianceRatios | None = None) -> float:
        """Return the intraclass correlation, NaN where it is undefined; ``start`` as of :func:`reml`."""
        if self.complete:
            return self.squares.value(form)
        return float(self.fit(form, start).icc(form, self.sums(form).harmonic_k))

    def fit_notes(self, form: str) -> tuple[str, ...]:
        """Say how a table with gaps was fitted, and which variances ended at or below zero."""
        if self.complete:
            return ()
        found = self.fit(form)
        negative = (NEGATIVE,) if found.units < 0 else ()
        flat = (NO_RATER_VARIANCE,) if form.startswith("2") and found.raters == 0 else ()
        return (REML_NOTE, *negative, *flat)

    def few_raters_note(self, form: str) -> tuple[str, ...]:
        """Say that analytic limits which take raters as a sample rest on few of them, where they do."""
        raters = self.values.shape[1]
        if raters >= FEW_RATERS or not form.startswith("2"):
            return ()
        return (f"only {raters} raters: limits that take raters as a sample are rough, and tend to be too short",)

    def jackknife(self, form: str, seed: int) -> Jackknife:
        """Return the coefficient, and its values without one independent group of units each."""
        if self.complete or self._wide(form):
            return self.statistic(form, seed).jackknife()
        if form[0] not in self.left_out:
            grouped, whole = self._grouped(form, seed), self.sums(form).packed
            found = [self._ratios(grouped, whole - grouped.packed[at], form) for at in _blocks(grouped)]
            self.left_out[form[0]] = np.concatenate(found)
        units, raters, k = self.left_out[form[0]].T
        return Jackknife.of(self.value(form), VarianceRatios(units, raters).icc(form, k))

    def statistic(self, form: str, seed: int) -> StatisticOfSums:
        """Return the coefficient as a function of sums of independent groups of units."""
        if self.complete:
            rows, groups = rows_of_complete(self.values), self._groups
            added = rows if self.member is None else sum_by_group(rows, groups, int(groups.max()) + 1)
            return StatisticOfSums(added, np.ones(len(added)), partial(anova_icc, form=form))
        if self._wide(form):
            groups = self._groups
            return linearized_icc(self.values, self.sums(form), self.fit(form), form, groups, int(groups.max()) + 1)
        grouped = self._grouped(form, seed)

        def formula(packed: Floats) -> Floats:
            units, raters, k = self._ratios(grouped, packed, form).T
            return VarianceRatios(units, raters).icc(form, k)

        return StatisticOfSums(grouped.packed, np.ones(len(grouped.packed)), formula)

    def variance_over_raters(self, form: str) -> tuple[float, int]:
        """Return the variance over raters, by leaving raters out, and on how many raters or groups of them it rests."""
        if form not in self.by_raters:
            start = None if self.complete else self.fit(form)

            self.by_raters[form] = variance_without_raters(
                self.values, lambda ratings: self.of(ratings).value(form, start)
            )
        return self.by_raters[form]

    def _wide(self, form: str) -> bool:
        """Tell whether fits of all resamples would take long: raters are equations, cubic in their number."""
        groups = self.n_units if self.member is None else int(self.blank.n_clusters or 0)
        return not form.startswith("1") and groups * self.values.shape[1] ** 3 > MOST_WORK

    @property
    def _groups(self) -> Ints:
        return np.arange(self.n_units) if self.member is None else renumbered(self.member)

    def _grouped(self, form: str, seed: int) -> RatingSums:
        """Return the sums by independent group, put together at random where all would not fit."""
        groups = self._groups
        n_groups, most = int(groups.max()) + 1, max(LEAST_GROUPS, MOST_NUMBERS // len(self.sums(form).packed))
        if n_groups > most:
            groups = np.random.default_rng(seed).permutation(np.arange(n_groups) % most)[groups]
        return RatingSums.of(self._values_of(form), groups)

    def _ratios(self, layout: RatingSums, packed: Floats, form: str) -> Floats:
        """Return the ratios of units and raters and the harmonic k of sums (B, p), NaN where there are too few."""
        sums = layout.like(packed)
        enough = (sums.n_units > 1) & (sums.n_ratings > sums.n_units)
        found = np.full((len(packed), 3), np.nan)
        if enough.any():
            kept = layout.like(packed[enough])
            ratios = reml(kept, form[0], self.fit(form))
            found[enough] = np.stack([ratios.units, ratios.raters, kept.harmonic_k], axis=1)
        return found


def _blocks(sums: RatingSums) -> Iterator[slice]:
    return blocks(len(sums.packed), sums.packed.shape[1])
