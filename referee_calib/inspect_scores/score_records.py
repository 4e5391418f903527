"""Levels as Inspect's score records, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from referee_calib.errors import InputError
from referee_calib.records import DIMENSIONS, Claim, Rating, RefereeScore

FIELDS = frozenset({"id", "value", "epoch", "answer", "explanation", "metadata"})  # all that Inspect reads
ORIGIN = "inspect"


@dataclass(slots=True)
class Judgements:
    """Ratings and scores that a record holds."""

    ratings: list[Rating] = field(default_factory=list)
    scores: list[RefereeScore] = field(default_factory=list)


def rating_record(rating: Rating, claim: Claim) -> dict[str, Any]:
    """Return the record of a rating that has a level."""
    about = {"dimension": rating.dimension, "rater": rating.rater, "origin": rating.origin, "rubric": rating.rubric}
    return {"id": rating.claim, "value": rating.level, "metadata": about | {"video": claim.video}}


def referee_record(score: RefereeScore, claim: Claim, name: str) -> dict[str, Any]:
    """Return the record of a score that has a level."""
    about = {"dimension": score.dimension, "rater": name, "referee": score.referee, "expected": score.expected}
    return {"id": score.claim, "value": score.level, "metadata": about | {"video": claim.video}}


def judgements_of_record(record: Mapping[str, Any], rater: str) -> Judgements:
    """Read a record as ratings or scores of a claim.

    Parameters
    ----------
    record : mapping
        Any record of Inspect whose ``id`` is a claim and whose ``value`` is an object with a level for each dimension,
        or one level where ``metadata.dimension`` names the dimension.
    rater : str
        Who judged, where ``metadata.rater`` does not say it.

    Returns
    -------
    Judgements
        Scores where ``metadata.referee`` is the fingerprint of a referee, else ratings.

    Raises
    ------
    InputError
        When it is no such record.
    """
    claim, value, about = record.get("id"), record.get("value"), record.get("metadata") or {}
    if not isinstance(claim, str) or not isinstance(about, Mapping):
        raise InputError(f"a record of Inspect with the id {claim!r:.40}", "a study needs the id of a claim")
    if record.get("epoch") is not None:
        raise InputError(f"epoch {record['epoch']!r:.20} of {claim}", "a claim is one answer and has no epochs")
    levels = value if isinstance(value, Mapping) else {about.get("dimension"): value}
    found = Judgements()
    for dimension, level in levels.items():
        if dimension not in DIMENSIONS:
            why = f"a dimension is one of {', '.join(DIMENSIONS)}"
            raise InputError(
                f"{dimension or 'no dimension'!r:.60} of {claim}", why, 'Write {"value": {"relevance": 3}}.'
            )
        if level is None:
            continue  # not scored
        head: dict[str, Any] = {"claim": claim, "dimension": dimension, "level": level}
        if about.get("referee"):
            expected = about.get("expected", level)
            found.scores.append(RefereeScore(referee=str(about["referee"]), expected=expected, **head))
        else:
            name, origin = str(about.get("rater") or rater), str(about.get("origin") or ORIGIN)
            found.ratings.append(Rating(rater=name, origin=origin, rubric=str(about.get("rubric") or ""), **head))
    return found
