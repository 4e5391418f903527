"""What a trainer's log shows of one call of the reward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from referee_calib.reward.training.reply_reward import PARTS, ReplyReward, mean_of


def log_step(name: str, results: Sequence[ReplyReward], columns: Mapping[str, Any]) -> None:
    """Give means to the trainer's `log_metric`, and a value for each reply to its `log_extra`, where it has them."""
    metric, extra = columns.get("log_metric"), columns.get("log_extra")
    count = len(results)
    if not count:
        return
    if callable(metric):
        metric(f"{name}/failed", sum(one.failed for one in results) / count)
        metric(f"{name}/unusable", sum(one.status == "unusable" for one in results) / count)
        metric(f"{name}/claims", sum(one.made for one in results) / count)
        metric(f"{name}/parse_failures", sum(len(one.unread) for one in results) / count)
        for part in PARTS:
            mean = mean_of(getattr(claim, part) for one in results for claim in one.claims)
            if mean is not None:
                metric(f"{name}/{part}", mean)
    if callable(extra):
        extra(f"{name}/claims", [one.made for one in results])
        extra(f"{name}/parse_failures", [" ".join(one.unread) for one in results])
        extra(f"{name}/reason", [one.reason for one in results])
        for part in PARTS:
            extra(f"{name}/{part}", [one.part(part) for one in results])
