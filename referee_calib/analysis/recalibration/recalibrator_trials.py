"""Every form of recalibrator tried on one referee: its error on unseen videos, and what it changes in training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.analysis.recalibration.composed_agreement import composed_agreement
from referee_calib.analysis.recalibration.recalibrated_agreement import RecalibratedAgreement, recalibrated_agreement
from referee_calib.analysis.recalibration.study_recalibration import KINDS, fit_dimension, ranking_changes, shortage
from referee_calib.analysis.reward_behaviour.ranking_changes import RankingChanges
from referee_calib.records import Claim, RefereeScore
from referee_calib.rubric import Rubric

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
    mse_constant : float
        The squared error of one number for every claim, the mean rating of the other folds.
    gain_over_constant : Estimate
        ``mse_constant - mse``; above 0 where the score tells anything about the ratings.
    """

    dimension: str
    kind: str
    mse_raw: float
    mse: float
    rps_raw: float
    rps: float
    gain: Estimate
    mse_constant: float
    gain_over_constant: Estimate
    n_claims: int
    n_videos: int

    @property
    def helps(self) -> bool:
        """Whether it is shown to beat both the score as it is and a constant."""
        return above_zero(self.gain) and above_zero(self.gain_over_constant)


@dataclass(frozen=True, slots=True)
class RecalibrationResult:
    """Every form on every dimension.

    Attributes
    ----------
    best : dict of str to str
        By dimension the form with the least squared error out of fold among those shown to beat both the score as it
        is and a constant; "" where none is.
    best_overall : str
        The form with the least squared error over the claims of all dimensions among those that are shown to beat
        both on some dimension and are not shown to do worse than the score as it is on any; "" where none is.
    agreement : tuple of RecalibratedAgreement
        Agreement and leniency as it is and recalibrated, out of fold, by dimension, and of the composed score last;
        with the form `best_overall`, or the one of least error where none is recommended.
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
    agreement: tuple[RecalibratedAgreement, ...] = ()


def try_recalibrators(
    joined: Sequence[JoinedDimension],
    claims: Sequence[Claim],
    scores: Sequence[RefereeScore],
    fingerprint: str,
    *,
    rubric: Rubric | None = None,
    media: Path | None,
    seed: int = 0,
    confidence: float = 0.95,
    composed: bool = True,
) -> RecalibrationResult:
    """Fit every form on every dimension with enough ratings; rankings take `rubric` and the folder `media`.

    `composed` says whether the dimensions are those of a claim, which the reward composes to one score.
    """
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
    ranked = ranking_changes(claims, media, fingerprint, scores, made, rubric) if enough and media and rubric else []
    best = best_kind(tried)
    shown = best or least_error(tried)
    predictions = {name: found.predictions for name, (_, found) in fitted[shown].items()} if shown else {}
    return RecalibrationResult(
        tried=tried,
        best={part.dimension: best_kind([row for row in tried if row.dimension == part.dimension]) for part in enough},
        best_overall=best,
        rankings=dict(zip(KINDS, ranked, strict=False)),
        left_out=left_out,
        agreement=_agreement(joined if composed else (), enough, predictions, shown, confidence) if shown else (),
    )


def _agreement(
    joined: Sequence[JoinedDimension],
    enough: Sequence[JoinedDimension],
    predictions: Mapping[str, NDArray[np.float64]],
    kind: str,
    confidence: float,
) -> tuple[RecalibratedAgreement, ...]:
    of_dimensions = (
        recalibrated_agreement(part, predictions[part.dimension], kind, confidence=confidence) for part in enough
    )
    if not joined:
        return tuple(of_dimensions)
    return (*of_dimensions, composed_agreement(joined, predictions, kind, confidence=confidence))


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
        mse_constant=found.mse_constant,
        gain_over_constant=found.gain_over_constant,
        n_claims=int(used.sum()),
        n_videos=len({part.claims[i].video for i in np.flatnonzero(used)}),
    )


def above_zero(estimate: Estimate) -> bool:
    """Tell whether the whole interval lies above 0; without an interval nothing is shown."""
    return estimate.low is not None and estimate.low > 0


def best_kind(rows: Sequence[RecalibratorTrial]) -> str:
    """Return the form with the least squared error among those that are shown to help; "" where none is.

    A form that is fitted on a score without any information learns the mean rating: it beats the score as it is, and
    not a constant, and is not recommended.
    """
    helping = []
    for kind in dict.fromkeys(row.kind for row in rows):
        its = [row for row in rows if row.kind == kind]
        worse = any(row.gain.high is not None and row.gain.high < 0 for row in its)
        if any(row.helps for row in its) and not worse:
            helping += its
    return least_error(helping)


def least_error(rows: Sequence[RecalibratorTrial]) -> str:
    """Return the form with the least squared error over all rows' claims; "" without rows."""
    error: dict[str, float] = {}
    for row in rows:
        error[row.kind] = error.get(row.kind, 0.0) + row.mse * row.n_claims
    return min(error, key=lambda kind: error[kind]) if error else ""
