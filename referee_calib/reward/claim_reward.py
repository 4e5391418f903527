"""What one claim is worth, and of what that is made."""

from __future__ import annotations

from dataclasses import dataclass

from referee_calib.records import Claim, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReward:
    """What one claim is worth, and of what that is made.

    Attributes
    ----------
    claim : Claim
        What was judged.
    value : float or None
        None when `status` is not "ok".
    relevance, localization, timing : float or None
        The referee's expected levels as shares of the scale, 0 to 1, where it was asked.
    penalty : float or None
        0 to 1; None when the penalty does not apply or there is none.
    status : str
        As of a :class:`referee_calib.records.RefereeScore`.
    reason : str
        What happened, when there is something to say.
    """

    claim: Claim
    value: float | None
    relevance: float | None = None
    localization: float | None = None
    timing: float | None = None
    penalty: float | None = None
    status: Status = "ok"
    reason: str = ""
