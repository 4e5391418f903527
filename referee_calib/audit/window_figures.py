"""The reward beside people in a window, as means over all claims of the policy in it.

Each part of the window counts with its size, so that drawing more of the well paid claims changes no mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from referee_calib.audit.run_evidence import Decisions
from referee_calib.audit.window_draw import WindowDraw

if TYPE_CHECKING:
    from agreement import SequentialMean

WITHIN = 0.25  # of the scale: people and reward agree on a claim when they lie no further apart
NO_SPREAD = "people and reward give one value each, so chance agreement is undefined"
FEW = "fewer than two claims are rated"


@dataclass(frozen=True, slots=True)
class WindowFigures:
    """Means of one window, with limits of confidence sequences.

    Attributes
    ----------
    gap : SequentialMean
        What is paid minus what people's levels make of it.
    agreement : SequentialMean
        Share of claims on which both lie within a quarter of the scale.
    kappa : float or None
        Quadratically weighted kappa of both values, weighed likewise; without limits.
    kappa_reason : str
        Why there is none.
    """

    gap: SequentialMean
    agreement: SequentialMean
    kappa: float | None
    kappa_reason: str


def window_figures(window: WindowDraw, decisions: Decisions, confidence: float) -> WindowFigures:
    """Work out the figures of a window; limits hold whatever is not rated yet, and at every look."""
    paid = [one.paid for one in window.drawn]  # known before anybody rates; some rewards pay below 0
    reach = (min(0.0, *paid) - 1.0, max(1.0, *paid))
    gap = _sequential(window, decisions, lambda gap: gap, reach, confidence)
    near = _sequential(window, decisions, lambda gap: float(abs(gap) <= WITHIN + 1e-9), (0.0, 1.0), confidence)
    kappa, reason = _kappa(window, decisions)
    return WindowFigures(gap, near, kappa, reason)


def _sequential(
    window: WindowDraw,
    decisions: Decisions,
    measure: Callable[[float], float],
    bounds: tuple[float, float],
    confidence: float,
) -> SequentialMean:
    from agreement import SampledStratum, sequential_mean

    values: dict[str, list[float]] = {name: [] for name in window.sizes}
    for one in window.drawn:
        said = decisions.get(one.claim)
        values[one.cell].append(np.nan if said is None else measure(one.paid - said.value))
    strata = [SampledStratum(np.array(its, dtype=float), window.sizes[name]) for name, its in values.items()]
    return sequential_mean(strata, bounds=bounds, confidence=confidence)


def _kappa(window: WindowDraw, decisions: Decisions) -> tuple[float | None, str]:
    """Return 1 - E(x - y)² / E(x - y')², y' the value of another claim drawn likewise."""
    rated = [one for one in window.drawn if one.claim in decisions]
    if len(rated) < 2:
        return None, FEW
    weight = np.array([1 / one.chance for one in rated])
    paid = np.array([one.paid for one in rated])
    people = np.array([decisions[one.claim].value for one in rated])
    mean_paid, mean_people = _mean(paid, weight), _mean(people, weight)
    by_chance = _mean((paid - mean_paid) ** 2, weight) + _mean((people - mean_people) ** 2, weight)
    by_chance += (mean_paid - mean_people) ** 2
    if by_chance <= 0:
        return None, NO_SPREAD
    return 1 - _mean((paid - people) ** 2, weight) / by_chance, ""


def _mean(values: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    return float((values * weight).sum() / weight.sum())
