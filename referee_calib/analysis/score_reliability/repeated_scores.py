"""Several samples of the same question: how alike they are, and what their mean is worth beside one of them.

A referee that draws its answer adds noise of its own, which weakens its correlation with people by the root of its
retest reliability (Spearman 1904); the mean of k samples has the reliability ``k r / (1 + (k - 1) r)`` (Spearman 1910;
Brown 1910).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.analysis.human_agreement.judgement_records import GivenScore
from referee_calib.analysis.human_agreement.level_scale import LevelScale, nearest_level

if TYPE_CHECKING:
    from agreement import Ablation, Estimate

PROJECTED = (1, 2, 3, 5, 8, 16)
FEWEST_CLAIMS = 10
ONE, MEAN = "one sample", "mean of samples"


@dataclass(frozen=True, slots=True)
class SampleProjection:
    """The mean of `samples` samples, projected: its reliability, and its correlation with people's mean level."""

    samples: int
    reliability: float
    correlation: float | None


@dataclass(frozen=True, slots=True)
class RepeatedScores:
    """Repeats of one referee on one dimension.

    Attributes
    ----------
    n_claims, n_samples, n_scores : int
        Claims with at least two scored samples, rated or not; the most samples of one; all of them.
    reliability : Estimate
        Retest reliability of the expected level: ICC(1,1) of the samples of a claim, intervals by video.
    same_level : Estimate
        Share of pairs of samples with the same level.
    correlation : Estimate
        Pearson's r of one sample's expected level with people's mean level, over all samples.
    correlation_of_mean : Estimate
        The same of the mean over a claim's samples.
    without_noise : float or None
        ``correlation / sqrt(reliability)``: what endless sampling would reach.
    projections : tuple of SampleProjection
        What k samples would buy.
    comparison : Ablation or None
        The first sample beside the (rounded) mean, on the rated claims: every measure with paired differences.
    reason : str
        Why there is nothing to compare with people; else "".
    """

    dimension: str
    n_claims: int
    n_samples: int
    n_scores: int
    reliability: Estimate
    same_level: Estimate
    correlation: Estimate
    correlation_of_mean: Estimate
    without_noise: float | None
    projections: tuple[SampleProjection, ...] = ()
    comparison: Ablation | None = None
    reason: str = ""


def repeated_scores(
    joined: JoinedDimension, scores: Iterable[GivenScore], videos: dict[str, str], *, confidence: float = 0.95
) -> RepeatedScores | None:
    """Measure the repeats of a referee on one dimension; None where no claim has two scored samples.

    Parameters
    ----------
    joined : JoinedDimension
    scores : iterable of GivenScore
        Of one referee; other dimensions are passed over.
    videos : dict of str to str
        Video of every claim that may have been scored.
    confidence : float
    """
    given = [s for s in scores if s.dimension == joined.dimension and s.expected is not None and s.claim in videos]
    table = _Samples.of(given, "expected")
    if table is None:
        return None
    levels = _Samples.of(given, "level") or table
    groups = np.array([videos[claim] for claim in table.claims])
    reliability = _reliability(table.values, groups, confidence)
    found = _with_people(joined, table, levels, confidence)
    one, of_mean, comparison, reason = found
    r, rel = one.value, reliability.value
    return RepeatedScores(
        dimension=joined.dimension,
        n_claims=len(table.claims),
        n_samples=int((~np.isnan(table.values)).sum(axis=1).max()),
        n_scores=int((~np.isnan(table.values)).sum()),
        reliability=reliability,
        same_level=_same_level(levels, videos, joined.scale, confidence),
        correlation=one,
        correlation_of_mean=of_mean,
        without_noise=None if r is None or not rel or rel <= 0 else min(1.0, r / math.sqrt(rel)),
        projections=() if rel is None or rel <= 0 else tuple(_projected(k, rel, r) for k in PROJECTED),
        comparison=comparison,
        reason=reason,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Samples:
    """Values of the claims that have at least two, one column per sample, NaN where one failed."""

    claims: tuple[str, ...]
    values: NDArray[np.float64]

    @classmethod
    def of(cls, scores: Iterable[GivenScore], what: str) -> _Samples | None:
        given = [(s.claim, s.sample, getattr(s, what)) for s in scores if getattr(s, what) is not None]
        place = {claim: i for i, claim in enumerate(dict.fromkeys(claim for claim, _, _ in given))}
        column = {sample: j for j, sample in enumerate(sorted({sample for _, sample, _ in given}))}
        values = np.full((len(place), len(column)), np.nan)
        for claim, sample, value in given:
            values[place[claim], column[sample]] = value
        several = (~np.isnan(values)).sum(axis=1) >= 2
        if not several.any():
            return None
        return cls(tuple(c for c, keep in zip(place, several.tolist(), strict=True) if keep), values[several])

    def rows(self, claims: Iterable[str]) -> NDArray[np.float64]:
        """Return the values of claims, one row each, NaN for a claim without."""
        place = {claim: i for i, claim in enumerate(self.claims)}
        none = np.full(self.values.shape[1], np.nan)
        return np.stack([self.values[place[claim]] if claim in place else none for claim in claims])


def _reliability(values: NDArray[np.float64], groups: NDArray[np.str_], confidence: float) -> Estimate:
    from agreement import icc

    return icc(values, form="1,1", cluster=groups, confidence=confidence)


def _same_level(levels: _Samples, videos: dict[str, str], scale: LevelScale, confidence: float) -> Estimate:
    from agreement import Ratings, percent_agreement

    groups = [videos[claim] for claim in levels.claims]
    samples = [f"sample {j}" for j in range(levels.values.shape[1])]
    ratings = Ratings.from_array(levels.values, scale=scale, raters=samples, cluster=groups, wide=True)
    return percent_agreement(ratings, confidence=confidence)


def _with_people(
    joined: JoinedDimension, expected: _Samples, levels: _Samples, confidence: float
) -> tuple[Estimate, Estimate, Ablation | None, str]:
    from agreement import Estimate

    rated = {claim.id: i for i, claim in enumerate(joined.claims)}
    rows = [i for i, claim in enumerate(expected.claims) if claim in rated]
    if len(rows) < FEWEST_CLAIMS:
        reason = f"{len(rows)} rated claims have two samples or more, fewer than {FEWEST_CLAIMS}"
        none = Estimate.undefined(reason, confidence=confidence)
        return none, none, None, reason
    at = [rated[expected.claims[i]] for i in rows]
    people, values = joined.people[at], expected.values[rows]
    groups = np.array(joined.videos, dtype=object)[at].astype(str)
    middle = np.nanmean(people, axis=1)
    one = _sample_correlation(values, middle, groups, confidence)
    of_mean = _correlation(np.nanmean(values, axis=1), middle, groups, confidence)
    return one, of_mean, _compared(joined, at, values, levels.rows(joined.claims[i].id for i in at), confidence), ""


def _correlation(
    x: NDArray[np.float64], y: NDArray[np.float64], groups: NDArray[np.str_], confidence: float
) -> Estimate:
    from agreement import pearson

    return pearson(np.stack([x, y], axis=1), cluster=groups, confidence=confidence)


def _sample_correlation(
    values: NDArray[np.float64], middle: NDArray[np.float64], groups: NDArray[np.str_], confidence: float
) -> Estimate:
    """Correlate every sample with people's mean, each a row of its own; samples of a claim share its video."""
    n_samples = values.shape[1]
    return _correlation(values.ravel(), np.repeat(middle, n_samples), np.repeat(groups, n_samples), confidence)


def _compared(
    joined: JoinedDimension,
    at: list[int],
    expected: NDArray[np.float64],
    levels: NDArray[np.float64],
    confidence: float,
) -> Ablation:
    """Hold the mean of the samples against one of them, the first that a claim has."""
    from agreement import Ratings, ablation

    def first(values: NDArray[np.float64]) -> NDArray[np.float64]:
        given: NDArray[np.float64] = values[np.arange(len(values)), (~np.isnan(values)).argmax(axis=1)]
        return given

    people = Ratings.from_array(joined.people[at], scale=joined.scale, raters=joined.raters, wide=True)
    mean = np.nanmean(expected, axis=1)
    return ablation(
        people,
        {ONE: first(levels), MEAN: nearest_level(mean, joined.scale)},
        scores={ONE: first(expected), MEAN: mean},
        cluster=np.array(joined.videos, dtype=object)[at].astype(str),
        confidence=confidence,
    )


def _projected(samples: int, reliability: float, correlation: float | None) -> SampleProjection:
    of_mean = samples * reliability / (1 + (samples - 1) * reliability)
    reached = None if correlation is None else min(1.0, correlation * math.sqrt(of_mean / reliability))
    return SampleProjection(samples, of_mean, reached)
