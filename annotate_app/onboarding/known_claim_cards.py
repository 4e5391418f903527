"""What the page shows of an example, and of a practice claim once it is answered: the claim and its right levels."""

from __future__ import annotations

from typing import Any

from annotate_app.served_study import ServedStudy
from referee_calib.rubric import Rubric
from referee_calib.study.onboarding import KnownClaim, PracticeAnswer, known_claim, known_claims


def example_cards(served: ServedStudy) -> list[dict[str, Any]]:
    """Return the examples of the study in the order of their file."""
    return [_card(served, one) for one in known_claims(served.study, "example")]


def feedback_card(served: ServedStudy, answer: PracticeAnswer) -> dict[str, Any]:
    """Return a practice claim with what was answered beside what is right."""
    known = known_claim(served.study, answer.claim)
    if known is None or known.role != "practice":  # the file of known claims changed while the page was open
        return {}
    card = _card(served, known)
    for row in card["levels"]:
        level = answer.given.get(row["dimension"])
        row["given"] = _level_words(served.study.rubric, row["dimension"], level)
        row["right"] = known.is_right(row["dimension"], level)
    return card


def _card(served: ServedStudy, known: KnownClaim) -> dict[str, Any]:
    rubric = served.study.rubric
    rows = [
        {
            "dimension": scale.dimension,
            "title": scale.title,
            "wanted": [_level_words(rubric, scale.dimension, one) for one in known.levels[scale.dimension]],
        }
        for scale in rubric.scales
        if scale.dimension in known.levels
    ]
    return {**served.view_of(known.claim), "levels": rows, "tolerance": known.tolerance, "feedback": known.feedback}


def _level_words(rubric: Rubric, dimension: str, level: int | None) -> str:
    return "skipped" if level is None else f"{level} · {rubric[dimension].levels[level]}"
