"""The referee on the ordered scale: distance in levels, what of it nobody could avoid, and telling good from poor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib.analysis.human_agreement.agreement_results import NamedEstimate
from referee_calib.analysis.human_agreement.level_scale import LevelScale

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agreement import Estimate, Ratings

ACCEPTABLE = 0.75  # of the scale's length, 3 of 0 to 4: from there on the rubric finds no more than a small slip
MEASURES = ("rps", "noise_floor", "recalibrated", "explained", "explained_as_is", "auc", "base_rate")


def acceptable_level(scale: LevelScale) -> float:
    """Return the lowest level from three quarters of the scale on."""
    from_here = scale[0] + ACCEPTABLE * (scale[-1] - scale[0])
    return next(level for level in scale if level >= from_here - 1e-9)


def level_calibration(
    expected: NDArray[np.float64], people: Ratings, videos: NDArray[np.intp], confidence: float
) -> tuple[NamedEstimate, ...]:
    """Measure expected levels, NaN where there is none, against all ratings and at the acceptable threshold."""
    from agreement import classification_at_thresholds, ordinal_calibration

    acceptable = acceptable_level(people.scale)
    ordinal = ordinal_calibration(expected, people, cluster=videos, confidence=confidence)
    classified = classification_at_thresholds(
        expected, people, thresholds=[acceptable], cluster=videos, confidence=confidence
    )
    found = {name: getattr(ordinal, name) for name in MEASURES[:5]}
    for name in MEASURES[5:]:
        found[name] = getattr(classified.at(acceptable), name) if classified.thresholds else ordinal.rps
    return tuple(NamedEstimate(name, estimate) for name, estimate in found.items())


def undefined_level_calibration(none: Estimate) -> tuple[NamedEstimate, ...]:
    """Return the same names with an estimate that says why there is nothing."""
    return tuple(NamedEstimate(name, none) for name in MEASURES)
