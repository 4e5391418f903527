"""The chat completion that the endpoint sends: what was said, and the log-probabilities it supports."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from referee_calib.testing.fake_endpoint_model import FLOOR, FakeAnswer, decode, encode, pictures_of, text_of

FEATURES = ("logprob_token_ids", "structured_outputs", "logprobs", "tokenize")
"""What an endpoint may support; what it does not, it ignores with HTTP 200 (the tokenizer: 404)."""

PICTURE_TOKENS = 64
"""Tokens that a picture counts for, whatever its size."""


def completion(
    body: Mapping[str, Any], spoken: FakeAnswer, supports: Collection[str], *, reasoning: bool = False
) -> dict[str, Any]:
    """Answer a chat request.

    With `reasoning` the model thinks before it speaks; with fewer than 64 tokens it never gets to speak.
    """
    choices = _choices(body) if "structured_outputs" in supports else ()
    spread = spoken.among(choices) if choices else spoken.logprobs
    temperature = float(body.get("temperature") or 0.0)
    said = next(iter(spread)) if choices else spoken.drawn(temperature, int(body.get("seed") or 0))
    message: dict[str, Any] = {"role": "assistant", "content": said, "refusal": None}
    thought = "I look at the picture. It could be 0, or 1."
    enough = True
    if reasoning:
        enough = int(body.get("max_tokens") or body.get("max_completion_tokens") or 4096) >= 64
        message |= {"reasoning_content": thought, "content": said if enough else None}
    listed = _listed(body, spoken, spread, said, supports)
    if reasoning and listed:
        listed = [{"token": "I", "logprob": -0.01, "bytes": [73], "top_logprobs": []}]
    return shaped(
        body, message, listed, finish="stop" if enough else "length", tokens=1 + len(thought.split()) * reasoning
    )


def shaped(
    body: Mapping[str, Any],
    message: Mapping[str, Any],
    listed: list[dict[str, Any]] | None,
    *,
    finish: str = "stop",
    tokens: int = 1,
) -> dict[str, Any]:
    """Put a message into the form of a chat completion."""
    asked = len(encode(text_of(body))) + PICTURE_TOKENS * pictures_of(body)
    choice = {
        "index": 0,
        "finish_reason": finish,
        "message": dict(message),
        "logprobs": None if listed is None else {"content": listed},
    }
    return {
        "id": "chatcmpl-fake",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model"),
        "choices": [choice],
        "usage": {"prompt_tokens": asked, "completion_tokens": tokens, "total_tokens": asked + tokens},
    }


def entry(token: str, logprob: float, top: Iterable[tuple[str, float]]) -> dict[str, Any]:
    """Return one token with its log-probability and the most likely others."""
    listed = [{"token": text, "logprob": p, "bytes": list(text.encode())} for text, p in top]
    return {"token": token, "logprob": logprob, "bytes": list(token.encode()), "top_logprobs": listed}


def _choices(body: Mapping[str, Any]) -> tuple[str, ...]:
    wanted = body.get("structured_outputs")
    return tuple(wanted.get("choice") or ()) if isinstance(wanted, Mapping) else ()


def _listed(
    body: Mapping[str, Any], spoken: FakeAnswer, spread: Mapping[str, float], said: str, supports: Collection[str]
) -> list[dict[str, Any]] | None:
    if not body.get("logprobs") or "logprobs" not in supports:
        return None
    chance = spread.get(said, FLOOR)
    ids = body.get("logprob_token_ids")
    if ids and "logprob_token_ids" in supports:
        named = [(_named(id_, body), p) for id_, p in spoken.of_ids(ids).items()]
        own = encode(said)[0]
        return [entry(_named(own, body), chance, named if own in ids else [*named, (_named(own, body), chance)])]
    count = int(body.get("top_logprobs") or 0)
    top = list(spread.items())[:count]
    masked = [token for token in spoken.logprobs if token not in spread][: count - len(top)]
    return [entry(said, chance, [*top, *((token, FLOOR) for token in masked)])]


def _named(id_: int, body: Mapping[str, Any]) -> str:
    return f"token_id:{id_}" if body.get("return_tokens_as_token_ids") else decode(id_)


def spoiled(kind: str, body: Mapping[str, Any], spoken: FakeAnswer) -> dict[str, Any]:
    """Return the completion of a fault that still is a completion."""
    quiet: dict[str, Any] = {"role": "assistant", "content": None}
    if kind == "empty-choices":
        return {**shaped(body, quiet, None), "choices": []}
    if kind == "refusal":
        return shaped(body, {**quiet, "refusal": "I cannot judge this picture."}, None)
    if kind == "content-filter":
        return shaped(body, quiet, None, finish="content_filter")
    if kind == "echo":
        return shaped(body, {**quiet, "content": text_of(body)}, None, tokens=200)
    if kind in ("out-of-range", "no-digits", "logits"):
        return _with_wrong_logprobs(kind, body, spoken)
    said = {**quiet, "content": spoken.drawn(0.0, 0)} if kind == "no-logprobs" else quiet
    return shaped(body, said, None)


def _with_wrong_logprobs(kind: str, body: Mapping[str, Any], spoken: FakeAnswer) -> dict[str, Any]:
    wrong = {
        "out-of-range": [(str(digit), math.log(0.19)) for digit in (7, 5, 6, 8, 9)],
        "no-digits": [("The", math.log(0.7)), ("I", math.log(0.2))],
        "logits": [(token, 12.0 + p) for token, p in list(spoken.logprobs.items())[:20]],
    }[kind]
    token, logprob = wrong[0]
    return shaped(body, {"role": "assistant", "content": token}, [entry(token, logprob, wrong)])
