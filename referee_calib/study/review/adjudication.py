"""Adjudication: the level that a coordinator finds right where people differ, kept beside their ratings.

No rating is changed, and no figure uses an adjudicated level unless it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from referee_calib.errors import InputError
from referee_calib.rubric import Rubric
from referee_calib.study.review.decision import actor_of, checked_name, checked_reason, now
from referee_calib.study.store import audit_rows, claim_rows
from referee_calib.study.store.review import review_rows
from referee_calib.study.study import Study


@dataclass(frozen=True, slots=True)
class Adjudication:
    """One adjudicated level.

    Attributes
    ----------
    seq : int
        Its number; of one claim and dimension the highest counts.
    claim, dimension : str
        What was judged.
    level : int or None
        None where an earlier one was withdrawn.
    reason : str
        Why this level, or why it was withdrawn.
    coordinator : str
        Who decided.
    time : str
        ISO 8601, UTC.
    """

    seq: int
    claim: str
    dimension: str
    level: int | None
    reason: str
    coordinator: str
    time: str


def adjudicate(study: Study, coordinator: str, claim: str, levels: Mapping[str, int | None], reason: str) -> None:
    """Append adjudicated levels of one claim by dimension; None withdraws an earlier one.

    Raises InputError when the claim, a dimension or a level is not one of the study's, or the reason is missing; then
    nothing is stored.
    """
    name, why = checked_name(coordinator), checked_reason(reason, f"adjudication of claim {claim}")
    if not levels:
        raise InputError(f"adjudication of claim {claim}", "it has no level", "Give a level on one dimension or more.")
    time = now()
    rows = [
        {"claim": claim, "dimension": dimension, "level": level, "reason": why, "coordinator": name, "time": time}
        for dimension, level in levels.items()
    ]
    with study.writing() as connection:
        check_adjudicated(study.rubric, claim, levels, claim_rows.dimensions(connection, [claim]))
        review_rows.add_adjudications(connection, rows)
        detail = {"levels": dict(levels), "reason": why}
        audit_rows.add(connection, actor_of(name), "adjudicate", claim, detail)


def adjudications(study: Study, *, history: bool = False) -> list[Adjudication]:
    """Return the adjudicated levels that stand, or with `history` every one ever given, in order of arrival."""
    with study.reading() as connection:
        found = [Adjudication(**row) for row in review_rows.adjudications(connection, history=history)]
    return found if history else [one for one in found if one.level is not None]


def check_adjudicated(
    rubric: Rubric, claim: str, levels: Mapping[str, int | None], known: Mapping[str, tuple[str, ...]]
) -> None:
    """Raise InputError for levels off the rubric's scales, or on what the claim, one of the `known`, is not judged."""
    for dimension, level in levels.items():
        _check_level(rubric, claim, dimension, level)
    _check_dimensions(claim, levels, known)


def _check_level(rubric: Rubric, claim: str, dimension: str, level: int | None) -> None:
    known = {scale.dimension: len(scale.levels) for scale in rubric.scales}
    if dimension not in known:
        raise InputError(f"adjudication of claim {claim} on {dimension!r:.60}", "the rubric has no such dimension")
    if level is not None and (type(level) is not int or not 0 <= level < known[dimension]):
        raise InputError(
            f"adjudication of claim {claim} on {dimension}: level {level!r:.40}",
            f"a level is a whole number from 0 to {known[dimension] - 1}",
        )


def _check_dimensions(claim: str, levels: Mapping[str, int | None], known: Mapping[str, tuple[str, ...]]) -> None:
    if claim not in known:
        raise InputError(f"adjudication of claim {claim!r:.60}", "the study has no such claim")
    other = [name for name in levels if name not in known[claim]]
    if other:
        raise InputError(
            f"adjudication of claim {claim} on {other[0]}", f"it is judged on {' and '.join(known[claim])} only"
        )
