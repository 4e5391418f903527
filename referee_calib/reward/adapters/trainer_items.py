"""What the adapters share: facts of a reply out of what trainers carry, and numbers out of results."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from referee_calib.errors import InputError
from referee_calib.reward.training.reply_reward import ReplyReward

_ENDS = ("<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end|>", "<end_of_turn>", "</s>")
_ASSISTANT = ("<|im_start|>assistant\n", "<|start_header_id|>assistant<|end_header_id|>\n\n", "<start_of_turn>model\n")


def facts_of(*carriers: Any) -> dict[str, Any]:
    """Join what a trainer carries beside a reply (dictionaries, or JSON objects as text); later ones win.

    What is neither (an expected answer, say) is the fact ``answer``.
    """
    found: dict[str, Any] = {}
    for one in carriers:
        read = _object(one)
        if read is not None:
            found.update({name: value for name, value in read.items() if value is not None})
        elif isinstance(one, str) and one:
            found["answer"] = one
    return found


def _object(carrier: Any) -> Mapping[str, Any] | None:
    if isinstance(carrier, Mapping):
        return carrier
    if isinstance(carrier, str) and carrier.lstrip()[:1] == "{":
        try:
            read = json.loads(carrier)
        except ValueError:
            return None
        return read if isinstance(read, dict) else None
    return None


def reply_in(query: str, prompt: str) -> str:
    """Return the reply out of a text that holds the prompt, too.

    A prompt with pictures is no beginning of the text: its picture tokens are expanded there. Then what follows the
    last opening of the assistant's turn is the reply.
    """
    if prompt and query.startswith(prompt):
        text = query[len(prompt) :]
    else:
        last = max(((query.rfind(one), len(one)) for one in _ASSISTANT), default=(-1, 0))
        text = query[last[0] + last[1] :] if last[0] >= 0 else query
    for end in _ENDS:
        text = text.partition(end)[0]
    return text


def check_constant(on_failure: Any) -> float:
    """Return what a failed reply is paid where a trainer takes numbers alone."""
    number = isinstance(on_failure, (int, float)) and not isinstance(on_failure, bool) and math.isfinite(on_failure)
    if not number:
        raise InputError(f"on_failure={on_failure!r:.40}", "this trainer takes a finite number for every reply")
    return float(on_failure)


def paid(result: ReplyReward, on_failure: float) -> float:
    """Return what a reply earns, or the constant for one without a value."""
    return on_failure if result.reward is None else float(result.reward)


def question_of(messages: Sequence[Mapping[str, Any]]) -> str:
    """Return the words of the first message of a user, without the marks of media."""
    for message in messages:
        if message.get("role") == "user":
            return _without_marks(_words(message.get("content")))
    return ""


def _words(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, Sequence) else ()
    return "".join(str(part.get("text") or "") for part in parts if isinstance(part, Mapping))


def _without_marks(text: str) -> str:
    for mark in ("<video>", "<image>", "<audio>"):
        text = text.replace(mark, "")
    return text.strip()


def media_path(value: Any) -> Any:
    """Return the path of a video out of a list of one, or an object with a path."""
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping):
        value = value.get("path") or value.get("video") or value.get("url")
    return value
