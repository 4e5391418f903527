"""What rewards share that show a referee crops alone, and ask how much these say about the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.cached_attribute import cached_attribute
from referee_calib.errors import InputError
from referee_calib.records import Claim
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.claim_score import relevance_reward
from referee_calib.reward.judging.scoring_referee import ScoringReferee, is_made, made_referee
from referee_calib.reward.penalties import ClaimContext
from referee_calib.reward.semantic import SemanticEvidenceReward

if TYPE_CHECKING:
    from referee_calib.referee import RefereeSpec

_UNUSED = ("combine", "penalty", "penalty_weight", "near")


@dataclass(frozen=True)
class CropReward(SemanticEvidenceReward):
    """Base of the rewards that ask about crops: one question on relevance for each claim that has a box.

    A referee that is given by name or specification is made so that it sees crops alone.
    """

    @cached_attribute
    def _judge(self) -> ScoringReferee:
        asked = self.referee if is_made(self.referee) else self.specification(self._spec())
        made = made_referee(asked, self.referees, self.clock, self.cache)
        self._check_recalibrators(made)
        return made

    def _spec(self) -> RefereeSpec:
        from referee_calib.referee import RefereeSpec, load_spec

        if isinstance(self.referee, RefereeSpec):
            return self.referee
        if not isinstance(self.referee, str):
            raise InputError(f"referee={self.referee!r:.60}", "it is a name, a RefereeSpec, or an object that scores")
        folder = None if self.referees is None else Path(self.referees)
        return replace(load_spec(self.referee, folder=folder), clock=self.clock)

    def specification(self, spec: RefereeSpec) -> RefereeSpec:
        """Return the referee's specification with what this reward shows and asks."""
        return spec

    def decided(self, one: ClaimReward) -> ClaimReward:
        """Return what a claim is worth by its relevance; one that could not be judged has no value."""
        return one

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        return {name: value for name, value in super().settings().items() if name not in _UNUSED}

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
            found or self.decided(relevance_reward(claim, scores[claim.id, "relevance"], self.rubric))
            for claim, found in zip(claims, worthless, strict=True)
        ]
