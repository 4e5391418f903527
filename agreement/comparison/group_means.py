"""Means of groups of units, and their differences, where units of one cluster belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, counts_of, rating_values
from agreement.arrays import Bools, Floats, Ints
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.jackknife import plain_jackknife_t
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.json_fields import JsonFields
from agreement.options import check_confidence
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note
from agreement.validation import group_labels


@dataclass(frozen=True)
class GroupMeans(JsonFields):
    """The mean of each group, and what it lies above the mean of the first.

    Attributes
    ----------
    means : dict of str to Estimate
        By group, in the order of first appearance; every unit counts once, by the mean of its ratings.
    differences : dict of str to Estimate
        By group but the first: its mean minus that of the first.
    """

    means: dict[str, Estimate]
    differences: dict[str, Estimate]


def group_means(
    values: Ratings | ArrayLike,
    group: ArrayLike,
    *,
    first: str | None = None,
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
) -> GroupMeans:
    """Return the mean of each group of units, and its difference from the first group, with intervals by cluster.

    Parameters
    ----------
    values : Ratings or array (units,) or (units, raters)
        NaN where there is none; a unit without any is left out.
    group : array (units,)
        Label of each unit's group, None or NaN where it is of none; groups may share clusters.
    first : str, optional
        Label of the group that the others are held against; by default that of the first unit.
    cluster : array (units,), optional
        What is independent; by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95

    Returns
    -------
    GroupMeans
        A group whose units have no value has a reason.

    Raises
    ------
    AgreementError
        When lengths differ, or no unit is of the group `first`.

    Notes
    -----
    Jackknife-t over clusters, on the plain scale. A mean rests on the clusters that its group has units in, a
    difference on those of both, paired where they share one.

    Examples
    --------
    >>> found = group_means([1.0, 2.0, 3.0, 5.0], ["a", "a", "b", "b"])
    >>> found.means["a"].value, found.differences["b"].value
    (1.5, 2.5)
    """
    check_confidence(confidence)
    ratings = rating_values(values, anonymous=True, wide=True)
    labels = group_labels(group, len(ratings), "group")
    names = [name for name in dict.fromkeys(labels.tolist()) if name]
    reference = names[0] if first is None and names else str(first)
    if reference not in names:
        raise AgreementError(f"first={first!r}", f"the groups are {', '.join(names) or 'none'}")
    of_unit = cluster_codes(cluster, values, len(ratings))
    sums = _Sums(ratings, labels, np.arange(len(ratings)) if of_unit is None else of_unit, of_unit is None, confidence)
    others = [name for name in names if name != reference]
    return GroupMeans(
        {name: sums.mean(name) for name in names}, {name: sums.difference(name, reference) for name in others}
    )


@dataclass(frozen=True, eq=False)
class _Sums:
    """Ratings with their groups and clusters, and the statistics of their sums by cluster."""

    ratings: Floats
    labels: Any
    member: Ints
    independent: bool
    confidence: float

    def mean(self, name: str) -> Estimate:
        return self._estimate(self.labels == name, (name,), lambda t: t[..., 0] / t[..., 1])

    def difference(self, name: str, reference: str) -> Estimate:
        used = (self.labels == name) | (self.labels == reference)
        return self._estimate(used, (name, reference), lambda t: t[..., 0] / t[..., 1] - t[..., 2] / t[..., 3])

    def _estimate(self, used: Bools, names: tuple[str, ...], formula: Any) -> Estimate:
        rated = ~np.isnan(self.ratings)
        used = used & rated.any(axis=1)
        empty = [name for name in names if not (used & (self.labels == name)).any()]
        counts = {**counts_of(self.ratings[used]), "confidence": self.confidence}
        if empty:
            return Estimate.undefined(f"no unit of the group {empty[0]!r} has a value", **counts)
        member = np.unique(self.member[used], return_inverse=True)[1]
        values = np.nansum(self.ratings[used], axis=1) / rated[used].sum(axis=1)
        inside = [(self.labels[used] == name).astype(float) for name in names]
        rows = np.stack([column for one in inside for column in (one * values, one)], axis=1)
        n_clusters = None if self.independent else int(member.max()) + 1
        with np.errstate(invalid="ignore", divide="ignore"):  # a group in one cluster alone is undefined without it
            found = StatisticOfSums.by_group(rows, member, formula)
            interval = plain_jackknife_t(found.jackknife(), confidence=self.confidence)
        blank = Estimate.undefined("not yet computed", n_clusters=n_clusters, **counts)
        return blank.with_interval(found.point, interval, notes=few_clusters_note(n_clusters))
