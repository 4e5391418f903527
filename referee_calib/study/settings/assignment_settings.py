"""The table ``[assignment]`` of ``study.toml``: how claims are given to raters."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar

from referee_calib.study.settings.settings_table import SettingsTable, setting

STRATA = ("referee level", "overlap", "object size", "span length", "source", "policy step")
STATISTICS = ("kappa", "alpha", "ac2")


def _between(low: float, high: float, what: str) -> Any:
    return lambda value: "" if low <= value <= high else f"it must be {what}"


def _known_strata(names: tuple[str, ...]) -> str:
    unknown = [name for name in names if name not in STRATA]
    return f"{unknown[0]!r:.60} is not one of {', '.join(STRATA)}" if unknown else ""


def _known_statistic(name: str) -> str:
    return "" if name in STATISTICS else f"it is one of {', '.join(STATISTICS)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentSettings(SettingsTable):
    """Settings of the table ``[assignment]``; each attribute is one key.

    Attributes
    ----------
    overlap : int
        Ratings wanted for each claim.
    strata : tuple of str
        What claims are told apart by before some are drawn: see `STRATA`; none for a plain draw.
    batch : int
        How many claims a run of ``assign`` releases; 0 for all that are left.
    repeats : float
        Second looks for every first look of a rater, as a share.
    repeat_distance : int
        Least number of items a rater finishes between a claim and its second look.
    lease_hours : float
        How long a claim that was handed out on demand is kept for the rater.
    at_once : int
        Most claims handed out on demand that one rater holds at a time.
    per_rater : int
        Most claims that are handed out on demand to one rater; 0 for no limit.
    until_width : float
        Width of the 95 % interval at which handing out ends; 0 for never.
    statistic : {"kappa", "alpha", "ac2"}
        Of which statistic of people's agreement.
    """

    TABLE: ClassVar[str] = "assignment"

    overlap: int = setting(2, "ratings wanted for each claim", _between(1, 100, "from 1 to 100"))
    strata: tuple[str, ...] = setting((), f"claims are drawn by kind: {', '.join(STRATA)}", _known_strata)
    batch: int = setting(0, "claims that a run of assign releases; 0 for all", _between(0, inf, "0 or more"))
    repeats: float = setting(0.0, "second looks for every first look of a rater", _between(0, 0.5, "from 0 to 0.5"))
    repeat_distance: int = setting(20, "items between a claim and its second look", _between(1, 10_000, "1 or more"))
    lease_hours: float = setting(24.0, "hours until a claim goes back", _between(0.01, 10_000, "from 0.01 to 10000"))
    at_once: int = setting(2, "claims that a rater holds at a time", _between(1, 100, "from 1 to 100"))
    per_rater: int = setting(0, "most claims for one rater; 0 for no limit", _between(0, inf, "0 or more"))
    until_width: float = setting(0.0, "stop at this width of the 95 % interval", _between(0, 2, "from 0 to 2"))
    statistic: str = setting("kappa", f"of which statistic: {', '.join(STATISTICS)}", _known_statistic)
