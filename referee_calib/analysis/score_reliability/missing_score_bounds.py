"""Agreement with every score in place: bounds for what the missing ones may have been.

Worst case and best case put, for each missing score, the level farthest from people's mean and the one nearest to it
(bounds that assume nothing: Horowitz and Manski 2000, Journal of the American Statistical Association 95, 77-84).
Missing at random draws it from the scores of claims that people rated alike, many times, and pools by Rubin's rules
(Rubin 1987, *Multiple Imputation for Nonresponse in Surveys*, chapter 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.analysis.human_agreement.level_scale import nearest_level

if TYPE_CHECKING:
    from agreement import Comparison, Estimate

IMPUTATIONS = 10
FEWEST_DONORS = 5


@dataclass(frozen=True, slots=True)
class MissingScoreBounds:
    """One coefficient's difference between people with the referee and people with people, under four assumptions.

    Attributes
    ----------
    observed : Estimate
        On the scored claims, as the report's agreement has it.
    at_random, worst, best : Estimate
        On every claim asked about.
    """

    name: str
    observed: Estimate
    at_random: Estimate
    worst: Estimate
    best: Estimate


@dataclass(frozen=True, slots=True)
class LeniencyBounds:
    """Mean of referee minus person under four assumptions; `lowest` and `highest` put the ends of the scale."""

    observed: Estimate
    at_random: Estimate
    lowest: Estimate
    highest: Estimate


def missing_score_bounds(
    joined: JoinedDimension, asked: NDArray[np.bool_], *, confidence: float, seed: int
) -> tuple[tuple[MissingScoreBounds, ...], LeniencyBounds]:
    """Return the bounds of every coefficient and of leniency over the rated claims that were asked about."""
    people, referee = joined.people[asked], joined.referee[asked]
    videos = np.array(joined.videos, dtype=object)[asked].astype(str)
    middle = np.nanmean(people, axis=1)
    missing = np.isnan(referee)

    def compared(levels: NDArray[np.float64]) -> Comparison:
        return _compare(people, levels, videos, joined, confidence)

    def filled(levels: NDArray[np.float64] | float) -> Comparison:
        return compared(np.where(missing, levels, referee))

    observed = compared(referee)
    low, high, near = joined.scale[0], joined.scale[-1], nearest_level(middle, joined.scale)
    worst, best = filled(np.where(middle >= (low + high) / 2, low, high)), filled(near)
    lowest, highest = filled(float(low)), filled(float(high))
    drawn = [compared(levels) for levels in _imputed(referee, near, seed)]
    coefficients = tuple(
        MissingScoreBounds(
            name,
            observed.difference[name],
            pooled([one.difference[name] for one in drawn]),
            worst.difference[name],
            best.difference[name],
        )
        for name in observed.difference
    )
    leniency = LeniencyBounds(
        observed.leniency, pooled([one.leniency for one in drawn]), lowest.leniency, highest.leniency
    )
    return coefficients, leniency


def _compare(
    people: NDArray[np.float64],
    levels: NDArray[np.float64],
    videos: NDArray[np.str_],
    joined: JoinedDimension,
    confidence: float,
) -> Comparison:
    from agreement import Ratings, compare

    given = Ratings.from_array(people, scale=joined.scale, raters=joined.raters, wide=True)
    return compare(given, levels, cluster=videos, confidence=confidence, n_resamples=0)


def _imputed(referee: NDArray[np.float64], stratum: NDArray[np.float64], seed: int) -> list[NDArray[np.float64]]:
    """Draw every missing score from those of the claims that people rated alike, or of all where these are few."""
    dice, missing = np.random.default_rng(seed), np.isnan(referee)
    columns = [referee.copy() for _ in range(IMPUTATIONS)]
    for value in np.unique(stratum[missing]):
        here = missing & (stratum == value)
        donors = referee[~missing & (stratum == value)]
        donors = donors if len(donors) >= FEWEST_DONORS else referee[~missing]
        for column in columns:
            # an approximate Bayesian bootstrap: donors are drawn before scores, so that the draws vary as they ought
            column[here] = dice.choice(dice.choice(donors, len(donors)), int(here.sum()))
    return columns


def pooled(estimates: Sequence[Estimate]) -> Estimate:
    """Pool estimates of imputed data by Rubin's rules: mean, within plus between variance, and Student's t.

    Where an imputation has no standard error, the pooled value has no interval.
    """
    from scipy.special import stdtrit

    from agreement import Estimate

    first = estimates[0]
    values = [one.value for one in estimates if one.value is not None]
    counts: dict[str, Any] = {"confidence": first.confidence, "n_units": first.n_units, "n_clusters": first.n_clusters}
    if len(values) < len(estimates):
        reason = next(one.reason for one in estimates if one.value is None)
        return Estimate.undefined(reason or "undefined in some imputations", **counts)
    mean, method = float(np.mean(values)), f"multiple imputation, {len(values)} draws"
    errors = [one.standard_error for one in estimates if one.standard_error is not None]
    if len(errors) < len(estimates):
        return Estimate(mean, None, None, reason="an imputation has no standard error", method=method, **counts)
    within, between = float(np.mean(np.square(errors))), float(np.var(values, ddof=1))
    total = within + (1 + 1 / len(values)) * between
    if total == 0:
        return Estimate(mean, None, None, reason="no video differs from another", method=method, **counts)
    complete = (first.n_clusters or first.n_units) - 1
    missing = (1 + 1 / len(values)) * between / total
    old = (len(values) - 1) / missing**2 if missing else np.inf
    seen = (complete + 1) / (complete + 3) * complete * (1 - missing)  # Barnard and Rubin 1999, Biometrika 86
    df = seen if np.isinf(old) else old * seen / (old + seen)
    reach = float(stdtrit(df, (1 + first.confidence) / 2)) * float(np.sqrt(total))
    return Estimate(mean, mean - reach, mean + reach, method=method, standard_error=float(np.sqrt(total)), **counts)
