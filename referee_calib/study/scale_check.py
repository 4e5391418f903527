"""What a study takes by its rubric: claims that it asks something about, ratings and scores on its scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from referee_calib.errors import ClaimError, InputError, RatingError
from referee_calib.records import Claim, Rating, RefereeScore
from referee_calib.rubric import Rubric

OTHER_STUDY = "Records of another rubric belong into a study made with it: referee-calib init OTHER --rubric FILE"


def check_claims(rubric: Rubric, claims: Sequence[Claim]) -> None:
    """Raise ClaimError for a claim that the rubric asks nothing about."""
    for one in claims:
        if not rubric.applies(one):
            raise ClaimError(f"claim {one.id}: it can be judged on {' and '.join(one.dimensions)}", unasked(rubric))


def check_rating(rubric: Rubric, one: Rating, place: str) -> None:
    """Raise RatingError for a rating on a dimension that the rubric lacks, or with a level off its scale."""
    if wrong := _fault(rubric, one.dimension, one.level, one.level):
        raise RatingError(f"{place}: {one.dimension}, level {_shown(one.level)}", wrong, OTHER_STUDY)


def check_score(rubric: Rubric, one: RefereeScore, place: str) -> None:
    """Raise InputError for a score on a dimension that the rubric lacks, or off its scale."""
    levels = len(rubric[one.dimension].levels) if one.dimension in rubric else 0
    wrong = _fault(rubric, one.dimension, one.level, one.expected)
    if not wrong and one.distribution is not None and len(one.distribution) != levels:
        wrong = f"its distribution has {len(one.distribution)} levels, and {one.dimension} has {levels} in this study"
    if wrong:
        raise InputError(f"{place}: {one.dimension}, level {_shown(one.level)}", wrong, OTHER_STUDY)


def check_ratings(rubric: Rubric, ratings: Sequence[Rating]) -> None:
    """Check all ratings; the first that does not fit is named."""
    for number, one in enumerate(ratings, start=1):
        check_rating(rubric, one, f"rating {number} of {len(ratings)}: claim {one.claim} by {one.rater}")


def check_scores(rubric: Rubric, scores: Sequence[RefereeScore]) -> None:
    """Check all scores; the first that does not fit is named."""
    for number, one in enumerate(scores, start=1):
        check_score(rubric, one, f"score {number} of {len(scores)}: claim {one.claim} by referee {one.referee}")


def other_rubric(rubric: Rubric, referee: Mapping[str, Any]) -> str:
    """Return the rubric that a referee was asked with, by its description, where it is another one; else ""."""
    said = str(referee.get("rubric") or "")
    return said if said != rubric.version else ""


def unasked(rubric: Rubric) -> str:
    """Say why a claim is not judged at all."""
    return f"the study's rubric asks about {' and '.join(rubric.dimensions)} only"


def _fault(rubric: Rubric, dimension: str, level: float | None, expected: float | None) -> str:
    if dimension not in rubric:
        return unasked(rubric)
    top = rubric[dimension].top
    if max(level or 0, expected or 0) <= top:
        return ""
    return f"the study's scale for {dimension} is 0 to {top}"


def _shown(level: int | None) -> str:
    return "none" if level is None else str(level)
