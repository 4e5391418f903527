"""Policy improvement in ``report.json``, with its titles and its answer in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import described, plain
from referee_calib.report.schema.improvement_schema import (
    BestOfNJson,
    HumanCeilingJson,
    ImprovementJson,
    RewardImprovementJson,
)
from referee_calib.report.wording.number_format import interval, number, signed

if TYPE_CHECKING:
    from agreement import HumanCeiling, RewardImprovement
    from referee_calib.analysis import StudyImprovement

TITLES = {
    "people": "One person, judged by the others",
    "referee": "Referee",
    "iou": "Overlap (IoU)",
    "tiou": "Overlap in time (tIoU)",
    "open_o3": "Open-o3-Video, as shipped",
    "constant": "Constant",
}


def improvement_document(found: StudyImprovement, who: str = "people") -> ImprovementJson:
    """Return what ``report.json`` says under ``policy_improvement``.

    Parameters
    ----------
    found : StudyImprovement
    who : str
        Who rated, in words.

    Returns
    -------
    dict
    """
    rewards = [] if found.improvement is None else [_reward(one) for one in found.improvement.rewards]
    ceiling = None if found.ceiling is None else _ceiling(found.ceiling)
    return {
        "sentence": _sentence(rewards, ceiling, found.held_n(), who, found.reason),
        "n_groups": found.n_groups,
        "n_rollouts": found.n_rollouts,
        "n_alone": found.n_alone,
        "n_rated": found.n_rated,
        "n_claims": found.n_claims,
        "n_claims_rated": found.n_claims_rated,
        "n_without_claim": found.n_without_claim,
        "sizes": [{"rollouts": size, "groups": groups} for size, groups in (found.sizes or {}).items()],
        "reason": found.reason,
        "held_n": found.held_n(),
        "rewards": rewards,
        "differences": [] if found.improvement is None else plain(found.improvement.differences),
        "ceiling": ceiling,
    }


def _reward(one: RewardImprovement) -> RewardImprovementJson:
    row: RewardImprovementJson = described(one, title=TITLES[one.reward])
    return row


def _ceiling(found: HumanCeiling) -> HumanCeilingJson:
    return {
        "n_people": found.n_people,
        "n_groups": found.n_groups,
        "people": _reward(found.people),
        "rewards": [_reward(one) for one in found.rewards],
        "differences": plain(found.differences),
        "shares": plain(found.shares),
    }


def _sentence(
    rewards: list[RewardImprovementJson], ceiling: HumanCeilingJson | None, n: int, who: str, reason: str
) -> str:
    if not rewards:
        return f"Policy improvement is not defined: {reason}."
    mine = best_of(rewards[0], n)
    if mine is None or mine["gain"]["value"] is None:
        return "Policy improvement by the referee is not defined: it pays two rollouts in too few groups."
    gain = f"{signed(mine['gain']['value'])} {interval(mine['gain'])}".strip()
    told = f"The rollout that the referee prefers among {n} is worth {gain} more to {who} than one drawn at random"
    share = next(
        (one for one in (ceiling or {"shares": []})["shares"] if one["reward"] == "referee" and one["n"] == n), None
    )
    if share is None:
        return f"{told}; nobody else rated the same rollouts, so what a person as the reward would gain is not known."
    if share["share"]["value"] is None:
        return f"{told}; what that is of a person's own gain is not defined: {share['share']['reason']}."
    part = f"{number(share['share']['value'])} {interval(share['share'])}".strip()
    return f"{told}. Among rollouts that a person rated too, its gain is {part} of that person’s as the reward."


def best_of(row: RewardImprovementJson, n: int) -> BestOfNJson | None:
    """Return a reward's point at n."""
    return next((one for one in row["best_of_n"] if one["n"] == n), None)
