"""EasyR1: a function for whole batches.

::

    worker.reward.reward_function=/path/to/easyr1.py:compute_score

Facts travel as a JSON object in the ground truth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from referee_calib.reward.adapters.shared_reward import shared_reward
from referee_calib.reward.adapters.trainer_items import check_constant, facts_of, paid

REWARD_NAME = "semantic_evidence"
REWARD_TYPE = "batch"


def compute_score(reward_inputs: Sequence[Mapping[str, Any]], *, on_failure: float = 0.0) -> list[dict[str, float]]:
    """Reward a batch.

    Parameters
    ----------
    reward_inputs : sequence of mapping
        Each with ``response`` and ``ground_truth``.
    on_failure : float
        What a reply without a value is paid: EasyR1 takes a number for every one.

    Returns
    -------
    list of dict
        ``overall``, and the parts under keys that are the same for every reply.
    """
    items = [{**facts_of(one.get("ground_truth")), "completion": one["response"]} for one in reward_inputs]
    constant = check_constant(on_failure)
    return [{"overall": paid(one, constant), **one.numbers()} for one in shared_reward().score(items)]
