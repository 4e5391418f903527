"""From the answers of an export to ratings: claim, rater, dimension and level are checked one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from referee_calib.annotation_imports.import_statements import NOTE, SKIP, AnnotationStatements, scale_of
from referee_calib.annotation_reading import AnnotationsRead, LevelValue, LevelValues
from referee_calib.errors import StudyError
from referee_calib.records import Claim, Rating
from referee_calib.rubric import Rubric

NO_CLAIM = "the item is no claim of this study"
NO_QUESTION = "a question that asks about no dimension of the rubric (--question QUESTION=DIMENSION)"
NOT_ASKED = "an answer to a question that this claim is not asked"
OFF_SCALE = "an answer is not on the study's scale"
NO_NAME = "it names nobody who could be a rater (--rater USER=NAME, or --rater NAME for the whole file)"
NOBODY = ("", "unknown", "None")  # how readers call a user whom an export does not name


class GivenAnswer(NamedTuple):
    """One answer: what about, who gave it, the question, the answer itself, and where it stands."""

    claim: str
    user: str
    question: str
    value: Any
    place: str


@dataclass(slots=True)
class _Judged:
    """What one user made of one claim."""

    values: dict[str, LevelValue] = field(default_factory=dict)
    reason: str = ""
    note: str = ""


def answer_ratings(
    answers: Iterable[GivenAnswer],
    found: AnnotationsRead,
    *,
    claims: Mapping[str, Claim],
    rubric: Rubric,
    stated: AnnotationStatements,
    origin: str,
) -> None:
    """Add ratings to `found`, and what cannot be used.

    An answer to "skip" says why there are no levels; an answer to "note" stands with each rating of the claim.
    """
    judged: dict[tuple[str, str], _Judged] = {}
    for one in answers:
        claim, rater = claims.get(one.claim), _rater(stated, one.user)
        asks = stated.asks(one.question, rubric)
        wrong = _fault(claim, rater, asks)
        if wrong or claim is None:
            found.exclude(wrong, f"{one.place}: {one.claim}, {one.question} by {one.user}")
            continue
        its = judged.setdefault((claim.id, rater), _Judged())
        if asks == NOTE:
            its.note = str(one.value)
        elif asks == SKIP:
            its.reason = str(one.value)
        else:
            _add_level(found, its, one, asks, rubric, stated.lowest)
    for (claim_id, rater), its in judged.items():
        asked = [scale.dimension for scale in rubric.scales if scale.dimension in claims[claim_id].dimensions]
        values = dict.fromkeys(asked, LevelValue(None, its.reason)) if its.reason else its.values
        found.ratings += [
            Rating(
                claim=claim_id,
                rater=rater,
                dimension=dimension,  # type: ignore[arg-type]  # one of the rubric's
                level=value.level,
                reason=value.reason,
                note=its.note,
                rubric=rubric.version,
                origin=origin,
            )
            for dimension, value in values.items()
        ]


def _fault(claim: Claim | None, rater: str, asks: str) -> str:
    if claim is None:
        return NO_CLAIM
    if not rater:
        return NO_NAME
    if not asks:
        return NO_QUESTION
    return "" if asks in (SKIP, NOTE, *claim.dimensions) else NOT_ASKED


def _add_level(
    found: AnnotationsRead, its: _Judged, one: GivenAnswer, dimension: str, rubric: Rubric, lowest: int
) -> None:
    levels = LevelValues(scale_of(rubric, dimension).levels, lowest)
    value = levels.read(one.value)
    if value.level is None and not value.reason:
        shown = f"{one.value!r:.40}, levels are {levels.range}"
        found.exclude(OFF_SCALE, f"{one.place}: {one.claim}, {one.question} by {one.user}: {shown}")
    else:
        its.values[dimension] = value


def _rater(stated: AnnotationStatements, user: str) -> str:
    """Return the rater that a user is, "" when that cannot be known."""
    if user in NOBODY and user not in stated.raters and not stated.everybody:
        return ""
    try:
        return stated.rater(user)
    except StudyError:
        return ""
