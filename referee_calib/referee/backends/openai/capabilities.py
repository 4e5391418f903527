"""What an endpoint was found to do; see :mod:`.probe` for how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from referee_calib.referee.decoding_settings import Rung


@dataclass(frozen=True)
class Capabilities:
    """What an endpoint can do; stored with the scores."""

    rung: Rung  # the best one that held
    # the token of each answer, where the server has a tokenizer to ask and the answer is one token
    tokens: dict[str, int] = field(default_factory=dict)
    version: str = ""  # of the server, when it says
    # least probability of the five digits together on the trial questions; None on "choice" and "parsed"
    mass: float | None = None
    seconds: float = 0.0  # time of a trial question
    reasons: bool = False  # whether the model writes reasoning before its answer
    tried: dict[str, str] = field(default_factory=dict)  # why each better rung did not hold
    # fields of a request that are sent otherwise because the server refused them; None for one that is left out
    adapted: dict[str, Any] = field(default_factory=dict)
    answers_as: str = ""  # the model's name in the replies, where it differs from the one asked for
    doubts: tuple[str, ...] = ()  # what may go wrong, or could not be told

    def ids(self, answers: Sequence[str]) -> tuple[int, ...] | None:
        """Return the token of each answer; None when one has none."""
        known = tuple(self.tokens[answer] for answer in answers if answer in self.tokens)
        return known if len(known) == len(answers) else None

    def to_json(self) -> dict[str, Any]:
        """Return JSON types."""
        return {**asdict(self), "doubts": list(self.doubts)}

    def remarks(self) -> list[str]:
        """Return what a log should say beside the rung: why better ones failed, what is changed, what is in doubt."""
        said = [f"rung {rung} did not hold: {why}" for rung, why in self.tried.items()]
        if self.adapted:
            sent = ", ".join(
                f"{name} is left out" if value is None else f"{name} = {value}" for name, value in self.adapted.items()
            )
            said.append(f"requests are adapted to the server: {sent}")
        if self.answers_as:
            said.append(f"the server names the model {self.answers_as}")
        return [*said, *self.doubts]
