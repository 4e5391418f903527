"""Hand one dimension to `agreement` and keep what a report needs of the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from referee_calib.analysis.human_agreement.agreement_results import (
    CoefficientSummary,
    DimensionResult,
    LevelPrevalence,
    RaterEstimate,
)
from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.analysis.human_agreement.level_calibration import level_calibration, undefined_level_calibration
from referee_calib.analysis.human_agreement.slices import sets_claims_apart, slice_labels, slice_results
from referee_calib.records import N_LEVELS

KAPPA = "cohen_kappa_quadratic"
COEFFICIENTS = ("percent_agreement", KAPPA, "krippendorff_alpha_ordinal", "gwet_ac2_quadratic")
UNRATED = "nobody gave a level on this dimension"
SCALE = tuple(range(N_LEVELS))


def measure_dimension(joined: JoinedDimension, *, seed: int, confidence: float, n_resamples: int) -> DimensionResult:
    """Compare people with people, people with the referee, and the referee's scores with what they mean, by video."""
    from agreement import Ratings, calibration_curve, compare, opposite_levels

    if not joined.claims:
        return _unrated(joined, confidence)
    ids = [claim.id for claim in joined.claims]
    people = Ratings.from_array(joined.people, scale=SCALE, units=ids, raters=joined.raters, wide=True)
    videos = np.unique(joined.videos, return_inverse=True)[1]
    labels = slice_labels(joined.claims)
    apart = {by: its for by, its in labels.items() if sets_claims_apart(its)}
    found = compare(people, joined.referee, cluster=videos, slices=apart, seed=seed, confidence=confidence)
    tail = opposite_levels(people, joined.referee, cluster=videos)
    rows = [row for row in found.leave_one_out if row.leniency is not None]  # the last row is the referee's own
    return DimensionResult(
        dimension=joined.dimension,
        counts=joined.counts,
        coefficients=tuple(
            CoefficientSummary(name, one.ceiling, one.human_referee, one.difference, one.p_value)
            for name, one in found.compared.items()
        ),
        leave_one_out=tuple(RaterEstimate(row.rater, row.agreement[KAPPA]) for row in rows),
        leniency=found.leniency,
        leniency_by_rater=tuple(RaterEstimate(row.rater, row.leniency) for row in rows if row.leniency is not None),
        calibration=calibration_curve(
            joined.expected, people, cluster=videos, n_resamples=n_resamples, confidence=confidence, seed=seed
        ),
        confusion=_confusion(joined),
        notes=found.notes,
        prevalence=_prevalence(joined),
        slices=slice_results(joined, labels, found, people, confidence),
        by_level=level_calibration(joined.expected, people, videos, confidence),
        tail=tail,
        tail_claims={
            "confident_acceptance": tuple(ids[i] for i in tail.acceptance.units),
            "confident_rejection": tuple(ids[i] for i in tail.rejection.units),
        },
    )


def _unrated(joined: JoinedDimension, confidence: float) -> DimensionResult:
    from agreement import Estimate, calibration_curve

    none = Estimate(None, None, None, confidence=confidence, reason=UNRATED)
    empty = calibration_curve([np.nan], [[0.0]], n_resamples=0, confidence=confidence)
    return DimensionResult(
        dimension=joined.dimension,
        counts=joined.counts,
        coefficients=tuple(CoefficientSummary(name, none, none, none) for name in COEFFICIENTS),
        leave_one_out=(),
        leniency=none,
        leniency_by_rater=(),
        calibration=replace(empty, reason=UNRATED, n_dropped=0),
        by_level=undefined_level_calibration(none),
        confusion=_confusion(joined),
    )


def _prevalence(joined: JoinedDimension) -> LevelPrevalence:
    both = ~np.isnan(joined.referee)
    given = joined.people[both]
    return LevelPrevalence(*(
        tuple(np.bincount(levels[~np.isnan(levels)].astype(int), minlength=N_LEVELS).tolist())
        for levels in (given, joined.referee)
    ))  # fmt: skip


def _confusion(joined: JoinedDimension) -> tuple[tuple[int, ...], ...]:
    """Count pairs of one person's level (rows) and the referee's (columns)."""
    referee = np.broadcast_to(joined.referee[:, None], joined.people.shape)
    both = ~np.isnan(joined.people) & ~np.isnan(referee)
    counts = np.zeros((N_LEVELS, N_LEVELS), dtype=int)
    np.add.at(counts, (joined.people[both].astype(int), referee[both].astype(int)), 1)
    return tuple(map(tuple, counts.tolist()))
