"""Hand one dimension to `agreement` and keep what a report needs of the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.analysis.human_agreement.agreement_results import (
    AllClaims,
    CoefficientSummary,
    DimensionResult,
    LevelPrevalence,
    RaterEstimate,
)
from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.analysis.human_agreement.kinds_and_tail import KindSample, dividing_labels, measure_kinds
from referee_calib.analysis.human_agreement.level_calibration import level_calibration, undefined_level_calibration
from referee_calib.analysis.human_agreement.level_scale import level_counts, level_places

if TYPE_CHECKING:
    from agreement import CoefficientComparison

KAPPA = "cohen_kappa_quadratic"
COEFFICIENTS = ("percent_agreement", KAPPA, "krippendorff_alpha_ordinal", "gwet_ac2_quadratic")
UNRATED = "nobody gave a level on this dimension"


def measure_dimension(
    joined: JoinedDimension,
    *,
    seed: int,
    confidence: float,
    n_resamples: int,
    kinds: KindSample | None = None,
) -> DimensionResult:
    """Compare people with people, people with the referee, and the referee's scores with what they mean, by video.

    `kinds` holds claims that were drawn for their kind beside the others: only what is said of kinds, and of rare
    confident errors, looks at them.
    """
    from agreement import Ratings, calibration_curve, compare, shared_errors, shared_errors_notes

    if not joined.claims:
        return _unrated(joined, confidence)
    ids = [claim.id for claim in joined.claims]
    people = Ratings.from_array(joined.people, scale=joined.scale, units=ids, raters=joined.raters, wide=True)
    videos = np.unique(joined.videos, return_inverse=True)[1]
    labels = {} if kinds else dividing_labels(joined)
    found = compare(people, joined.referee, cluster=videos, slices=labels, seed=seed, confidence=confidence)
    by_kind = measure_kinds(kinds, confidence) if kinds else measure_kinds(KindSample(joined), confidence, found)
    rows = [row for row in found.leave_one_out if row.leniency is not None]  # the last row is the referee's own
    return DimensionResult(
        dimension=joined.dimension,
        scale=joined.scale,
        counts=joined.counts,
        coefficients=tuple(
            CoefficientSummary(name, one.ceiling, one.human_referee, one.difference, one.p_value, _all_claims(one))
            for name, one in found.compared.items()
        ),
        leave_one_out=tuple(RaterEstimate(row.rater, row.agreement[KAPPA]) for row in rows),
        leniency=found.leniency,
        leniency_by_rater=tuple(RaterEstimate(row.rater, row.leniency) for row in rows if row.leniency is not None),
        calibration=calibration_curve(
            joined.expected, people, cluster=videos, n_resamples=n_resamples, confidence=confidence, seed=seed
        ),
        confusion=_confusion(joined),
        notes=(*found.notes, *shared_errors_notes(shared_errors(people, joined.referee, cluster=videos))),
        prevalence=_prevalence(joined),
        slices=by_kind.slices,
        by_level=level_calibration(joined.expected, people, videos, confidence),
        tail=by_kind.tail,
        tail_claims=by_kind.tail_claims,
    )


def _all_claims(found: CoefficientComparison) -> AllClaims | None:
    same = found.all_units.people == found.ceiling and found.all_units.referee == found.human_referee
    return None if same else AllClaims(found.all_units.people, found.all_units.referee)


def _unrated(joined: JoinedDimension, confidence: float) -> DimensionResult:
    from agreement import Estimate, calibration_curve

    none = Estimate(None, None, None, confidence=confidence, reason=UNRATED)
    empty = calibration_curve([np.nan], [[0.0]], n_resamples=0, confidence=confidence)
    return DimensionResult(
        dimension=joined.dimension,
        scale=joined.scale,
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
    return LevelPrevalence(level_counts(joined.people[both], joined.scale), level_counts(joined.referee, joined.scale))


def _confusion(joined: JoinedDimension) -> tuple[tuple[int, ...], ...]:
    """Count pairs of one person's level (rows) and the referee's (columns)."""
    referee = np.broadcast_to(joined.referee[:, None], joined.people.shape)
    both = ~np.isnan(joined.people) & ~np.isnan(referee)
    counts = np.zeros((len(joined.scale), len(joined.scale)), dtype=int)
    np.add.at(counts, (level_places(joined.people[both], joined.scale), level_places(referee[both], joined.scale)), 1)
    return tuple(map(tuple, counts.tolist()))
