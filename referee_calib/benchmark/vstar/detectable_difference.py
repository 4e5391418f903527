"""What difference two runs on V-STaR can show: its standard error by the delta method, and the smallest that is found.

A difference is detectable where a two-sided test at 5 % finds it with the wanted power: (z(0.975) + z(power)) times
the standard error of the paired difference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import numpy as np

from referee_calib.benchmark.statistics.figures import Figure
from referee_calib.benchmark.statistics.item_values import Floats, ItemValues, on_common_items
from referee_calib.benchmark.statistics.linear_error import gradient, paired_error, standard_error
from referee_calib.benchmark.vstar.vstar_figures import TESTED
from referee_calib.errors import InputError

METRICS = ("acc", "tiou_1", "tiou_2", "viou_1", "viou_2")
PUBLISHED = {"acc": 0.610, "tiou_1": 0.245, "tiou_2": 0.240, "viou_1": 0.254, "viou_2": 0.060}
"""Open-o3-Video's row (arXiv 2510.20579)."""
SPREAD = {"tiou_1": 0.30, "tiou_2": 0.30, "viou_1": 0.28, "viou_2": 0.15}
"""Standard deviation of an item's overlap that is assumed without a result file."""
BETWEEN_CHAINS = 0.5  # correlation of an item's overlap in chain 1 with that in chain 2, assumed likewise


@dataclass(frozen=True)
class DetectableDifference:
    """For one figure and number of items: errors, and the smallest difference that is detected; shares, not percent.

    None where these videos do not tell it.
    """

    figure: str
    title: str
    items: int
    run_error: float | None
    difference_error: float | None
    detectable: float | None


@dataclass(frozen=True)
class GainByPart:
    """What a gain in mLGM takes when one part alone brings it: the means before and after."""

    part: str
    before: tuple[float, ...]
    after: tuple[float, ...]


@dataclass(frozen=True)
class BenchmarkPlan:
    """A plan: differences by items and figure, what a gain takes, and what was assumed."""

    power: float
    gain: float
    differences: tuple[DetectableDifference, ...]
    gain_by_part: tuple[GainByPart, ...]
    assumptions: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"benchmark": "V-STaR", **asdict(self)}


def plan_from_published(
    items: Sequence[int], *, correlation: float = 0.7, power: float = 0.8, gain: float = 0.03
) -> BenchmarkPlan:
    """Plan without a result file: the published means, assumed spreads, items that are independent of each other.

    ``correlation`` is that of two runs on the same item.
    """
    covariance = _assumed_covariance()

    def errors(figure: Figure, n: int) -> tuple[float, float]:
        slopes = gradient(figure, PUBLISHED)
        slope = np.array([slopes.get(metric, 0.0) for metric in METRICS])
        error = math.sqrt(float(slope @ covariance @ slope) / n)
        return error, error * math.sqrt(2 * (1 - correlation))

    spreads = ", ".join(f"{metric} {spread:g}" for metric, spread in SPREAD.items())
    assumptions = (
        "means of Open-o3-Video's published row",
        f"standard deviations of an item: {spreads}; correlation between chains {BETWEEN_CHAINS:g}",
        f"two runs correlate {correlation:g} on an item (0.7: they agree on 86 % of the answers at Acc 61 %)",
        "items are independent: several of one video make errors larger; --result takes that from a file",
    )
    found = [_detectable(figure, n, *errors(figure, n), power) for n, figure in product(items, TESTED)]
    return BenchmarkPlan(power, gain, tuple(found), tuple(_gains(PUBLISHED, gain)), assumptions)


def plan_from_runs(
    runs: Sequence[ItemValues],
    items: Sequence[int],
    *,
    correlation: float = 0.7,
    power: float = 0.8,
    gain: float = 0.03,
) -> BenchmarkPlan:
    """Plan with the items and videos of one run, or of two, which then tell how much runs have in common.

    Errors shrink with the square root of the number of items, the mixture of videos staying what it is.
    """
    runs = on_common_items(runs)
    first, n_first = runs[0], len(runs[0].items)

    def errors(figure: Figure, n: int) -> tuple[float | None, float | None]:
        scale = math.sqrt(n_first / n)
        one = standard_error(first, figure)
        two = paired_error(runs[0], runs[1], figure) if len(runs) > 1 else _correlated(one, correlation)
        return (None if one is None else one * scale), (None if two is None else two * scale)

    means = {metric: first.mean(metric) for metric in METRICS}
    known = {metric: mean for metric, mean in means.items() if mean is not None}
    if len(known) < len(METRICS):
        raise InputError(first.name, "not every figure of V-STaR can be computed from it", "Judge its answers first.")
    common = (
        f"what {runs[0].name} and {runs[1].name} have in common on {n_first} items"
        if len(runs) > 1
        else f"two runs correlate {correlation:g} on an item; a second --result tells it"
    )
    assumptions = (f"items and {len(set(first.videos))} videos like those of {first.name}", common)
    found = [_detectable(figure, n, *errors(figure, n), power) for n, figure in product(items or (n_first,), TESTED)]
    return BenchmarkPlan(power, gain, tuple(found), tuple(_gains(known, gain)), assumptions)


def plan_text(plan: BenchmarkPlan) -> str:
    """Return what is printed, in points of percent."""
    head = f"{'items':>7}  {'figure':<16}{'SE of a run':>12}{'SE of a difference':>20}{'detectable':>12}"
    lines = [
        f"Smallest difference that two runs on V-STaR can show, in points: 5 %, power {100 * plan.power:g} %",
        "",
        head,
        "-" * len(head),
    ]
    for one in plan.differences:
        numbers = (one.run_error, one.difference_error, one.detectable)
        run, paired, least = ("none" if v is None else f"{100 * v:.2f}" for v in numbers)
        lines.append(f"{one.items:>7,}  {one.title:<16}{run:>12}{paired:>20}{least:>12}")
    if any(one.detectable is None for one in plan.differences):
        lines.append("none: not defined, or the same in all of these videos, which then tell of no error")
    lines += ["", f"+{100 * plan.gain:g} in mLGM takes, where one part alone brings it:"]
    lines += [f"  {one.part}: {_moves(one)}" for one in plan.gain_by_part]
    return "\n".join([*lines, "", "Assumed:", *(f"  {line}" for line in plan.assumptions)])


def _moves(one: GainByPart) -> str:
    return ", ".join(f"{100 * a:.1f} -> {100 * b:.1f}" for a, b in zip(one.before, one.after, strict=True))


def _gains(means: dict[str, float], gain: float) -> Iterator[GainByPart]:
    """Each chain's term −ln(1 − x) / 3 has to grow by the gain: 1 − x' = (1 − x) exp(−3 gain)."""
    for part, metrics in (("Acc", METRICS[:1]), ("m_tIoU", METRICS[1:3]), ("m_vIoU", METRICS[3:])):
        before = tuple(means[metric] for metric in metrics)
        yield GainByPart(part, before, tuple(1 - (1 - x) * math.exp(-3 * gain) for x in before))


def _detectable(
    figure: Figure, items: int, run_error: float | None, difference_error: float | None, power: float
) -> DetectableDifference:
    from scipy.special import ndtri

    reach = float(ndtri(0.975) + ndtri(power))
    title = f"{figure.group} {figure.title}".strip()
    least = reach * difference_error if difference_error else None  # without an error, the videos tell of none
    return DetectableDifference(figure.key, title, items, run_error, difference_error, least)


def _correlated(error: float | None, correlation: float) -> float | None:
    return None if error is None else error * math.sqrt(2 * (1 - correlation))


def _assumed_covariance() -> Floats:
    accuracy = PUBLISHED["acc"]
    spread = np.array([math.sqrt(accuracy * (1 - accuracy)), *(SPREAD[metric] for metric in METRICS[1:])])
    correlation = np.eye(len(METRICS))
    for i, j in ((1, 2), (3, 4)):
        correlation[i, j] = correlation[j, i] = BETWEEN_CHAINS
    return np.asarray(correlation * np.outer(spread, spread), dtype=float)
