"""A referee as a classifier of ratings at or above a threshold: ranking (AUC, AP) and probability (Brier).

Each rating weighs 1/J of its unit's J raters; ratings of one unit share its score, so a unit on which people disagree
counts on both sides and ties with itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats, Ints
from agreement.calibration.cross_validation import folds
from agreement.calibration.isotonic import isotonic_fit
from agreement.calibration.rated_units import NOTHING, RatedUnits, level_distribution, rated_units, rating_levels
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.json_fields import JsonFields
from agreement.ratings import Ratings

FROM_DISTRIBUTION = "the referee's distribution over levels"


@dataclass(frozen=True)
class ThresholdMetrics(JsonFields):
    """A referee at one threshold.

    Attributes
    ----------
    threshold : float
        Ratings of this or more are acceptable.
    base_rate : Estimate
        Share of acceptable ratings: the average precision of a referee that knows nothing.
    auc : Estimate
        Chance that an acceptable rating has a higher score than one that is not, ties half.
    average_precision : Estimate
        Precision averaged over recall, one step per distinct score.
    brier : Estimate
        Mean squared difference of probability and outcome.
    brier_skill : Estimate
        ``1 - brier / (base_rate (1 - base_rate))``: 0 for always saying the base rate.
    brier_floor : Estimate
        Variance of the outcome within a unit, mean over units with two ratings: for raters drawn at random no
        probability has a lower Brier score in expectation.
    probability : str
        Where the probabilities of the Brier score come from.
    """

    threshold: float
    base_rate: Estimate
    auc: Estimate
    average_precision: Estimate
    brier: Estimate
    brier_skill: Estimate
    brier_floor: Estimate
    probability: str


@dataclass(frozen=True)
class ThresholdClassification(JsonFields):
    """A referee at every threshold of the scale.

    Attributes
    ----------
    reason : str or None
        Why there is nothing.
    """

    thresholds: tuple[ThresholdMetrics, ...]
    n_units: int
    n_clusters: int | None
    n_dropped: int
    reason: str | None
    notes: tuple[str, ...]

    def at(self, threshold: float) -> ThresholdMetrics:
        """Return the metrics of one threshold.

        Raises
        ------
        AgreementError
            When it was not measured.
        """
        for found in self.thresholds:
            if found.threshold == threshold:
                return found
        said = ", ".join(f"{found.threshold:g}" for found in self.thresholds) or "none"
        raise AgreementError(f"threshold {threshold:g}", f"the thresholds measured are {said}")


def classification_at_thresholds(
    score: ArrayLike,
    humans: Ratings | ArrayLike,
    *,
    thresholds: Sequence[float] | None = None,
    distribution: ArrayLike | None = None,
    scale: Sequence[float] | None = None,
    cluster: ArrayLike | None = None,
    n_folds: int = 5,
    confidence: float = 0.95,
    seed: int = 0,
) -> ThresholdClassification:
    """Judge a referee's score as a classifier of "rated c or more" for every threshold c.

    The Brier score needs a probability. Where the referee gives a distribution over levels it is the sum from c on.
    Otherwise it is the isotonic regression of the outcome on the score, fitted without the fold (of whole
    clusters) to which a unit belongs: it judges the score after recalibration.

    Parameters
    ----------
    score : array (units,)
        Any number that grows with acceptability; NaN where the referee failed.
    humans : Ratings or array (units, raters)
        NaN where nobody rated.
    thresholds : sequence of float, optional
        By default every level of the scale but the lowest.
    distribution : array (units, L), optional
        The referee's probabilities of the levels.
    scale : sequence of float, optional
        Levels of the scale, where ratings are an array; by default those that occur.
    cluster : array (units,), optional
        What is independent (the video); by default the clusters of the ratings, else the units.
    n_folds : int, default 5
    confidence : float, default 0.95
    seed : int, default 0
        Of the folds.

    Returns
    -------
    ThresholdClassification
        Intervals by cluster with Student's t on the logit scale (``brier_skill`` plain), from the influence of each
        unit; for the AUC these are Obuchowski's (1997, Biometrics 53), and DeLong's without clusters.

    Raises
    ------
    AgreementError
        When lengths differ, a rating is off the scale, or a distribution does not sum to 1.

    Examples
    --------
    >>> found = classification_at_thresholds([0, 1, 2, 3], [[0, 0], [0, 2], [0, 2], [2, 2]], thresholds=[2], n_folds=2)
    >>> found.at(2).base_rate.value, found.at(2).auc.value, round(found.at(2).average_precision.value, 4)
    (0.5, 0.875, 0.8542)
    """
    if n_folds < 2:
        raise AgreementError(f"n_folds={n_folds}", "units are predicted from other folds, so there are at least 2")
    units = rated_units(score, humans, cluster, confidence)
    levels = rating_levels(humans, units, scale)
    wanted = levels[1:] if thresholds is None else np.asarray(thresholds, dtype=float)
    table = None if distribution is None or not units.n else level_distribution(distribution, units, levels)
    group = np.arange(units.n) if units.member is None else units.member
    fold = None if table is not None or not units.n else folds(int(group.max()) + 1, n_folds, seed)[group]
    reason = NOTHING if not units.n else None
    if reason is None and not len(wanted):
        reason = "every rating is at one level: there is no threshold"
    measured = [] if reason else [_measure(units, float(threshold), levels, table, fold) for threshold in wanted]
    return ThresholdClassification(tuple(measured), units.n, units.n_clusters, units.n_dropped, reason, units.notes)


def _measure(
    units: RatedUnits, threshold: float, levels: Floats, table: Floats | None, fold: Ints | None
) -> ThresholdMetrics:
    good = units.mean_of(units.values >= threshold)
    base = units.mean_estimate(good, bounds=(0.0, 1.0))
    probability, source = None, FROM_DISTRIBUTION
    if table is not None:
        probability = np.clip(table[:, levels >= threshold].sum(axis=1), 0.0, 1.0)
    elif fold is not None:
        n_folds = int(fold.max()) + 1
        source = f"isotonic regression on the score, out of {n_folds} folds of {_groups(units)}"
        probability = out_of_fold_isotonic(units.score, good, fold) if n_folds > 1 else None
    none = _one_sided(units, good)
    return ThresholdMetrics(
        threshold,
        base,
        none or _auc(units, good),
        none or _average_precision(units, good),
        *_brier(units, good, probability),
        _brier_floor(units, good),
        source,
    )


def _groups(units: RatedUnits) -> str:
    return "units" if units.member is None else "whole clusters"


def _one_sided(units: RatedUnits, good: Floats) -> Estimate | None:
    if 0 < good.sum() < units.n:
        return None
    which = "no rating is" if good.sum() == 0 else "every rating is"
    return units.blank(f"{which} at or above the threshold: there is nothing to tell apart")


def _cells(units: RatedUnits, good: Floats) -> tuple[Any, Floats, Floats]:
    """Place of each unit among the distinct scores; acceptable and other weight at each."""
    place = np.unique(units.score, return_inverse=True)[1].reshape(-1)
    yes, no = (np.bincount(place, weights=each).astype(float) for each in (good, 1 - good))
    return place, yes, no


def _auc(units: RatedUnits, good: Floats) -> Estimate:
    place, yes, no = _cells(units, good)
    beats = (np.cumsum(no) - no / 2) / no.sum()  # of an acceptable rating at this score: share of others it beats
    beaten = (yes.sum() - np.cumsum(yes) + yes / 2) / yes.sum()
    value = float(yes @ beats / yes.sum())
    influence = good * (beats[place] - value) / yes.sum() + (1 - good) * (beaten[place] - value) / no.sum()
    return units.estimate(value, influence, bounds=(0.0, 1.0))


def _average_precision(units: RatedUnits, good: Floats) -> Estimate:
    place, yes, no = _cells(units, good)
    found, taken = (np.cumsum(each[::-1])[::-1] for each in (yes, yes + no))  # at this score or above
    precision, total = found / taken, yes.sum()
    value = float(yes @ precision / total)
    gain, loss = np.cumsum(yes / taken), np.cumsum(yes * precision / taken)
    influence = (good * (precision + gain - value)[place] - loss[place]) / total
    return units.estimate(value, influence, bounds=(0.0, 1.0))


def _brier(units: RatedUnits, good: Floats, probability: Floats | None) -> tuple[Estimate, Estimate]:
    if probability is None:
        none = units.blank(f"one of {_groups(units)} only: no probability without it")
        return none, none
    loss = probability**2 - 2 * probability * good + good  # mean over the unit's ratings of (p − o)²
    brier = units.mean_estimate(loss, bounds=(0.0, 1.0))
    rate = float(good.mean())
    spread = rate * (1 - rate)
    if spread <= 0:
        return brier, units.blank("all ratings are on one side of the threshold: there is no skill to have")
    value = float(loss.mean())
    influence = -((loss - value) - value / spread * (1 - 2 * rate) * (good - rate)) / spread / units.n
    return brier, units.estimate(1 - value / spread, influence)


def _brier_floor(units: RatedUnits, good: Floats) -> Estimate:
    n = units.n_raters
    return units.noise_floor(good * (1 - good) * n / np.maximum(n - 1, 1), bounds=(0.0, 1.0))[0]


def out_of_fold_isotonic(score: Floats, outcome: Floats, fold: Any) -> Floats:
    """Isotonic regression of the outcome on the score, each unit predicted without its fold.

    Between scores of the other folds the prediction is linear, beyond them constant.
    """
    predicted = np.empty(len(score))
    for held in np.unique(fold):
        train = fold != held
        at, place, count = np.unique(score[train], return_inverse=True, return_counts=True)
        sums = np.bincount(place.reshape(-1), weights=outcome[train]).astype(float)
        fitted, _ = isotonic_fit(sums, count.astype(float))
        predicted[~train] = np.interp(score[~train], at, fitted)
    return predicted
