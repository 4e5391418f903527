"""Intraclass correlations from variance components: the six forms of Shrout and Fleiss, with ratings missing or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Literal

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
from agreement.coefficients.icc_limits import TINY, MeanSquares
from agreement.coefficients.variance_components import one_way, rows_of, total_of_complete, two_way
from agreement.errors import AgreementError
from agreement.estimate import Estimate, Interval
from agreement.intervals.bootstrap import bootstrap, percentile
from agreement.intervals.jackknife import jackknife_t
from agreement.intervals.statistic_of_sums import StatisticOfSums, sum_by_group
from agreement.options import Options
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note

Form = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]
FORMS: tuple[Form, ...] = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")
ROUNDING = 1e-14
IccIntervalName = Literal["auto", "analytic", "jackknife", "bootstrap"]


ICC_INTERVALS = ("auto", "analytic", "jackknife", "bootstrap", None)


def icc(
    ratings: Ratings | ArrayLike,
    *,
    form: Form = "2,1",
    scale: Sequence[Any] | None = None,
    interval: IccIntervalName | None = "auto",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return an intraclass correlation.

    With the variances of units :math:`\sigma_a^2`, raters :math:`\sigma_b^2` and error :math:`\sigma_e^2`:

    ========  ==================================================================  ==============================
    form      value                                                               raters
    ========  ==================================================================  ==============================
    ``1,1``   :math:`\sigma_a^2 / (\sigma_a^2 + \sigma_w^2)`                      other ones for each unit
    ``2,1``   :math:`\sigma_a^2 / (\sigma_a^2 + \sigma_b^2 + \sigma_e^2)`         a sample, agreement
    ``3,1``   :math:`\sigma_a^2 / (\sigma_a^2 + \sigma_e^2)`                      these, consistency
    ``·,k``   the same with everything but :math:`\sigma_a^2` divided by k        mean of k raters
    ========  ==================================================================  ==============================

    Components come from the analysis of variance; where ratings are missing from Henderson's method I, which equals it
    on complete tables and stays unbiased. k is then the harmonic mean number of ratings.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        Numbers; units with one rating do not enter. Counts (:meth:`Ratings.from_counts`) do not say who rated, so they
        have the forms 1,1 and 1,k only.
    form : {"1,1", "2,1", "3,1", "1,k", "2,k", "3,k"}, default "2,1"
        Model of the raters, and whether one rating or the mean of k is meant.
    scale : sequence, optional
        Categories of an array; words become their positions from 1.
    interval : {"auto", "analytic", "jackknife", "bootstrap"} or None, default "auto"
        "analytic" is McGraw and Wong's, for complete tables of independent units; "auto" takes it there, and the
        jackknife by cluster elsewhere.
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
        Nominal coverage of the interval.
    n_resamples, seed : int, default 2000 and 0
        Resamples of a bootstrap, and where they start: one seed, one interval.

    Returns
    -------
    Estimate
        May be negative, where units differ less than chance would make them. None where the estimated variance of the
        error, or that of a mean of k raters, is below zero: a share of it would be above 1.

    Raises
    ------
    AgreementError
        For a form 2 or 3 of counts, an analytic interval with missing ratings or clusters, or an unknown option.

    References
    ----------
    P. E. Shrout and J. L. Fleiss, Psychological Bulletin 86 (1979); K. O. McGraw and S. P. Wong, Psychological
    Methods 1 (1996) for intervals; C. R. Henderson, Biometrics 9 (1953) for missing ratings.

    Examples
    --------
    >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> [round(icc(judges, form=form, interval=None).value, 2) for form in FORMS]
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    >>> found = icc(judges, form="2,1")
    >>> round(found.low, 4), round(found.high, 4), found.method
    (0.0188, 0.7611, 'McGraw & Wong')
    """
    if form not in FORMS:
        raise AgreementError(f"form={form!r}", f"choose one of {', '.join(map(repr, FORMS))}")
    options = Options(interval, confidence, n_resamples, seed, ICC_INTERVALS)
    return _estimate(_read(ratings, scale, cluster, confidence, anonymous=form.startswith("1")), form, options)


def icc_forms(
    ratings: Ratings | ArrayLike,
    *,
    scale: Sequence[Any] | None = None,
    interval: IccIntervalName | None = "auto",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> dict[Form, Estimate]:
    """Return all six forms from one pass over the ratings.

    Parameters
    ----------
    ratings, scale, interval, cluster, confidence, n_resamples, seed
        As of :func:`icc`.

    Returns
    -------
    dict of str to Estimate
        By form, ``"1,1"`` to ``"3,k"``. Of counts those of two-way models are None with a reason.

    Examples
    --------
    >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> {form: round(found.value, 2) for form, found in icc_forms(judges).items()}
    {'1,1': 0.17, '2,1': 0.29, '3,1': 0.71, '1,k': 0.44, '2,k': 0.62, '3,k': 0.91}
    """
    options = Options(interval, confidence, n_resamples, seed, ICC_INTERVALS)
    read = _read(ratings, scale, cluster, confidence, anonymous=True)
    counts = isinstance(ratings, Ratings) and not ratings.identified
    return {
        form: replace(read.blank, reason=_COUNTS)
        if counts and not form.startswith("1")
        else _estimate(read, form, options)
        for form in FORMS
    }


_COUNTS = "the ratings were read from counts, which do not say who rated: only the forms 1,1 and 1,k need not know"


@dataclass(frozen=True, eq=False)
class _IccTable:
    """Units with two ratings or more, and what all forms need of them."""

    values: Floats
    member: Ints | None
    complete: bool
    blank: Estimate

    @property
    def independent(self) -> bool:
        return self.complete and self.member is None

    @cached_property
    def total(self) -> Floats:
        if self.complete:
            return total_of_complete(self.values)
        return np.asarray(rows_of(self.values).sum(axis=0))

    @property
    def alike(self) -> bool:
        """Whether the ratings differ by no more than the rounding of numbers of their size."""
        spread, size = self.total[2] / self.total[0], np.nanmax(np.abs(self.values[0]))
        return bool(spread <= (ROUNDING * size) ** 2)

    @cached_property
    def squares(self) -> MeanSquares:
        """Mean squares of a complete table."""
        return MeanSquares.of(self.total, *self.values.shape)

    def value(self, form: Form) -> float:
        if self.complete:
            return self.squares.value(form)
        return float(icc_of_totals(self.total[None, :], form, self.values.shape[1])[0])

    @cached_property
    def sums(self) -> Floats:
        """Totals per independent group, shape (G, p)."""
        rows = rows_of(self.values)
        if self.member is None:
            return rows
        groups = renumbered(self.member)
        return np.asarray(sum_by_group(rows, groups, int(groups.max()) + 1))

    def statistic(self, form: Form) -> StatisticOfSums:
        formula = partial(icc_of_totals, form=form, n_raters=self.values.shape[1])
        return StatisticOfSums(self.sums, np.ones(len(self.sums)), formula)


def _read(
    ratings: Ratings | ArrayLike,
    scale: Sequence[Any] | None,
    cluster: ArrayLike | None,
    confidence: float,
    *,
    anonymous: bool,
) -> _IccTable:
    checked = ratings if scale is None else as_ratings(ratings, scale=scale)
    values = rating_values(checked, anonymous=anonymous)
    group = cluster_codes(cluster, ratings, len(values))
    single, complete = 0, values.shape[1] >= 2 and all_finite(values)
    if not complete:
        rated = ~np.isnan(values)
        several = rated.sum(axis=1) >= 2
        single = int(rated[~several].sum())
        values, group = values[several], None if group is None else group[several]
        complete = all_finite(values)
    notes: tuple[str, ...] = unused_weights_note(ratings)
    if single:
        notes += (f"{single} rating(s) of units with one rating did not enter",)
    if not complete:
        notes += ("ratings are missing: variance components by Henderson's method I",)
    blank = Estimate.undefined(
        "not yet computed",
        confidence=confidence,
        n_dropped=single,
        n_clusters=None if group is None else len(np.unique(group)),
        notes=notes,
        **counts_of(values, complete=complete),
    )
    return _IccTable(values, group, complete, blank)


def _estimate(table: _IccTable, form: Form, options: Options) -> Estimate:
    blank, n_units = table.blank, len(table.values)
    if n_units < 2:
        return replace(blank, reason=f"{n_units} units with two ratings, and an intraclass correlation needs two")
    value = float("nan") if table.alike else table.value(form)
    if not np.isfinite(value):
        return replace(blank, reason=_why(table, form))
    return blank.with_interval(value, _interval(table, form, options), notes=few_clusters_note(blank.n_clusters))


def _why(table: _IccTable, form: Form) -> str:
    if table.alike:
        return "all ratings are alike, so there is no variance to share out"
    signal, noise = (float(v[0]) for v in _variances(table.total[None, :], form, table.values.shape[1]))
    if not np.isfinite(signal + noise):
        return "too few ratings are shared to tell the variances of units, raters and error apart"
    if noise < -TINY * table.total[2] / table.total[0]:
        return "the estimated variance of the error is below zero, as it can be where ratings are missing"
    what = "a mean of k raters" if form.endswith("k") else "a rating"
    return f"the estimated variance of {what} is not above zero: units differ no more than error would make them"


def _variances(total: Floats, form: Form, n_raters: int) -> tuple[Floats, Floats]:
    """Return the variance of units and what comes on top of it, from totals of shape (…, p)."""
    if form.startswith("1"):
        signal, noise = one_way(total)
    else:
        signal, rater, error = two_way(total, n_raters)
        noise = error + rater if form.startswith("2") else error
    return signal, noise / (total[..., 3] / total[..., 6]) if form.endswith("k") else noise


def icc_of_totals(total: Floats, form: Form, n_raters: int) -> Floats:
    """Return the share of the variance of units, NaN where the components do not add up to a variance."""
    signal, noise = _variances(total, form, n_raters)
    whole, rounding = signal + noise, TINY * total[..., 2]
    n, units = total[..., 0], total[..., 3]
    possible = (noise * n >= -rounding) & (whole * n > rounding) & (units > 1)
    return np.asarray(np.divide(signal, whole, out=np.full(whole.shape, np.nan), where=possible))


def _interval(table: _IccTable, form: Form, options: Options) -> Interval:
    name, confidence = options.interval, options.confidence
    if name == "analytic" and not table.independent:
        raise AgreementError(
            "interval='analytic' with missing ratings or clusters", "it is for neither", "Use interval='jackknife'."
        )
    if name is None:
        return Interval()
    if name == "analytic" or (name == "auto" and table.independent):
        return table.squares.limits(form, confidence)
    if name == "bootstrap":
        values = bootstrap(table.statistic(form), n_resamples=options.n_resamples, seed=options.seed)
        return percentile(values, confidence=confidence)
    return jackknife_t(table.statistic(form).jackknife(), confidence=confidence)
