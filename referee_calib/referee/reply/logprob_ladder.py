r"""From the log-probabilities of tokens to a distribution over answers, by what a server can give.

A model is asked for one token: a level digit, or yes or no. How well its preference over all answers
can be read depends on the server; the ways form a ladder, best first:

``exact``
    The log-probabilities of exactly the answers' tokens (``logprob_token_ids``). Their sum is the mass:
    how sure the model was to give an answer at all.
``choice``
    The reply is constrained to the answers (``structured_outputs.choice``). Exact over the answers, but
    the probabilities are of the constrained reply: they sum to 1 and the mass is lost.
``truncated``
    The most likely tokens (``top_logprobs``). An answer that is not among them counts as 0, so the mass
    is a lower bound.
``parsed``
    No log-probabilities; the reply is read as words.

Which tokens stand for an answer is fixed here. On the rung "exact" it is the one token that the answer
itself is, as in an engine run in the process, so that both give the same number. A constrained reply is
the answer, or a beginning of it. Among the most likely tokens, where only texts are known, an answer counts
with or without one leading space, and a word also with a capital letter; tokenizers write the space as
``" "``, ``"▁"`` or ``"Ġ"`` and single bytes as ``<0x33>`` or ``bytes:\x33``. Nothing else
counts: not "3.", "03", "３" or "three".
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from referee_calib.referee.decoding_settings import Rung

TOLERANCE = 1e-3
"""By how much the probabilities of a half-precision server may miss their sum."""

_SPACE_SPELLINGS = str.maketrans({"▁": " ", "Ġ": " "})
_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_BYTES = re.compile(r"bytes:((?:\\x[0-9A-Fa-f]{2})+)")  # as OpenAI writes tokens that may be no whole characters

Tokens = Mapping[str, float] | Iterable[tuple[str, float]]


def variants(answer: str) -> tuple[str, ...]:
    """Return the texts that stand for an answer."""
    spelled = dict.fromkeys((answer, answer.capitalize()))
    return tuple(text for word in spelled for text in (word, f" {word}"))


def plain(token: str) -> str:
    """Return a token's text with the tokenizer's spelling of spaces and bytes resolved."""
    written = _BYTES.fullmatch(token)
    if written is not None:
        token = bytes.fromhex(written.group(1).replace("\\x", "")).decode("utf-8", "replace")
    byte = _BYTE.fullmatch(token)
    return chr(int(byte.group(1), 16)) if byte else token.translate(_SPACE_SPELLINGS)


def distribution(top: Tokens, answers: Sequence[str], *, prefixes: bool = False) -> tuple[float, ...]:
    """Add up the probabilities of the tokens that stand for each answer, not rescaled; 0 for one without a token.

    `top` holds the log-probability of each token by its text; pairs may repeat a text, because different tokens can
    look the same, and each counts. With `prefixes` a token also counts that begins exactly one answer, as "ye" begins
    "yes": right only when the reply is constrained to the answers, so that nothing else can follow.
    """
    found = _by_text(tuple(answers))
    sums = dict.fromkeys(answers, 0.0)
    for token, logprob in top.items() if isinstance(top, Mapping) else top:
        answer = found.get(plain(token))
        if answer is None and prefixes:
            answer = _begun(plain(token), answers)
        if answer is not None:
            sums[answer] += _probability(logprob)
    return tuple(sums.values())


@lru_cache(maxsize=16)
def _by_text(answers: tuple[str, ...]) -> dict[str, str]:
    return {text: answer for answer in answers for text in variants(answer)}


def _begun(text: str, answers: Sequence[str]) -> str | None:
    begun = [answer for answer in answers if text and answer.startswith(text)]
    return begun[0] if len(begun) == 1 else None


def _probability(logprob: float) -> float:
    try:
        return math.exp(logprob)
    except OverflowError:
        return math.inf


def distribution_of_ids(top: Mapping[int, float], ids: Sequence[int]) -> tuple[float, ...] | None:
    """Return the probabilities of the answers' tokens; None when one is missing, which the server was asked for."""
    if any(id_ not in top for id_ in ids):
        return None
    return tuple(_probability(top[id_]) for id_ in ids)


def answer_tokens(encoded: Sequence[Sequence[int]], before: Sequence[int]) -> tuple[int, ...] | None:
    """Find the token that each answer is; None when one is not one token, or two are the same (the "unknown").

    A tokenizer may put an invisible token before the first word of a text or split it otherwise than in the middle, so
    answers are encoded behind some other text, and one is one token only when it adds exactly one id to that text's.
    """
    size = len(before)
    single = all(len(ids) == size + 1 and list(ids[:size]) == list(before) for ids in encoded)
    found = tuple(ids[-1] for ids in encoded) if single else ()
    return found if found and len(set(found)) == len(encoded) else None


def fault(probabilities: Sequence[float], rung: Rung) -> str:
    """Say what is wrong with a distribution, for a server that claims to stand on a rung; empty when nothing is.

    It may hold a number that is no probability (logits in place of log-probabilities), sum to more than 1, or on the
    rung "choice" to less: the server did not keep to the constraint.
    """
    total = math.fsum(p for p in probabilities if math.isfinite(p))
    if not all(math.isfinite(p) and 0 <= p <= 1 + TOLERANCE for p in probabilities):
        return "the server's log-probabilities are not logarithms of probabilities"
    if total > 1 + TOLERANCE:
        return f"the probabilities of the answers sum to {total:.3f}"
    if rung == "choice" and total < 1 - 10 * TOLERANCE:
        return f"the reply was to be one of the answers, but they hold only {total:.3f} of the probability"
    return ""
