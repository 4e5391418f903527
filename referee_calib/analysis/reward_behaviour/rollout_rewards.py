"""What training would have been paid for the rollouts of a study, by the referee and by overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.analysis.reward_behaviour.reward_results import RolloutRewards
from referee_calib.records import Claim

if TYPE_CHECKING:
    from referee_calib.reward import ClaimReward, RolloutReward, VideoDurations

Paid = tuple[float | None, str]


def claims_by_rollout(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Return the claims of each rollout in the order in which they were written."""
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(claim.rollout, []).append(claim)
    return {name: sorted(group, key=lambda claim: claim.index) for name, group in groups.items()}


def pay_rollouts(
    reward: RolloutReward, rollouts: dict[str, list[Claim]], media: Path, lengths: VideoDurations | None = None
) -> dict[str, Paid]:
    """Return what a reward pays each rollout: ``(value, "")`` or ``(None, reason)``.

    With `lengths` several rewards read the length of each video once.
    """
    from referee_calib.reward import distinct_claims

    due = {name: [c for c in distinct_claims(group) if reward.applies(c)] for name, group in rollouts.items()}
    asked = [claim for group in due.values() for claim in group[: reward.cap]]
    known = [lengths.known_of(claim) for claim in asked] if lengths else None
    judged = {one.claim.id: one for one in reward.judge(asked, media, known)}
    result: dict[str, Paid] = {}
    for name, group in due.items():
        if not group:
            result[name] = None, "none of its claims is of the kind this reward judges"
            continue
        its = [judged[claim.id] for claim in group[: reward.cap]]
        value = reward.pay(its, max(0, len(group) - reward.cap))
        result[name] = value, "" if value is not None else _why(its)
    return result


def _why(judged: Sequence[ClaimReward]) -> str:
    failed = next(one for one in judged if one.value is None)
    return f"{failed.status}: {failed.reason}" if failed.reason else failed.status


def pair_rewards(
    rollouts: dict[str, list[Claim]], referee: dict[str, Paid], overlap: dict[str, Paid]
) -> tuple[RolloutRewards, ...]:
    """Put the two rewards of each rollout into one row."""
    return tuple(
        RolloutRewards(
            rollout=name,
            video=claims[0].video,
            n_claims=len(claims),
            referee=referee[name][0],
            referee_reason=referee[name][1],
            overlap=overlap[name][0],
            overlap_reason=overlap[name][1],
        )
        for name, claims in rollouts.items()
    )
