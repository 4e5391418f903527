"""Intraclass correlations from variance components: the six forms of Shrout and Fleiss, with ratings missing or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.coefficients.intraclass.icc_table import IccTable
from agreement.coefficients.intraclass.mean_squares import limits_of_mean
from agreement.coefficients.intraclass.unbalanced_limits import unbalanced_limits
from agreement.errors import AgreementError
from agreement.estimate import RATERS_LIKE_THESE, THESE_RATERS, Estimate, Interval
from agreement.intervals.bootstrap import bootstrap, percentile
from agreement.intervals.jackknife import jackknife_t
from agreement.options import Options
from agreement.ratings import Ratings
from agreement.result_notes import Note, NoteCode, few_clusters_note
from agreement.significance.raters_as_sample import (
    FIXED,
    SAMPLE,
    check_raters,
    two_way_interval,
)

Form = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]
FORMS: tuple[Form, ...] = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")
IccIntervalName = Literal["auto", "analytic", "jackknife", "bootstrap"]
RatersName = Literal["auto", "fixed", "sample"]
TWO_RATERS = "two raters do not show how raters differ, so the interval is for these two"
ICC_INTERVALS = ("auto", "analytic", "jackknife", "bootstrap", None)


def icc(
    ratings: Ratings | ArrayLike,
    *,
    form: Form = "2,1",
    scale: Sequence[Any] | None = None,
    interval: IccIntervalName | None = "auto",
    raters: RatersName = "auto",
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

    Components come from the analysis of variance; where ratings are missing from restricted maximum likelihood (REML)
    with raters left out (1), random (2) or fixed (3), so that ICC(3,·) does not move when all ratings of a rater shift.
    k is then the harmonic mean number of ratings; the result names it as ``averaged_over``.

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
        "analytic", for independent units, is McGraw and Wong's; where ratings are missing exact for the forms 1 and 3,
        and McGraw and Wong's with mean squares of the fitted variances for form 2. "auto" takes it, and the jackknife
        by cluster where there are clusters.
    raters : {"auto", "fixed", "sample"}, default "auto"
        Whom the interval speaks of, which ``population`` of the result names: these raters, or raters like these.
        "auto" is what the form means: form 2 is about a sample of raters, form 3 about these, and so is form 1 with a
        jackknife. The analytic limits of forms 1 and 2 take raters as a sample. For a sample the jackknife leaves out
        raters as well as clusters, which takes three raters; with two, "auto" speaks of these and says so.
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
        Nominal coverage of the interval.
    n_resamples, seed : int, default 2000 and 0
        Resamples of a bootstrap, and where they start: one seed, one interval.

    Returns
    -------
    Estimate
        May be negative, where units differ less than chance would make them. None where there is no variance, or the
        ratings do not tell the variances apart: with forms 2 and 3 units have to share raters.

    Raises
    ------
    AgreementError
        For a form 2 or 3 of counts, an analytic interval with clusters, an interval that does not fit ``raters``, or an
        unknown option.

    References
    ----------
    P. E. Shrout and J. L. Fleiss, Psychological Bulletin 86 (1979); K. O. McGraw and S. P. Wong, Psychological
    Methods 1 (1996) for intervals; D. A. Harville, Journal of the American Statistical Association 72 (1977) and
    D. A. Harville and A. P. Fenech, Biometrics 41 (1985) for missing ratings.

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
    _check_raters(raters, form, options)
    table = IccTable.read(ratings, scale, cluster, confidence, anonymous=form.startswith("1"))
    return _estimate(table, form, options, raters)


def icc_forms(
    ratings: Ratings | ArrayLike,
    *,
    scale: Sequence[Any] | None = None,
    interval: IccIntervalName | None = "auto",
    raters: RatersName = "auto",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> dict[Form, Estimate]:
    """Return all six forms from one pass over the ratings.

    Parameters
    ----------
    ratings, scale, interval, raters, cluster, confidence, n_resamples, seed
        As of :func:`icc`; form 3 stays about these raters, whatever ``raters`` says.

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
    _check_raters(raters, None, options)
    read = IccTable.read(ratings, scale, cluster, confidence, anonymous=True)
    counts = isinstance(ratings, Ratings) and not ratings.identified
    return {
        form: replace(read.blank, reason=_COUNTS)
        if counts and not form.startswith("1")
        else _estimate(read, form, options, raters)
        for form in FORMS
    }


_COUNTS = "the ratings were read from counts, which do not say who rated: only the forms 1,1 and 1,k need not know"


def _check_raters(raters: str, form: str | None, options: Options) -> None:
    if raters == "auto":
        return
    check_raters(raters)
    if raters == SAMPLE and form is not None and form.startswith("3"):
        raise AgreementError(
            "raters='sample' with form 3", "form 3 is about these raters", 'Use form="2,1", or form="2,k".'
        )
    if raters == SAMPLE and options.interval == "bootstrap":
        raise AgreementError(
            "interval='bootstrap' with raters='sample'", "it resamples units alone", "Use 'jackknife'."
        )
    if raters == FIXED and options.interval == "analytic" and (form is None or not form.startswith("3")):
        what = "the analytic limits of forms 1 and 2 take raters as a sample"
        raise AgreementError("interval='analytic' with raters='fixed'", what, "Use interval='jackknife'.")


def _estimate(table: IccTable, form: Form, options: Options, raters: RatersName) -> Estimate:
    blank = replace(table.blank, averaged_over=table.averaged_over if form.endswith("k") and table.n_units else None)
    reason = table.why_undefined(form)
    if reason is not None:
        return replace(blank, reason=reason)
    value = table.value(form)
    if not np.isfinite(value):
        return replace(blank, reason=_not_above_zero(form))
    analytic = options.interval == "analytic" or (
        options.interval == "auto" and table.member is None and (raters != FIXED or form.startswith("3"))
    )
    asked = SAMPLE if raters == "auto" and form.startswith("2") else raters
    left_out = asked == SAMPLE and not form.startswith("3") and options.interval not in (None, "bootstrap")
    notes = (*table.fit_notes(form), *few_clusters_note(blank.n_clusters))
    if raters == "auto" and left_out and not analytic and table.values.shape[1] < 3:
        left_out, notes = False, (*notes, Note(TWO_RATERS, NoteCode.FEW_RATERS))
    sampled = left_out or (analytic and not form.startswith("3"))
    blank = replace(blank, population=RATERS_LIKE_THESE if sampled else THESE_RATERS)
    if sampled and not analytic:
        return blank.with_interval(value, _for_like_raters(table, form, options), notes=notes)
    return blank.with_interval(value, _interval(table, form, options, analytic=analytic), notes=notes)


def _for_like_raters(table: IccTable, form: Form, options: Options) -> Interval:
    """Leave out clusters, and raters; of a mean of k by the Spearman-Brown formula, since a rater less is another k."""
    single = f"{form[0]},1"
    by_raters = table.variance_over_raters(single)
    found = two_way_interval(
        table.jackknife(single, options.seed), by_raters, confidence=options.confidence, bounds=(-1.0, 1.0)
    )
    if form == single or found.low is None or found.high is None:
        return found
    return replace(limits_of_mean(found.low, found.high, table.averaged_over, found.method), notes=found.notes)


def interval_at(table: IccTable, form: Form, confidence: float) -> Interval:
    """Return the usual interval at a confidence; what a table has computed for one serves the next."""
    found = usual_estimate(table, form, confidence)
    return Interval(found.low, found.high, found.method, reason=found.reason)


def usual_estimate(table: IccTable, form: Form, confidence: float) -> Estimate:
    """Return the value with its usual interval at a confidence."""
    return _estimate(table, form, Options("auto", confidence, 2000, 0, ICC_INTERVALS), "auto")


def _not_above_zero(form: Form) -> str:
    what = "a mean of k raters" if form.endswith("k") else "a rating"
    return f"the estimated variance of {what} is not above zero: units differ no more than error would make them"


def _analytic(table: IccTable, form: Form, confidence: float) -> Interval:
    if table.complete:
        return table.squares.limits(form, confidence)
    return unbalanced_limits(table.pivot(form), table.fit(form), form, confidence)


def _interval(table: IccTable, form: Form, options: Options, *, analytic: bool) -> Interval:
    confidence = options.confidence
    if options.interval == "analytic" and table.member is not None:
        raise AgreementError(
            "interval='analytic' with clusters", "it takes units as independent", "Use interval='jackknife'."
        )
    if options.interval is None:
        return Interval()
    if analytic:
        return replace(_analytic(table, form, confidence), notes=table.few_raters_note(form))
    if options.interval == "bootstrap":
        values = bootstrap(table.statistic(form, options.seed), n_resamples=options.n_resamples, seed=options.seed)
        return percentile(values, confidence=confidence)
    return jackknife_t(table.jackknife(form, options.seed), confidence=confidence)
