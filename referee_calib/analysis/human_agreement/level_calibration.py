"""The referee on the ordered scale: distance in levels, what of it nobody could avoid, and telling good from poor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib.analysis.human_agreement.agreement_results import NamedEstimate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agreement import Estimate, Ratings

ACCEPTABLE = 3  # from this level on the rubric finds no more than a small slip
MEASURES = ("rps", "noise_floor", "recalibrated", "explained", "explained_as_is", "auc", "base_rate")


def level_calibration(
    expected: NDArray[np.float64], people: Ratings, videos: NDArray[np.intp], confidence: float
) -> tuple[NamedEstimate, ...]:
    """Measure expected levels, NaN where there is none, against all ratings and at the acceptable threshold."""
    from agreement import classification_at_thresholds, ordinal_calibration

    ordinal = ordinal_calibration(expected, people, cluster=videos, confidence=confidence)
    classified = classification_at_thresholds(
        expected, people, thresholds=[ACCEPTABLE], cluster=videos, confidence=confidence
    )
    found = {name: getattr(ordinal, name) for name in MEASURES[:5]}
    for name in MEASURES[5:]:
        found[name] = getattr(classified.at(ACCEPTABLE), name) if classified.thresholds else ordinal.rps
    return tuple(NamedEstimate(name, estimate) for name, estimate in found.items())


def undefined_level_calibration(none: Estimate) -> tuple[NamedEstimate, ...]:
    """Return the same names with an estimate that says why there is nothing."""
    return tuple(NamedEstimate(name, none) for name in MEASURES)
