"""Kinds of claims in the verdict: the worst of them is held, and those too small to judge are named."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from referee_calib.analysis.human_agreement.slices import named_slice
from referee_calib.analysis.threshold_check import ThresholdCheck, check_estimate
from referee_calib.verdict_state import VerdictState

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.analysis.human_agreement.agreement_results import DimensionResult, SliceResult
    from referee_calib.thresholds import Thresholds

_ORDER = (VerdictState.FAIL, VerdictState.CANNOT_TELL, VerdictState.PASS)


def check_slices(result: DimensionResult, limits: Thresholds) -> list[ThresholdCheck]:
    """Hold the worst kind of claim against the two limits of kinds; nothing where claims were not told apart."""
    loss, lenient = limits.slice_loss, limits.slice_leniency
    held = (
        ("slice_loss", lambda row: row.loss, {"at_least": -loss}),
        ("slice_leniency", lambda row: row.drawn_leniency, {"at_least": -lenient, "at_most": lenient}),
    )
    found = (_worst(result, name, of, **limit) for name, of, limit in held)
    return [check for check in found if check]


def _worst(
    result: DimensionResult,
    threshold: str,
    of: Callable[[SliceResult], Estimate | None],
    *,
    at_least: float,
    at_most: float | None = None,
) -> ThresholdCheck | None:
    told: list[ThresholdCheck] = []
    for row in result.slices:
        estimate = of(row)
        if estimate is None or estimate.value is None:
            continue
        check = check_estimate(result.dimension, threshold, estimate, at_least=at_least, at_most=at_most)
        told.append(replace(check, worst=named_slice(row), remark=_remark(row)))
    return min(told, key=lambda check: (_ORDER.index(check.state), _room(check))) if told else None


def _room(check: ThresholdCheck) -> float:
    """Return how far inside its limits an interval lies, at its nearer end."""
    ends = [check.low - check.at_least] if check.low is not None and check.at_least is not None else []
    ends += [check.at_most - check.high] if check.high is not None and check.at_most is not None else []
    return min(ends, default=0.0)


def _remark(row: SliceResult) -> str:
    return f"It has {row.n_claims:,} claims in {row.n_videos:,} videos; its value is drawn towards the other kinds’."


def unjudged_slices(results: Iterable[DimensionResult]) -> str:
    """Name the kinds of claims that are too small to be judged by themselves; "" where there is none."""
    named = [(result.dimension, its) for result in results if (its := [r for r in result.slices if r.below_floor])]
    if not named:
        return ""
    told = "; ".join(f"on {dimension} {', '.join(map(_counted, its))}" for dimension, its in named)
    return f"Nothing was held against these kinds of claims by themselves, which are too few: {told}."


def _counted(row: SliceResult) -> str:
    claims, videos = ("" if n == 1 else "s" for n in (row.n_claims, row.n_videos))
    return f"{named_slice(row)} ({row.n_claims} claim{claims} in {row.n_videos} video{videos})"
