"""What one reply earns in training, and of what that is made: the result under every trainer's call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

if TYPE_CHECKING:
    from referee_calib.claims import Rollout
    from referee_calib.reward.claim_reward import ClaimReward

PARTS = ("relevance", "localization", "timing", "penalty")
ReplyStatus = Literal["ok", "failed", "unusable"]
UNKNOWN = -1.0  # a part without a value, where a trainer takes numbers alone


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReward:
    """One reply, paid.

    Attributes
    ----------
    reward : float or None
        What training gets, after the failure policy.
    value : float or None
        What the reply is worth by itself; None where that is not known.
    status : {"ok", "failed", "unusable"}
        "failed" when a claim could not be judged, "unusable" when its row names no video, question or unit, or holds
        something that this reward needs and cannot read.
    reason : str
        What happened, when there is something to say.
    claims : tuple of ClaimReward
        Its distinct claims within the cap, in the order of the text.
    unjudged : int
        Claims beyond the cap, and unreadable evidence that counts: each is worth 0.
    made : int
        Claims that the text makes, repeats among them.
    unread : tuple of str
        Reason of each piece that became no claim.
    rollout : Rollout or None
        The reply with what it is about; None when the row is unusable.
    step : int or None
        Training step, where known.
    told : mapping
        Parts as a server told them; empty where the claims themselves are here.
    """

    reward: float | None
    value: float | None
    status: ReplyStatus = "ok"
    reason: str = ""
    claims: tuple[ClaimReward, ...] = ()
    unjudged: int = 0
    made: int = 0
    unread: tuple[str, ...] = ()
    rollout: Rollout | None = None
    step: int | None = None
    told: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether the reply has no value of its own."""
        return self.status != "ok"

    def part(self, name: str) -> float | None:
        """Return the mean of a part of :data:`PARTS` over the claims that have it."""
        if self.told:
            return self.told.get(name)
        return mean_of(getattr(one, name) for one in self.claims)

    def numbers(self) -> dict[str, float]:
        """Return numbers under keys that are the same for every reply: trainers take those of the first for all.

        ``failed`` and ``unusable`` are 0 or 1; a part without a value is -1.
        """
        parts = {name: self.part(name) for name in PARTS}
        return {
            "failed": float(self.failed),
            "unusable": float(self.status == "unusable"),
            "claims": float(self.made),
            "unread": float(len(self.unread)),
            **{name: UNKNOWN if value is None else value for name, value in parts.items()},
        }

    def to_json(self) -> dict[str, Any]:
        """Return what a server answers: reward, status, reason and parts, as JSON types."""
        return {
            "reward": self.reward,
            "value": self.value,
            "status": self.status,
            "reason": self.reason,
            "claims": self.made,
            "unread": list(self.unread),
            **{name: self.part(name) for name in PARTS},
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_json` wrote; KeyError, TypeError or ValueError for anything else."""
        reward, value = (None if row[name] is None else float(row[name]) for name in ("reward", "value"))
        if row["status"] not in get_args(ReplyStatus):
            raise ValueError(f"status {row['status']!r:.40}")
        return cls(
            reward=reward,
            value=value,
            status=row["status"],
            reason=str(row["reason"]),
            made=int(row["claims"]),
            unread=tuple(map(str, row["unread"])),
            told={name: None if row[name] is None else float(row[name]) for name in PARTS},
        )


def mean_of(values: Iterable[float | None]) -> float | None:
    """Return the mean of what is known, None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
