"""A study with one of everything that figures leave out, and by hand what they keep.

Ten claims c0 … c9 in ten clips with a box each, three raters (ada, bob, cyd) and one whom a coordinator excluded (dan).
Every rater gives level (number of the claim) % 5 on both dimensions, 60 s a claim; dan gives 2 more, modulo 5.

| claim | what it is                          | who counts on it |
|-------|-------------------------------------|------------------|
| c0    | plain                               | ada, bob, cyd    |
| c1    | plain, bob's rating held            | ada, cyd         |
| c2    | plain, ada looked twice             | ada, bob, cyd    |
| c3    | plain, ada corrected 0 to 3         | ada, bob, cyd    |
| c4    | plain, adjudicated as 0             | ada, bob, cyd    |
| c5    | excluded                            | nobody           |
| c6    | practice                            | nobody           |
| c7    | gold                                | nobody           |
| c8    | gold whose ratings count            | ada, bob, cyd    |
| p     | c0 perturbed for people             | nobody           |
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from helpers_study import a_claim
from helpers_video import render

from referee_calib.perturbation.harness.human_ratings import as_rated
from referee_calib.records import Claim, Mark, Rating, RefereeScore
from referee_calib.study import Study, adjudicate, assignment, exclude, quality
from referee_calib.study.onboarding import import_known_claims
from referee_calib.study.settings import AssignmentSettings

PEOPLE, EXCLUDED = ("ada", "bob", "cyd"), "dan"
REFEREE = "f" * 16
DIMENSIONS = ("relevance", "localization")
COUNTED = [(k, rater) for k in (0, 1, 2, 3, 4, 8) for rater in PEOPLE if (k, rater) != (1, "bob")]
"""By number of the claim, whose ratings figures count: 6 claims by 3 raters without the held one, 17 in all."""


def clip_of(number: int) -> str:
    return f"v{number}.mp4"


def claims() -> list[Claim]:
    """Ten claims, the last of them perturbed for people."""
    plain = [a_claim(k, clip_of(k), rollout=f"r{k}", source="test", step=100) for k in range(9)]
    moved = replace(plain[0], boxes=((0.2, 0.5, 0.5, 0.7, 0.7),), id="")
    return [*plain, as_rated(moved)]


def filtered_study(folder: Path, *, assigned: bool = False) -> Study:
    """Make the study; with `assigned` its claims were handed out on demand, two ratings wanted for each."""
    study = Study.create(folder, name="One of everything")
    first = render(study.media / clip_of(0), 10)
    for k in range(1, 9):
        (study.media / clip_of(k)).write_bytes(first.read_bytes())
    made = claims()
    with study.transaction():  # one commit: the disk is not what is tried
        study.add_claims(made)
        for name in (*PEOPLE, EXCLUDED, "eve"):  # eve never came
            study.add_rater(name)
    _set_known(study, made)
    if assigned:
        assignment.assign(study, AssignmentSettings(overlap=2, strata=("object size",)), seed=3)
    with study.transaction():
        _rate(study, made)
        study.add_scores(
            [RefereeScore(claim=one.id, referee=REFEREE, dimension=name, level=k % 5) for k, one in enumerate(made)
             for name in DIMENSIONS]
        )  # fmt: skip
    quality.hold(study, "bob", made[1].id, actor="coordinator kim", reason="rated without a look")
    exclude(study, "kim", "rater", EXCLUDED, "a friend of the author")
    exclude(study, "kim", "claim", made[5].id, "the clip is cut")
    adjudicate(study, "kim", made[4].id, {"relevance": 0, "localization": 0}, "nothing is there")
    return study


def _set_known(study: Study, made: list[Claim]) -> None:
    known = [
        {"claim": made[6].id, "role": "practice", "levels": {"relevance": 1}, "feedback": "It is another ball."},
        {"claim": made[7].id, "role": "gold", "levels": {"relevance": 2}},
        {"claim": made[8].id, "role": "gold", "levels": {"relevance": 3}, "counts": True},
    ]
    (study.folder / "known.jsonl").write_text("".join(json.dumps(row) + "\n" for row in known))
    import_known_claims(study, study.folder / "known.jsonl", actor="command line")


def _rate(study: Study, made: list[Claim]) -> None:
    acts = [(k, rater, k % 5, "") for k in range(len(made)) for rater in PEOPLE]
    acts += [(k, EXCLUDED, (k + 2) % 5, "") for k in range(len(made))]
    acts[acts.index((3, "ada", 3, ""))] = (3, "ada", 0, "")
    for k, rater, level, occasion in [*acts, (3, "ada", 3, ""), (2, "ada", 0, "repeat")]:
        common = {"claim": made[k].id, "rater": rater, "occasion": occasion, "seconds": 60.0, "origin": "app"}
        nonce = f"{rater} {k} {level} {occasion}"
        study.add_ratings([Rating(dimension=name, level=level, nonce=nonce, **common) for name in DIMENSIONS])  # type: ignore[arg-type]
        mark = Mark(claim=made[k].id, rater=rater, boxes=made[k].boxes, nonce=nonce)
        study.add_marks([] if occasion or ((rater, level) == ("ada", 0) and k) else [mark])
