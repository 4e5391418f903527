"""How a model is made to answer: temperature, length, seed, and the rung on which its level is read."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

from referee_calib.errors import InputError

Rung = Literal["exact", "choice", "truncated", "parsed"]
AnyRung = Literal["auto", "exact", "choice", "truncated", "parsed"]
RUNGS: tuple[Rung, ...] = get_args(Rung)


@dataclass(frozen=True, slots=True)
class Decoding:
    """Everything of the way of answering that can change a reply.

    Attributes
    ----------
    temperature : float
        0 for the most probable reply. Probabilities of answers are read before any temperature is applied.
    max_tokens : int
        Most tokens of a reply that is read in words (rung "parsed"); on the other rungs one token is asked for.
    seed : int
        Sent where the backend takes one; sample `k` of a question is drawn with ``seed + k``.
    rung : {"auto", "exact", "choice", "truncated", "parsed"}
        How the level is read: from the probabilities of all answers, of a constrained choice, of the most probable
        tokens, or from words. With "auto" the backend tries in this order, once, and keeps to what it found.
    """

    temperature: float = 0.0
    max_tokens: int = 16
    seed: int = 0
    rung: AnyRung = "auto"

    def __post_init__(self) -> None:
        if self.rung not in get_args(AnyRung):
            raise InputError(f"rung {self.rung!r:.40}", f"a rung is one of {', '.join(get_args(AnyRung))}")
        for name in ("max_tokens", "seed"):
            if type(getattr(self, name)) is not int:
                raise InputError(f"{name} = {getattr(self, name)!r:.40}", "it must be a whole number")
        if self.max_tokens < 1 or self.seed < 0:
            raise InputError(f"{self}", "a reply has at least one token, and a seed is not negative")
        if isinstance(self.temperature, bool) or not isinstance(self.temperature, (int, float)):
            raise InputError(f"temperature = {self.temperature!r:.40}", "it must be a number")
        if not (math.isfinite(self.temperature) and 0 <= self.temperature <= 2):
            raise InputError(f"temperature = {self.temperature:g}", "it lies between 0 and 2")
        object.__setattr__(self, "temperature", float(self.temperature))

    def pinned(self, rung: Rung) -> Decoding:
        """Return the same decoding on a rung that was found."""
        return replace(self, rung=rung)

    def tokens(self, rung: str = "") -> int:
        """Return how many tokens to ask for on a rung; on the decoding's own by default."""
        return self.max_tokens if (rung or self.rung) == "parsed" else 1

    def settings(self) -> dict[str, Any]:
        """Return what belongs into a fingerprint; the length only where it can change a score."""
        return {**asdict(self), "max_tokens": self.tokens()}
