"""OpenRLHF: a function in a file.

::

    # reward_func.py, passed as --remote_rm_url reward_func.py
    from referee_calib.reward.adapters.openrlhf import reward_func

Facts travel as a JSON object in the label. A reply without a value is paid REFEREE_CALIB_ON_FAILURE (0 by default):
OpenRLHF ends training where the function raises. Several trainers share one referee by ``referee-calib serve``, whose
``/get_reward`` is passed as ``--remote_rm_url`` as it is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from referee_calib.errors import InputError
from referee_calib.reward.adapters.shared_reward import shared_reward
from referee_calib.reward.adapters.trainer_items import check_constant, facts_of, paid, reply_in
from referee_calib.reward.training.reply_reward import ReplyReward

CONSTANT_VARIABLE = "REFEREE_CALIB_ON_FAILURE"


def reward_func(queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any], **_given: Any) -> dict[str, Any]:
    """Reward replies; OpenRLHF calls with lists of one.

    Parameters
    ----------
    queries : sequence of str
        Prompt and reply, picture tokens expanded.
    prompts : sequence of str
    labels : sequence
        JSON objects of facts.

    Returns
    -------
    dict
        ``rewards`` and ``scores``, a number for each reply, and ``extra_logs``, lists of numbers.
    """
    texts = zip(queries, prompts, labels, strict=True)
    items = [{**facts_of(label), "completion": reply_in(query, prompt)} for query, prompt, label in texts]
    return answer_of(shared_reward().score(items), _constant())


def answer_of(results: Sequence[ReplyReward], on_failure: float) -> dict[str, Any]:
    """Return results as OpenRLHF takes them."""
    rewards = [paid(one, on_failure) for one in results]
    numbers: list[Mapping[str, float]] = [one.numbers() for one in results]
    logs = {name: [one[name] for one in numbers] for name in (numbers[0] if numbers else ())}
    return {"rewards": rewards, "scores": rewards, "extra_logs": logs}


def _constant() -> float:
    stated = os.environ.get(CONSTANT_VARIABLE, "0")
    try:
        return check_constant(float(stated))
    except ValueError:
        raise InputError(f"{CONSTANT_VARIABLE}={stated!r:.40}", "it is a number") from None
