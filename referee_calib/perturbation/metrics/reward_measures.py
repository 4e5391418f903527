"""All measures of one reward, as JSON types: each an estimate with its interval over videos, or a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from referee_calib.perturbation.harness.reward_table import Floats
from referee_calib.perturbation.metrics import curve_arrays, group_ranking
from referee_calib.perturbation.metrics.resampled_rewards import Reading, mean_known
from referee_calib.perturbation.metrics.video_resamples import Draws
from referee_calib.perturbation.robustness_verdict import tied_groups

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


def measures(reading: Reading) -> Json:
    """Measure one reward.

    Parameters
    ----------
    reading : Reading

    Returns
    -------
    dict
        JSON types, no NaN.
    """
    families = reading.table.families("graded", "time", "same")
    return {
        "truth": _told(reading, reading.truth, "the reward has no value for true evidence"),
        "gap": _told(reading, reading.gap, reading.refused),
        "anchor": reading.anchor,
        "normalised": not reading.refused,
        "reason": reading.refused,
        "retest_sd": reading.retest_sd,
        "n_failed": int(np.isnan(reading.first).sum()),
        "curves": [curve(reading, family) for family in families],
        "by_overlap": by_overlap(reading),
        "wrong": [wrong(reading, error) for error in reading.errors],
        "holes": [_paid(reading, k) for k in reading.table.of_kind("hole") if reading.known(k).any()],
        "whole": whole(reading),
        "zero_variance": [_spread(reading, spread) for spread in group_ranking.SPREADS],
        "asymmetry": [found for pair in ASYMMETRIES if (found := _asymmetry(reading, *pair))],
    }


def curve(reading: Reading, family: str) -> Json:
    """Measure one response curve, raw and normalised."""
    table, (x, drawn) = reading.table, reading.curve(family)
    cells = table.of_family(family)
    normal = reading.normal(drawn)
    kind, small = table.cells[cells[0]].kind, table.small[family]
    known = [reading.known(k) for k in cells]
    told: Json = {
        "family": family,
        "kind": kind,
        "unit": table.units[family],
        "small": float(min(small, x[-1])) if kind != "same" else None,
        "deltas": x.tolist(),
        "overlap": [1.0, *(_plain(mean_known(table.overlap[k], 0)) for k in cells)],
        "n": [int((~np.isnan(reading.first)).sum()), *(int(one.sum()) for one in known)],
        "n_failed": [
            int(np.isnan(reading.first).sum()),
            *(int((table.asked[k] & ~one).sum()) for k, one in zip(cells, known, strict=True)),
        ],
        "n_not_applicable": [0, *(int((~table.asked[k]).sum()) for k in cells)],
        "raw": _band(reading.draws, drawn),
        "normal": None if reading.refused else _band(reading.draws, normal),
    }
    return told | ({} if kind == "same" else {"metrics": _metrics(reading, family, x, normal)})


def _metrics(reading: Reading, family: str, x: Floats, normal: Floats) -> Json:
    """Measure a normalised curve; where it is not normalised, every metric says why."""
    small, last = min(reading.table.small[family], float(x[-1])), float(x[-1])
    noise = reading.retest_sd or 0.0
    epsilon = max(EPSILON, 2 * noise / float(reading.gap[0])) if not reading.refused else EPSILON
    why = reading.refused
    found: Json = {
        "ausc_small": _told(reading, curve_arrays.ausc(x, normal, small), why),
        "slope": _told(reading, curve_arrays.slope(x, normal, 0.0), why),
        "plateau": _told(reading, curve_arrays.crossing(x, normal, 1 - epsilon), why or BEYOND),
        "epsilon": epsilon,
        "d50": _told(reading, curve_arrays.crossing(x, normal, 0.5), why or BEYOND),
        "sharpness": _told(reading, curve_arrays.sharpness(x, normal), why or BEYOND),
    }
    if small < last:
        found["slope_small"] = _told(reading, curve_arrays.slope(x, normal, small), why)
    for until in FIXED:
        if until <= last and reading.table.units[family] == "share":
            found[f"ausc_{until:g}"] = _told(reading, curve_arrays.ausc(x, normal, until), why)
    return found


def wrong(reading: Reading, error: str) -> Json:
    """Measure how one kind of wrong evidence is paid."""
    drawn, draws = reading.wrong[error], reading.draws
    known = int(reading.known(reading.errors[error]).sum())
    return {
        **_paid(reading, reading.errors[error]),
        "normal": _told(reading, reading.normal(drawn), reading.refused, known),
        "miss": draws.estimate(draws.mean(reading.missed(error)), n_units=known).to_json(),
        "separation": draws.estimate(
            draws.mean(reading.separated(error)), "no claim has both a small slip and this", known
        ).to_json(),
    }


def whole(reading: Reading) -> Json:
    """Measure what belongs to no single family."""
    draws, why = reading.draws, reading.refused
    paid = group_ranking.candidates(reading.table, reading.reward, reading.table.groups)
    slips = reading.table.of_kind("slip")
    after = reading.values(slips) if slips else np.full(paid.shape, np.nan)
    changed, again = reading.flipped()
    slipped = reading.truth - reading.mean(mean_known(reading.values(reading.slips), 0)) if reading.slips else None
    every = list(reading.errors)
    no_repeats = "nothing was asked twice" if reading.retest_sd is None else why
    retest = np.zeros_like(changed) if reading.reward in reading.table.exact and not why else again
    few = "no claim has eight slips to draw from"
    return {
        "small_loss": _told(reading, np.where(why == "", reading.small_loss, np.nan), why or "no slips were judged"),
        "small_loss_raw": _told(reading, -_raw_loss(reading), "no slips were judged"),
        "drop": _told(reading, np.where(why == "", reading.drop, np.nan), why or "no wrong evidence was judged"),
        "separation": _told(
            reading,
            draws.mean(reading.separated(*every)) if every else np.full(len(reading.truth), np.nan),
            "no wrong evidence was judged",
        ),
        "margin_ratio": _ratio(reading, slipped),
        "flip_rate": _told(reading, draws.mean(changed), why or "no small changes were judged"),
        "flip_rate_retest": _told(reading, draws.mean(retest), no_repeats or "no repeats"),
        "flip_rate_beyond": _told(reading, draws.mean(changed) - draws.mean(retest), no_repeats or "no repeats"),
        "rank_tau": _told(reading, draws.mean(group_ranking.rank_stability(paid, after)), _tied(paid) or few),
        "best_flips": _told(reading, draws.mean(group_ranking.best_flips(paid, after)), _tied(paid) or few),
        "zero_variance": _told(reading, draws.mean(tied_groups(reading)), few),
    }


def _tied(paid: Floats) -> str:
    known = paid[:, ~np.isnan(paid).any(axis=0)]
    return (
        "all candidates are tied in every group"
        if known.size and (group_ranking.zero_variance(known) == 1).all()
        else ""
    )


def _raw_loss(reading: Reading) -> Floats:
    """Return, below 0, what small slips cost in the reward's own units: mean area between truth and curve."""
    families = reading.table.families("graded")
    if not families:
        return np.full(len(reading.truth), np.nan)
    found = []
    for family in families:
        x, drawn = reading.curve(family)
        until = min(reading.table.small[family], float(x[-1]))
        found.append(-curve_arrays.ausc(x, 1 + drawn - reading.truth[:, None], until))
    return np.asarray(np.mean(found, axis=0))


def _ratio(reading: Reading, slipped: Floats | None) -> Json:
    """How many times more wrong evidence costs than a small slip does."""
    if slipped is None or not reading.wrong:
        return _told(reading, np.full(len(reading.truth), np.nan), "it needs small slips and wrong evidence")
    cost = np.mean([reading.truth - drawn for drawn in reading.wrong.values()], axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = np.where(slipped > 1e-9, cost / slipped, np.inf)
    return _told(reading, drawn, "small slips cost nothing, so there is no ratio")


def _spread(reading: Reading, spread: float) -> Json:
    """Measure how often a group is tied whose slips reach up to `spread`."""
    members = group_ranking.draw(reading.table.asked, group_ranking.eligible(reading.table, spread), seed=0)
    tied = group_ranking.zero_variance(group_ranking.candidates(reading.table, reading.reward, members))
    few = "fewer than eight slips apply to any claim"
    return {"spread": spread, "estimate": _told(reading, reading.draws.mean(tied), few)}


def _asymmetry(reading: Reading, first: str, second: str, until: float) -> Json | None:
    """Measure how much more one direction costs than the other, as areas under the sensitivity curve."""
    there = reading.table.families("graded", "time")
    if first not in there or second not in there:
        return None
    areas = []
    for family in (first, second):
        x, drawn = reading.curve(family)
        areas.append(curve_arrays.ausc(x, reading.normal(drawn), min(until, float(x[-1]))))
    told = _told(reading, areas[0] - areas[1], reading.refused)
    return {"first": first, "second": second, "until": until, "estimate": told}


def by_overlap(reading: Reading) -> Json:
    """Average what slips of every family are paid by their overlap with the truth."""
    cells = reading.table.of_kind("graded")
    overlap, paid = reading.table.overlap[cells], reading.values(cells)
    rows = [reading.first]
    for low, high in zip(BINS[-2::-1], BINS[:0:-1], strict=True):
        inside = (overlap >= low) & ((overlap < high) if high < 1 else (overlap <= high))
        rows.append(mean_known(np.where(inside, paid, np.nan), 0))
    drawn = reading.mean(np.array(rows))
    middles = [1.0, *((low + high) / 2 for low, high in zip(BINS[-2::-1], BINS[:0:-1], strict=True))]
    n = [int((~np.isnan(row)).sum()) for row in rows]
    return {"overlap": middles, "n": n, "raw": _band(reading.draws, drawn)}


def _paid(reading: Reading, cell: int) -> Json:
    drawn = reading.draws.mean(reading.values([cell])[0])  # as it is paid, not as a change of the truth
    known = int(reading.known(cell).sum())
    return {
        "family": reading.table.cells[cell].family,
        "n": known,
        "n_failed": int((reading.table.asked[cell] & ~reading.known(cell)).sum()),
        "n_not_applicable": int((~reading.table.asked[cell]).sum()),
        "mean": reading.draws.estimate(drawn, n_units=known).to_json(),
    }


def _told(reading: Reading, drawn: Floats, reason: str, n_units: int | None = None) -> Json:
    known = int((~np.isnan(reading.first)).sum()) if n_units is None else n_units
    found: Estimate = reading.draws.estimate(drawn, reason, known)
    return found.to_json()


def _band(draws: Draws, drawn: Floats) -> Json:
    """Return mean and percentile band of a curve's draws, None where undefined."""
    limits = [draws.limits(drawn[:, i]) for i in range(drawn.shape[1])]
    return {
        "mean": [_plain(value) for value in drawn[0]],
        "low": [low for low, _ in limits],
        "high": [high for _, high in limits],
    }


def _plain(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
