"""Raters who agree with the rest far less than the others do, beyond what chance explains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np

from referee_calib.records import Rating
from referee_calib.study.quality.quality_flag import QualityFlag
from referee_calib.study.settings import QualitySettings

MIN_CLAIMS = 20  # that a rater shares with others
MIN_RATERS = 4  # with that many: of three, nobody can say which one differs


def outlier_flags(
    ratings: Sequence[Rating], videos: Mapping[str, str], settings: QualitySettings, n_levels: Mapping[str, int]
) -> list[QualityFlag]:
    """Return a flag for each rater and dimension whose agreement is too low.

    Agreement is Cohen's kappa, quadratically weighted, between a rater and the rounded median of the others, with the
    jackknife interval over videos. It is too low when the upper limit lies below ``min_of_agreement`` times the median
    rater's value.

    Parameters
    ----------
    ratings : sequence of Rating
        Those that count; without level they say nothing here.
    videos : mapping of str to str
        Video of each claim.
    settings : QualitySettings
        The thresholds.
    n_levels : mapping of str to int
        Levels of each dimension.
    """
    if settings.outlier == "off":
        return []
    by_dimension: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for one in ratings:
        if one.level is not None and not one.occasion:
            by_dimension[one.dimension][one.claim][one.rater] = one.level
    return [
        flag
        for dimension, claims in by_dimension.items()
        for flag in _dimension_flags(dimension, claims, videos, settings, n_levels[dimension])
    ]


def _dimension_flags(
    dimension: str,
    claims: Mapping[str, Mapping[str, int]],
    videos: Mapping[str, str],
    settings: QualitySettings,
    n_levels: int,
) -> list[QualityFlag]:
    kappas = {
        rater: kappa
        for rater in sorted({name for its in claims.values() for name in its})
        if (kappa := _kappa_with_rest(rater, claims, videos, n_levels)) is not None
    }
    if len(kappas) < MIN_RATERS:
        return []
    middle = median(value for value, _ in kappas.values())
    limit = settings.min_of_agreement * middle
    return [
        QualityFlag(
            rater,
            "",
            "outlier",
            high,
            limit,
            settings.outlier,
            f"On {dimension}, kappa with the rest is {value:.2f}, at best {high:.2f}; the median is {middle:.2f}.",
        )
        for rater, (value, high) in kappas.items()
        if middle > 0 and high < limit
    ]


def _kappa_with_rest(
    rater: str, claims: Mapping[str, Mapping[str, int]], videos: Mapping[str, str], n_levels: int
) -> tuple[float, float] | None:
    """Return kappa with the median of the others and its upper limit, None where it is undefined."""
    from agreement import cohen_kappa

    pairs = [
        (its[rater], float(np.rint(median(level for name, level in its.items() if name != rater))), videos[claim])
        for claim, its in claims.items()
        if rater in its and len(its) > 1
    ]
    if len(pairs) < MIN_CLAIMS:
        return None
    table = np.array([[own, rest] for own, rest, _ in pairs], float)
    clusters = np.array([video for _, _, video in pairs])
    found = cohen_kappa(table, weights="quadratic", scale=range(n_levels), cluster=clusters)
    return None if found.value is None or found.high is None else (found.value, found.high)
