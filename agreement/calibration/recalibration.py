"""Recalibrators: from a referee's score to the level people mean by it, with an interval, as plain JSON.

A recalibrator is fitted on people's ratings, each with the weight 1/J of its unit's J raters, so that every unit counts
once. What it does to ratings it was not fitted on is the business of :mod:`agreement.calibration.cross_validation`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, renumbered, scores_of
from agreement.arrays import Bools, Floats
from agreement.calibration.recalibration_fits import RecalibrationData, cells_of, check_kind, fit_map
from agreement.calibration.recalibration_maps import MAPS, Map, OrdinalMap
from agreement.calibration.score_level_sums import MAX_CELLS
from agreement.errors import AgreementError
from agreement.json_fields import plain
from agreement.options import check_confidence
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note
from agreement.tables.result_frames import Tabular

SCHEMA = "referee-calib/recalibrator/1"
_SAVED_AS = {"threshold": "cut"}  # its name in files of this schema
SCALE = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Recalibrator(Tabular):
    """A fitted map and where it comes from; callable on scores.

    Attributes
    ----------
    kind : {"isotonic", "ordinal", "linear", "platt", "beta"}
    scale : tuple of float
        The categories of the ratings, in increasing order.
    map : Map
        The numbers of the map (see :mod:`agreement.calibration.recalibration_maps`).
    threshold : float or None
        For "platt" and "beta": the map gives the probability that a person's level is at least this.
    levels, values : tuple of float
        Score levels it was fitted on, and what it makes of them.
    low, high : tuple of float, or None
        Bootstrap interval of the values, clusters drawn together; None where it cannot be made.
    n_units, n_ratings, n_dropped : int
        Units with a score and a rating, their ratings, and units that lack either.
    n_resamples, seed : int
        Of the interval.
    data : str
        SHA-256 of the scores and ratings, whatever the order of units and raters.
    referee : str
        Fingerprint of the referee whose scores it takes, as given.
    dimension : str
        What was rated, as given.
    """

    frame_columns = ("levels", "values", "low", "high")

    kind: str
    scale: tuple[float, ...]
    map: Map
    threshold: float | None
    levels: tuple[float, ...]
    values: tuple[float, ...]
    low: tuple[float, ...] | None
    high: tuple[float, ...] | None
    confidence: float
    n_units: int
    n_ratings: int
    n_dropped: int
    n_clusters: int | None
    n_resamples: int
    seed: int
    data: str
    referee: str
    dimension: str
    notes: tuple[str, ...]

    def __call__(self, score: ArrayLike) -> Floats:
        """Recalibrate scores.

        Parameters
        ----------
        score : array_like of any shape
            On the scale of the ratings; NaN stays NaN.

        Returns
        -------
        array of the same shape
            Levels, or probabilities where there is a threshold.
        """
        return self.map(score)

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types; :meth:`from_json` is its exact inverse."""
        row = {_SAVED_AS.get(n, n): plain(getattr(self, n)) for n in (f.name for f in fields(self)) if n != "map"}
        return {"schema": SCHEMA, **row, "parameters": plain(asdict(self.map))}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Recalibrator:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        AgreementError
            When it is something else.
        """
        expected = {_SAVED_AS.get(one.name, one.name) for one in fields(cls)} - {"map"} | {"schema", "parameters"}
        if not isinstance(row, Mapping) or row.get("schema") != SCHEMA or set(row) != expected:
            raise AgreementError("this is not a recalibrator", f"its schema must be {SCHEMA!r}, with all of its fields")
        if row["kind"] not in MAPS:
            raise AgreementError(f"kind {row['kind']!r:.40}", f"a recalibrator is one of {', '.join(MAPS)}")
        try:
            made = MAPS[row["kind"]](**_with_tuples(row["parameters"]))
        except (TypeError, AttributeError) as error:
            raise AgreementError("the parameters of a recalibrator", str(error)) from error
        given = _with_tuples({n: value for n, value in row.items() if n not in ("schema", "parameters", "cut")})
        return cls(map=made, threshold=row["cut"], **given)


def _with_tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def fit_recalibrator(
    score: ArrayLike,
    humans: Ratings | ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    kind: str = "isotonic",
    scale: Sequence[float] | None = None,
    threshold: float | None = None,
    n_resamples: int = 200,
    confidence: float = 0.95,
    seed: int = 0,
    referee: str = "",
    dimension: str = "",
) -> Recalibrator:
    """Fit a recalibrator.

    Parameters
    ----------
    score : array (units,)
        The referee's level or expected level, on the scale of the ratings; NaN where it failed.
    humans : Ratings or array (units, raters)
        NaN where nobody rated.
    cluster : array (units,), optional
        What the interval draws together (the video); by default the clusters of the ratings, or each unit by itself.
    kind : {"isotonic", "ordinal", "linear", "platt", "beta"}
        Isotonic regression of the ratings on the score (more than 256 distinct scores pooled into as many cells); the
        expected level of a cumulative logit; a line; and, for a threshold, Platt scaling (1999) and beta calibration
        (Kull, Silva Filho & Flach 2017). None falls as the score rises.
    scale : sequence of numbers, optional
        Categories of an array of ratings; 0 to 4 by default. Ratings bring their own.
    threshold : float, optional
        For "platt" and "beta".
    n_resamples : int, default 200
        For the interval of the values; 0 for none.
    confidence : float, default 0.95
    seed : int, default 0
    referee, dimension : str
        Kept with the recalibrator.

    Returns
    -------
    Recalibrator

    Raises
    ------
    AgreementError
        When lengths differ, a rating is not on the scale, no unit has both a score and a rating, or the threshold does
        not belong to the kind.

    Examples
    --------
    The referee's 2 means 1 to people, its 4 means 3.5:

    >>> found = fit_recalibrator([0, 0, 2, 2, 4, 4], [[0, 0], [0, 0], [1, 1], [1, 1], [3, 4], [3, 4]])
    >>> found([0, 2, 3, 4]).tolist()
    [0.0, 1.0, 2.25, 3.5]
    >>> Recalibrator.from_json(found.to_json()) == found
    True
    """
    check_confidence(confidence)
    data, kept, n_clusters = rated(score, humans, cluster, scale)
    n_dropped = int((~kept).sum())
    check_kind(kind, data.scale, threshold)
    cells = cells_of(data)
    made = fit_map(kind, cells.x, cells.table(), data.scale, threshold)
    limits = None
    if n_resamples > 0 and data.group.max() > 0:
        rng = np.random.default_rng(seed)
        n = int(data.group.max()) + 1
        drawn = (rng.multinomial(n, np.full(n, 1 / n)).astype(float) for _ in range(n_resamples))
        curves = [fit_map(kind, cells.x, cells.table(one), data.scale, threshold)(cells.x) for one in drawn]
        limits = np.quantile(curves, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return Recalibrator(
        kind=kind,
        scale=tuple(data.scale.tolist()),
        map=made,
        threshold=None if threshold is None else float(threshold),
        levels=tuple(cells.x.tolist()),
        values=tuple(made(cells.x).tolist()),
        low=None if limits is None else tuple(limits[0].tolist()),
        high=None if limits is None else tuple(limits[1].tolist()),
        confidence=float(confidence),
        n_units=len(data.score),
        n_ratings=len(cells.cell),
        n_dropped=n_dropped,
        n_clusters=n_clusters,
        n_resamples=n_resamples,
        seed=seed,
        data=_digest(data),
        referee=referee,
        dimension=dimension,
        notes=_notes(made, cells.x, cells.pooled, data, n_clusters, n_dropped),
    )


def rated(
    score: ArrayLike, humans: Ratings | ArrayLike, cluster: ArrayLike | None, scale: Sequence[float] | None = None
) -> tuple[RecalibrationData, Bools, int | None]:
    """Return the units with a score and a rating, which those are, and their number of clusters, if there are any."""
    people = _ratings(humans, scale)
    values, categories = people.values(), np.unique(np.asarray(people.scale, dtype=float))
    x = scores_of(score, len(values))
    codes = cluster_codes(cluster, people, len(values))
    kept = ~np.isnan(x) & ~np.isnan(values).all(axis=1)
    if not kept.any():
        raise AgreementError("no unit has both a score of the referee and a rating", "there is nothing to fit on")
    own = np.arange(len(values)) if codes is None else codes
    group = renumbered(own[kept])
    n_clusters = None if codes is None else int(group.max()) + 1
    return RecalibrationData(x[kept], values[kept], group, categories), kept, n_clusters


def _ratings(humans: Ratings | ArrayLike, scale: Sequence[float] | None) -> Ratings:
    if not isinstance(humans, Ratings):
        values = np.asarray(humans)
        return Ratings.from_array(
            values[:, None] if values.ndim == 1 else values, scale=SCALE if scale is None else scale, wide=True
        )
    if scale is not None:
        raise AgreementError("scale= beside Ratings", "they have a scale of their own", "Leave scale= out.")
    if not all(isinstance(one, (int, float, np.number)) for one in humans.scale):
        raise AgreementError("ratings in words", "a recalibrator gives levels, so the scale must be numbers")
    return humans


def _notes(
    made: Map, x: Floats, pooled: bool, data: RecalibrationData, n_clusters: int | None, n_dropped: int
) -> tuple[str, ...]:
    notes = []
    if n_dropped:
        notes.append(f"{n_dropped} units dropped: no score of the referee, or no rating")
    if pooled:
        notes.append(f"more than {MAX_CELLS} distinct scores, pooled into {len(x)} cells")
    if len(x) == 1:
        notes.append("the referee gave one score to every unit: the recalibrator is a constant")
    elif np.ptp(made(x)) < 1e-9:
        notes.append("people's ratings do not rise with the referee's score: the recalibrator is a constant")
    if isinstance(made, OrdinalMap) and len(made.levels) < len(data.scale):
        notes.append(f"people used {len(made.levels)} of {len(data.scale)} levels; the others have probability 0")
    return (*notes, *few_clusters_note(n_clusters))


def _digest(data: RecalibrationData) -> str:
    """Digest scores and ratings so that the order of units and of raters does not matter."""
    rows = np.concatenate([data.score[:, None], np.sort(data.values, axis=1)], axis=1) + 0.0  # no -0.0
    width = int((~np.isnan(rows)).sum(axis=1).max())
    rows = np.where(np.isnan(rows), np.nan, rows)[:, :width]  # one NaN for all; raters that never rated say nothing
    return hashlib.sha256(rows[np.lexsort(rows.T[::-1])].astype("<f8").tobytes()).hexdigest()
