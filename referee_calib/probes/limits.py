"""From the thresholds of a study to what gains are held to."""

from __future__ import annotations

from referee_calib.probes.gains import Limits
from referee_calib.thresholds import Thresholds


def limits(thresholds: Thresholds) -> Limits:
    """Return the limits that ``study.toml`` states.

    Parameters
    ----------
    thresholds : Thresholds
    """
    return Limits(gain=thresholds.probe_gain, ruin=thresholds.probe_ruin)
