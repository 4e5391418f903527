"""Agreement label by label: specific agreement, and a coefficient of each label against the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings
from agreement.arrays import Floats
from agreement.coefficients.base import estimate
from agreement.coefficients.chance import ratio
from agreement.coefficients.fleiss import fleiss_kappa
from agreement.estimate import Estimate
from agreement.intervals.rating_patterns import Patterns
from agreement.labels.label_presence import holds_sets, label_presence, labels_of_sets
from agreement.labels.label_subset import label_subset
from agreement.options import Options, ResampledName
from agreement.ratings import Ratings


def specific_agreement(
    ratings: Ratings | ArrayLike,
    *,
    scale: Sequence[Any] | None = None,
    interval: ResampledName | None = "jackknife",
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    r"""Return the share of agreeing pairs of ratings, and of each label the share of its pairs that agree.

    With :math:`r_{ik}` of the :math:`r_i` ratings of unit i in category k,

    .. math:: p_k = \frac{\sum_i r_{ik} (r_{ik} - 1)}{\sum_i r_{ik} (r_i - 1)}

    Given that one rater chose k, it is how likely another did: for two raters :math:`2 n_{kk} / (n_{k \cdot} +
    n_{\cdot k})`, positive and negative agreement of two labels.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
        A unit with one rating does not enter. Units count by their pairs, unlike in :func:`percent_agreement`.
    scale : sequence, optional
        Categories of an array.
    interval : {"jackknife", "bootstrap"} or None, default "jackknife"
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
    n_resamples, seed : int, default 2000 and 0

    Returns
    -------
    Estimate
        Of all labels together; ``parts`` by label, None for one that nobody gave. Of ratings that are sets of labels
        the whole takes sets for the same where all their labels are, and the parts are of sets that hold a label.

    References
    ----------
    D. V. Cicchetti and A. R. Feinstein, Journal of Clinical Epidemiology 43 (1990); J. L. Fleiss, *Statistical Methods
    for Rates and Proportions*, 2nd ed. (1981).

    Examples
    --------
    Both say 1 once, 0 three times, and differ twice: 2 · 1 / (2 + 2) and 2 · 3 / (4 + 4).

    >>> pairs = [[1, 1], [0, 0], [0, 0], [0, 0], [0, 1], [1, 0]]
    >>> {label: part.value for label, part in specific_agreement(pairs, interval=None).parts.items()}
    {'0': 0.75, '1': 0.5}
    """
    options = Options(interval, confidence, n_resamples, seed, ("jackknife", "bootstrap", None))
    read = as_ratings(ratings, scale=scale, cluster=cluster)
    whole = _share_of_pairs(read, options, np.arange(len(read.scale)))
    if holds_sets(read):
        held = {str(label): label_presence(read, label) for label in labels_of_sets(read)}
        return replace(whole, parts={name: _of_label(one, options, 1, name) for name, one in held.items()})
    parts = {str(label): _of_label(read, options, k, label) for k, label in enumerate(read.scale)}
    return replace(whole, parts=parts)


def _share_of_pairs(ratings: Ratings, options: Options, categories: Any) -> Estimate:
    def rows(patterns: Patterns) -> Floats:
        counts, own = patterns.counts[:, categories], patterns.self_pairs[:, categories]
        agreeing = (np.square(counts) - own).sum(axis=1)
        of_them = (counts * patterns.size[:, None] - own).sum(axis=1)
        return np.stack([agreeing, of_them], axis=1)

    return estimate(
        ratings, options, rows=rows, formula=lambda sums, patterns: ratio(sums[..., 0], sums[..., 1]), bounds=(0.0, 1.0)
    )


def _of_label(ratings: Ratings, options: Options, k: int, label: Any) -> Estimate:
    found = _share_of_pairs(ratings, options, [k])
    given = bool((ratings.codes == k).any())
    return found if found.value is not None or given else replace(found, reason=f"nobody gave the label {label!r}")


def agreement_by_label(
    ratings: Ratings | ArrayLike,
    *,
    coefficient: Callable[..., Estimate] = fleiss_kappa,
    scale: Sequence[Any] | None = None,
    cluster: ArrayLike | None = None,
    **options: Any,
) -> Estimate:
    r"""Return a coefficient with its value for each label against the rest.

    Fleiss' kappa of category k, as of any coefficient of the categories k and "not k", is

    .. math:: \kappa_k = 1 - \frac{\sum_i r_{ik} (r_i - r_{ik})}{n\, m (m - 1)\, p_k (1 - p_k)}

    for n units of m ratings, :math:`r_{ik}` of them k, and :math:`p_k` the share of k.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
    coefficient : callable, default :func:`fleiss_kappa`
        A coefficient of categories, such as :func:`krippendorff_alpha` or :func:`gwet_ac`.
    scale : sequence, optional
        Categories of an array.
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    **options
        Keywords of the coefficient: ``interval``, ``confidence``, ``level``, …

    Returns
    -------
    Estimate
        Of all labels; ``parts`` by label. Of ratings that are sets of labels, the parts compare sets that hold it with
        sets that do not.

    References
    ----------
    J. L. Fleiss, Psychological Bulletin 76 (1971).

    Examples
    --------
    >>> pairs = [["a", "a"], ["b", "b"], ["c", "b"], ["a", "a"]]
    >>> found = agreement_by_label(pairs, interval=None)
    >>> {label: round(part.value, 3) for label, part in found.parts.items()}
    {'a': 1.0, 'b': 0.467, 'c': -0.143}
    """
    read = as_ratings(ratings, scale=scale, cluster=cluster)
    if holds_sets(read):
        reduced = {str(label): label_presence(read, label) for label in labels_of_sets(read)}
    else:
        reduced = {str(label): label_subset(read, [label], other=f"not {label}") for label in read.scale}
    parts = {name: coefficient(one, **options) for name, one in reduced.items()}
    return replace(coefficient(read, **options), parts=parts)
