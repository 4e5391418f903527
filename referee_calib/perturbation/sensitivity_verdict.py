"""The claim "less sensitive to small perturbations than overlap": supported if H1, H2 and H3 all are.

H1  small perturbations cost it less than they cost overlap;
H2  wrong evidence still falls as far as under overlap, is told from small perturbations, and is seldom accepted;
H3  truth and wrong evidence differ by more than the reward's own noise, and groups of candidates are seldom all tied;
H4  reported apart: it lies nearer to people than overlap does (:mod:`.metrics.human_curve`).

Every part is a difference that has to lie above 0. Its p-value comes from one bootstrap of whole videos in which all
rewards are resampled together, and Holm's correction runs over all parts of H1 to H3; that of H4 comes with its
interval, from a jackknife over videos. A constant reward wins H1 alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np

from referee_calib.perturbation.families.perturbation import to_plain
from referee_calib.perturbation.harness.reward_table import GROUP, Floats
from referee_calib.perturbation.metrics.resampled_rewards import ResampledReward
from referee_calib.perturbation.metrics.video_bootstrap import FLAT, VideoBootstrap, p_share, p_value
from referee_calib.verdict_state import VerdictState, combined

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.perturbation.metrics.human_curve import HumanCurve
    from referee_calib.thresholds import Thresholds

Wording = Literal["supported", "insensitive, not robust", "not supported", "cannot tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessThresholds:
    """What the parts of the claim are held to."""

    drop: float = 0.10  # how much less than under overlap wrong evidence may fall
    # least discrimination, the share of pairs in which a small perturbation earns more than wrong evidence, for every
    # error type
    auc: float = 0.90
    false_acceptance: float = 0.10  # largest false acceptance rate of wrong evidence, for every error type
    noise: float = 2.0  # truth and wrong evidence differ by at least so many retest standard deviations
    zero_variance: float = 0.20  # most of the groups of candidates that may be tied throughout
    level: float = 0.05  # of the whole claim
    videos: int = 30  # with fewer, nothing is supported

    @classmethod
    def from_study(cls, thresholds: Thresholds) -> Self:
        """Return what ``study.toml`` states."""
        return cls(
            drop=thresholds.robust_drop,
            auc=thresholds.robust_auc,
            false_acceptance=thresholds.robust_false_acceptance,
            noise=thresholds.robust_noise,
            zero_variance=thresholds.robust_zero_variance,
            videos=thresholds.videos,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictPart:
    """One part of the claim."""

    hypothesis: str
    what: str  # "loss", "drop", "auc", "false_acceptance", "gap", "zero_variance" or "people"
    error: str  # the error type, where it is about one
    measured: Estimate  # what was measured, in its own units
    threshold: float  # what it is held to
    margin: Estimate  # distance from the threshold, positive on the right side
    # p, p_holm: two-sided; corrected over all parts of H1 to H3
    p: float | None
    p_holm: float | None
    state: VerdictState


@dataclass(frozen=True, slots=True)
class RobustnessVerdict:
    """Whether a reward is less sensitive to small perturbations than overlap, and still catches what is wrong."""

    reward: str
    baseline: str
    on: str
    wording: Wording
    parts: tuple[VerdictPart, ...]
    reason: str  # why it cannot be told, where more than the figures stand in the way
    n_claims: int
    n_videos: int

    def state(self, hypothesis: str) -> VerdictState:
        """Return the state of one hypothesis: it passes when all its parts do, and fails when one does."""
        return combined(part.state for part in self.parts if part.hypothesis == hypothesis)

    def to_json(self) -> dict[str, Any]:
        """Return the verdict with its parts in JSON types."""
        states = {name: self.state(name) for name in ("H1", "H2", "H3")}
        return to_plain(self) | {"hypotheses": states, "parts": [to_plain(part) for part in self.parts]}


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """A part before it is decided: draws of what is measured, its border, and on which side it has to lie."""

    hypothesis: str
    what: str
    error: str
    drawn: Floats
    threshold: float
    above: bool = True
    share: Floats | None = None  # of a share: the claims it is the mean of
    reason: str = ""

    @property
    def margin(self) -> Floats:
        return (self.drawn - self.threshold) * (1 if self.above else -1)


def verdict(
    reward: ResampledReward,
    baseline: ResampledReward,
    thresholds: RobustnessThresholds | None = None,
    people: HumanCurve | None = None,
) -> RobustnessVerdict:
    """Hold the claim against the figures of two rewards on the same table and draws.

    `people` holds people's curve on the claims that both rewards judged.
    """
    held = thresholds or RobustnessThresholds()
    saved = baseline.small_loss - reward.small_loss
    first = _Hypothesis("H1", "loss", "", saved, 0.0, reason="no small perturbations were judged")
    asked = [first, *_second(reward, baseline, held), *_third(reward, held)]
    parts = _decided(asked, reward, held)
    if people is not None:
        parts.append(_nearer_to_people(people, reward.reward, baseline.reward, held))
    told = RobustnessVerdict(
        reward.reward, baseline.reward, reward.table.on, "cannot tell", tuple(parts), "",
        reward.draws.n_claims, reward.draws.n_videos,
    )  # fmt: skip
    return _worded(told, held)


def _second(reward: ResampledReward, baseline: ResampledReward, held: RobustnessThresholds) -> list[_Hypothesis]:
    why = "no wrong evidence was judged"
    found = [_Hypothesis("H2", "drop", "", reward.drop - baseline.drop, -held.drop, reason=why)]
    for error in reward.errors:
        ahead = reward.ahead(error)
        found.append(_Hypothesis("H2", "auc", error, reward.draws.mean(ahead), held.auc, share=ahead))
    for error in reward.errors:
        accepted = reward.falsely_accepted(error)
        drawn = reward.draws.mean(accepted)
        found.append(_Hypothesis("H2", "false_acceptance", error, drawn, held.false_acceptance, False, accepted))
    return found


def _third(reward: ResampledReward, held: RobustnessThresholds) -> list[_Hypothesis]:
    noise = reward.retest_sd
    wrong = [reward.truth - drawn for drawn in reward.wrong.values()]
    gap = np.mean(wrong, axis=0) if wrong else np.full(len(reward.truth), np.nan)
    known = gap if noise is not None else np.full(len(gap), np.nan)
    why = "nothing was asked twice, so its retest noise is not known" if wrong else "no wrong evidence was judged"
    tied = reward.tied_groups
    few = f"fewer than {GROUP} perturbations apply to every claim"
    return [
        _Hypothesis("H3", "gap", "", known, held.noise * (noise or 0.0), reason=why),
        _Hypothesis("H3", "zero_variance", "", reward.draws.mean(tied), held.zero_variance, False, tied, few),
    ]


def _nearer_to_people(people: HumanCurve, reward: str, baseline: str, held: RobustnessThresholds) -> VerdictPart:
    """Hold H4: the baseline's squared distance from people's curve minus the reward's lies above 0."""
    found, test = people.estimate(people.distance(baseline) - people.distance(reward))
    state = _state(found.value or 0.0, test.p_value, held.level)
    return VerdictPart(
        hypothesis="H4", what="people", error="", measured=found, threshold=0.0, margin=found, p=test.p_value,
        p_holm=test.p_value, state=state,
    )  # fmt: skip


def _decided(asked: Sequence[_Hypothesis], reward: ResampledReward, held: RobustnessThresholds) -> list[VerdictPart]:
    from agreement import holm

    p_values = [_p(question, reward.draws) for question in asked]
    return [
        VerdictPart(
            hypothesis=question.hypothesis,
            what=question.what,
            error=question.error,
            measured=reward.draws.estimate(question.drawn, question.reason),
            threshold=question.threshold,
            margin=reward.draws.estimate(question.margin, question.reason),
            p=p,
            p_holm=corrected,
            state=_state(float(question.margin[0]), corrected, held.level),
        )
        for question, p, corrected in zip(asked, p_values, holm(p_values), strict=True)
    ]


def _p(question: _Hypothesis, draws: VideoBootstrap) -> float | None:
    """Two-sided p-value, from the side on which the margin lies; of a share the larger of bootstrap and exact one."""
    margin = question.margin
    found = p_value(-margin if margin[0] < 0 else margin, draws.n_videos)
    if question.share is None or found is None:
        return found
    exact = p_share(draws, question.share, question.threshold)
    if exact is None:
        return None
    return exact if np.ptp(margin[1:]) < FLAT else max(found, exact)


def _state(margin: float, p: float | None, level: float) -> VerdictState:
    if p is None or p > level or margin == 0:
        return VerdictState.CANNOT_TELL
    return VerdictState.PASS if margin > 0 else VerdictState.FAIL


def _worded(found: RobustnessVerdict, held: RobustnessThresholds) -> RobustnessVerdict:
    first, second, third = (found.state(name) for name in ("H1", "H2", "H3"))
    states = {first, second, third}
    if VerdictState.FAIL in states:
        blind = first == VerdictState.PASS and second == VerdictState.FAIL
        return replace(found, wording="insensitive, not robust" if blind else "not supported")
    if states != {VerdictState.PASS}:
        return found
    if found.n_videos < held.videos:
        return replace(found, reason=f"{found.n_videos} videos, and nothing is supported below {held.videos}")
    return replace(found, wording="supported")
