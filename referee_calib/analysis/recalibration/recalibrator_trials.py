"""Every form of recalibrator tried on one referee: its error on unseen videos, and what it changes in training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.analysis.recalibration.study_recalibration import KINDS, fit_dimension, ranking_changes, shortage
from referee_calib.analysis.reward_behaviour.ranking_changes import RankingChanges
from referee_calib.records import Claim, Dimension, RefereeScore

if TYPE_CHECKING:
    from agreement import CrossValidation, Estimate, Recalibrator


@dataclass(frozen=True, slots=True)
class RecalibratorTrial:
    """One form on one dimension, on videos that its fit has not seen; every claim counts once.

    Attributes
    ----------
    mse_raw, mse : float
        Mean squared difference from the ratings, in squared levels, before and after.
    rps_raw, rps : float
        The ranked probability score of a forecast of one level, which is the mean absolute difference in levels.
    gain : Estimate
        ``mse_raw - mse``, with an interval over videos; above 0 where recalibration helps.
    """

    dimension: Dimension
    kind: str
    mse_raw: float
    mse: float
    rps_raw: float
    rps: float
    gain: Estimate
    n_claims: int
    n_videos: int


@dataclass(frozen=True, slots=True)
class RecalibrationResult:
    """Every form on every dimension.

    Attributes
    ----------
    best : dict of str to str
        By dimension the form with the least squared error out of fold; "" where the plain score has no more.
    best_overall : str
        Likewise over the claims of all dimensions together.
    rankings : dict of str to Rankings
        By form, against the plain reward, all dimensions recalibrated at once; empty where no reward was asked.
    left_out : dict of str to str
        Why a dimension was not tried.
    """

    tried: tuple[RecalibratorTrial, ...]
    best: dict[str, str]
    best_overall: str
    rankings: dict[str, RankingChanges]
    left_out: dict[str, str]


def try_recalibrators(
    joined: Sequence[JoinedDimension],
    claims: Sequence[Claim],
    scores: Sequence[RefereeScore],
    fingerprint: str,
    *,
    media: Path | None,
    seed: int = 0,
    confidence: float = 0.95,
) -> RecalibrationResult:
    """Fit every form on every dimension with enough ratings; without the folder `media` rankings are left out."""
    left_out: dict[str, str] = {part.dimension: why for part in joined if (why := shortage(part))}
    enough = [part for part in joined if part.dimension not in left_out]
    fitted: dict[str, dict[str, tuple[Recalibrator, CrossValidation]]] = {
        kind: {
            part.dimension: fit_dimension(part, kind, fingerprint, seed=seed, confidence=confidence, n_resamples=0)
            for part in enough
        }
        for kind in KINDS
    }
    tried = tuple(_tried(part, kind, fitted[kind][part.dimension][1]) for part in enough for kind in KINDS)
    made = [{name: one for name, (one, _) in its.items()} for its in fitted.values()]
    ranked = ranking_changes(claims, media, fingerprint, scores, made) if enough and media else []
    return RecalibrationResult(
        tried=tried,
        best={part.dimension: best_kind([row for row in tried if row.dimension == part.dimension]) for part in enough},
        best_overall=best_kind(tried),
        rankings=dict(zip(KINDS, ranked, strict=False)),
        left_out=left_out,
    )


def _tried(part: JoinedDimension, kind: str, found: CrossValidation) -> RecalibratorTrial:
    used = ~np.isnan(found.predictions)
    levels = part.people[used]
    before, after = (
        float(np.nanmean(np.abs(levels - score[used, None]), axis=1).mean())
        for score in (part.expected, found.predictions)
    )
    return RecalibratorTrial(
        dimension=part.dimension,
        kind=kind,
        mse_raw=found.mse_raw,
        mse=found.mse_recalibrated,
        rps_raw=before,
        rps=after,
        gain=found.gain,
        n_claims=int(used.sum()),
        n_videos=len({part.claims[i].video for i in np.flatnonzero(used)}),
    )


def best_kind(rows: Sequence[RecalibratorTrial]) -> str:
    """Return the form with the least squared error over all rows' claims; "" where the plain score has no more."""
    error: dict[str, float] = {"": 0.0}
    for row in rows:
        error[row.kind] = error.get(row.kind, 0.0) + row.mse * row.n_claims
        if row.kind == rows[0].kind:
            error[""] += row.mse_raw * row.n_claims
    return min(error, key=lambda kind: error[kind])
