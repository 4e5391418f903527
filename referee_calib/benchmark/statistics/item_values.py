"""What one run got on each item of a benchmark: a number per metric, and whether the item counts in its mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from referee_calib.errors import InputError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ItemValues:
    """The values of one run, a row per item and a column per metric.

    Metrics may have denominators of their own: an item that does not count in a metric has ``counted`` False and the
    value 0 there, never NaN.

    Parameters
    ----------
    name : str
        Of the run: its file, or what the user calls it.
    items : tuple of str
        One key per item, by which runs are paired; unique.
    videos : tuple of str
        The video of each item: what is resampled.
    metrics : tuple of str
        Keys of the columns.
    values : array of shape (items, metrics)
        Finite; 0 where an item does not count.
    counted : array of bool, same shape
        Whether the item stands in the denominator of the metric.
    notes : tuple of str
        What a reader has to know about this run.
    reasons : mapping of str to str
        By metric, why no item counts in it, where there is more to say than that.

    Examples
    --------
    >>> run = ItemValues.from_columns("a", ["1", "2"], ["v", "v"], {"acc": [1, 0], "tiou": [0.5, None]})
    >>> run.mean("acc"), run.mean("tiou"), run.count("tiou")
    (0.5, 0.5, 1)
    """

    name: str
    items: tuple[str, ...]
    videos: tuple[str, ...]
    metrics: tuple[str, ...]
    values: Floats
    counted: Bools
    notes: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = (len(self.items), len(self.metrics))
        if self.values.shape != shape or self.counted.shape != shape or len(self.videos) != len(self.items):
            raise ValueError(f"ItemValues {self.name}: {shape} items and metrics, values {self.values.shape}")
        if not np.isfinite(self.values).all():
            raise ValueError(f"ItemValues {self.name}: a value is not finite; an item without one does not count")
        _refuse_duplicates(self.name, self.items)

    @classmethod
    def from_columns(
        cls,
        name: str,
        items: Sequence[str],
        videos: Sequence[str],
        columns: Mapping[str, Sequence[float | None]],
        *,
        notes: Iterable[str] = (),
        reasons: Mapping[str, str] | None = None,
    ) -> ItemValues:
        """Make one from columns of numbers; None where an item does not count in a metric."""
        shape = (len(items), len(columns))
        given = np.array([[np.nan if v is None else float(v) for v in column] for column in columns.values()])
        values = given.reshape(shape[1], shape[0]).T
        counted = ~np.isnan(values)
        filled = np.where(counted, values, 0.0)
        return cls(name, tuple(items), tuple(videos), tuple(columns), filled, counted, tuple(notes), reasons or {})

    def column(self, metric: str) -> Floats:
        """Return the values of a metric, 0 where an item does not count."""
        return self.values[:, self.metrics.index(metric)]

    def counts(self, metric: str) -> Bools:
        """Return which items count in a metric."""
        return self.counted[:, self.metrics.index(metric)]

    def count(self, metric: str) -> int:
        """Return how many items count in a metric."""
        return int(self.counts(metric).sum())

    def mean(self, metric: str) -> float | None:
        """Return the mean over the items that count, None where none does."""
        n = self.count(metric)
        return float(self.column(metric).sum() / n) if n else None

    def where(self, keep: Bools) -> ItemValues:
        """Return the run with these items only: a bin of durations, a domain."""
        chosen = np.flatnonzero(keep)
        return replace(
            self,
            items=tuple(self.items[i] for i in chosen),
            videos=tuple(self.videos[i] for i in chosen),
            values=self.values[chosen],
            counted=self.counted[chosen],
        )

    def in_order(self, items: Sequence[str]) -> ItemValues:
        """Return the run with these items, in this order."""
        place = {item: i for i, item in enumerate(self.items)}
        chosen = [place[item] for item in items]
        return replace(
            self,
            items=tuple(items),
            videos=tuple(self.videos[i] for i in chosen),
            values=self.values[chosen],
            counted=self.counted[chosen],
        )


def on_common_items(runs: Sequence[ItemValues]) -> tuple[ItemValues, ...]:
    """Return the runs on the items that all of them have, in the order of the first.

    Raises
    ------
    InputError
        Where no item is common, or an item has another video in another run.
    """
    shared = set(runs[0].items).intersection(*(run.items for run in runs[1:]))
    common = [item for item in runs[0].items if item in shared]
    if not common:
        names = " and ".join(dict.fromkeys(run.name for run in runs))
        why = f"no item is common to them; items are named like {runs[0].items[0]!r} and {runs[-1].items[0]!r}"
        raise InputError(names, why, "Give results of the same items.")
    found = tuple(run.in_order(common) for run in runs)
    for run in found[1:]:
        for item, video, first in zip(common, run.videos, found[0].videos, strict=True):
            if video != first:
                raise InputError(f"item {item}", f"its video is {first} in {found[0].name}, {video} in {run.name}")
    return found


def _refuse_duplicates(name: str, items: Sequence[str]) -> None:
    if len(set(items)) == len(items):
        return
    seen: set[str] = set()
    for item in items:
        if item in seen:
            raise InputError(
                f"{name}: item {item} stands there twice",
                "it would count twice, and runs could not be paired by it",
                "Remove one of the two.",
            )
        seen.add(item)
