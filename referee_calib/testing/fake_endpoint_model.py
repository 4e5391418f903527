"""The fake model behind the endpoint: a probability for every token, computed from the request's digest.

Equal requests get equal answers, whatever came before and however many are in flight, so that runs can
be compared bit for bit. It looks at nothing and knows nothing; its answers are no judgement.
"""

from __future__ import annotations

import hashlib
import math
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

LEVELS = ("0", "1", "2", "3", "4")  # of a question that lists no answers
YES_NO = ("yes", "no")
OTHERS = ("Level", "The", "I", "It", "5", "6", "7", "8", "9", "Yes", "No", "Sure", "Based", "A", "Answer", "-", "\n")
WORDS = ("yes", "no", "Yes", "No", "Level", "The", "It", "Sure", "Based", "Answer")
FLOOR = -9999.0
"""What a server writes for the logarithm of nothing."""

_TOKEN = re.compile("|".join([*map(re.escape, sorted(WORDS, key=len, reverse=True)), "."]), re.DOTALL)
_LISTED = re.compile(r"\b(?:0|P)(?:, [0-9P-Z])+\b")
_YES_OR_NO = re.compile(r"\byes\b.{0,40}\bno\b", re.IGNORECASE | re.DOTALL)
_FIRST_WORD = 0x110000  # ids of words lie above those of single characters


def digest_of(body: Mapping[str, Any]) -> str:
    """Name what was asked: SHA-256 over model and messages, whatever the other fields are."""
    asked = [body.get("model"), body.get("messages")]
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()


def encode(text: str) -> list[int]:
    """Split a text into token ids: a few words are one token, everything else is one per character."""
    return [_FIRST_WORD + WORDS.index(piece) if piece in WORDS else ord(piece) for piece in _TOKEN.findall(text)]


def decode(id_: int) -> str:
    """Return the text of one token id; the empty string for an id that is none."""
    if 0 <= id_ - _FIRST_WORD < len(WORDS):
        return WORDS[id_ - _FIRST_WORD]
    return chr(id_) if 0 <= id_ < _FIRST_WORD else ""


def text_of(body: Mapping[str, Any]) -> str:
    """Return all words of a request's messages, without the pictures."""
    said: list[str] = []
    for message in body.get("messages") or ():
        content = message.get("content")
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or ()
        said += [part.get("text", "") for part in parts if part.get("type") == "text"]
    return "\n".join(said)


def pictures_of(body: Mapping[str, Any]) -> int:
    """Count the pictures of a request's messages."""
    contents = [message.get("content") for message in body.get("messages") or ()]
    return sum(part.get("type") == "image_url" for its in contents if isinstance(its, list) for part in its)


def answers_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the request wants to hear: the levels or yes and no that its last words name, else one of five."""
    last = text_of(body)[-300:]
    if listed := _LISTED.findall(last):
        return tuple(listed[-1].split(", "))
    return YES_NO if _YES_OR_NO.search(last) else LEVELS


@dataclass(frozen=True)
class FakeAnswer:
    """What the fake model would say to one request."""

    digest: str  # of the request (see :func:`digest_of`)
    answers: tuple[str, ...]
    # standard deviation of what is added to every answer's logit, for an endpoint that is not quite deterministic
    nudge: float = 0.0
    turn: int = 0  # which repeat of the request this is; matters only with a nudge

    @cached_property
    def logprobs(self) -> dict[str, float]:
        """Log-probability of each token, most likely first."""
        dice = random.Random(self.digest)  # noqa: S311 - a fake model, not a secret
        mass = dice.uniform(0.9, 0.999)
        weights = self._weights(dice, self.answers, scale=2.0)
        rest = self._weights(dice, [token for token in OTHERS if token not in self.answers], scale=1.0)
        shares = {token: mass * share for token, share in weights.items()}
        shares |= {token: (1 - mass) * share for token, share in rest.items()}
        ordered = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
        return {token: math.log(share) for token, share in ordered}

    def _weights(self, dice: random.Random, tokens: Sequence[str], scale: float) -> dict[str, float]:
        shaken = random.Random(f"{self.digest}/{self.turn}")  # noqa: S311
        logits = [dice.gauss(0, scale) + (shaken.gauss(0, self.nudge) if self.nudge else 0.0) for _ in tokens]
        raised = [math.exp(logit) for logit in logits]
        return {token: weight / sum(raised) for token, weight in zip(tokens, raised, strict=True)}

    def among(self, choices: Sequence[str]) -> dict[str, float]:
        """Return the log-probabilities of a reply constrained to the choices, most likely first."""
        kept = {token: self.logprobs.get(token, -20.0) for token in choices}
        total = math.log(math.fsum(map(math.exp, kept.values())))
        return dict(sorted(((token, p - total) for token, p in kept.items()), key=lambda item: -item[1]))

    def of_ids(self, ids: Sequence[int]) -> dict[int, float]:
        """Return the log-probability of each token id; rare tokens are very unlikely, not impossible."""
        return {id_: self.logprobs.get(decode(id_), -25.0) for id_ in ids}

    def drawn(self, temperature: float, seed: int) -> str:
        """Return the token that is said: the most likely one, or at a temperature one drawn by the seed."""
        if temperature <= 0:
            return next(iter(self.logprobs))
        dice = random.Random(f"{self.digest}/{seed}")  # noqa: S311
        weights = [math.exp(p / temperature) for p in self.logprobs.values()]
        return dice.choices(list(self.logprobs), weights)[0]
