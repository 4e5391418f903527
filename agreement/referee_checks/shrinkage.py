"""Several groups' estimates taken together: each is drawn towards their mean by as much as the groups look alike.

A group of few units says little by itself: its interval crosses any limit. Groups of one kind, though, tell about each
other, and a group that is truly apart shows it in how far it lies outside what the others and its error explain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import all_finite
from agreement.arrays import Floats
from agreement.errors import AgreementError
from agreement.json_fields import JsonFields
from agreement.options import check_confidence, numbers_or_none

GRID = 400  # values of the spread between groups over which the posterior is summed
WIDEST = 8.0  # times `scale`, or times the largest distance between two groups


@dataclass(frozen=True)
class ShrunkenGroup(JsonFields):
    """One group's value given all groups: posterior mean and the limits of an equal-tailed interval."""

    value: float
    low: float
    high: float


def shrink_groups(
    values: ArrayLike, standard_errors: ArrayLike, *, scale: float, confidence: float = 0.95
) -> tuple[ShrunkenGroup, ...]:
    """Estimate groups under the normal hierarchical model, the spread between groups integrated out.

    Parameters
    ----------
    values, standard_errors : array (groups,)
        What was measured in each group, and its error, above 0.
    scale : float
        How far groups may lie apart before anything was seen: the scale of the half-normal prior of their standard
        deviation τ.
    confidence : float, default 0.95

    Returns
    -------
    tuple of ShrunkenGroup
        In the given order.

    Raises
    ------
    AgreementError
        For no group, lengths that differ, or numbers that are not finite.

    Notes
    -----
    ``y_s ~ N(θ_s, se_s²)``, ``θ_s ~ N(μ, τ²)``, μ flat, τ half-normal (Gelman 2006 on the prior; Gelman et al. 2013,
    section 5.4, on the posterior, with μ integrated in closed form). The posterior of θ_s is a mixture of normals over
    a grid of τ. The prior keeps a spread that three groups cannot tell from being taken as none: with τ̂ = 0 every
    group, however small, would have the interval of the whole.

    Examples
    --------
    >>> for group in shrink_groups([0.0, 0.0, -0.4], [0.02, 0.02, 0.08], scale=0.1):
    ...     print(f"{group.value:.2f} [{group.low:.2f}, {group.high:.2f}]")
    -0.00 [-0.04, 0.04]
    -0.00 [-0.04, 0.04]
    -0.33 [-0.49, -0.16]
    """
    check_confidence(confidence)
    y, se = _checked(values, standard_errors, scale)
    widest = WIDEST * max(scale, float(np.ptp(y)))
    tau = (np.arange(GRID) + 0.5) / GRID
    tau = widest * tau**2  # finer where τ is small, and where most of its mass is
    log_step = 0.5 * np.log(tau)  # the grid's spacing grows with √τ
    precision = 1 / (se[None] ** 2 + tau[:, None] ** 2)
    total = precision.sum(axis=1)
    mean = (precision * y).sum(axis=1) / total
    log_likelihood = 0.5 * (
        np.log(precision).sum(axis=1) - np.log(total) - (precision * (y - mean[:, None]) ** 2).sum(1)
    )
    log_posterior = log_likelihood - 0.5 * (tau / scale) ** 2 + log_step
    weight = np.exp(log_posterior - log_posterior.max())
    weight /= weight.sum()
    kept = (tau[:, None] ** 2) * precision  # how much of a group's own value stays
    centre = kept * y + (1 - kept) * mean[:, None]
    spread = np.sqrt(kept * se[None] ** 2 + (1 - kept) ** 2 / total[:, None])
    tail = (1 - confidence) / 2
    return tuple(
        ShrunkenGroup(
            float(weight @ centre[:, s]),
            _quantile(tail, weight, centre[:, s], spread[:, s]),
            _quantile(1 - tail, weight, centre[:, s], spread[:, s]),
        )
        for s in range(len(y))
    )


def _checked(values: ArrayLike, standard_errors: ArrayLike, scale: float) -> tuple[Floats, Floats]:
    y, se = numbers_or_none(values), numbers_or_none(standard_errors)
    if y is None or se is None or y.ndim != 1 or y.shape != se.shape or not len(y):
        raise AgreementError(f"values={values!r:.80}", "one number and one standard error per group are expected")
    if not all_finite(y) or not all_finite(se) or (se <= 0).any() or not 0 < scale < np.inf:
        raise AgreementError(
            f"standard_errors={standard_errors!r:.80}, scale={scale!r}", "finite numbers, errors above 0, are expected"
        )
    return y, se


def _quantile(p: float, weight: Floats, centre: Floats, spread: Floats) -> float:
    """Return a quantile of a mixture of normals, by bisection."""
    from scipy.special import ndtr

    low, high = float((centre - 9 * spread).min()), float((centre + 9 * spread).max())
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if weight @ ndtr((middle - centre) / spread) < p else (low, middle)
    return (low + high) / 2
