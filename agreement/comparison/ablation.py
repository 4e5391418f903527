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
    NOT_ON_SCALE,
    Measure,
    calibrations,
    coefficients,
    means,
    pools,
)
from agreement.cross_tables import enough_shared
from agreement.errors import AgreementError
from agreement.estimate import Estimate, Interval
from agreement.hypothesis_test import HypothesisTest
from agreement.intervals.jackknife import Jackknife, plain_jackknife_t
from agreement.intervals.multiple_testing import holm
from agreement.json_fields import JsonFields
from agreement.options import check_confidence, check_resamples, check_seed
from agreement.ratings import Ratings
from agreement.result_notes import Note, NoteCode, few_clusters_note
from agreement.significance.difference_from_zero import NULL, difference_from_zero
from agreement.significance.rater_swaps import swaps_of_two
from agreement.significance.swap_distribution import SwapDistribution, swap_distributions
from agreement.tables.result_frames import Tabular

METHOD, SWAPS = "paired jackknife-t", "swaps of the two referees"
BLOCKS = 1000  # without clusters, more units than this are left out in random blocks


@dataclass(frozen=True)
class Difference(JsonFields):
    """One measure of two referees.

    Attributes
    ----------
    estimate : Estimate
        Second minus first, on the same units.
    test : HypothesisTest
        Of no difference, two-sided; it agrees with the interval of ``estimate``.
    p_holm : float or None
        The same, corrected by Holm over all differences of this comparison.
    """

    measure: str
    first: str
    second: str
    estimate: Estimate
    test: HypothesisTest
    p_holm: float | None

    @property
    def p_value(self) -> float | None:
        """That of ``test``."""
        return self.test.p_value


@dataclass(frozen=True)
class Ablation(Tabular):
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
    n_resamples: int = 20_000,
    seed: int = 0,
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
    n_resamples, seed : int, default 20000 and 0
        Random swaps of two referees behind each test, and where they start: so many because Holm's correction
        multiplies the least p-value that they can give. Where few clusters tell two referees apart all swaps are taken.

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
    ``se² = (G − 1)/G Σ (d_g − mean d_g)²``. The p-value is the larger of this Student's t and of swapping the two
    referees within clusters at random, and the interval the wider of the two, so that both agree.

    Examples
    --------
    >>> people = [[0, 1], [1, 1], [2, 3], [4, 3], [4, 4], [0, 0], [2, 2], [3, 3]]
    >>> found = ablation(people, {"old": [1, 2, 2, 3, 4, 1, 4, 4], "new": [0, 1, 2, 3, 4, 1, 2, 4]})
    >>> leniency = next(d for d in found.differences if d.measure == "leniency")
    >>> print(leniency.estimate, round(leniency.p_value, 3))
    -0.500 [-1.132, 0.132] 0.125
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
    swaps = check_resamples(n_resamples, 1), check_seed(seed)
    differences = [d for key, one in measures.items() for d in _pairs(key, one, names, confidence, swaps)]
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
    notes: list[str] = [f"{lost} rated units that not every referee scored are left out"] if lost else []
    if pools(people[kept]):
        enough = enough_shared(int(kept.sum()))
        rare = f"somebody rated fewer than {enough} of the units, so pairs with people were pooled"
        notes.append(Note(rare, NoteCode.POOLED_PAIRS))
    return (*notes, *few)


def _blocks(group: Ints) -> Ints:
    """Return numbers of groups from 0, at most as many as can be left out one by one."""
    codes = renumbered(group)
    n = int(codes.max(initial=-1)) + 1
    return codes if n <= BLOCKS else np.asarray(np.random.default_rng(0).permutation(np.arange(n) % BLOCKS)[codes])


def _values(one: Measure, names: list[str], confidence: float) -> dict[str, Estimate]:
    found = {}
    for r, name in enumerate(names):
        why = one.reason or one.reasons[r]
        blank = _blank(one, confidence, why)
        found[name] = blank
        if why is None and np.isfinite(one.point[r]):
            interval = plain_jackknife_t(Jackknife.of(one.point[r], one.replicates[:, r]), confidence=confidence)
            found[name] = blank.with_interval(one.point[r], _said(interval, float(one.point[r])))
    return found


def _pairs(key: str, one: Measure, names: list[str], confidence: float, swaps: tuple[int, int]) -> list[Difference]:
    found = []
    for a, b in combinations(range(len(names)), 2):
        why = one.reason or one.reasons[a] or one.reasons[b]
        value = float(one.point[b] - one.point[a])
        estimate = _blank(one, confidence, why)
        test = HypothesisTest(None, NULL, METHOD, reason=estimate.reason)
        if why is None and np.isfinite(value):
            left = Jackknife.of(value, one.replicates[:, b] - one.replicates[:, a])
            interval, test = difference_from_zero(
                left, _swapped(one.apart(a, b), *swaps), confidence=confidence, what=SWAPS
            )
            estimate = estimate.with_interval(value, _said(interval, value))
            if interval.standard_error == 0:
                test = replace(test, p_value=None, reason=estimate.reason)
        found.append(Difference(key, names[a], names[b], estimate, test, None))
    return found


def _swapped(apart: Floats, n_resamples: int, seed: int) -> SwapDistribution:
    observed = np.array([apart.sum()])
    return swap_distributions(swaps_of_two(apart), observed, n_resamples, np.random.default_rng(seed))[0]


def _blank(one: Measure, confidence: float, why: str | None) -> Estimate:
    counts = {"n_units": one.n_units, "n_clusters": len(one.replicates)}
    return Estimate.undefined(why or NOT_ON_SCALE, confidence=confidence, method=METHOD, **counts)


def _said(interval: Interval, value: float) -> Interval:
    """Say in words of referees why nothing varies."""
    if interval.standard_error == 0:
        same = "no group of units changes it" if value else "no difference in any group of units"
        interval = replace(interval, reason=same)
    return replace(interval, method=METHOD)
