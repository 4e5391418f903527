"""NeMo Gym: what its resources servers are asked for, and what they answer.

The reward server speaks it at ``/verify``; in a server of one's own, :func:`verify` is the body of that route.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referee_calib.reward.adapters.shared_reward import Scorer, shared_reward
from referee_calib.reward.adapters.trainer_items import check_constant, paid
from referee_calib.reward.training.reply_reward import ReplyReward

_ASKED = ("responses_create_params", "response")


def verify(request: Mapping[str, Any], *, on_failure: float = 0.0, reward: Scorer | None = None) -> dict[str, Any]:
    """Return the request with its reward, as NeMo Gym's `/verify` does.

    Parameters
    ----------
    request : mapping
        ``responses_create_params``, ``response``, and the facts of the task as further fields.
    on_failure : float
        What a reply without a value is paid: a number is needed.
    reward : Scorer, optional
        By default that of the environment.
    """
    (result,) = (reward or shared_reward()).score([item_of(request)])
    return answer_of(request, result, check_constant(on_failure))


def item_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reply with its facts."""
    facts = {name: value for name, value in request.items() if name not in _ASKED}
    return {**facts, "completion": response_text(request.get("response"))}


def answer_of(request: Mapping[str, Any], result: ReplyReward, on_failure: float) -> dict[str, Any]:
    """Return the request with reward and parts."""
    return {**request, "reward": paid(result, on_failure), **result.numbers()}


def response_text(response: Any) -> str:
    """Return the words of a response: the text of its messages, in order."""
    outputs = _objects(response.get("output") if isinstance(response, Mapping) else None)
    messages = [output for output in outputs if output.get("type") == "message"]
    return "".join(str(part.get("text") or "") for one in messages for part in _objects(one.get("content")))


def _objects(listed: Any) -> list[Mapping[str, Any]]:
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
