"""One label per unit from several raters who differ in skill: the model of Dawid and Skene."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings, unused_weights_note
from agreement.arrays import Floats
from agreement.errors import AgreementError
from agreement.ratings import Ratings
from agreement.tables.result_frames import Tabular

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Consensus(Tabular):
    """What :func:`dawid_skene` found.

    Attributes
    ----------
    labels : tuple
        Most probable category of each unit; None for a unit without ratings.
    posterior : array (units, q)
        Probability of each category; NaN for a unit without ratings.
    confusion : array (raters, q, q)
        Row: true category, column: what the rater says.
    prior : array (q,)
        Share of each category.
    converged : bool
        False where it stopped after `max_iterations`; a note says so.
    """

    scale: tuple[Any, ...]
    labels: tuple[Any, ...]
    posterior: Floats
    confusion: Floats
    prior: Floats
    log_likelihood: float
    n_iterations: int
    converged: bool
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per unit: its label, and the probability of each category in a column of that name.

        Examples
        --------
        >>> dawid_skene([["a", "a"], ["b", "b"]]).to_frame().columns.tolist()
        ['label', 'a', 'b']
        """
        import pandas as pd

        frame = pd.DataFrame(self.posterior, columns=list(self.scale))
        frame.insert(0, "label", list(self.labels), allow_duplicates=True)
        return frame


def dawid_skene(
    ratings: Ratings | ArrayLike,
    *,
    scale: Any = None,
    smoothing: float = 0.01,
    tolerance: float = 1e-7,
    max_iterations: int = 1000,
) -> Consensus:
    r"""Estimate the true category of each unit and the confusion matrix of each rater together.

    Raters err independently given the truth k; rater j says l with probability :math:`\pi^{(j)}_{kl}`. Expectation:
    :math:`T_{ik} \propto p_k \prod_j \pi^{(j)}_{k, y_{ij}}`; maximisation: p and π from T. It starts from the shares of
    votes. Order of categories plays no part.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
    scale : sequence, optional
        Categories of an array.
    smoothing : float, default 0.01
        Ratings added to each cell of a confusion matrix, so that one unseen confusion is not impossible; 0 for maximum
        likelihood.
    tolerance : float, default 1e-7
        Of the log-likelihood per rating, at which it stops.
    max_iterations : int, default 1000

    Returns
    -------
    Consensus

    References
    ----------
    A. P. Dawid and A. M. Skene, Applied Statistics 28 (1979).

    Examples
    --------
    Rater 2 contradicts the others and is found out:

    >>> found = dawid_skene([[0, 0, 1], [1, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 0]])
    >>> found.labels[:4]
    (0, 1, 0, 1)
    >>> bool(found.confusion[2, 0, 1] > 0.9)
    True
    """
    read = as_ratings(ratings, scale=scale)
    if not read.identified:
        raise AgreementError("ratings read from counts", "Dawid and Skene's model needs to know who rated")
    for name, number in (("smoothing", smoothing), ("tolerance", tolerance)):
        if not isinstance(number, Real) or not 0 <= number < np.inf:
            raise AgreementError(f"{name}={number!r}", "it is a finite number, 0 or more")
    if not isinstance(max_iterations, Integral) or max_iterations < 1:
        raise AgreementError(f"max_iterations={max_iterations!r}", "it is a whole number, 1 or more")
    hits = (read.codes[:, :, None] == np.arange(len(read.scale))).astype(float)
    rated = hits.sum(axis=(1, 2)) > 0
    if not rated.any():
        raise AgreementError("ratings without a single rating", "there is nothing to find a consensus of")
    used = hits[rated]
    posterior = used.sum(axis=1) / used.sum(axis=(1, 2))[:, None]
    previous, converged, likelihood, steps = -np.inf, False, -np.inf, 0
    while steps < max_iterations and not converged:
        steps += 1
        prior, confusion = _maximise(used, posterior, smoothing)
        posterior, likelihood = _expect(used, prior, confusion)
        converged = bool(likelihood - previous < tolerance * used.sum())
        previous = likelihood
    whole = np.full((len(hits), len(read.scale)), np.nan)
    whole[rated] = posterior
    notes = unused_weights_note(read)
    if not converged:
        notes = (f"not converged after {steps} iterations: probabilities and labels may still change", *notes)
    labels = tuple(read.scale[int(row.argmax())] if ok else None for row, ok in zip(whole, rated, strict=True))
    return Consensus(read.scale, labels, whole, confusion, prior, likelihood, steps, converged, notes)


def _maximise(hits: Floats, posterior: Floats, smoothing: float) -> tuple[Floats, Floats]:
    counts = np.einsum("ik,ijl->jkl", posterior, hits) + smoothing
    total = counts.sum(axis=2, keepdims=True)
    confusion = np.divide(counts, total, out=np.full(counts.shape, 1 / counts.shape[2]), where=total > 0)
    return posterior.mean(axis=0), confusion


def _expect(hits: Floats, prior: Floats, confusion: Floats) -> tuple[Floats, float]:
    logs = np.log(np.maximum(confusion, 1e-300))
    joint = np.einsum("ijl,jkl->ik", hits, logs) + np.log(np.maximum(prior, 1e-300))
    top = joint.max(axis=1, keepdims=True)
    weight = np.exp(joint - top)
    total = weight.sum(axis=1, keepdims=True)
    return weight / total, float((top + np.log(total)).sum())
