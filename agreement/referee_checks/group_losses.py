"""A referee beside people on each kind of unit: what it loses there, on the scale of the whole study's kappa.

Kappa within a kind divides by that kind's own variance: where nearly all levels are the same it is low for everybody,
and on twenty units it hardly has an interval. Here numerator and denominator are kept apart. The numerator is a mean
over units of one kind, the denominator the expected disagreement of the whole study, so kinds of any size are
comparable and their mean over all units is the loss of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings, cluster_codes, renumbered, scores_of
from agreement.arrays import Bools, Floats, Ints
from agreement.estimate import Estimate
from agreement.json_fields import JsonFields
from agreement.options import check_confidence
from agreement.ratings import Ratings
from agreement.referee_checks.shrinkage import shrink_groups
from agreement.validation import group_labels

FEW_UNITS, FEW_CLUSTERS = 20, 5  # below either a group's own error is not trusted to be small
METHOD = "hierarchical normal model of groups, errors over clusters"


@dataclass(frozen=True)
class GroupLoss(JsonFields):
    """One kind of unit beside the others of its kind.

    Attributes
    ----------
    value : str
        What these units share.
    n_units, n_clusters : int
        Judged by both.
    loss : Estimate
        Squared difference of two people minus that of person and referee, over the expected disagreement of the whole:
        below 0 where the referee is further from people than they are from each other. Drawn towards the other kinds.
    leniency : Estimate
        Mean of referee minus people's mean, in levels. Drawn towards the other kinds.
    raw_loss, raw_leniency : float or None
        The same by itself.
    """

    value: str
    n_units: int
    n_clusters: int
    loss: Estimate
    leniency: Estimate
    raw_loss: float | None
    raw_leniency: float | None


def group_losses(
    humans: Ratings | ArrayLike,
    referee: ArrayLike,
    groups: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    loss_scale: float = 0.05,
    leniency_scale: float = 0.1,
    confidence: float = 0.95,
) -> tuple[GroupLoss, ...]:
    """Estimate loss and leniency of a referee on each kind of unit, all kinds taken together.

    Parameters
    ----------
    humans : Ratings or array (units, raters)
        An array is on the scale 0 to 4. Sampling weights of a Ratings enter the denominator and each mean.
    referee : array (units,)
        Its levels, NaN where it has none.
    groups : array (units,)
        The kind of each unit; "" or None where it is of no kind.
    cluster : array (units,), optional
        What is independent (the video).
    loss_scale, leniency_scale : float
        How far kinds may lie apart before anything was seen: :func:`~agreement.referee_checks.shrinkage.shrink_groups`.
    confidence : float, default 0.95

    Returns
    -------
    tuple of GroupLoss
        One per kind with a unit that both judged, sorted.

    Raises
    ------
    AgreementError
        When lengths differ.

    Notes
    -----
    For a unit with people's levels y_j and the referee's x, ``g = mean_{j<k}(y_j − y_k)² − mean_j(x − y_j)²``, and
    ``D`` is twice the variance of all levels of people: the expected squared difference of two. As quadratic kappa is 1
    minus observed over expected squared difference, the mean of g/D over all units is the difference of kappas, but for
    the referee's own margin. Standard errors are of a ratio mean over clusters (Cochran 1977, section 6.3) times
    t(G − 1)/z; where a kind has fewer than 20 units or 5 clusters, no less than the spread of all units gives.

    Examples
    --------
    >>> people = [[0, 1, 0], [4, 4, 3], [2, 3, 2], [1, 1, 0]] * 10
    >>> found = group_losses(people, [0, 4, 3, 1] * 9 + [3, 1, 0, 4], ["near"] * 36 + ["far"] * 4)
    >>> [(kind.value, kind.n_units, round(kind.raw_loss, 2)) for kind in found]
    [('far', 4, -1.79), ('near', 36, 0.06)]
    """
    people = as_ratings(humans, scale=None if isinstance(humans, Ratings) else range(5))
    check_confidence(confidence)
    codes = cluster_codes(cluster, people, people.n_units)
    group = renumbered(np.arange(people.n_units) if codes is None else codes)
    labels = group_labels(groups, people.n_units, "groups")
    units = _Units.of(people, scores_of(referee, people.n_units), group)
    kinds = [(name, units.take(labels[units.position] == name)) for name in sorted(set(labels.tolist()) - {""})]
    kinds = [(name, its) for name, its in kinds if len(its.position)]
    losses = _shrunken([its.mean(its.gain, units.gain, confidence) for _, its in kinds], loss_scale, confidence)
    biases = _shrunken([its.mean(its.bias, units.bias, confidence) for _, its in kinds], leniency_scale, confidence)
    return tuple(
        GroupLoss(name, len(its.position), its.n_clusters, loss, bias, raw_loss, raw_bias)
        for (name, its), (loss, raw_loss), (bias, raw_bias) in zip(kinds, losses, biases, strict=True)
    )


@dataclass(frozen=True)
class _Units:
    """Units judged by both: gain over people's own disagreement (NaN with one rater), bias, weight and cluster."""

    position: Ints
    gain: Floats
    bias: Floats
    weight: Floats
    group: Ints

    @classmethod
    def of(cls, people: Ratings, referee: Floats, group: Ints) -> _Units:
        values = people.values()
        rated = ~np.isnan(values)
        both = rated.any(axis=1) & ~np.isnan(referee)
        values, rated, x = values[both], rated[both], referee[both]
        weight = np.ones(len(x)) if people.weight is None else people.weight[both]
        n, y = rated.sum(axis=1), np.where(rated, values, 0.0)
        mean = y.sum(axis=1) / n
        scatter = np.where(rated, (values - mean[:, None]) ** 2, 0.0).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            between = 2 * scatter / (n - 1)  # mean squared difference of two different people; NaN of one
        beside = (x - mean) ** 2 + scatter / n
        all_weights = np.broadcast_to(weight[:, None], rated.shape)[rated]
        levels = values[rated]
        centre = np.average(levels, weights=all_weights) if len(levels) else 0.0
        expected = 2 * np.average((levels - centre) ** 2, weights=all_weights) if len(levels) else 0.0
        gain = (between - beside) / expected if expected else np.full(len(x), np.nan)
        return cls(np.flatnonzero(both), gain, x - mean, weight, group[both])

    def take(self, inside: Bools) -> _Units:
        return _Units(
            self.position[inside], self.gain[inside], self.bias[inside], self.weight[inside], self.group[inside]
        )

    @property
    def n_clusters(self) -> int:
        return len(np.unique(self.group))

    def mean(self, values: Floats, everywhere: Floats, confidence: float) -> tuple[float, float, int, int] | str:
        """Return a weighted mean with its error over clusters, units and clusters; or why there is none."""
        known = ~np.isnan(values)
        if not known.any():
            return "no unit of this kind was rated by two people whose levels vary"
        y, w, of = values[known], self.weight[known], renumbered(self.group[known])
        n_clusters = int(of.max()) + 1
        centre = float(np.average(y, weights=w))
        by_cluster = np.bincount(of, weights=w * (y - centre))
        own = 0.0
        if n_clusters > 1:
            own = float(np.sqrt((by_cluster**2).sum() * n_clusters / (n_clusters - 1)) / w.sum())
        spread = float(np.nanstd(everywhere))
        pooled = spread * float(np.sqrt((w**2).sum())) / float(w.sum())
        few = len(y) < FEW_UNITS or n_clusters < FEW_CLUSTERS
        error = (max(own, pooled) if few else own) * _wider(n_clusters, confidence)
        return centre, max(error, 1e-9), len(y), n_clusters


def _wider(n_clusters: int, confidence: float) -> float:
    """Return how much wider a t interval over so many clusters is than a normal one; of one cluster as of two."""
    from scipy.special import ndtri, stdtrit

    p = (1 + confidence) / 2
    return float(stdtrit(min(max(n_clusters - 1, FEW_CLUSTERS - 1), 10**6), p) / ndtri(p))


def _shrunken(
    found: Sequence[tuple[float, float, int, int] | str], scale: float, confidence: float
) -> list[tuple[Estimate, float | None]]:
    told = [one for one in found if not isinstance(one, str)]
    together = iter(
        shrink_groups([y for y, *_ in told], [se for _, se, *_ in told], scale=scale, confidence=confidence)
        if told
        else ()
    )
    rows: list[tuple[Estimate, float | None]] = []
    for one in found:
        if isinstance(one, str):
            rows.append((Estimate.undefined(one, confidence=confidence, method=METHOD), None))
            continue
        value, _, n_units, n_clusters = one
        drawn = next(together)
        estimate = Estimate(drawn.value, drawn.low, drawn.high, confidence, METHOD, n_units, n_clusters=n_clusters)
        rows.append((estimate, value))
    return rows
