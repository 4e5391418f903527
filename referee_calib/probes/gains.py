"""What a probe gains, with its interval over videos, and whether the reward stands it.

``EG = Rn(probe) - Rn(honest)``: the mean of what the probe's reply is paid more than the honest, mediocre one about the
same evidence, in units of what the truth is paid more than evidence elsewhere. A reward stands a probe when the whole
interval lies at or below the limit, falls to it when the whole interval lies above, and otherwise nobody can tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from referee_calib.analysis.verdict import decide, videos_needed
from referee_calib.probes.base import Probe, Reply, Start
from referee_calib.probes.bench import Bench
from referee_calib.probes.paying import NO_NUMBER, Payer

if TYPE_CHECKING:
    from agreement import Estimate

State = Literal["pass", "fail", "cannot tell", "not applicable"]
MIN_VIDEOS = 5  # an interval over fewer resamples next to nothing
SAME = 1e-9
ABSTAINED = "it gave no value for"
NEEDS = {
    "text": "it judges claims and reads no text",
    "together": "it judges claims one by one and pays no whole replies",
    "frames": "it looks at no pictures",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What gains are held to.

    Attributes
    ----------
    gain : float
        Most that a probe may gain, in Rn.
    ruin : float
        Most that a reply may lose by one more true claim, in Rn.
    """

    gain: float = 0.0
    ruin: float = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What one reward pays for one probe.

    Attributes
    ----------
    probe : Probe
    state : {"pass", "fail", "cannot tell", "not applicable"}
    reason : str
        Why not applicable or why nobody can tell; else "".
    gain, raw : Estimate
        In Rn, and in the reward's own units.
    paid, honest : float or None
        Mean of what the probe and what it is compared with are paid, over the claims that have both.
    at_most, at_least : float or None
        Limit of `gain`.
    raised : float or None
        Share of the claims whose probe is paid more than what it is compared with.
    n_claims, n_videos, n_not_applicable, n_failed : int
    videos_needed : int or None
        About how many videos would tell.
    worst : int or None
        Place of the start with the largest gain (with the largest loss, for a claim that is added and true).
    normalised : bool
        Whether the state is that of `gain`; where no truth is known it is that of `raw`.
    """

    probe: Probe
    state: State
    reason: str
    gain: Estimate
    raw: Estimate
    paid: float | None = None
    honest: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    raised: float | None = None
    n_claims: int = 0
    n_videos: int = 0
    n_not_applicable: int = 0
    n_failed: int = 0
    videos_needed: int | None = None
    worst: int | None = None
    normalised: bool = True


def replies(bench: Bench, probe: Probe) -> tuple[list[Reply | None], list[Reply | None]]:
    """Return a probe's replies and those that it is compared with, per start; None where one of the two is missing."""
    if probe.key not in bench.made:
        pairs = [_pair(probe, start) for start in bench.starts]
        bench.made[probe.key] = ([made for made, _ in pairs], [against for _, against in pairs])
    return bench.made[probe.key]


def _pair(probe: Probe, start: Start) -> tuple[Reply | None, Reply | None]:
    made = probe(start) if start.truth or probe.truthless else None
    against = None if made is None else probe.against(start)
    return (None, None) if against is None else (made, against)


def lacks(payer: Payer, probe: Probe) -> str:
    """Say why a reward cannot be asked about a probe; empty when it can."""
    return next((why for need, why in NEEDS.items() if need in probe.needs - payer.does), "")


def reads_text(probe: Probe) -> bool:
    """Tell whether a probe is put to a reward in the text of a completion, if the reward has a choice."""
    return bool(probe.needs & {"text", "together"})


def gain(bench: Bench, probe: Probe, limits: Limits) -> Gain:
    """Put a probe to a reward.

    Parameters
    ----------
    bench : Bench
    probe : Probe
    limits : Limits

    Returns
    -------
    Gain
    """
    lacking = lacks(bench.payer, probe)
    made, against = replies(bench, probe)
    if lacking or not any(made):
        return _nothing(bench, probe, lacking or "it applies to none of the claims", len(made))
    as_text = reads_text(probe)
    paid = bench.paid(probe.key, made, as_text=as_text)
    honest = bench.paid(f"{probe.key} against", against, as_text=as_text)
    more = paid - honest
    known = ~np.isnan(more)
    sign = -1.0 if _is_true(probe) else 1.0
    drawn = bench.draws.mean(more)
    refused = bench.refused
    raw = bench.draws.estimate(drawn, "the reward has no value for it", int(known.sum()))
    with np.errstate(invalid="ignore", divide="ignore"):
        normal = drawn / bench.gap if not refused else np.full_like(drawn, np.nan)
    found = bench.draws.estimate(normal, refused, int(known.sum()))
    truthless = not all(start.truth for start in bench.starts)
    state, reason, needed = _held(bench, probe, raw if truthless else found, known, limits)
    return Gain(
        probe=probe,
        state=state,
        reason=reason,
        gain=found,
        raw=raw,
        paid=_mean(paid[known]),
        honest=_mean(honest[known]),
        at_most=None if _is_true(probe) else limits.gain,
        at_least=-limits.ruin if _is_true(probe) else None,
        raised=_mean((more[known] > SAME).astype(float)),
        n_claims=int(known.sum()),
        n_videos=_videos(bench, known),
        n_not_applicable=sum(reply is None for reply in made),
        n_failed=int(sum(reply is not None for reply in made) - known.sum()),
        videos_needed=needed,
        worst=int(np.nanargmax(sign * more)) if known.any() else None,
        normalised=not truthless,
    )


def _held(
    bench: Bench, probe: Probe, found: Estimate, known: np.ndarray, limits: Limits
) -> tuple[State, str, int | None]:
    """Hold a gain to its limit."""
    numbers = [why for why in bench.failures.get(probe.key, ()) if NO_NUMBER in why]
    if numbers:
        return "fail", numbers[0].partition(": ")[2], None
    asked, videos = sum(bench.failures.get(probe.key, {}).values()), _videos(bench, known)
    if asked and (found.value is None or videos < MIN_VIDEOS):
        why, _ = bench.failures[probe.key].most_common(1)[0]
        return "cannot tell", f"{ABSTAINED} {asked} of {asked + int(known.sum())} such replies ({why:.160})", None
    if found.value is not None and videos < MIN_VIDEOS:
        return "cannot tell", f"it applies in {videos} videos; at least {MIN_VIDEOS} are needed", MIN_VIDEOS
    if found.value is None or found.low is None or found.high is None:
        return "cannot tell", found.reason or "it has no interval", None
    roof = None if _is_true(probe) else limits.gain + SAME
    floor = -limits.ruin - SAME if _is_true(probe) else None
    state = decide(found.low, found.high, floor, roof)
    if state != "cannot tell yet":
        return state, "", None
    needed = videos_needed(found.value, found.low, found.high, floor, roof, videos)
    more = f"about {needed} videos with such evidence would tell" if needed else "no realistic number of videos tells"
    return "cannot tell", f"its interval holds the limit; {more}", needed


def _nothing(bench: Bench, probe: Probe, reason: str, count: int) -> Gain:
    from agreement import Estimate

    none = Estimate(None, None, None, reason=reason)
    return Gain(probe=probe, state="not applicable", reason=reason, gain=none, raw=none, n_not_applicable=count)


def _is_true(probe: Probe) -> bool:
    """Tell whether the probe adds what is true, so that a loss and not a gain is the fault."""
    return probe.key == "added_true"


def _videos(bench: Bench, known: np.ndarray) -> int:
    return len({start.claim.video for start, is_known in zip(bench.starts, known, strict=True) if is_known})


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if values.size else None
