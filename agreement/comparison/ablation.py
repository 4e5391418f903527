"""Several referees on the same units: how each does, and the paired differences between them.

Referees are compared on the units that all of them scored, so that none gains by what it left out. Every measure is
looked at again without each cluster in turn, for all referees together: what varies between clusters in the same way
for two referees leaves their difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings, cluster_codes, renumbered, scores_of
from agreement.arrays import Bools, Codes, Floats, Ints
from agreement.comparison.referee_measures import (
    MIN_SHARED,
    NOT_ON_SCALE,
    Measure,
    calibrations,
    coefficients,
    means,
    pools,
)
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.jackknife import Jackknife, plain_jackknife_t
from agreement.intervals.multiple_testing import holm
from agreement.json_fields import JsonFields
from agreement.options import check_confidence
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note

METHOD = "paired jackknife-t"
BLOCKS = 1000  # without clusters, more units than this are left out in random blocks


@dataclass(frozen=True)
class Difference(JsonFields):
    """One measure of two referees.

    Attributes
    ----------
    estimate : Estimate
        Second minus first, on the same units.
    p_value : float or None
        Two-sided, of no difference: Student's t with the jackknife's standard error.
    p_holm : float or None
        The same, corrected by Holm over all differences of this comparison.
    """

    measure: str
    first: str
    second: str
    estimate: Estimate
    p_value: float | None
    p_holm: float | None


@dataclass(frozen=True)
class Ablation:
    """What :func:`ablation` found.

    Attributes
    ----------
    values : dict of str to dict of str to Estimate
        ``values[measure][referee]``.
    differences : tuple of Difference
        Every pair of referees on every measure; the first is the one that was named first.
    n_units, n_clusters : int
        Units that all referees scored and somebody rated.
    n_dropped : dict of str to int
        Rated units without a level, per referee.
    """

    values: dict[str, dict[str, Estimate]]
    differences: tuple[Difference, ...]
    n_units: int
    n_clusters: int
    n_dropped: dict[str, int]
    notes: tuple[str, ...]


def ablation(
    humans: Ratings | ArrayLike,
    referees: Mapping[str, ArrayLike],
    *,
    scores: Mapping[str, ArrayLike] | None = None,
    costs: Mapping[str, Mapping[str, ArrayLike]] | None = None,
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Ablation:
    """Compare referees, prompts or frame policies on the units that all of them scored.

    Measures are raw agreement, quadratic kappa, ordinal alpha and Gwet's AC2 with people (means over people, as in
    :func:`agreement.compare`), leniency (mean of referee minus person), miscalibration ``msc`` (as
    :func:`agreement.calibration_curve` corrects it) and the mean of each cost.

    Parameters
    ----------
    humans : Ratings or array (units, raters)
        An array is on the scale 0 to 4.
    referees : mapping of str to array (units,)
        Levels by referee, NaN where it failed; at least two.
    scores : mapping of str to array (units,), optional
        Expected levels, for calibration; the levels by default.
    costs : mapping of str to (mapping of str to array (units,)), optional
        Such as ``{"seconds": {"a": …, "b": …}}``, NaN where unknown. A cost is compared on all units for which it is
        known of every referee, scored or not.
    cluster : array (units,), optional
        What is independent (the video).
    confidence : float, default 0.95

    Returns
    -------
    Ablation

    Raises
    ------
    AgreementError
        With fewer than two referees, or lengths that differ.

    Notes
    -----
    With ``d_g`` a difference without cluster g of G, limits are ``d ± t(G − 1) se``,
    ``se² = (G − 1)/G Σ (d_g − mean d_g)²``.

    Examples
    --------
    >>> people = [[0, 1], [1, 1], [2, 3], [4, 3], [4, 4], [0, 0], [2, 2], [3, 3]]
    >>> found = ablation(people, {"old": [1, 2, 2, 3, 4, 1, 4, 4], "new": [0, 1, 2, 3, 4, 1, 2, 4]})
    >>> leniency = next(d for d in found.differences if d.measure == "leniency")
    >>> print(leniency.estimate, round(leniency.p_value, 3))
    -0.500 [-1.132, 0.132] 0.104
    """
    people = as_ratings(humans, scale=None if isinstance(humans, Ratings) else range(5))
    names = list(referees)
    if len(names) < 2:
        raise AgreementError(f"{len(names)} referee", "a comparison needs at least two", "Name another referee.")
    check_confidence(confidence)
    levels = np.stack([scores_of(referees[name], people.n_units, name) for name in names], axis=1)
    given = Ratings.from_array(levels, scale=people.scale, units=people.units, raters=names, wide=True).codes
    expected = np.stack([scores_of((scores or referees)[name], people.n_units, name) for name in names], axis=1)
    clusters = cluster_codes(cluster, people, people.n_units)
    group = np.arange(people.n_units) if clusters is None else clusters
    rated = np.asarray((people.codes >= 0).any(axis=1))
    kept = np.asarray(rated & (given >= 0).all(axis=1) & ~np.isnan(expected).any(axis=1))
    measures: dict[str, Measure] = {}
    if kept.any():
        of = _blocks(group[kept])
        measures |= coefficients(people.codes[kept], given[kept], of, people.scale)
        measures["msc"] = calibrations(expected[kept], people.values()[kept], of)
    for name, by in (costs or {}).items():
        table = np.stack([scores_of(by[referee], people.n_units, f"{name} of {referee}") for referee in names], axis=1)
        known = ~np.isnan(table).any(axis=1)
        measures[name] = means(table[known], _blocks(group[known]))
    n_clusters = len(np.unique(group[kept]))
    differences = [d for key, one in measures.items() for d in _pairs(key, one, names, confidence)]
    adjusted = holm([one.p_value for one in differences])
    return Ablation(
        values={key: _values(one, names, confidence) for key, one in measures.items()},
        differences=tuple(replace(one, p_holm=p) for one, p in zip(differences, adjusted, strict=True)),
        n_units=int(kept.sum()),
        n_clusters=n_clusters,
        n_dropped={name: int((rated & (given[:, r] < 0)).sum()) for r, name in enumerate(names)},
        notes=_notes(people.codes, kept, few_clusters_note(None if clusters is None else n_clusters)),
    )


def _notes(people: Codes, kept: Bools, few: tuple[str, ...]) -> tuple[str, ...]:
    if not kept.any():
        return ("no rated unit was scored by every referee",)
    lost = int((people >= 0).any(axis=1).sum() - kept.sum())
    notes = [f"{lost} rated units that not every referee scored are left out"] if lost else []
    if pools(people[kept]):
        notes.append(f"somebody rated fewer than {MIN_SHARED} of the units, so pairs with people were pooled")
    return (*notes, *few)


def _blocks(group: Ints) -> Ints:
    """Return numbers of groups from 0, at most as many as can be left out one by one."""
    codes = renumbered(group)
    n = int(codes.max(initial=-1)) + 1
    return codes if n <= BLOCKS else np.asarray(np.random.default_rng(0).permutation(np.arange(n) % BLOCKS)[codes])


def _values(one: Measure, names: list[str], confidence: float) -> dict[str, Estimate]:
    return {
        name: _estimate(one.point[r], one.replicates[:, r], one, confidence, one.reason or one.reasons[r])[0]
        for r, name in enumerate(names)
    }


def _pairs(key: str, one: Measure, names: list[str], confidence: float) -> list[Difference]:
    found = []
    for a, b in combinations(range(len(names)), 2):
        why = one.reason or one.reasons[a] or one.reasons[b]
        estimate, p = _estimate(
            one.point[b] - one.point[a], one.replicates[:, b] - one.replicates[:, a], one, confidence, why
        )
        found.append(Difference(key, names[a], names[b], estimate, p, None))
    return found


def _estimate(
    value: float, left: Floats, one: Measure, confidence: float, why: str | None
) -> tuple[Estimate, float | None]:
    """Return value, interval and p-value, or the reason why there is none."""
    from scipy.special import stdtr

    n = len(left)
    blank = Estimate.undefined(
        why or NOT_ON_SCALE, confidence=confidence, method=METHOD, n_units=one.n_units, n_clusters=n
    )
    if why or not np.isfinite(value):
        return blank, None
    interval = plain_jackknife_t(Jackknife.of(value, left), confidence=confidence)
    if interval.standard_error == 0:
        same = "no group of units changes it" if value else "no difference in any group of units"
        interval = replace(interval, reason=same)
    df, error = interval.degrees_of_freedom, interval.standard_error
    p_value = float(2 * stdtr(df, -abs(float(value)) / error)) if df and error else None
    return blank.with_interval(value, replace(interval, method=METHOD)), p_value
