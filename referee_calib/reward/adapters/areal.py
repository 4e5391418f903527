"""AReaL: a function for one reply; every further column of the data set comes as a keyword.

AReaL runs it in processes of its own and pays 0 after 15 s (three more tries): give its ``AsyncRewardWrapper`` a
``timeout_seconds`` above the time limit of the reward, or the reward a ``time_limit`` below that. A reply without a
value is paid the column `on_failure`, 0 by default.
"""

from __future__ import annotations

from typing import Any

from referee_calib.reward.adapters.shared_reward import shared_reward
from referee_calib.reward.adapters.trainer_items import check_constant, facts_of, media_path, paid, question_of


def reward_fn(prompt: Any, completions: Any, prompt_ids: Any = None, completion_ids: Any = None, **row: Any) -> float:
    """Reward one reply."""
    facts = facts_of(row)
    facts["video"] = media_path(facts.get("video", facts.get("videos")))
    if not facts.get("question"):
        facts["question"] = question_of(facts.get("messages") or ()) or (prompt if isinstance(prompt, str) else "")
    (result,) = shared_reward().score([{**facts, "completion": completions}])
    return paid(result, check_constant(row.get("on_failure", 0.0)))
