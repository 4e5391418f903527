"""What is left out of a request, or sent otherwise, because a server refuses it.

Servers differ in the names and ranges of a few fields. A change that a refusal asks for is made for all questions, is
said once, and belongs to the settings, since it can change a reply. What the user asked for is never changed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from referee_calib.referee.backends.openai.request_body import TOP
from referee_calib.referee.decoding_settings import Decoding, Rung

ROOMS = (4096, 1024)
"""Tokens for a model that thinks or explains before its verdict; the second where the first is refused."""

_LONGEST_LEAST = 64
"""Most tokens that a server may want a reply of one token to be allowed: beyond, words are the better question."""

_LENGTHS = ("max_tokens", "max_completion_tokens")
_DISPENSABLE = ("temperature", "seed")  # a reply comes without them, too
_FEWER_TOPS = (10, 8, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class RequestAdaptation:
    """The changes that one server's refusals asked for."""

    left_out: tuple[str, ...] = ()
    completion_tokens: bool = False  # whether the length is named max_completion_tokens
    top: int = TOP  # most likely tokens to ask for
    room: int = 0  # tokens of a reply in words where those of the decoding are not enough; 0 where they are
    least: int = 1  # tokens that a reply must be allowed

    def fields(self, rung: Rung, decoding: Decoding) -> dict[str, Any]:
        """Return the fields that differ on a rung, by name; None for one that is left out."""
        changed: dict[str, Any] = dict.fromkeys(self.left_out)
        length = max(self.least, *((self.room, decoding.max_tokens) if rung == "parsed" else (decoding.tokens(rung),)))
        if self.completion_tokens:
            changed |= {"max_tokens": None, "max_completion_tokens": length}
        elif length != decoding.tokens(rung):
            changed["max_tokens"] = length
        if rung == "truncated" and self.top != TOP:
            changed["top_logprobs"] = self.top
        return changed

    def after(self, refusal: str, sent: Mapping[str, Any], own: Collection[str]) -> RequestAdaptation | None:
        """Return what to try after a refusal; None when its words name nothing that may be changed.

        Parameters
        ----------
        refusal : str
            What the server said.
        sent : mapping
            The fields of the request.
        own : collection of str
            Fields that the user asked for.
        """
        named = {name for name in sent if name not in own and _names(refusal, name)}
        if "max_tokens" in sent and "max_tokens" not in own and _names(refusal, "max_completion_tokens"):
            return replace(self, completion_tokens=True)
        if "top_logprobs" in named and "structured_outputs" not in sent:
            return self._fewer(refusal)
        dropped = tuple(name for name in _DISPENSABLE if name in named)
        if dropped:
            return replace(self, left_out=tuple(sorted({*self.left_out, *dropped})))
        if least := self._least(refusal, sent, own):
            return replace(self, least=least)
        if self.room and named & set(_LENGTHS):
            less = [room for room in ROOMS if room < self.room]
            return replace(self, room=less[0]) if less else None
        return None

    def guesses(self, sent: Mapping[str, Any], own: Collection[str]) -> Iterator[RequestAdaptation]:
        """Give out what may be tried after a refusal without a name: one change at a time, then all of them."""
        free = [name for name in _DISPENSABLE if name in sent and name not in own]
        for name in free:
            yield replace(self, left_out=tuple(sorted({*self.left_out, name})))
        if "max_tokens" in sent and "max_tokens" not in own:
            yield replace(self, completion_tokens=True)
            yield replace(self, completion_tokens=True, left_out=tuple(sorted({*self.left_out, *free})))

    def _least(self, refusal: str, sent: Mapping[str, Any], own: Collection[str]) -> int:
        """Return the tokens that a refusal asks for where fewer were allowed; 0 where it is about something else."""
        if not re.search(r"max_(completion_|output_)?tokens", refusal):
            return 0
        length = next((sent[name] for name in _LENGTHS if name in sent and name not in own), math.inf)
        told = [int(number) for number in re.findall(r"(?<![\w.])\d{1,2}(?![\w.]*\d)", refusal)]
        return min((number for number in told if length < number <= _LONGEST_LEAST), default=0)

    def _fewer(self, refusal: str) -> RequestAdaptation | None:
        """Take the largest number below the present one that the refusal names, else the next smaller one."""
        told = [int(number) for number in re.findall(r"(?<![\w.])\d{1,2}(?![\w.]*\d)", refusal)]
        fitting = [number for number in told if 2 <= number < self.top]
        smaller = fitting or [number for number in _FEWER_TOPS if number < self.top]
        return replace(self, top=max(smaller)) if smaller else None


def _names(text: str, field: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9_]){field}(?![A-Za-z0-9_])", text) is not None
