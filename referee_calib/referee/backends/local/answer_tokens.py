"""Which token is an answer: checked for the model at hand, never assumed.

The probability of "3" is that of one token only if the tokenizer makes exactly one new token of it, right
after the prompt's last words. Some tokenizers put a space mark before it, which makes two tokens; some
merge it with what stands before. Both would give numbers that look like a score and are none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from referee_calib.errors import InputError
from referee_calib.referee.reply.logprob_ladder import TOLERANCE

Encode = Callable[[str], Sequence[int]]


def answer_tokens(encode: Encode, tail: str, answers: Sequence[str], model: str) -> tuple[int, ...]:
    """Return the token of every answer behind the end of a prompt, up to where the model's own words begin.

    An InputError names model and answer when one is not exactly one token there, or two are the same.
    """
    before = list(encode(tail))
    found: list[int] = []
    for answer in answers:
        after = list(encode(tail + answer))
        if after[: len(before)] != before:
            _refuse(model, answer, "merges with the end of the prompt")
        if len(after) != len(before) + 1:
            _refuse(model, answer, f"takes {len(after) - len(before)} tokens")
        if after[-1] in found:
            _refuse(model, answer, f"is the same token as {answers[found.index(after[-1])]!r}")
        found.append(after[-1])
    return tuple(found)


def _refuse(model: str, answer: str, why: str) -> None:
    raise InputError(
        f"model {model}",
        f"the answer {answer!r} {why}, so no single token's probability is the probability of that answer",
        'Set rung = "parsed" for this model, or take another one.',
    )


def probabilities(logprobs: Sequence[float]) -> tuple[float, ...] | None:
    """Turn the answers' log-probabilities into probabilities whose sum is the mass; None when they are none."""
    if any(math.isnan(value) or value > TOLERANCE for value in logprobs):
        return None
    return bounded([math.exp(value) for value in logprobs])


def bounded(found: Sequence[float]) -> tuple[float, ...] | None:
    """Return probabilities with a sum of at most 1: one above it by rounding is brought to 1, more is None."""
    total = math.fsum(found)
    if total > 1 + TOLERANCE:
        return None
    return tuple(p / total for p in found) if total > 1 else tuple(found)
