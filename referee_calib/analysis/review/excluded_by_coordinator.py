"""Ratings and claims that a coordinator excluded, counted and named with the reason."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from referee_calib.analysis.human_agreement.agreement_results import ExcludedRows

if TYPE_CHECKING:
    from referee_calib.study import Study

CLAIM = "claim excluded by the coordinator"
RATER = "rating of a rater excluded by the coordinator"


def excluded_by_coordinator(study: Study) -> tuple[ExcludedRows, ...]:
    """Return the claims, and by dimension the ratings, that took no part because a coordinator excluded them."""
    from referee_calib.study import exclusions

    held = exclusions(study)
    if not held:
        return ()
    rows: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    people = {one.subject: f"{one.subject}: {one.reason}" for one in held if one.kind == "rater"}
    claims = {one.subject: one.reason for one in held if one.kind == "claim"}
    for claim, why in claims.items():
        rows["", CLAIM, why].append(claim)
    counted = {claim.id for claim in study.claims()}
    for one in study.ratings(perturbed=True):
        if one.rater in people and one.claim in counted:
            rows[one.dimension, RATER, people[one.rater]].append(f"{one.claim}/{one.rater}")
    return tuple(ExcludedRows(*key, tuple(names)) for key, names in rows.items())
