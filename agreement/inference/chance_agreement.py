"""How often raters would agree by chance, as each coefficient defines it, with an interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings
from agreement.arrays import Floats
from agreement.coefficients.base import estimate
from agreement.coefficients.chance import agreement_and_share_rows, checked_weights, mean_shares, need_scale, ratio
from agreement.coefficients.conger import conger_chance, conger_rows
from agreement.coefficients.weights import Weights
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.rating_patterns import Patterns
from agreement.options import Options, ResampledName
from agreement.ratings import Ratings

ChanceName = Literal["fleiss", "conger", "krippendorff", "gwet", "brennan_prediger"]


def chance_agreement(
    ratings: Ratings | ArrayLike,
    coefficient: ChanceName = "fleiss",
    *,
    weights: Weights = None,
    scale: Sequence[Any] | None = None,
    interval: ResampledName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return the agreement expected by chance: what a coefficient takes off the observed agreement.

    With weights w, the shares :math:`\pi_k` of the categories, and :math:`p_{gk}` those of rater g: fleiss (Scott's pi
    of two raters) :math:`\sum_{kl} w_{kl} \pi_k \pi_l`; conger (Cohen's kappa of two) the mean over pairs of raters of
    :math:`\sum_{kl} w_{kl} p_{gk} p_{hl}`; krippendorff the first with the shares of ratings that can be compared;
    gwet :math:`\sum_{kl} w_{kl} \sum_k \pi_k (1 - \pi_k) / (q(q - 1))`; brennan_prediger the mean weight.
    Where chance is high, as with one category that nearly all ratings are, little is left for a coefficient to measure.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
    coefficient : {"fleiss", "conger", "krippendorff", "gwet", "brennan_prediger"}, default "fleiss"
    weights, scale, interval, cluster, confidence, n_resamples, seed
        As of :func:`agreement.fleiss_kappa`; the interval is "jackknife" or "bootstrap".

    Returns
    -------
    Estimate
        Without an interval, and with the reason, where chance does not vary with the ratings.

    References
    ----------
    K. L. Gwet, *Handbook of Inter-Rater Reliability*, 4th ed. (2014), chapters 2 and 4.

    Examples
    --------
    Two raters say yes to 3/4 and 2/4 of four units, 5/8 together: 25/64 + 9/64, and 3/4 · 2/4 + 1/4 · 2/4.

    >>> table = [[1, 1], [1, 0], [1, 1], [0, 0]]
    >>> chance_agreement(table, interval=None).value, chance_agreement(table, "conger", interval=None).value
    (0.53125, 0.5)
    """
    if coefficient not in get_args(ChanceName):
        known = ", ".join(map(repr, get_args(ChanceName)))
        raise AgreementError(f"chance_agreement of {coefficient!r}", f"choose one of {known}")
    options = Options(interval, confidence, n_resamples, seed, allowed=("jackknife", "bootstrap", None))
    read = as_ratings(ratings, scale=scale, cluster=cluster)
    if coefficient in ("gwet", "brennan_prediger"):
        need_scale(read, "chance agreement and its number of categories")
    matrix = checked_weights(read, weights)
    if coefficient == "conger":
        return _of_raters(read, matrix, options)
    rows = _comparable_rows if coefficient == "krippendorff" else agreement_and_share_rows
    expected = _EXPECTED[coefficient]
    return estimate(
        read,
        options,
        rows=lambda patterns: rows(patterns, matrix),
        formula=lambda sums, patterns: expected(mean_shares(sums), matrix),
        bounds=(0.0, 1.0),
        enters_from=2 if coefficient == "krippendorff" else 1,
        luck=None,
        margins_matter=False,
    )


def _of_raters(ratings: Ratings, weights: Floats, options: Options) -> Estimate:
    def formula(sums: Floats, patterns: Patterns) -> Floats:
        given = sums[..., 2:].reshape(*sums.shape[:-1], ratings.n_raters, patterns.n_categories)
        return conger_chance(given, patterns.rater_weight, weights)

    return estimate(
        ratings,
        options,
        rows=lambda patterns: conger_rows(patterns, weights),
        formula=formula,
        anonymous=False,
        bounds=(0.0, 1.0),
        enters_from=1,
        luck=None,
        margins_matter=False,
    )


def _comparable_rows(patterns: Patterns, weights: Floats) -> Floats:
    """Return rows whose shares are those of the ratings in units with two or more."""
    paired = (patterns.pairs > 0)[:, None]
    none = np.zeros((len(patterns.size), 2))
    return np.concatenate([none, patterns.size[:, None] * paired, patterns.counts * paired], axis=1)


def _of_shares(shares: Floats, weights: Floats) -> Floats:
    return np.asarray(((shares @ weights) * shares).sum(axis=-1))


def _gwet(shares: Floats, weights: Floats) -> Floats:
    q = len(weights)
    spread = ratio(weights.sum(), np.asarray(q * (q - 1)))
    return np.asarray(spread * (shares * (1 - shares)).sum(axis=-1))


def _even(shares: Floats, weights: Floats) -> Floats:
    return np.where(np.isfinite(shares[..., 0]), weights.mean(), np.nan)


_EXPECTED: dict[str, Callable[[Floats, Floats], Floats]] = {
    "fleiss": _of_shares,
    "krippendorff": _of_shares,
    "gwet": _gwet,
    "brennan_prediger": _even,
}
