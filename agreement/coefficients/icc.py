"""Intraclass correlations from variance components: the six forms of Shrout and Fleiss, with ratings missing or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats, Ints
from agreement.coefficients.icc_limits import TINY, MeanSquares
from agreement.coefficients.variance_components import one_way, rows_of, total_of_complete, two_way
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.confidence_intervals import Interval, Totals, bootstrap, by_cluster, jackknife_t, percentile
from agreement.options import check_confidence, check_resamples, check_seed
from agreement.ratings import Ratings, as_ratings
from agreement.score_inputs import all_finite, cluster_codes, few_clusters_note, rating_values, unused_weights_note

Form = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]
FORMS: tuple[Form, ...] = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")
ROUNDING = 1e-14
IntervalName = Literal["auto", "analytic", "jackknife", "bootstrap"]


class Keywords(TypedDict, total=False):
    """Keyword-only options of :func:`icc`, which documents them."""

    scale: Any
    interval: IntervalName | None
    cluster: ArrayLike | None
    confidence: float
    n_resamples: int
    seed: int


@dataclass(frozen=True)
class _Options:
    scale: Any = None
    interval: IntervalName | None = "auto"
    cluster: ArrayLike | None = None
    confidence: float = 0.95
    n_resamples: int = 2000
    seed: int = 0

    def __post_init__(self) -> None:
        if self.interval not in ("auto", "analytic", "jackknife", "bootstrap", None):
            raise AgreementError(
                f"interval={self.interval!r}", "choose 'auto', 'analytic', 'jackknife', 'bootstrap' or None"
            )
        check_confidence(self.confidence)
        check_resamples(self.n_resamples)
        check_seed(self.seed)


def icc(ratings: Ratings | ArrayLike, *, form: Form = "2,1", **options: Unpack[Keywords]) -> Estimate:
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
    scale : sequence, optional
        Categories of an array, which is then checked against them; words become their positions from 1.
    interval : {"auto", "analytic", "jackknife", "bootstrap"} or None, default "auto"
        "analytic" is McGraw and Wong's, for complete tables of independent units; "auto" takes it there, and the
        jackknife by cluster elsewhere.
    cluster : array_like of shape (units,), optional
    confidence : float, default 0.95
    n_resamples : int, default 2000
    seed : int, default 0

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
    chosen = _Options(**options)
    return _estimate(_read(ratings, chosen, anonymous=form.startswith("1")), form, chosen)


def icc_forms(ratings: Ratings | ArrayLike, **options: Unpack[Keywords]) -> dict[Form, Estimate]:
    """Return all six forms from one pass over the ratings.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
    **options
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
    chosen = _Options(**options)
    read = _read(ratings, chosen, anonymous=True)
    counts = isinstance(ratings, Ratings) and not ratings.identified
    return {
        form: replace(read.blank, reason=_COUNTS)
        if counts and not form.startswith("1")
        else _estimate(read, form, chosen)
        for form in FORMS
    }


_COUNTS = "the ratings were read from counts, which do not say who rated: only the forms 1,1 and 1,k need not know"


@dataclass(frozen=True, eq=False)
class _Table:
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
        summed: Floats = rows_of(self.values).sum(axis=0)
        return summed

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
        return float(_form(form, self.values.shape[1])(self.total[None, :])[0])

    @cached_property
    def sums(self) -> Floats:
        """Totals per independent group, shape (G, p)."""
        rows = rows_of(self.values)
        if self.member is None:
            return rows
        groups = np.unique(self.member, return_inverse=True)[1].reshape(-1)
        added: Floats = by_cluster(rows, groups, int(groups.max()) + 1)
        return added

    def totals(self, form: Form) -> Totals:
        return Totals(self.sums, np.ones(len(self.sums)), _form(form, self.values.shape[1]))


def _read(ratings: Ratings | ArrayLike, options: _Options, *, anonymous: bool) -> _Table:
    checked = ratings if options.scale is None else as_ratings(ratings, scale=options.scale)
    values = rating_values(checked, anonymous=anonymous)
    group = cluster_codes(options.cluster, ratings, len(values))
    single, complete = 0, values.shape[1] >= 2 and all_finite(values)
    if not complete:
        rated = ~np.isnan(values)
        several = rated.sum(axis=1) >= 2
        single = int(rated[~several].sum())
        values, group = values[several], None if group is None else group[several]
        complete = all_finite(values)
    blank = _blank(values, group, single, complete, options.confidence, unused_weights_note(ratings))
    return _Table(values, group, complete, blank)


def _blank(
    values: Floats,
    member: Ints | None,
    single: int,
    complete: bool,
    confidence: float,
    notes: tuple[str, ...],
) -> Estimate:
    if single:
        notes = (*notes, f"{single} rating(s) of units with one rating did not enter")
    if not complete:
        notes = (*notes, "ratings are missing: variance components by Henderson's method I")
    per_rater = np.full(values.shape[1], len(values)) if complete else np.count_nonzero(~np.isnan(values), axis=0)
    return Estimate(
        None,
        None,
        None,
        confidence=confidence,
        n_units=len(values),
        n_raters=int(np.count_nonzero(per_rater)),
        n_ratings=int(per_rater.sum()),
        n_dropped=single,
        n_clusters=None if member is None else len(np.unique(member)),
        reason="not yet computed",
        notes=notes,
    )


def _estimate(table: _Table, form: Form, options: _Options) -> Estimate:
    blank, n_units = table.blank, len(table.values)
    if n_units < 2:
        return replace(blank, reason=f"{n_units} units with two ratings, and an intraclass correlation needs two")
    value = float("nan") if table.alike else table.value(form)
    if not np.isfinite(value):
        return replace(blank, reason=_why(table, form))
    found = _interval(table, form, options)
    few = () if table.member is None else few_clusters_note(blank.n_clusters or 0)
    return replace(
        blank,
        value=value,
        low=found.low,
        high=found.high,
        method=found.method,
        standard_error=found.standard_error,
        reason=found.reason,
        notes=blank.notes + found.notes + few,
    )


def _why(table: _Table, form: Form) -> str:
    if table.alike:
        return "all ratings are alike, so there is no variance to share out"
    signal, noise = (float(v[0]) for v in _components(form, table.values.shape[1])(table.total[None, :]))
    if not np.isfinite(signal + noise):
        return "too few ratings are shared to tell the variances of units, raters and error apart"
    if noise < -TINY * table.total[2] / table.total[0]:
        return "the estimated variance of the error is below zero, as it can be where ratings are missing"
    what = "a mean of k raters" if form.endswith("k") else "a rating"
    return f"the estimated variance of {what} is not above zero: units differ no more than error would make them"


def _components(form: Form, n_raters: int) -> Callable[[Floats], tuple[Floats, Floats]]:
    """Return the variance of units and what comes on top of it, as functions of totals of shape (…, p)."""

    def parts(total: Floats) -> tuple[Floats, Floats]:
        k = total[..., 3] / total[..., 6]
        if form.startswith("1"):
            signal, noise = one_way(total)
        else:
            signal, rater, error = two_way(total, n_raters)
            noise = error + rater if form.startswith("2") else error
        return signal, noise / k if form.endswith("k") else noise

    return parts


def _form(form: Form, n_raters: int) -> Callable[[Floats], Floats]:
    parts = _components(form, n_raters)

    def value(total: Floats) -> Floats:
        signal, noise = parts(total)
        whole, rounding = signal + noise, TINY * total[..., 2]
        n, units = total[..., 0], total[..., 3]
        possible = (noise * n >= -rounding) & (whole * n > rounding) & (units > 1)
        return np.asarray(np.divide(signal, whole, out=np.full(whole.shape, np.nan), where=possible))

    return value


def _interval(table: _Table, form: Form, options: _Options) -> Interval:
    name, confidence = options.interval, options.confidence
    if name == "analytic" and not table.independent:
        raise AgreementError(
            "interval='analytic' with missing ratings or clusters", "it is for neither", "Use interval='jackknife'."
        )
    if name is None:
        return Interval(None, None, "none")
    if name == "analytic" or (name == "auto" and table.independent):
        return table.squares.limits(form, confidence)
    if name == "bootstrap":
        values = bootstrap(table.totals(form), n_resamples=options.n_resamples, seed=options.seed)
        return percentile(values, confidence=confidence)
    return jackknife_t(table.totals(form), confidence=confidence)
