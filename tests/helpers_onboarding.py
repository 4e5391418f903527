"""A study with consent, instructions and known claims, for the tests of onboarding and quality."""

from __future__ import annotations

import json

from helpers_app import make_study, true_box

from referee_calib.records import Claim, Rating
from referee_calib.study.onboarding import (
    agree,
    consent_text,
    import_known_claims,
    instructions_text,
    known_claims_path,
    mark_feedback_read,
    mark_instructions_read,
    onboarding_state,
)
from referee_calib.study.quality import add_checked_ratings

CONSENT = "# What this is\n\nYou rate short clips. You may stop at any time.\n"
INSTRUCTIONS = "# How we rate\n\nLook at the **edge** of the box.\n"
FEEDBACK = "The box fits the ball: its edges touch it."


def spare_claims(n=8):
    """Claims beside the three that are there to be measured: boxes on the ball at other times."""
    return [
        Claim(
            video="ball.mp4",
            question=f"Which ball is it at {k}?",
            object="ball",
            boxes=(true_box(k / 5),),
            rollout=f"k{k}",
        )
        for k in range(n)
    ]


def known_rows(claims):
    """One example, two practice claims, two gold claims and two attention checks."""
    example, first, second, gold, other = (one.id for one in claims[:5])
    right = {"relevance": 4, "localization": [3, 4]}
    return [
        {
            "claim": example,
            "role": "example",
            "levels": {"relevance": 4},
            "feedback": "It is the ball that was asked for.",
        },
        {"claim": first, "role": "practice", "levels": right, "feedback": FEEDBACK},
        {"claim": second, "role": "practice", "levels": right, "feedback": FEEDBACK},
        {"claim": gold, "role": "gold", "levels": {"relevance": 4}},
        {"claim": other, "role": "gold", "levels": {"relevance": 0}, "tolerance": 1},
        {"of": claims[5].id, "role": "attention", "level": 1},
        {"of": claims[6].id, "role": "attention", "level": 3},
    ]


def write_known(study, rows):
    path = known_claims_path(study)
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def make_onboarding_study(folder, raters=("ada",), *, texts=True, known=True):
    """Make a study of three claims to be measured, with texts and known claims; return it and the codes."""
    study, codes = make_study(folder, raters)
    (study.folder / "onboarding").mkdir()
    if texts:
        (study.folder / "onboarding" / "consent.md").write_text(CONSENT)
        (study.folder / "onboarding" / "instructions.md").write_text(INSTRUCTIONS)
    if known:
        study.select([one.id for one in study.claims()])
        study.add_claims(spare_claims())
        import_known_claims(study, write_known(study, known_rows(spare_claims())), actor="command line")
    return study, codes


def read_texts(study, rater="ada"):
    agree(study, rater, consent_text(study).digest)
    mark_instructions_read(study, rater, instructions_text(study).digest)


def rate(study, claim, levels, act="", rater="ada", seconds=9.0, watched=1.0):
    """Store one act as the app does; `levels` is one level for all dimensions, or a mapping."""
    one = study.claims([claim])[0]
    given = levels if isinstance(levels, dict) else dict.fromkeys(one.dimensions, levels)
    common = {"claim": claim, "rater": rater, "seconds": seconds, "watched": watched, "origin": "app"}
    nonce = act or f"{rater}-{claim}-{len(study.ratings(history=True, perturbed=True, held=True))}"
    ratings = [Rating(dimension=name, level=level, nonce=nonce, **common) for name, level in given.items()]
    return add_checked_ratings(study, ratings, one)


def practise(study, level, rater="ada"):
    """Answer every practice claim of one attempt with the same level, and read each explanation."""
    for _ in range(onboarding_state(study, rater).n_claims):
        rate(study, onboarding_state(study, rater).claim, level, rater=rater)
        mark_feedback_read(study, rater, onboarding_state(study, rater).feedback.act)
