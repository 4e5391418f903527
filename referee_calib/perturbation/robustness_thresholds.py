"""From the thresholds of a study to what the claim of robustness is held to."""

from __future__ import annotations

from typing import Any

from referee_calib.perturbation.robustness_verdict import Limits
from referee_calib.thresholds import Thresholds


def limits(thresholds: Thresholds) -> Limits:
    """Return the limits that ``study.toml`` states.

    Parameters
    ----------
    thresholds : Thresholds
    """
    return Limits(
        drop=thresholds.robust_drop,
        separation=thresholds.robust_separation,
        miss=thresholds.robust_miss,
        noise=thresholds.robust_noise,
        zero_variance=thresholds.robust_zero_variance,
        videos=thresholds.videos,
    )


def limits_of(thresholds: Thresholds) -> dict[str, Any]:
    """Return the limits as a summary holds them."""
    return as_json(limits(thresholds))


def as_json(held: Limits) -> dict[str, Any]:
    """Return limits as JSON types."""
    return {name: getattr(held, name) for name in Limits.__slots__}
