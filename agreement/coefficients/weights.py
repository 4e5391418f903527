"""Agreement weights: how much credit two ratings get for being close.

All weights are agreement weights: 1 on the diagonal, smaller the further apart. The named ones are those of
K. L. Gwet, *Handbook of Inter-Rater Reliability*, 4th ed. (2014), chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.encoding import category_values
from agreement.errors import AgreementError

WeightName = Literal["identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar"]
Weights = WeightName | ArrayLike | None


def _ratio(x: Floats, y: Floats) -> Floats:
    if x.min() < 0:
        raise AgreementError("ratio weights on a scale with negative values", "ratios need a scale that starts at 0")
    total = x + y
    relative: Floats = np.divide(x - y, total, out=np.zeros_like(total), where=total != 0)
    return relative * relative


def _bipolar(x: Floats, y: Floats) -> Floats:
    below, above = x + y - 2 * x.min(), 2 * x.max() - x - y
    product = below * above
    apart: Floats = np.divide(np.square(x - y), product, out=np.zeros_like(product), where=product != 0)
    return apart


def _ordinal(x: Floats, y: Floats) -> Floats:
    apart = np.abs(np.subtract.outer(np.arange(len(x)), np.arange(len(y)))) + 1.0
    return apart * (apart - 1) / 2


_DISTANCE: dict[str, Callable[[Floats, Floats], Floats]] = {
    "identity": lambda x, y: (x != y).astype(float),
    "linear": lambda x, y: np.abs(x - y),
    "quadratic": lambda x, y: np.square(x - y),
    "radical": lambda x, y: np.sqrt(np.abs(x - y)),
    "circular": lambda x, y: np.square(np.sin(np.pi * (x - y) / (np.ptp(x) + 1))),
    "ordinal": _ordinal,
    "ratio": _ratio,
    "bipolar": _bipolar,
}


def agreement_weights(weights: Weights, scale: Sequence[Any]) -> Floats:
    """Return the (q, q) matrix of agreement weights, 1 on its diagonal.

    With d a distance of two categories, w = 1 − d / max d. Distances: identity x ≠ y; linear abs(x − y);
    quadratic (x − y)²; radical √abs(x − y); ratio ((x − y)/(x + y))²; circular sin²(π(x − y)/(max − min + 1));
    bipolar (x − y)²/((x + y − 2 min)(2 max − x − y)); ordinal: pairs of categories C(abs(k − l) + 1, 2), by position.

    Parameters
    ----------
    weights : str, matrix or None
        A name, None (identity), or a symmetric (q, q) matrix: agreement weights with 1 on the diagonal, or
        disagreement weights with 0 on the diagonal (Cohen 1968), which become 1 − d / max d.
    scale : sequence
        Categories in order. Numbers count with their values, words with their positions.

    Returns
    -------
    ndarray of shape (q, q)

    Raises
    ------
    AgreementError
        For an unknown name, or a matrix of the wrong shape, asymmetric, or with a mixed diagonal.

    Examples
    --------
    >>> agreement_weights("quadratic", [0, 1, 2])
    array([[1.  , 0.75, 0.  ],
           [0.75, 1.  , 0.75],
           [0.  , 0.75, 1.  ]])
    """
    if weights is None or isinstance(weights, str):
        return _named(weights or "identity", scale)
    return _matrix(np.asarray(weights, dtype=float), len(scale))


def _named(name: str, scale: Sequence[Any]) -> Floats:
    if name not in _DISTANCE:
        raise AgreementError(f"weights={name!r}", "no such weights", f"Use one of {', '.join(_DISTANCE)}, or a matrix.")
    return _credit(distances(name, scale))


def distances(name: str, scale: Sequence[Any]) -> Floats:
    """Return the distances of categories, (q, q), by which named weights fall."""
    values = category_values(scale)
    return _DISTANCE[name](*np.meshgrid(values, values, indexing="ij"))


def _credit(distance: Floats) -> Floats:
    largest = distance.max()
    return 1 - distance / largest if largest > 0 else np.ones_like(distance)


def _matrix(matrix: Floats, q: int) -> Floats:
    if matrix.shape != (q, q):
        raise AgreementError(f"a weight matrix of shape {matrix.shape}", f"the scale has {q} categories")
    if not np.isfinite(matrix).all() or not np.allclose(matrix, matrix.T):
        raise AgreementError("a weight matrix that is not symmetric and finite", "raters have no order")
    diagonal = np.diag(matrix)
    if (diagonal == 0).all():
        if matrix.min() < 0:
            raise AgreementError("disagreement weights below 0", "disagreement cannot be less than none")
        return _credit(matrix)
    if (diagonal == 1).all() and matrix.max() <= 1:
        return matrix
    raise AgreementError(
        f"a weight matrix with diagonal {diagonal.tolist()}",
        "agreement weights have 1 on the diagonal and nothing above it, disagreement weights have 0 there",
    )
