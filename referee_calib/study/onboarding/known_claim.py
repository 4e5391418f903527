"""A known claim: one whose right levels are known, and what it is used for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Role = Literal["example", "practice", "gold", "attention", "retired"]
ROLES: tuple[Role, ...] = get_args(Role)[:-1]  # those that a file may give
EXPLAINED: tuple[Role, ...] = ("example", "practice")  # roles whose truth is told, so that it needs a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClaim:
    """A claim with its right levels.

    Attributes
    ----------
    claim : str
        Its id.
    role : {"example", "practice", "gold", "attention", "retired"}
        Shown with its truth on the instruction page; rated before all others with the truth told afterwards; rated in
        silence; rated in silence, with the level to give in its text; no longer shown.
    levels : mapping of str to tuple of int
        The right levels on each dimension that is looked at.
    tolerance : int
        How far beside a right level an answer may lie.
    feedback : str
        One sentence why, shown with an example and after a practice answer.
    counts : bool
        Whether its ratings enter the figures all the same; only a gold claim may.
    """

    claim: str
    role: Role
    levels: Mapping[str, tuple[int, ...]]
    tolerance: int = 0
    feedback: str = ""
    counts: bool = False

    def is_right(self, dimension: str, level: int | None) -> bool:
        """Tell whether an answer on a dimension is right; on one that is not looked at every answer is."""
        if dimension not in self.levels:
            return True
        return level is not None and any(abs(level - right) <= self.tolerance for right in self.levels[dimension])

    def all_right(self, given: Mapping[str, int | None]) -> bool:
        """Tell whether the answers on all dimensions that are looked at are right."""
        return all(self.is_right(name, given.get(name)) for name in self.levels)

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types."""
        return {
            "claim": self.claim,
            "role": self.role,
            "levels": {name: list(levels) for name, levels in self.levels.items()},
            "tolerance": self.tolerance,
            "feedback": self.feedback,
            "counts": self.counts,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> KnownClaim:
        """Build one from what :meth:`to_json` wrote."""
        levels = {name: tuple(its) for name, its in data["levels"].items()}
        return cls(**{**data, "levels": levels})
