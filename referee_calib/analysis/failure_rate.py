"""How often a referee gives no score, with an interval over videos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.human_agreement.judgement_records import GivenScore, JudgedItem

if TYPE_CHECKING:
    from agreement import Estimate

METHOD = "Clopper-Pearson, effective sample size"


def failure_rate(
    dimension: str, claims: Sequence[JudgedItem], scores: Iterable[GivenScore], confidence: float = 0.95
) -> Estimate:
    """Estimate the share of the claims a referee was asked about that it left without a level; the first sample counts.

    The limits are Clopper-Pearson's at the effective sample size ``n / deff`` of claims in videos, times ``(t(n - 1) /
    t(G - 1))²`` for G videos, and never more than n (Korn and Graubard 1998, Survey Methodology 24, 193-201). Where no
    claim or every claim failed the design effect is not defined and taken as 1.
    """
    from agreement import Estimate

    video = {claim.id: claim.video for claim in claims if dimension in claim.dimensions}
    first = {s.claim: s.level is None for s in scores if s.dimension == dimension and not s.sample and s.claim in video}
    if not first:
        return Estimate(None, None, None, confidence=confidence, reason="the referee was not asked")
    failed = np.array(list(first.values()), dtype=float)
    group = np.unique([video[claim] for claim in first], return_inverse=True)[1]
    n_videos = int(group.max()) + 1
    low, high = _limits(failed, group, n_videos, confidence)
    return Estimate(
        float(failed.mean()),
        low,
        high,
        confidence=confidence,
        method=METHOD if low is not None else "none",
        n_units=len(failed),
        n_clusters=n_videos,
        reason=None if low is not None else "all claims are about one video",
    )


def _limits(
    failed: NDArray[np.float64], group: NDArray[np.intp], n_videos: int, confidence: float
) -> tuple[float | None, float | None]:
    from agreement import clopper_pearson

    if n_videos < 2:
        return None, None
    n = effective_size(failed, group, n_videos, confidence)
    return clopper_pearson(n * float(failed.mean()), n, (1 - confidence) / 2)


def effective_size(
    failed: NDArray[np.float64], group: NDArray[np.intp], n_videos: int, confidence: float = 0.95
) -> float:
    """Return how many independent claims would tell as much as these, which come in videos."""
    from scipy.special import stdtrit

    n, share = len(failed), float(failed.mean())
    if share in (0.0, 1.0):
        return float(n)
    sums = np.bincount(group, weights=failed - share)
    variance = n_videos / (n_videos - 1) * float(np.square(sums).sum()) / n**2
    if variance == 0:
        return float(n)
    tail = (1 + confidence) / 2
    shrink = (float(stdtrit(n - 1, tail)) / float(stdtrit(n_videos - 1, tail))) ** 2
    return min(float(n), share * (1 - share) / variance * shrink)
