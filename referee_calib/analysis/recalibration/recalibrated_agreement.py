"""Agreement and leniency after recalibration, on videos that the fit has not seen, beside the score as it is.

A recalibrated score is a mean of levels; here it is rounded to the level it lies next to, so that it is compared with
people by the same coefficients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.analysis.human_agreement.level_scale import nearest_level

if TYPE_CHECKING:
    from agreement import Ablation, Comparison, Estimate, Ratings

RAW, RECALIBRATED = "as it is", "recalibrated"


@dataclass(frozen=True, slots=True)
class ScoreVariant:
    """One way to read the referee: its coefficients (people, referee, difference) and its leniency.

    Attributes
    ----------
    name : str
        "as it is" or "recalibrated".
    ceiling, referee, difference : dict of str to Estimate
        By coefficient; `ceiling` is people with people on the same claims.
    leniency : Estimate
        Mean of referee minus person, in levels or, of a composed score, in shares of the most it can be.
    """

    name: str
    ceiling: dict[str, Estimate]
    referee: dict[str, Estimate]
    difference: dict[str, Estimate]
    leniency: Estimate


@dataclass(frozen=True, slots=True)
class RecalibratedAgreement:
    """The score as it is beside the recalibrated one, on the same claims.

    Attributes
    ----------
    subject : str
        A dimension, or "composed": the score of a claim that the reward composes of its dimensions.
    kind : str
        Of the recalibrator: "isotonic", "ordinal" or "linear".
    variants : tuple of ScoreVariant
        As it is, recalibrated.
    paired : Ablation or None
        The differences between the two variants with intervals by video.
    n_claims, n_videos : int
    reason : str
        Why there is nothing; else "".
    """

    subject: str
    kind: str
    variants: tuple[ScoreVariant, ...] = ()
    paired: Ablation | None = None
    n_claims: int = 0
    n_videos: int = 0
    reason: str = ""


def recalibrated_agreement(
    part: JoinedDimension, predictions: NDArray[np.float64], kind: str, *, confidence: float = 0.95
) -> RecalibratedAgreement:
    """Compare people with the raw level and with the recalibrated one of a dimension.

    Parameters
    ----------
    part : JoinedDimension
    predictions : array (claims,)
        Recalibrated level of each claim by a fit that has not seen its video, NaN where there is none.
    kind : str
        Form of the recalibrator.
    confidence : float
    """
    from agreement import Ratings

    used = ~np.isnan(predictions) & ~np.isnan(part.referee)
    people = Ratings.from_array(part.people[used], scale=part.scale, raters=part.raters, wide=True)
    return beside(
        part.dimension,
        kind,
        people,
        {RAW: part.referee[used], RECALIBRATED: nearest_level(predictions[used], part.scale)},
        {RAW: part.expected[used], RECALIBRATED: predictions[used]},
        np.array(part.videos, dtype=object)[used].astype(str),
        confidence,
    )


def beside(
    subject: str,
    kind: str,
    people: Ratings,
    levels: dict[str, NDArray[np.float64]],
    expected: dict[str, NDArray[np.float64]],
    videos: NDArray[np.str_],
    confidence: float,
) -> RecalibratedAgreement:
    """Compare people with each variant of a score, and the variants with each other, by video."""
    from agreement import ablation, compare

    variants = tuple(
        _variant(name, compare(people, its, cluster=videos, confidence=confidence, n_resamples=0))
        for name, its in levels.items()
    )
    paired = ablation(people, levels, scores=expected, cluster=videos, confidence=confidence)
    return RecalibratedAgreement(subject, kind, variants, paired, len(videos), len(set(videos.tolist())))


def _variant(name: str, found: Comparison) -> ScoreVariant:
    return ScoreVariant(name, found.ceiling, found.human_referee, found.difference, found.leniency)
