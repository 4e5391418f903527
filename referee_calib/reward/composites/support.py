"""Does the crop alone answer the question: 0 or 1, as rewards of the crop-and-ask kind pay."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.composites.crop_reward import CropReward

if TYPE_CHECKING:
    from referee_calib.referee import RefereeSpec

_WORDLESS = ("pixels", "scripted")  # backends that no words reach


def support_referee(spec: RefereeSpec) -> RefereeSpec:
    """Return a referee's specification that shows the crop alone, with some context, and asks for yes or no.

    A prompt that is stated already is kept.
    """
    from referee_calib.referee import FramePolicy, load_prompt

    if spec.backend in _WORDLESS:
        return spec
    frames = replace(spec.frames or FramePolicy(), whole=False, crop=True, over_span=False)
    return replace(spec, frames=frames, prompt=load_prompt("yes-no-1") if spec.prompt is None else spec.prompt)


@dataclass(frozen=True)
class SupportReward(CropReward):
    """1 for a claim whose relevance, judged from its crop, reaches `enough`, else 0; a reply earns the mean.

    A claim that the referee could not judge has no value: a failure is not 0.

    Attributes
    ----------
    enough : float
        Share of the scale from which on the crop suffices; of yes and no that is the probability of yes.
    referee
        A name or a specification, of which :func:`support_referee` makes one that sees the crop alone and answers yes
        or no; a referee that is made already is asked as it is.

    The other parameters are those of :class:`referee_calib.reward.SemanticEvidenceReward`; combination, penalty and
    `near` change nothing.
    """

    enough: float = field(default=0.5, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.enough <= 1:
            raise InputError(f"enough={self.enough!r:.40}", "it lies above 0 and up to 1")

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        return {**super().settings(), "enough": self.enough}

    def specification(self, spec: RefereeSpec) -> RefereeSpec:
        """Return the referee's specification with what this reward shows and asks."""
        return support_referee(spec)

    def decided(self, one: ClaimReward) -> ClaimReward:
        """Return 1 or 0 for a claim by its relevance; one that could not be judged has no value."""
        return one if one.value is None else replace(one, value=float(one.value >= self.enough))
