"""The claim "less sensitive to small slips than overlap", and when it is supported: all of H1, H2 and H3, or not.

H1  small slips cost it less than they cost overlap;
H2  wrong evidence still falls as far as under overlap, is separated from slips, and is seldom accepted;
H3  truth and wrong evidence differ by more than the reward's own noise, and groups of candidates are seldom all tied;
H4  reported apart: it lies nearer to people than overlap does.

Every part is a difference that has to lie above 0. Its p-value comes from one bootstrap of whole videos in which all
rewards are resampled together, and Holm's correction runs over all parts of H1 to H3. A constant reward wins H1 alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from referee_calib.perturbation.harness.reward_table import GROUP, Floats
from referee_calib.perturbation.metrics import group_ranking
from referee_calib.perturbation.metrics.resampled_rewards import Reading
from referee_calib.perturbation.metrics.video_resamples import FLAT, Draws, p_share, p_value

if TYPE_CHECKING:
    from agreement import Estimate

State = Literal["holds", "fails", "cannot tell"]
Wording = Literal["supported", "insensitive, not robust", "not supported", "cannot tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the parts of the claim are held to.

    Attributes
    ----------
    drop : float
        How much less than under overlap wrong evidence may fall.
    separation : float
        Least share of pairs in which a small slip earns more than wrong evidence, for every error type.
    miss : float
        Most of the wrong evidence that may be accepted, for every error type.
    noise : float
        Truth and wrong evidence differ by at least so many retest standard deviations.
    zero_variance : float
        Most of the groups of candidates that may be tied throughout.
    level : float
        Of the whole claim.
    videos : int
        With fewer, nothing is supported.
    """

    drop: float = 0.10
    separation: float = 0.90
    miss: float = 0.10
    noise: float = 2.0
    zero_variance: float = 0.20
    level: float = 0.05
    videos: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the claim.

    Attributes
    ----------
    hypothesis : {"H1", "H2", "H3", "H4"}
    what : str
        "loss", "drop", "separation", "miss", "gap", "zero_variance" or "people".
    error : str
        The error type, where it is about one.
    measured : Estimate
        What was measured, in its own units.
    border : float
        What it is held to.
    margin : Estimate
        Distance from the border, positive on the right side.
    p, p_holm : float or None
        Two-sided; corrected over all parts of H1 to H3.
    state : {"holds", "fails", "cannot tell"}
    """

    hypothesis: str
    what: str
    error: str
    measured: Estimate
    border: float
    margin: Estimate
    p: float | None
    p_holm: float | None
    state: State


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a reward is less sensitive to small slips than overlap, and still catches what is wrong.

    Attributes
    ----------
    reward, baseline : str
    on : {"boxes", "span"}
    wording : {"supported", "insensitive, not robust", "not supported", "cannot tell"}
    parts : tuple of Part
    reason : str
        Why it cannot be told, where more than the figures stand in the way.
    n_claims, n_videos : int
    """

    reward: str
    baseline: str
    on: str
    wording: Wording
    parts: tuple[Part, ...]
    reason: str
    n_claims: int
    n_videos: int

    def state(self, hypothesis: str) -> State:
        """Return the state of one hypothesis: it holds when all its parts do, and fails when one does."""
        return _together([part.state for part in self.parts if part.hypothesis == hypothesis])


@dataclass(frozen=True, slots=True)
class _Question:
    """A part before it is decided: draws of what is measured, its border, and on which side it has to lie."""

    hypothesis: str
    what: str
    error: str
    drawn: Floats
    border: float
    above: bool = True
    share: Floats | None = None  # of a share: the claims it is the mean of
    reason: str = ""

    @property
    def margin(self) -> Floats:
        return (self.drawn - self.border) * (1 if self.above else -1)


def verdict(reward: Reading, baseline: Reading, limits: Limits | None = None, people: Floats | None = None) -> Verdict:
    """Hold the claim against the figures.

    Parameters
    ----------
    reward, baseline : Reading
        Of the same table and draws.
    limits : Limits, optional
    people : ndarray, shape (draws,), optional
        The baseline's squared distance from people's curve minus the reward's, where people rated perturbed claims.

    Returns
    -------
    Verdict
    """
    held = limits or Limits()
    asked = [*_first(reward, baseline), *_second(reward, baseline, held), *_third(reward, held)]
    parts = _decided(asked, reward, held)
    if people is not None:
        fourth = _Question("H4", "people", "", people, 0.0)
        parts += _decided([fourth], reward, held)
    told = Verdict(
        reward.reward, baseline.reward, reward.table.on, "cannot tell", tuple(parts), "",
        reward.draws.n_claims, reward.draws.n_videos,
    )  # fmt: skip
    return _worded(told, held)


def _first(reward: Reading, baseline: Reading) -> list[_Question]:
    difference = baseline.small_loss - reward.small_loss
    return [_Question("H1", "loss", "", difference, 0.0, reason="no small slips were judged")]


def _second(reward: Reading, baseline: Reading, held: Limits) -> list[_Question]:
    why = "no wrong evidence was judged"
    found = [_Question("H2", "drop", "", reward.drop - baseline.drop, -held.drop, reason=why)]
    for error in reward.errors:
        ahead = reward.separated(error)
        found.append(_Question("H2", "separation", error, reward.draws.mean(ahead), held.separation, share=ahead))
    for error in reward.errors:
        missed = reward.missed(error)
        found.append(_Question("H2", "miss", error, reward.draws.mean(missed), held.miss, False, missed))
    return found


def _third(reward: Reading, held: Limits) -> list[_Question]:
    noise = reward.retest_sd
    wrong = [reward.truth - drawn for drawn in reward.wrong.values()]
    gap = np.mean(wrong, axis=0) if wrong else np.full(len(reward.truth), np.nan)
    known = gap if noise is not None else np.full(len(gap), np.nan)
    why = "nothing was asked twice, so its retest noise is not known" if wrong else "no wrong evidence was judged"
    tied = tied_groups(reward)
    few = f"fewer than {GROUP} slips apply to every claim"
    return [
        _Question("H3", "gap", "", known, held.noise * (noise or 0.0), reason=why),
        _Question("H3", "zero_variance", "", reward.draws.mean(tied), held.zero_variance, False, tied, few),
    ]


def tied_groups(reward: Reading) -> Floats:
    """Tell which claims' groups of candidates the reward ties throughout, shape (n,)."""
    return group_ranking.zero_variance(group_ranking.candidates(reward.table, reward.reward, reward.table.groups))


def _decided(asked: Sequence[_Question], reward: Reading, held: Limits) -> list[Part]:
    from agreement.intervals.multiple_testing import holm

    p_values = [_p(question, reward.draws) for question in asked]
    return [
        Part(
            hypothesis=question.hypothesis,
            what=question.what,
            error=question.error,
            measured=reward.draws.estimate(question.drawn, question.reason),
            border=question.border,
            margin=reward.draws.estimate(question.margin, question.reason),
            p=p,
            p_holm=corrected,
            state=_state(float(question.margin[0]), corrected, held.level),
        )
        for question, p, corrected in zip(asked, p_values, holm(p_values), strict=True)
    ]


def _p(question: _Question, draws: Draws) -> float | None:
    """Two-sided p-value, from the side on which the margin lies; of a share the larger of bootstrap and exact one."""
    margin = question.margin
    found = p_value(-margin if margin[0] < 0 else margin, draws.n_videos)
    if question.share is None or found is None:
        return found
    exact = p_share(draws, question.share, question.border)
    if exact is None:
        return None
    return exact if np.ptp(margin[1:]) < FLAT else max(found, exact)


def _state(margin: float, p: float | None, level: float) -> State:
    if p is None or p > level or margin == 0:
        return "cannot tell"
    return "holds" if margin > 0 else "fails"


def _together(states: Sequence[State]) -> State:
    if "fails" in states:
        return "fails"
    return "holds" if states and set(states) == {"holds"} else "cannot tell"


def _worded(told: Verdict, held: Limits) -> Verdict:
    first, second, third = (told.state(name) for name in ("H1", "H2", "H3"))
    if first == "holds" and "fails" in (second, third):
        told = replace(told, wording="insensitive, not robust" if second == "fails" else "not supported")
    elif "fails" in (first, second, third):
        told = replace(told, wording="not supported")
    elif {first, second, third} == {"holds"}:
        told = replace(told, wording="supported")
    if told.wording == "supported" and told.n_videos < held.videos:
        reason = f"{told.n_videos} videos, and nothing is supported below {held.videos}"
        return replace(told, wording="cannot tell", reason=reason)
    return told
