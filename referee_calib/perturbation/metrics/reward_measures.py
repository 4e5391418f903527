"""All measures of one reward, as JSON types: each an estimate with its interval over videos, or a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from referee_calib.claim_strata import MIN_CLAIMS, MIN_VIDEOS
from referee_calib.perturbation.harness.reward_table import Floats, RewardTable
from referee_calib.perturbation.metrics import curve_metrics, rank_stability
from referee_calib.perturbation.metrics.resampled_rewards import ResampledReward, mean_of_known
from referee_calib.perturbation.metrics.video_bootstrap import VideoBootstrap

if TYPE_CHECKING:
    from agreement import Estimate

Json = dict[str, Any]
EPSILON = 0.05  # of the plateau, or twice the retest noise where that is more
FIXED = (0.1, 0.3)  # sizes up to which a sensitivity area is given beside that of small changes
BINS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
ASYMMETRIES = (
    ("shrink", "grow", 0.5),
    ("span_shrink", "span_grow", 0.5),
    ("span_late", "span_early", 0.5),
    ("span_end", "span_start", 0.5),
    ("frames_late", "frames_early", 21.0),
)
BEYOND = "the curve does not fall so far within the magnitudes"


def measure_reward(resampled: ResampledReward) -> Json:
    """Measure one reward; JSON types, no NaN."""
    families = resampled.table.families("graded", "time", "same")
    return {
        "truth": _estimate(resampled, resampled.truth, "the reward has no value for true evidence"),
        "gap": _estimate(resampled, resampled.gap, resampled.refused),
        "anchor": resampled.anchor,
        "normalised": not resampled.refused,
        "reason": resampled.refused,
        "retest_sd": resampled.retest_sd,
        "n_failed": int(np.isnan(resampled.first).sum()),
        "curves": [curve(resampled, family) for family in families],
        "by_overlap": by_overlap(resampled),
        "wrong": [wrong(resampled, error) for error in resampled.errors],
        "exploits": [_paid(resampled, k) for k in resampled.table.of_kind("exploit") if resampled.known(k).any()],
        "whole": whole(resampled),
        "zero_variance": [_spread(resampled, spread) for spread in rank_stability.SPREADS],
        "asymmetry": [found for pair in ASYMMETRIES if (found := _asymmetry(resampled, *pair))],
    }


def curve(resampled: ResampledReward, family: str) -> Json:
    """Measure one response curve, raw and normalised."""
    table, (x, drawn) = resampled.table, resampled.curve(family)
    cells = table.of_family(family)
    normal = resampled.normal(drawn)
    kind, small = table.cells[cells[0]].kind, table.small[family]
    known = [resampled.known(k) for k in cells]
    found: Json = {
        "family": family,
        "kind": kind,
        "unit": table.units[family],
        "small": float(min(small, x[-1])) if kind != "same" else None,
        "deltas": x.tolist(),
        "overlap": [1.0, *(None if np.isnan(one) else float(one) for one in mean_of_known(table.overlap[cells], 1))],
        "n": [int((~np.isnan(resampled.first)).sum()), *(int(one.sum()) for one in known)],
        "n_failed": [
            int(np.isnan(resampled.first).sum()),
            *(int((table.asked[k] & ~one).sum()) for k, one in zip(cells, known, strict=True)),
        ],
        "n_not_applicable": [0, *(int((~table.asked[k]).sum()) for k in cells)],
        "raw": _band(resampled.draws, drawn),
        "normal": None if resampled.refused else _band(resampled.draws, normal),
    }
    return found | ({} if kind == "same" else {"metrics": _metrics(resampled, family, x, normal)})


def _metrics(resampled: ResampledReward, family: str, x: Floats, normal: Floats) -> Json:
    """Measure a normalised curve; where it is not normalised, every metric says why."""
    small, last = min(resampled.table.small[family], float(x[-1])), float(x[-1])
    noise = resampled.retest_sd or 0.0
    epsilon = max(EPSILON, 2 * noise / float(resampled.gap[0])) if not resampled.refused else EPSILON
    why = resampled.refused
    found: Json = {
        "ausc_small": _estimate(resampled, curve_metrics.ausc(x, normal, small), why),
        "slope": _estimate(resampled, curve_metrics.slope(x, normal, 0.0), why),
        "plateau": _estimate(resampled, curve_metrics.crossing(x, normal, 1 - epsilon), why or BEYOND),
        "epsilon": epsilon,
        "d50": _estimate(resampled, curve_metrics.crossing(x, normal, 0.5), why or BEYOND),
        "sharpness": _estimate(resampled, curve_metrics.sharpness(x, normal), why or BEYOND),
    }
    if small < last:
        found["slope_small"] = _estimate(resampled, curve_metrics.slope(x, normal, small), why)
    for until in FIXED:
        if until <= last and resampled.table.units[family] == "share":
            found[f"ausc_{until:g}"] = _estimate(resampled, curve_metrics.ausc(x, normal, until), why)
    return found


def wrong(resampled: ResampledReward, error: str) -> Json:
    """Measure how one kind of wrong evidence is paid."""
    drawn, draws = resampled.wrong[error], resampled.draws
    known = int(resampled.known(resampled.errors[error]).sum())
    return {
        **_paid(resampled, resampled.errors[error]),
        "normal": _estimate(resampled, resampled.normal(drawn), resampled.refused, known),
        "false_acceptance": draws.estimate(draws.mean(resampled.falsely_accepted(error)), n_units=known).to_json(),
        "auc": draws.estimate(
            draws.mean(resampled.ahead(error)), "no claim has both a small perturbation and this", known
        ).to_json(),
    }


def whole(resampled: ResampledReward) -> Json:
    """Measure what belongs to no single family."""
    draws, why = resampled.draws, resampled.refused
    paid = rank_stability.candidates(resampled.table, resampled.reward, resampled.table.groups)
    jittered = resampled.table.of_kind("jitter")
    after = resampled.values(jittered) if jittered else np.full(paid.shape, np.nan)
    changed, again = resampled.flipped()
    lost = (
        resampled.truth - resampled.mean(mean_of_known(resampled.values(resampled.small), 0))
        if resampled.small
        else None
    )
    every = list(resampled.errors)
    no_repeats = "nothing was asked twice" if resampled.retest_sd is None else why
    retest = np.zeros_like(changed) if resampled.reward in resampled.table.exact and not why else again
    few = "no claim has eight perturbations to draw from"
    return {
        "small_loss": _estimate(
            resampled, np.where(why == "", resampled.small_loss, np.nan), why or "no small perturbations were judged"
        ),
        "small_loss_raw": _estimate(resampled, resampled.mean_loss(raw=True), "no small perturbations were judged"),
        "drop": _estimate(
            resampled, np.where(why == "", resampled.drop, np.nan), why or "no wrong evidence was judged"
        ),
        "auc": _estimate(
            resampled,
            draws.mean(resampled.ahead(*every)) if every else np.full(len(resampled.truth), np.nan),
            "no wrong evidence was judged",
        ),
        "margin_ratio": _ratio(resampled, lost),
        "flip_rate": _estimate(resampled, draws.mean(changed), why or "no small changes were judged"),
        "flip_rate_retest": _estimate(resampled, draws.mean(retest), no_repeats or "no repeats"),
        "flip_rate_beyond": _estimate(resampled, draws.mean(changed) - draws.mean(retest), no_repeats or "no repeats"),
        "rank_tau": _estimate(resampled, draws.mean(rank_stability.rank_stability(paid, after)), _tied(paid) or few),
        "best_flips": _estimate(resampled, draws.mean(rank_stability.best_flips(paid, after)), _tied(paid) or few),
        "zero_variance": _estimate(resampled, draws.mean(resampled.tied_groups), few),
    }


def _tied(paid: Floats) -> str:
    known = paid[:, ~np.isnan(paid).any(axis=0)]
    tied = known.size and (rank_stability.zero_variance(known) == 1).all()
    return "all candidates are tied in every group" if tied else ""


def _ratio(resampled: ResampledReward, lost: Floats | None) -> Json:
    """How many times more wrong evidence costs than a small perturbation does."""
    if lost is None or not resampled.wrong:
        return _estimate(
            resampled, np.full(len(resampled.truth), np.nan), "it needs small perturbations and wrong evidence"
        )
    cost = np.mean([resampled.truth - drawn for drawn in resampled.wrong.values()], axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = np.where(lost > 1e-9, cost / lost, np.inf)
    return _estimate(resampled, drawn, "small perturbations cost nothing, so there is no ratio")


def _spread(resampled: ResampledReward, spread: float) -> Json:
    """Measure how often a group is tied whose perturbations reach up to `spread`."""
    members = rank_stability.draw_groups(
        resampled.table.asked, rank_stability.eligible(resampled.table.cells, spread), seed=0
    )
    tied = rank_stability.zero_variance(rank_stability.candidates(resampled.table, resampled.reward, members))
    few = "fewer than eight perturbations apply to any claim"
    return {"spread": spread, "estimate": _estimate(resampled, resampled.draws.mean(tied), few)}


def _asymmetry(resampled: ResampledReward, first: str, second: str, until: float) -> Json | None:
    """Measure how much more one direction costs than the other, as areas under the sensitivity curve."""
    there = resampled.table.families("graded", "time")
    if first not in there or second not in there:
        return None
    areas = []
    for family in (first, second):
        x, drawn = resampled.curve(family)
        areas.append(curve_metrics.ausc(x, resampled.normal(drawn), min(until, float(x[-1]))))
    found = _estimate(resampled, areas[0] - areas[1], resampled.refused)
    return {"first": first, "second": second, "until": until, "estimate": found}


def by_stratum(table: RewardTable, reward: str, settings: Mapping[str, Any]) -> list[Json]:
    """Measure a reward on small, medium and large objects, and on short, medium and long spans, by themselves."""
    found = []
    for by, labels in table.strata.items():
        values = [name for name in ("small", "short", "medium", "large", "long") if name in labels]
        for value in values if len(values) > 1 else ():
            mask = np.array([label == value for label in labels])
            part = table.only(mask)
            found.append({"by": by, "value": value, **_stratum(part, reward, settings)})
    return found


def _stratum(part: RewardTable, reward: str, settings: Mapping[str, Any]) -> Json:
    resampled = ResampledReward(part, VideoBootstrap(part.videos, **settings), reward)
    n = int((~np.isnan(resampled.first)).sum())
    videos = len({video for video, one in zip(part.videos, resampled.first, strict=True) if not np.isnan(one)})
    head = {"n_claims": n, "n_videos": videos}
    if n < MIN_CLAIMS or videos < MIN_VIDEOS:
        return head | {"reason": f"too few: {n} claims in {videos} videos", "whole": None, "curves": []}
    shown = resampled.table.families("graded")[:1]
    return head | {"reason": "", "whole": whole(resampled), "curves": [curve(resampled, name) for name in shown]}


def by_overlap(resampled: ResampledReward) -> Json:
    """Average what perturbations of every family are paid by their overlap with the truth."""
    cells = resampled.table.of_kind("graded")
    overlap, paid = resampled.table.overlap[cells], resampled.values(cells)
    rows = [resampled.first]
    for low, high in zip(BINS[-2::-1], BINS[:0:-1], strict=True):
        inside = (overlap >= low) & ((overlap < high) if high < 1 else (overlap <= high))
        rows.append(mean_of_known(np.where(inside, paid, np.nan), 0))
    drawn = resampled.mean(np.array(rows))
    middles = [1.0, *((low + high) / 2 for low, high in zip(BINS[-2::-1], BINS[:0:-1], strict=True))]
    n = [int((~np.isnan(row)).sum()) for row in rows]
    return {"overlap": middles, "n": n, "raw": _band(resampled.draws, drawn)}


def _paid(resampled: ResampledReward, cell: int) -> Json:
    drawn = resampled.draws.mean(resampled.values([cell])[0])  # as it is paid, not as a change of the truth
    known = int(resampled.known(cell).sum())
    return {
        "family": resampled.table.cells[cell].family,
        "n": known,
        "n_failed": int((resampled.table.asked[cell] & ~resampled.known(cell)).sum()),
        "n_not_applicable": int((~resampled.table.asked[cell]).sum()),
        "mean": resampled.draws.estimate(drawn, n_units=known).to_json(),
    }


def _estimate(resampled: ResampledReward, drawn: Floats, reason: str, n_units: int | None = None) -> Json:
    known = int((~np.isnan(resampled.first)).sum()) if n_units is None else n_units
    found: Estimate = resampled.draws.estimate(drawn, reason, known)
    return found.to_json()


def _band(draws: VideoBootstrap, drawn: Floats) -> Json:
    """Return mean and percentile band of a curve's draws, None where undefined."""
    return dict(zip(("mean", "low", "high"), map(list, draws.band(drawn)), strict=True))
