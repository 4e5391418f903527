"""Second looks: each rater beside themselves, and what never counts as a rating."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers_study import a_claim

from referee_calib.analysis import analyse
from referee_calib.analysis.score_reliability.rater_consistency import looks_again, rater_consistency
from referee_calib.records import Rating, RefereeScore
from referee_calib.study import Study
from referee_calib.study.exporting import export
from referee_calib.study.intake.importing import import_files

FIVE = (0.0, 1.0, 2.0, 3.0, 4.0)


def a_rating(claim: int | str, level: int | None, occasion: str = "", rater: str = "anna", **more: str) -> Rating:
    reason = "" if level is not None else "cannot judge"
    values = {"claim": str(claim), "rater": rater, "dimension": "relevance", "level": level, "reason": reason}
    return Rating(occasion=occasion, **(values | more))  # type: ignore[arg-type]


def test_a_second_look_is_held_against_what_was_said_before_it() -> None:
    history = [
        a_rating("a", 1), a_rating("a", 2), a_rating("b", 3), a_rating("c", None), a_rating("d", 4),
        a_rating("a", 4, "repeat"), a_rating("a", 3, "repeat"), a_rating("a", 0),  # corrected with both looks in mind
        a_rating("c", 1, "repeat"), a_rating("d", None, "repeat"), a_rating("e", 2, "repeat"),
    ]  # fmt: skip
    assert [(one.claim, one.first, one.second) for one in looks_again(history)] == [("a", 2, 3)]


def test_the_figures_of_each_rater_and_of_all() -> None:
    first, second = [0, 1, 2, 3, 4, 2], [0, 1, 2, 3, 4, 4]
    history = [a_rating(k, level) for k, level in enumerate(first)]
    history += [a_rating(k, level, "repeat") for k, level in enumerate(second)]
    history += [
        a_rating(k, level, occasion, "bert") for occasion in ("", "repeat") for k, level in enumerate(first[:3])
    ]
    history += [a_rating(9, 0, "repeat", rubric="other words"), a_rating("x", 0), a_rating("x", 4, "repeat")]
    found = rater_consistency("relevance", history, {str(k): f"v{k}" for k in range(10)}, rubric="1", scale=FIVE)
    assert found is not None
    anna, bert = found.raters
    assert (anna.rater, anna.n_looks, bert.n_looks, found.pooled.n_looks) == ("anna", 6, 3, 9)
    assert anna.same_level.value == pytest.approx(5 / 6)
    assert anna.shift.value == pytest.approx(2 / 6)
    # quadratic kappa of the six pairs: 1 - Σ d² / Σ expected d²; Σ d² / n = 4 / 6, means 2 and 14/6,
    # expected (x - y)² = var x + var y + (2 - 7/3)² = 10/6 + (46/6 - 49/9) + 1/9 = 4, so 1 - (2/3) / 4 = 5/6
    assert anna.kappa.value == pytest.approx(5 / 6)
    assert bert.kappa.value is None
    assert bert.kappa.reason == "3 second looks, fewer than 5"
    assert found.pooled.same_level.value == pytest.approx(8 / 9)
    assert found.pooled.kappa.n_clusters == 6  # videos: bert's claims are of the same
    assert rater_consistency("timing", history, {}, rubric="1", scale=FIVE) is None


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = Study.create(tmp_path / "s")
    made.add_claims([a_claim(i, f"v{i}.mp4") for i in range(8)])
    for name in ("anna", "bert"):
        made.add_rater(name)
    ids = [one.id for one in made.claims()]
    made.add_ratings([a_rating(one, k % 5, rater=rater) for rater in ("anna", "bert") for k, one in enumerate(ids)])
    made.add_ratings([a_rating(one, (k + 1) % 5, "repeat") for k, one in enumerate(ids)])
    made.add_referee("f1", {})
    scores = [RefereeScore(claim=one, referee="f1", dimension="relevance", level=k % 5, expected=k % 5.0)
              for k, one in enumerate(ids)]  # fmt: skip
    made.add_scores(scores)
    return made


def test_a_second_look_counts_nowhere_but_in_its_own_section(study: Study) -> None:
    assert len(study.ratings()) == 16
    found = analyse(study, rewards=False, n_resamples=0)
    relevance = next(one for one in found.dimensions if one.dimension == "relevance")
    ceiling = next(one.people for one in relevance.coefficients if one.name == "percent_agreement")
    assert ceiling.value == 1.0  # both said the same at first
    assert found.n_ratings == 16
    assert [(one.dimension, one.pooled.n_looks) for one in found.consistency] == [("relevance", 8)]
    assert found.consistency[0].pooled.same_level.value == 0.0


def test_occasions_survive_export_and_import(study: Study, tmp_path: Path) -> None:
    export(study, tmp_path / "out")
    rows = [json.loads(line) for line in (tmp_path / "out" / "ratings.jsonl").read_text().splitlines()]
    assert sum(row.get("occasion") == "repeat" for row in rows) == 8
    other = Study.create(tmp_path / "other")
    other.add_claims(study.claims())
    import_files(other, [tmp_path / "out" / "ratings.jsonl"], add_raters=True)
    assert other.ratings(occasion="repeat") == study.ratings(occasion="repeat")
    assert other.ratings() == study.ratings()
