"""The score of one claim: ``combine(relevance, placement) · (1 - λ · penalty)``, everything 0 to 1.

Placement is the referee's localization for a claim with boxes and its timing for a claim with a span; a claim with
both is as well placed as the worse of the two. Each is the expected level as a share of its own scale. Where the rubric
asks about only one of relevance and placement, that one takes the place of both. This is this project's own, documented
choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from referee_calib.errors import InputError, VideoError
from referee_calib.records import Claim, Dimension, RefereeScore
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.combination import Combination, combined
from referee_calib.reward.penalties import FIVE_LEVELS, ClaimContext, TemporalPenalty
from referee_calib.reward.video_durations import outside_of
from referee_calib.rubric import Rubric


def claim_score(
    relevance: float | None, placement: float | None, penalty: float, *, combine: Combination, penalty_weight: float
) -> float:
    """Return a claim's score.

    Parameters
    ----------
    relevance, placement : float or None
        Expected levels of the referee as shares of the scale, 0 to 1; None for one that is not asked about.
    penalty : float
        Temporal penalty, 0 to 1; 0 where none applies.
    combine : Combination
        One of :mod:`referee_calib.reward.combination`.
    penalty_weight : float
        λ, 0 to 1.

    Returns
    -------
    float
        0 to 1.
    """
    return min(1.0, max(0.0, combined(combine, relevance, placement) * (1 - penalty_weight * penalty)))


def score_claim(
    claim: Claim,
    context: ClaimContext,
    scores: Mapping[Dimension, RefereeScore],
    sights: Sequence[RefereeScore],
    *,
    rubric: Rubric,
    combine: Combination,
    penalty: TemporalPenalty | None,
    penalty_weight: float,
) -> ClaimReward:
    """Score one claim from the referee's `scores` of it, and of its penalty's further questions (`sights`).

    A claim that the referee could not judge has the value None and the referee's status and reason.
    """
    shares = {name: None if one.expected is None else rubric[name].share(one.expected) for name, one in scores.items()}
    judged = ClaimReward(
        claim=claim,
        value=None,
        relevance=shares.get("relevance"),
        localization=shares.get("localization"),
        timing=shares.get("timing"),
    )
    failed = next((score for score in (*scores.values(), *sights) if score.status != "ok"), None)
    if failed is not None:
        return replace(judged, status=failed.status, reason=f"{failed.dimension}: {failed.reason}")
    seen = tuple(FIVE_LEVELS * rubric["relevance"].share(one.expected) for one in sights if one.expected is not None)
    try:
        cost = None if penalty is None else penalty(claim, replace(context, sights=seen))
    except InputError as error:  # a fact that the penalty needs and this claim lacks
        return replace(judged, status="unsupported", reason=str(error))
    placed = [share for name, share in shares.items() if name != "relevance" and share is not None]
    value = claim_score(
        shares.get("relevance"), min(placed, default=None), cost or 0.0, combine=combine, penalty_weight=penalty_weight
    )
    return replace(judged, value=value, penalty=cost)


def relevance_reward(claim: Claim, score: RefereeScore, rubric: Rubric) -> ClaimReward:
    """Return a claim's relevance as a share of the scale, or the referee's status and reason."""
    if score.status != "ok" or score.expected is None:
        return ClaimReward(claim=claim, value=None, status=score.status, reason=f"relevance: {score.reason}")
    share = rubric["relevance"].share(score.expected)
    return ClaimReward(claim=claim, value=share, relevance=share)


def nothing_to_judge(claim: Claim, rubric: Rubric) -> str:
    """Say of a claim that the rubric asks nothing about, why that is."""
    has = " and ".join(part for part, there in (("a box", claim.boxes), ("a span", claim.span)) if there)
    return f"the rubric asks about {' and '.join(rubric.dimensions)} alone, and the claim has {has} alone"


def unasked_reward(claim: Claim, context: ClaimContext | VideoError, rubric: Rubric) -> ClaimReward | None:
    """Return what a claim earns that no referee is asked about.

    Its video cannot be read or ends before the claim, or it points at nothing that the rubric asks about.
    """
    if isinstance(context, VideoError):
        return ClaimReward(claim=claim, value=None, status="error", reason=str(context))
    if not rubric.applies(claim):
        return ClaimReward(claim=claim, value=0.0, reason=nothing_to_judge(claim, rubric))
    outside = outside_of(claim, context)
    return ClaimReward(claim=claim, value=0.0, reason=outside) if outside else None
