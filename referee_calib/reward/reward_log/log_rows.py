"""One paid reply as a line of the reward log, whole enough to be imported as a study and to be scored again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.training.reply_reward import PARTS, ReplyReward
from referee_calib.reward.training.trainer_rows import TrainerRow, UnusableRow

LOG_SCHEMA = 1
_TRUTH = ("reference_object", "reference_boxes", "reference_span", "key_times")


def log_row(
    result: ReplyReward, row: TrainerRow | UnusableRow, *, number: int, common: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a line as JSON types.

    Parameters
    ----------
    result : ReplyReward
        What the reply earned.
    row : TrainerRow or UnusableRow
        What it was about; of an unusable one only the reason is known.
    number : int
        Counts the lines of a file from 0.
    common : mapping
        What all lines of a call share: ``file`` (a name that no other file of any run has), ``reward``,
        ``fingerprint``, ``referee``, ``call``, ``seconds``.
    """
    return {
        "reward_log": LOG_SCHEMA,
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "rollout": f"{common['file']}:{number}",
        **_about(row),
        "step": result.step,
        "claims": [_claim(one) for one in result.claims],
        "unjudged": result.unjudged,
        "unread": list(result.unread),
        "value": result.value,
        "paid": result.reward,
        "status": result.status,
        "reason": result.reason,
        **{name: result.part(name) for name in PARTS},
        "reward": common["reward"],
        "fingerprint": common["fingerprint"],
        "referee": common["referee"],
        "call": common["call"],
        "seconds": common["seconds"],
    }


def _about(row: TrainerRow | UnusableRow) -> dict[str, Any]:
    if isinstance(row, UnusableRow):
        return {"video": None, "question": None, "completion": None, "box_unit": None, "group": "", "source": ""}
    rollout = row.rollout
    truth = {name: getattr(rollout, name) for name in _TRUTH if getattr(rollout, name)}
    if row.known.key_times:
        truth["key_times"] = row.known.key_times
    return {
        "video": rollout.video,
        "question": rollout.question,
        "completion": rollout.completion,
        "box_unit": rollout.box_unit,
        "group": rollout.group,
        "answer": rollout.answer,
        "source": rollout.source,
        **truth,
    }


def _claim(one: ClaimReward) -> dict[str, Any]:
    parts = {name: getattr(one, name) for name in PARTS}
    return {"claim": one.claim.id, "value": one.value, **parts, "status": one.status, "reason": one.reason}
