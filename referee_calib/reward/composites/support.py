"""Does the crop alone answer the question: 0 or 1, as rewards of the crop-and-ask kind pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.records import Claim
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.claim_score import relevance_reward
from referee_calib.reward.penalties import ClaimContext
from referee_calib.reward.semantic import SemanticEvidenceReward

if TYPE_CHECKING:
    from referee_calib.referee import RefereeSpec


def support_referee(spec: RefereeSpec) -> RefereeSpec:
    """Return a referee's specification that shows the crop alone, with some context, and asks for yes or no."""
    from referee_calib.referee import FramePolicy, load_prompt

    frames = replace(spec.frames or FramePolicy(), whole=False, crop=True, over_span=False)
    return replace(spec, frames=frames, prompt=load_prompt("yes-no-1"))


@dataclass(frozen=True)
class SupportReward(SemanticEvidenceReward):
    """1 for a claim whose relevance, judged from its crop, reaches `enough`, else 0; a reply earns the mean.

    A claim that the referee could not judge has no value: a failure is not 0.

    Attributes
    ----------
    enough : float
        Share of the scale from which on the crop suffices; of yes and no that is the probability of yes.
    referee
        As of :class:`referee_calib.reward.SemanticEvidenceReward`; made by :func:`support_referee`, it sees the crop
        alone. So are the other parameters; combination, penalty and `near` change nothing.
    """

    enough: float = field(default=0.5, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.enough <= 1:
            raise InputError(f"enough={self.enough!r:.40}", "it lies above 0 and up to 1")

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        unused = ("combine", "penalty", "penalty_weight", "near")
        kept = {name: value for name, value in super().settings().items() if name not in unused}
        return {**kept, "enough": self.enough}

    def applies(self, claim: Claim) -> bool:
        """Tell whether the claim has a box, and so a crop."""
        return bool(claim.boxes)

    def aggregate(self, claims: Sequence[Claim], values: Sequence[float], unjudged: int) -> float:
        """Return the mean; what is beyond the cap counts as 0."""
        return sum(values) / (len(values) + unjudged)

    def judge(
        self,
        claims: Sequence[Claim],
        media: Path | str,
        known: Sequence[ClaimContext] | None = None,
        *,
        sample: int = 0,
        deadline: float | None = None,
    ) -> list[ClaimReward]:
        """Judge every claim on its own, in order; parameters are those of SemanticEvidenceReward."""
        folder = Path(media)
        _, worthless = self._looked_at(claims, folder, known)
        inside = {one.id: one for one, found in zip(claims, worthless, strict=True) if found is None}
        scores = self._ask(list(inside.values()), folder, ("relevance",), sample, deadline)
        return [
            found or self._decided(relevance_reward(claim, scores[claim.id, "relevance"], self.rubric))
            for claim, found in zip(claims, worthless, strict=True)
        ]

    def _decided(self, one: ClaimReward) -> ClaimReward:
        return one if one.value is None else replace(one, value=float(one.value >= self.enough))
