"""Ask the rewards themselves: the object that training imports, about this study's rollouts and moved claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.analysis.reward_behaviour.reward_results import ExaminedRewardJson, Response, RewardEvaluation
from referee_calib.analysis.reward_behaviour.rollout_rewards import claims_by_rollout, pair_rewards, pay_rollouts
from referee_calib.analysis.reward_behaviour.study_response import reward_responses
from referee_calib.errors import RefereeCalibError
from referee_calib.records import Claim

if TYPE_CHECKING:
    from referee_calib.referee import Referee
    from referee_calib.rubric import Rubric

Say = Callable[[str], None]


def recreate_referee(
    description: Mapping[str, Any], fingerprint: str, rubric: Rubric, folder: Path | None = None
) -> Referee | str:
    """Make the referee that scored the study again, of just this fingerprint, or say why that cannot be done.

    `folder` is the study, whose ``referees.toml`` may name it.
    """
    from referee_calib.referee import rebuild_referee

    try:
        referee = rebuild_referee(description, rubric=rubric, folder=folder, offline=True)
    except RefereeCalibError as error:
        return f"The referee that gave the scores cannot be asked again: {error}"
    if referee.fingerprint != fingerprint:
        return (
            f"The referee called {referee.name} here has the fingerprint {referee.fingerprint}, not {fingerprint}: "
            "it is not the one that gave the scores, so rewards are not shown."
        )
    return referee


def evaluate_rewards(
    claims: Sequence[Claim], referee: Referee, media: Path, *, move: bool, seed: int, confidence: float, say: Say
) -> RewardEvaluation:
    """Ask the referee's reward and the overlap reward about rollouts and, with `move`, about moved claims."""
    from referee_calib.reward import GeometricReward, SemanticEvidenceReward

    semantic = SemanticEvidenceReward(referee, media=media)
    say("paying every rollout")
    rollouts = claims_by_rollout(claims)
    overlap = pay_rollouts(GeometricReward(kind="iou", media=media), rollouts, media)
    rewards = pair_rewards(rollouts, pay_rollouts(semantic, rollouts, media), overlap)
    found: tuple[Response, ...] = ()
    if move:
        say("moving boxes and spans away from the truth")
        found = reward_responses(semantic, claims, media, seed=seed, confidence=confidence, clock=referee.clock)
    examined = ExaminedRewardJson(
        name=semantic.__name__, fingerprint=semantic.fingerprint, settings=semantic.settings()
    )
    return RewardEvaluation(rewards=rewards, responses=found, examined=examined)
