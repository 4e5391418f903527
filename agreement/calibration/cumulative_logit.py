"""The cumulative logit model on pooled counts, fitted by Fisher scoring; with two categories a logistic regression.

``P(y <= level_j | z) = sigma(theta_j - beta . z)`` with increasing thresholds (McCullagh 1980, Journal of the Royal
Statistical Society B 42(2), 109-142). Slopes may not fall below 0: what falls as the referee's score rises is not
recalibrated but switched off, as Kull, Silva Filho & Flach (2017, AISTATS) do for beta calibration.

``OrderedModel`` of statsmodels fits the same model, and the tests compare with it; it has no weights per cell, no pull
of the slopes and no lower end for them, and a recalibrator is fitted where statsmodels is not installed.
"""

from __future__ import annotations

import numpy as np

from agreement.arrays import Floats
from agreement.errors import AgreementError

RIDGE = 0.01
STEPS, TOLERANCE = 200, 1e-16
HALVINGS = 40


def cumulative_logit(z: Floats, counts: Floats, *, ridge: float = RIDGE) -> tuple[Floats, Floats]:
    """Fit thresholds (m − 1,) and slopes (p,) of features (k, p) to the weight of ratings per cell and category (k, m).

    ``ridge/2 (beta sd(z))^2`` is taken off the log-likelihood, sd over the ratings: 0.01 is a normal prior of ten
    logits per standard deviation, which only matters where scores separate the categories and the maximum lies at
    infinity. Refuses to go on when the steps do not come to rest, which takes such scores and ``ridge=0``.
    """
    weight = counts.sum(axis=1)
    mean = weight @ z / weight.sum()
    spread = np.sqrt(weight @ (z - mean) ** 2 / weight.sum())
    used = spread > 1e-12
    slopes = np.zeros(z.shape[1])
    while True:
        standard = (z[:, used] - mean[used]) / spread[used]
        thresholds, beta = _fisher_scoring(standard, counts, ridge)
        if (beta >= 0).all():
            break
        used[np.flatnonzero(used)[beta.argmin()]] = False
    slopes[used] = beta / spread[used]
    return thresholds + slopes @ mean, slopes


def _fisher_scoring(z: Floats, counts: Floats, ridge: float) -> tuple[Floats, Floats]:
    below = np.cumsum(counts.sum(axis=0))[:-1] / counts.sum()
    parameters = np.concatenate([np.log(below / (1 - below)), np.zeros(z.shape[1])])
    value = _objective(parameters, z, counts, ridge)
    for _ in range(STEPS):
        gradient, information = _derivatives(parameters, z, counts, ridge)
        step = _step(information, gradient)
        parameters, gained = _climb(parameters, step, value, z, counts, ridge)
        value += gained
        if float(gradient @ step) < TOLERANCE * (1 + abs(value)) or gained == 0:
            cut = counts.shape[1] - 1
            return parameters[:cut], parameters[cut:]
    raise AgreementError("the cumulative logit did not settle", "scores separate the ratings and ridge is 0")


def _step(information: Floats, gradient: Floats) -> Floats:
    """Solve for the step; where rounding leaves a threshold without information (many levels, far apart), leave it."""
    try:
        return np.asarray(np.linalg.solve(information, gradient), dtype=float)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(information, gradient, rcond=None)[0], dtype=float)


def _climb(
    parameters: Floats, step: Floats, value: float, z: Floats, counts: Floats, ridge: float
) -> tuple[Floats, float]:
    """Go the longest of the step, its half, its quarter … that does not lead downwards."""
    for _ in range(HALVINGS):
        tried = _objective(parameters + step, z, counts, ridge)
        if tried >= value:
            return parameters + step, tried - value
        step = step / 2
    return parameters, 0.0


def _objective(parameters: Floats, z: Floats, counts: Floats, ridge: float) -> float:
    probability, _ = _probabilities(parameters, z, counts.shape[1])
    seen = counts > 0
    if (probability[seen] <= 0).any():
        return -np.inf
    beta = parameters[counts.shape[1] - 1 :]
    return float((counts[seen] * np.log(probability[seen])).sum() - ridge / 2 * (beta**2).sum())


def _probabilities(parameters: Floats, z: Floats, m: int) -> tuple[Floats, Floats]:
    """Probability of each category, and density at each threshold; arrays (k, m) and (k, m - 1)."""
    eta = parameters[: m - 1] - (z @ parameters[m - 1 :])[:, None]
    under = sigmoid(eta)
    ends = np.zeros((len(z), 1))
    probability = np.diff(np.concatenate([ends, under, ends + 1], axis=1), axis=1)
    return probability, under * sigmoid(-eta)


def _derivatives(parameters: Floats, z: Floats, counts: Floats, ridge: float) -> tuple[Floats, Floats]:
    """Gradient and expected information of the penalised log-likelihood."""
    m = counts.shape[1]
    probability, density = _probabilities(parameters, z, m)
    probability = np.maximum(probability, 1e-300)
    score = density * (counts[:, :-1] / probability[:, :-1] - counts[:, 1:] / probability[:, 1:])
    beta = parameters[m - 1 :]
    gradient = np.concatenate([score.sum(axis=0), -(score.sum(axis=1) @ z) - ridge * beta])
    weight = counts.sum(axis=1)[:, None]
    within = np.zeros((len(z), m - 1, m - 1))
    j = np.arange(m - 1)
    within[:, j, j] = weight * density**2 * (1 / probability[:, :-1] + 1 / probability[:, 1:])
    beside = -weight * density[:, :-1] * density[:, 1:] / probability[:, 1:-1]
    within[:, j[:-1], j[1:]] = within[:, j[1:], j[:-1]] = beside
    row = within.sum(axis=2)
    cross = -np.einsum("kj,kp->jp", row, z)
    slopes = np.einsum("k,kp,kq->pq", row.sum(axis=1), z, z) + ridge * np.eye(z.shape[1])
    return gradient, np.block([[within.sum(axis=0), cross], [cross.T, slopes]])


def sigmoid(x: Floats) -> Floats:
    """Return ``1 / (1 + exp(-x))`` without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))
