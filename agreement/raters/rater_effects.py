"""Estimates of what raters add to the units they share: solved equations with jackknife-t intervals by group."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, rater_names, renumbered, unused_weights_note
from agreement.arrays import Bools, Floats, Ints
from agreement.estimate import Estimate, Interval
from agreement.intervals.jackknife import Jackknife, plain_jackknife_t
from agreement.options import check_confidence
from agreement.raters.severity_equations import RaterEquations
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note
from agreement.significance.raters_as_sample import (
    FIXED,
    SAMPLE,
    check_raters,
    two_way_interval,
    variance_of_mean_over_raters,
)

MOST_GROUPS = 400


def estimate_effects(
    ratings: Ratings | ArrayLike,
    equations: RaterEquations,
    why: Callable[[RaterEquations, int], str],
    cluster: ArrayLike | None,
    confidence: float,
    raters: str = FIXED,
) -> dict[str, Estimate]:
    """Estimate what equations tell of each rater; ``why`` says why they do not tell it of one.

    With raters as a sample effects are told about the mean of raters like these, of whom these are few: the variance
    of their mean is added.
    """
    check_confidence(confidence)
    population = check_raters(raters)
    n_units, n_raters = equations.several.shape[0], equations.n_raters
    names = rater_names(ratings, n_raters)
    codes = cluster_codes(cluster, ratings, n_units)
    point, left = equations.solved(*_groups(codes, equations.several))
    found = {}
    for j, name in enumerate(names):
        own = np.zeros(n_units, dtype=bool)
        own[equations.several] = equations.rated[:, j]
        known = bool(np.isfinite(point[j]))
        n_clusters = None if codes is None else len(np.unique(codes[own]))
        blank = Estimate.undefined(
            "not yet computed" if known else why(equations, j),
            confidence=confidence,
            n_units=int(own.sum()),
            n_raters=1,
            n_ratings=int(own.sum()),
            n_clusters=n_clusters,
            population=population,
            notes=(*few_clusters_note(n_clusters), *unused_weights_note(ratings)),
        )
        found[name] = blank
        if known:
            found[name] = blank.with_interval(point[j], _interval(j, point, left, confidence, raters))
    return found


def _interval(j: int, point: Floats, left: Floats, confidence: float, raters: str) -> Interval:
    found = Jackknife.of(point[j], left[:, j])
    if raters == SAMPLE:
        return two_way_interval(found, variance_of_mean_over_raters(point), confidence=confidence)
    return plain_jackknife_t(found, confidence=confidence)


def why_not_compared(equations: RaterEquations, j: int) -> str:
    """Say why a rater cannot be compared with the others."""
    if equations.n_raters < 2:
        return "one rater has nobody to be compared with"
    if not equations.rated[:, j].any():
        return "rated no unit that another rater rated"
    return "shares no chain of units with the other raters, so they cannot be compared"


def _groups(codes: Ints | None, several: Bools) -> tuple[Ints, int]:
    """Clusters of the units that enter; of many, random blocks of about one size."""
    member = np.arange(int(several.sum())) if codes is None else renumbered(codes[several])
    n_groups = int(member.max(initial=-1)) + 1
    if n_groups > MOST_GROUPS:
        member = np.random.default_rng(0).permutation(np.arange(n_groups) % MOST_GROUPS)[member]
        n_groups = MOST_GROUPS
    return member, n_groups
