"""A flag: what stands out in a rater's work, by which threshold, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "too fast", "hurried", "unseen", "unwatched", "straight-lining", "failed gold", "failed attention", "outlier"
]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class QualityFlag:
    """One thing that stands out.

    Attributes
    ----------
    rater : str
        Whose work.
    claim : str
        Which rating, "" when it is about all of the rater's work.
    kind : str
        One of :data:`KINDS`.
    value, threshold : float
        What was measured, and the limit that it crosses.
    action : {"remark", "ask", "hold"}
        What ``study.toml`` wants done.
    words : str
        One sentence for the coordinator.
    claims : tuple of str
        The ratings that are meant, where it is several and not all.
    """

    rater: str
    claim: str
    kind: Kind
    value: float
    threshold: float
    action: str
    words: str
    claims: tuple[str, ...] = ()

    @property
    def held_claims(self) -> tuple[str, ...]:
        """The claims whose ratings are held when the action is "hold"; "" stands for all of the rater's."""
        return self.claims or (self.claim,)


def setting_name(kind: Kind) -> str:
    """Return the key of ``[quality]`` that holds the action of a kind."""
    return kind.replace("-", "_").replace(" ", "_")
