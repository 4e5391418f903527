"""Which rollouts of a group a policy gives more weight when it follows a reward: best of n, and exponential tilt.

Groups are rows; an entry is NaN where the reward gave nothing, and `present` tells rollouts from padding.
"""

from __future__ import annotations

import numpy as np

from agreement.arrays import Bools, Floats, Ints

EQUAL = 1e-9  # rewards closer than this are tied: the difference is rounding


def best_of_n_weights(rewards: Floats, present: Bools, n: int) -> Floats:
    r"""Return the probability that each rollout is the one preferred among n drawn from its group.

    Parameters
    ----------
    rewards : array (groups, m)
    present : array (groups, m) of bool
    n : int
        How many are drawn, without replacement; NaN throughout for a group of fewer.

    Returns
    -------
    array (groups, m)
        Each row sums to 1.

    Notes
    -----
    Exact over all :math:`\binom{m}{n}` subsets. With b rollouts of lower reward and t of the same, itself among them,

    .. math:: w = \frac{1}{t} \left[\binom{b + t}{n} - \binom{b}{n}\right] \Big/ \binom{m}{n},

    so ties are shared. A rollout without a reward is preferred only where no drawn one has any. For t = 1 this is the
    estimator of best-of-n curves in J. Hilton & L. Gao, "Measuring Goodhart's law" (2022).

    Examples
    --------
    Of the six pairs of four rollouts the best is in three, and the two that tie share the others but the last.

    >>> best_of_n_weights(np.array([[0.9, 0.5, 0.5, 0.1]]), np.ones((1, 4), bool), 2).round(4).tolist()
    [[0.5, 0.25, 0.25, 0.0]]
    """
    from scipy.special import comb

    lower, tied = _ranks(rewards, present)
    size = present.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        chosen = (comb(lower + tied, n) - comb(lower, n)) / comb(size, n) / tied
    return np.asarray(np.where(size >= n, np.where(present, chosen, 0.0), np.nan))


def best_of_rated_weights(rewards: Floats, inclusion: Floats, whole: Ints, n: int) -> Floats:
    r"""Return best-of-n weights of groups of which only some rollouts are known, each with its chance of being so.

    Parameters
    ----------
    rewards : array (groups, m)
    inclusion : array (groups, m)
        1 / probability that the rollout is known, up to one factor for all; 0 where there is none.
    whole : array (groups,)
        Rollouts of each group, known or not.
    n : int

    Returns
    -------
    array (groups, m)
        A row sums to 1 in expectation; it is 0 where fewer than n are known.

    Notes
    -----
    Every subset of n known rollouts stands for :math:`\prod u / \binom{m}{n}` subsets of n, u their inclusion (Horvitz
    & Thompson, JASA 47, 1952), where rollouts are known independently. The subsets in which i is preferred are
    elementary symmetric polynomials; with tied ones the mean share is an integral over a random place among the tied,

    .. math:: w_i = u_i \int_0^1 e_{n-1}\left(\{u_j: r_j < r_i\} \cup \{s u_j: r_j = r_i, j \ne i\}\right) ds
        \Big/ \binom{m}{n},

    which Gauss-Legendre's rule gives exactly. With all known and u = 1 this is :func:`best_of_n_weights`.

    Examples
    --------
    >>> best_of_rated_weights(np.array([[0.9, 0.1]]), np.array([[2.0, 2.0]]), np.array([3]), 2).round(4).tolist()
    [[1.3333, 0.0]]
    """
    from scipy.special import comb

    lower, same = _beside(rewards, inclusion > 0)
    nodes, parts = np.polynomial.legendre.leggauss(n // 2 + 1)
    places, parts = (nodes + 1) / 2, parts / 2
    others = inclusion[:, None, :] * (same & ~np.eye(rewards.shape[1], dtype=bool))
    found = np.zeros(rewards.shape)
    for place, part in zip(places, parts, strict=True):
        found += part * _symmetric(inclusion[:, None, :] * lower + place * others, n - 1)
    return np.asarray(inclusion * found / np.maximum(comb(whole, n), 1)[:, None])


def _symmetric(numbers: Floats, degree: int) -> Floats:
    """Return the elementary symmetric polynomial of a degree of the numbers along the last axis."""
    found = np.zeros((degree + 1, *numbers.shape[:-1]))
    found[0] = 1.0
    for j in range(numbers.shape[-1]):
        found[1:] += numbers[..., j] * found[:-1]
    return np.asarray(found[degree])


def _ranks(rewards: Floats, present: Bools) -> tuple[Floats, Floats]:
    """Count, for each rollout, those of its group with a lower reward, and with the same, itself among them."""
    lower, same = _beside(rewards, present)
    return lower.sum(axis=2).astype(float), same.sum(axis=2).astype(float)


def _beside(rewards: Floats, present: Bools) -> tuple[Bools, Bools]:
    """Tell, for each rollout, which of its group have a lower reward, and which the same; none is the lowest."""
    paid = np.where(np.isnan(rewards), -np.inf, rewards)
    mine, other = paid[:, :, None], paid[:, None, :]
    with np.errstate(invalid="ignore"):
        same = (np.abs(mine - other) <= EQUAL) | (mine == other)
    beside = present[:, None, :]
    return np.asarray((other < mine) & ~same & beside), np.asarray(same & beside)


def tilt_weights(rewards: Floats, present: Bools, sharpness: float) -> Floats:
    r"""Return the weights of the policy :math:`\pi_i \propto e^{r_i / \beta}` within each group.

    That is the policy of most reward at its KL divergence from the one that drew the group (the closed form of
    KL-regularised training), on the rollouts that were drawn.

    Parameters
    ----------
    rewards : array (groups, m)
        A rollout without a reward counts with its group's mean, as one whose advantage is 0.
    present : array (groups, m) of bool
    sharpness : float
        :math:`1 / \beta`, from 0.

    Examples
    --------
    >>> tilt_weights(np.array([[0.0, np.log(3)]]), np.ones((1, 2), bool), 1.0).round(4).tolist()
    [[0.25, 0.75]]
    """
    paid = _completed(rewards, present)
    top = paid.max(axis=1, initial=-np.inf, where=present, keepdims=True)
    raised = np.where(present, np.exp(sharpness * np.minimum(paid - top, 0.0)), 0.0)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _completed(rewards: Floats, present: Bools) -> Floats:
    paid = ~np.isnan(rewards)
    counted = paid.sum(axis=1, keepdims=True)
    total = np.where(paid, rewards, 0.0).sum(axis=1, keepdims=True)
    mean = np.divide(total, counted, out=np.zeros_like(total), where=counted > 0)
    return np.where(present, np.where(paid, rewards, mean), 0.0)


def kl_from_uniform(weights: Floats, present: Bools) -> Floats:
    r"""Return :math:`\sum_i w_i \log (m w_i)` of each group, in nats: how far the weights are from equal ones.

    >>> kl_from_uniform(np.array([[1.0, 0.0]]), np.ones((1, 2), bool)).round(4).tolist()
    [0.6931]
    """
    from scipy.special import xlogy

    size = present.sum(axis=1, keepdims=True)
    return np.asarray(xlogy(weights, weights * size).sum(axis=1))


def sharpness_at(rewards: Floats, present: Bools, kl: float) -> float | None:
    """Return the sharpness at which the mean KL of all groups is `kl`; None where ties keep it below."""
    from scipy.optimize import brentq

    def beyond(sharpness: float) -> float:
        return float(kl_from_uniform(tilt_weights(rewards, present, sharpness), present).mean()) - kl

    if kl == 0:
        return 0.0
    high = 1.0
    while beyond(high) < 0:
        high *= 4
        if high > 1e9:
            return None
    return float(brentq(beyond, 0.0, high, xtol=1e-12, rtol=1e-12))
