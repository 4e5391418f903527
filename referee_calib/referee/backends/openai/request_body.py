"""A question as the body of a chat request: words, pictures, and what the rung asks for."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from referee_calib.referee.decoding_settings import Decoding, Rung
from referee_calib.referee.frame_policy.encoded_picture import Picture
from referee_calib.referee.question import Question

TOP = 20
"""Most likely tokens that are asked for: what the original interface and vLLM allow."""


def question_body(question: Question, model: str, decoding: Decoding, rung: Rung, fields: Mapping[str, Any]) -> bytes:
    """Write the chat request for a question, rendering its pictures when nobody did it before.

    `fields` are what the rung adds and the user's own; one that is None is left out. Constant words come first, so that
    servers compute their shared beginning once.
    """
    head, *rest = question.parts
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": head},
        {"role": "user", "content": list(map(_part, rest))},
    ]
    return chat_body(model, messages, decoding, rung, fields, sample=question.sample)


def chat_body(
    model: str,
    messages: Sequence[Mapping[str, Any]],
    decoding: Decoding,
    rung: Rung,
    fields: Mapping[str, Any],
    *,
    sample: int = 0,
) -> bytes:
    """Write a chat request with the given messages."""
    body = {
        "temperature": decoding.temperature,
        "seed": decoding.seed + sample,
        "max_tokens": decoding.tokens(rung),
        **fields,
        "model": model,
        "messages": messages,
    }
    return orjson.dumps({name: value for name, value in body.items() if value is not None})


def rung_fields(rung: Rung, answers: Sequence[str], ids: Sequence[int] | None) -> dict[str, Any]:
    """Return the fields by which a rung asks for its log-probabilities."""
    if rung == "exact":
        return {"logprobs": True, "logprob_token_ids": list(ids or ()), "return_tokens_as_token_ids": True}
    if rung == "choice":
        return {"structured_outputs": {"choice": list(answers)}, "logprobs": True, "top_logprobs": max(5, len(answers))}
    return {"logprobs": True, "top_logprobs": TOP} if rung == "truncated" else {}


def _part(part: str | Picture) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    return {"type": "image_url", "image_url": {"url": _data_url(part)}}


@lru_cache(maxsize=32)  # the questions about one claim come one after the other and share their pictures
def _data_url(picture: Picture) -> orjson.Fragment:
    """Write the picture as a JSON string at once: base64 holds nothing that JSON escapes."""
    return orjson.Fragment(b'"data:%s;base64,%s"' % (picture.mime.encode(), base64.b64encode(picture.data)))
