"""What belongs to single rollouts and claims in ``report.json``: rewards, and the largest disagreements."""

from __future__ import annotations

import base64
from collections import Counter
from typing import TYPE_CHECKING, Any

from referee_calib.natural_order import natural_order
from referee_calib.records import Claim
from referee_calib.report.document.json_rows import described
from referee_calib.report.schema.report_schema import DisagreementJson, RewardsJson, RewardSummaryJson
from referee_calib.rubric import Rubric

if TYPE_CHECKING:
    from referee_calib.analysis import Disagreement, ExaminedRewardJson, RolloutRewards


def rollout_rewards(rows: tuple[RolloutRewards, ...], examined: ExaminedRewardJson | None) -> RewardsJson:
    """Return what each rollout would be paid by the referee and by overlap, and a summary of both."""
    rollouts: list[dict[str, Any]] = [
        described(row, "overlap", "overlap_reason") | {"iou": row.overlap, "iou_reason": row.overlap_reason}
        for row in rows
    ]
    summary = [_reward_summary(rollouts, key) for key in ("referee", "iou")]
    return {"examined": examined, "rollouts": rollouts, "summary": summary}


def _reward_summary(rollouts: list[dict[str, Any]], key: str) -> RewardSummaryJson:
    values = [row[key] for row in rollouts if row[key] is not None]
    return {
        "reward": key,
        "paid": len(values),
        "not_paid": len(rollouts) - len(values),
        "reasons": dict(Counter(row[f"{key}_reason"] for row in rollouts if row[key] is None)),
        "mean": sum(values) / len(values) if values else None,
        "zero": sum(value == 0 for value in values),
    }


def disagreement(item: Disagreement, rubric: Rubric) -> DisagreementJson:
    """Return one claim with everybody's level and the frame it is about."""
    claim = item.claim
    if not isinstance(claim, Claim):
        return _of_table(item, rubric)
    near = [box for box in claim.boxes if abs(box[0] - item.time) < 1e-6]
    truth = [box for box in claim.reference_boxes or () if abs(box[0] - item.time) < 1e-6]
    data = base64.b64encode(item.image).decode("ascii")
    people = sorted(item.people, key=lambda one: natural_order(one[0]))
    return {
        "claim": claim.id,
        "dimension": item.dimension,
        "title": rubric[item.dimension].title,
        "video": claim.video,
        "rollout": claim.rollout,
        "question": claim.question,
        "answer": claim.answer,
        "object": claim.object,
        "link": "",
        "span": list(claim.span) if claim.span else None,
        "time": item.time,
        "boxes": [list(box[1:]) for box in near],
        "reference_boxes": [list(box[1:]) for box in truth],
        "people": [{"rater": rater, "level": level} for rater, level in people],
        "people_mean": sum(level for _, level in people) / len(people),
        "referee": item.referee,
        "gap": item.gap,
        "reply": item.reply,
        "image": f"data:image/jpeg;base64,{data}" if data else None,
        "image_size": list(item.image_size) if data else None,
        "note": item.note,
    }


def _of_table(item: Disagreement, rubric: Rubric) -> DisagreementJson:
    """Return one unit of a table with everybody's level, and where it can be seen."""
    unit = item.claim
    people = sorted(item.people, key=lambda one: natural_order(one[0]))
    link = getattr(unit, "link", "")
    return {
        "claim": unit.id,
        "dimension": item.dimension,
        "title": rubric[item.dimension].title,
        "video": unit.video,
        "rollout": None,
        "question": getattr(unit, "text", ""),
        "answer": None,
        "object": None,
        "link": link if link.startswith(("http://", "https://")) else "",
        "span": None,
        "time": 0.0,
        "boxes": [],
        "reference_boxes": [],
        "people": [{"rater": rater, "level": level} for rater, level in people],
        "people_mean": sum(level for _, level in people) / len(people),
        "referee": item.referee,
        "gap": item.gap,
        "reply": "",
        "image": None,
        "image_size": None,
        "note": "" if link.startswith(("http://", "https://")) else link,
    }
