"""The mean human score over all scored units, from people's ratings of a few of them: prediction-powered inference.

With ``y`` people's means on the rated units and ``f`` the referee's scores,

``mean(y | rated) - lambda (mean(f | rated) - mean(f | all))``

is unbiased for every lambda when the rated units are a random sample (Angelopoulos, Bates, Fannjiang, Jordan & Zrnic
2023, Science 382, 669-674). The lambda of the least variance makes it no worse than people alone, whatever the referee
(PPI++; Angelopoulos, Duchi & Zrnic 2023, arXiv 2311.01453).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, rating_values, renumbered, scores_of
from agreement.arrays import Bools, Floats, Ints
from agreement.encoding import category_values
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.jackknife import Jackknife, bounded_jackknife_t, plain_jackknife_t
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.json_fields import JsonFields
from agreement.options import check_confidence
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note

NOBODY = "no unit has both a rating and a score of the referee"


@dataclass(frozen=True)
class PredictionPowered(JsonFields):
    """A mean human score with and without the referee's help.

    Attributes
    ----------
    estimate : Estimate
        The prediction-powered mean.
    people_alone : Estimate
        The mean of the rated units, which the other has to beat.
    power : float or None
        Lambda: 0 does not use the referee, 1 takes its scores at face value, save for their mean error. Not limited
        to 0 … 1: a referee that uses too little of the scale has more.
    n_rated, n_scored_only, n_dropped : int
        Units with a rating and a score, with a score only, and without a score.
    """

    estimate: Estimate
    people_alone: Estimate
    power: float | None
    n_rated: int
    n_scored_only: int
    n_dropped: int

    @property
    def saved(self) -> float | None:
        """Share of rated units saved: one less the ratio of the two variances; below 0 when nothing was."""
        ours, alone = self.estimate.standard_error, self.people_alone.standard_error
        return None if ours is None or not alone else 1 - (ours / alone) ** 2

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON types."""
        return {**super().to_json(), "saved": self.saved}


def prediction_powered_mean(
    score: ArrayLike,
    humans: Ratings | ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    power: float | None = None,
    bounds: tuple[float, float] | None = None,
    confidence: float = 0.95,
) -> PredictionPowered:
    """Estimate the mean human score of all units, of which people rated a random few and the referee scored all.

    Parameters
    ----------
    score : array (units,)
        The referee's level, expected level, or recalibrated level; NaN where it failed.
    humans : Ratings or array (units, raters)
        NaN where nobody rated, which is most units. A unit enters with the mean of its ratings.
    cluster : array (units,), optional
        What is independent (the video); by default the clusters of the ratings, or each unit by itself.
    weight : array (units,), optional
        Of the rated units: one over the probability with which a unit was drawn to be rated; by default the weights of
        the ratings. Without, the draw must have been uniform.
    power : float, optional
        Lambda; by default the one of the least variance, estimated from the same units.
    bounds : (float, float), optional
        Ends of the scale, (0, 1) for a share: neither the mean nor its limits lie beyond. By default those of a
        declared scale of the ratings.
    confidence : float, default 0.95

    Returns
    -------
    PredictionPowered

    Raises
    ------
    AgreementError
        When lengths differ, a weight of a rated unit is not above 0, the power is not finite, or a rating lies outside
        the bounds.

    Notes
    -----
    The interval is the jackknife's over clusters, with lambda estimated anew each time and Student's t, whose degrees
    of freedom count the clusters with ratings; within bounds it is made on their logit scale. It covers the mean over
    all videos of which those here are a sample. Units that nobody rated may lie in the same videos as rated ones.
    How often it holds the truth is in ``docs/explanation/interval_coverage.md``. With 10 videos the estimated lambda
    costs as much as it gains.

    Examples
    --------
    The referee is right save for one level too many. People's mean of four units is 1.5; the four units that nobody
    rated score the same as those, so the referee changes nothing but the certainty:

    >>> score, people = [1, 2, 3, 4, 1, 2, 3, 4], [0, 1, 2, 3] + [np.nan] * 4
    >>> found = prediction_powered_mean(score, people, power=1.0)
    >>> found.estimate.value, found.people_alone.value
    (1.5, 1.5)
    """
    check_confidence(confidence)
    if power is not None and not np.isfinite(power):
        raise AgreementError(f"power={power}", "lambda is a finite number, or None to have it estimated")
    values = rating_values(humans, anonymous=True, wide=True)
    ends = _checked_bounds(bounds, humans, values)
    f = scores_of(score, len(values))
    scored: Bools = ~np.isnan(f)
    has_rating = np.asarray((~np.isnan(values)).any(axis=1))
    rated = scored & has_rating
    sampling = _weights(weight, humans, rated)
    codes = cluster_codes(cluster, humans, len(values))
    sums = _contributions(f, values, sampling, scored, np.arange(len(values)) if codes is None else codes)
    notes = _notes(rated, scored, has_rating, None if codes is None else len(sums))
    common: dict[str, Any] = {
        "n_raters": int((~np.isnan(values[rated])).any(axis=0).sum()),
        "n_ratings": int((~np.isnan(values[rated])).sum()),
        "n_dropped": int((~np.isnan(values[~scored])).sum()),
        "n_clusters": None if codes is None else len(sums),
        "confidence": confidence,
        "notes": notes,
    }

    def powered(totals: Floats) -> Floats:
        used = _best_power(totals) if power is None else np.full(len(totals), float(power))
        return np.asarray(_people_alone(totals) - used * _gap(totals))

    total = sums.sum(axis=0)[None]
    used = float(power) if power is not None else float(_best_power(total)[0]) if rated.any() else None
    return PredictionPowered(
        estimate=_estimate(sums, powered, ends, common | {"n_units": int(scored.sum())}),
        people_alone=_estimate(sums, _people_alone, ends, common | {"n_units": int(rated.sum())}),
        power=used,
        n_rated=int(rated.sum()),
        n_scored_only=int((scored & ~has_rating).sum()),
        n_dropped=int((~scored).sum()),
    )


def _weights(weight: ArrayLike | None, humans: Ratings | ArrayLike, rated: Bools) -> Floats:
    given = humans.weight if weight is None and isinstance(humans, Ratings) else weight
    if given is None:
        return np.ones(len(rated))
    found = np.asarray(given, dtype=float)
    if found.shape != rated.shape:
        raise AgreementError(f"weights of shape {found.shape}", f"there are {len(rated)} units, one weight each")
    if not (np.isfinite(found[rated]) & (found[rated] > 0)).all():
        raise AgreementError("a weight that is not above 0", "it is one over a unit's probability of being rated")
    return np.where(rated, found, 0.0)


# Columns of a group's contribution a: y and 1 and f over its rated units (weighted), f and 1 over all its scored units;
# then the 25 products of these five, of which variances between groups are made.
_Y, _N, _F, _ALL_F, _ALL_N = range(5)


def _contributions(f: Floats, values: Floats, weight: Floats, scored: Bools, group: Ints) -> Floats:
    present = ~np.isnan(values)
    n_raters = present.sum(axis=1)
    y = np.where(present, values, 0.0).sum(axis=1) / np.maximum(n_raters, 1)
    score, used = np.where(scored, f, 0.0), weight * (scored & (n_raters > 0))
    columns = (used * y, used, used * score, score, scored.astype(float))
    codes = renumbered(group[scored])
    own = np.stack([np.bincount(codes, weights=one[scored]) for one in columns], axis=1)
    return np.concatenate([own, np.einsum("gi,gj->gij", own, own).reshape(len(own), 25)], axis=1)


def _people_alone(totals: Floats) -> Floats:
    return _ratio(totals[:, _Y], totals[:, _N])


def _gap(totals: Floats) -> Floats:
    """How much higher the referee scores the rated units than all of them."""
    return _ratio(totals[:, _F], totals[:, _N]) - _ratio(totals[:, _ALL_F], totals[:, _ALL_N])


def _best_power(totals: Floats) -> Floats:
    """Covariance of people's mean and the gap over the variance of the gap, linearised between groups."""
    people, gap = np.zeros((len(totals), 5)), np.zeros((len(totals), 5))
    n, every = totals[:, _N], totals[:, _ALL_N]
    people[:, _Y], people[:, _N] = _ratio(1.0, n), -_ratio(_people_alone(totals), n)
    gap[:, _F], gap[:, _N] = _ratio(1.0, n), -_ratio(_ratio(totals[:, _F], n), n)
    gap[:, _ALL_F], gap[:, _ALL_N] = -_ratio(1.0, every), _ratio(_ratio(totals[:, _ALL_F], every), every)
    products = totals[:, 5:].reshape(-1, 5, 5)
    shared = np.einsum("bi,bij,bj->b", people, products, gap)
    own = np.einsum("bi,bij,bj->b", gap, products, gap)
    return np.asarray(np.divide(shared, own, out=np.where(np.isnan(own), np.nan, 0.0), where=own > 1e-14))


def _ratio(top: Floats | float, bottom: Floats) -> Floats:
    whole = np.broadcast_to(np.asarray(top, dtype=float), bottom.shape)
    return np.asarray(np.divide(whole, bottom, out=np.full(bottom.shape, np.nan), where=bottom > 1e-12))


def _checked_bounds(
    bounds: tuple[float, float] | None, humans: Ratings | ArrayLike, values: Floats
) -> tuple[float, float] | None:
    if bounds is None:
        if not isinstance(humans, Ratings) or not humans.declared:
            return None
        ends = category_values(humans.scale)
        return float(ends.min()), float(ends.max())
    low, high = bounds
    if not (np.isfinite([low, high]).all() and low < high):
        raise AgreementError(f"bounds={bounds}", "they are the two ends of the scale, such as (0, 1)")
    present = values[~np.isnan(values)]
    outside = present[(present < low) | (present > high)]
    if outside.size:
        raise AgreementError(f"a rating of {outside[0]:g}", f"it lies outside the bounds {bounds}", "Correct either.")
    return float(low), float(high)


def _estimate(
    sums: Floats, value: Callable[[Floats], Floats], bounds: tuple[float, float] | None, common: dict[str, Any]
) -> Estimate:
    blank = Estimate.undefined(NOBODY, **common)
    if not sums[:, _N].any():
        return blank
    kept = sums[sums[:, _N] > 0] if value is _people_alone else sums
    left = StatisticOfSums(kept, np.ones(len(kept)), value).jackknife()
    found = Jackknife(left.point, left.replicates, left.repeats, kept[:, _N])
    if bounds is None or bounds[0] == bounds[1]:
        return blank.with_interval(found.point, plain_jackknife_t(found, confidence=blank.confidence))
    inside = min(max(found.point, bounds[0]), bounds[1])
    beyond = (
        f"{found.point:.3f} lies beyond the scale, whose end stands here: the referee's scores differ between rated"
    )
    notes = (f"{beyond} and other units",) if inside != found.point else ()
    interval = bounded_jackknife_t(found, bounds, confidence=blank.confidence)
    return blank.with_interval(inside, interval, notes=notes)


def _notes(rated: Bools, scored: Bools, has_rating: Bools, n_clusters: int | None) -> tuple[str, ...]:
    notes = []
    if lost := int((has_rating & ~scored).sum()):
        notes.append(f"{lost} rated units dropped: no score of the referee")
    if unseen := int((~has_rating & ~scored).sum()):
        notes.append(f"{unseen} units dropped: neither a rating nor a score")
    if rated.any() and not (scored & ~rated).any():
        notes.append("every scored unit is rated: there is nothing to predict")
    return (*notes, *few_clusters_note(n_clusters))
