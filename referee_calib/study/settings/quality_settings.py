"""The table ``[quality]`` of ``study.toml``: what is looked for in the ratings while they are given.

Every kind of flag has an action. "remark" tells the coordinator; "ask" also lets the page ask the rater before it
saves, where that can be known then; "hold" also keeps the ratings out of every figure until a coordinator releases
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from referee_calib.study.settings.settings_table import SettingsTable, setting

ACTIONS = ("off", "remark", "ask", "hold")


def _action(value: str) -> str:
    return "" if value in ACTIONS else f"it must be one of {', '.join(ACTIONS)}"


def _share(value: float) -> str:
    return "" if 0 <= value <= 1 else "it must be a share from 0 to 1"


def _seconds(value: float) -> str:
    return "" if 0 <= value <= 600 else "it must be a number of seconds from 0 to 600"


def _chance(value: float) -> str:
    return "" if 0 < value <= 0.5 else "it must be a chance above 0, at most 0.5"


def _count(value: int) -> str:
    return "" if 1 <= value <= 10_000 else "it must be a number from 1 to 10000"


@dataclass(frozen=True, slots=True, kw_only=True)
class QualitySettings(SettingsTable):
    """Settings of the table ``[quality]``; each attribute is one key."""

    TABLE: ClassVar[str] = "quality"

    too_fast: str = setting("hold", "a rating that took less than min_seconds", _action)
    min_seconds: float = setting(2.0, "active seconds below which nobody has read a claim and looked at it", _seconds)
    hurried: str = setting("remark", "a rating quicker than its span, or than the rater's own pace, allows", _action)
    min_span_share: float = setting(0.25, "seconds a rating needs, as a share of its span's length", _share)
    min_of_median: float = setting(0.2, "seconds a rating needs, as a share of the rater's own median", _share)
    unseen: str = setting("hold", "a rating of evidence of which no frame was on the screen", _action)
    unwatched: str = setting("ask", "a rating of a span of which less than min_watched was on the screen", _action)
    min_watched: float = setting(0.5, "share of a span's frames that must have been on the screen", _share)
    straight_lining: str = setting("remark", "a run of identical answers that is too long for chance", _action)
    run_chance: float = setting(0.001, "chance of so long a run from which on it is flagged", _chance)
    min_run: int = setting(8, "identical answers in a row that are never flagged below this many", _count)
    failed_gold: str = setting("remark", "a rater whose gold answers are right too rarely, beyond chance", _action)
    min_gold: float = setting(0.6, "share of gold claims that a rater must answer right", _share)
    failed_attention: str = setting("hold", "a rater who missed max_attention attention checks", _action)
    max_attention: int = setting(2, "missed attention checks from which on a rater is flagged", _count)
    outlier: str = setting("remark", "a rater who agrees far less with the rest than the others do", _action)
    min_of_agreement: float = setting(0.5, "agreement a rater needs, as a share of the median rater's", _share)
