"""Claims perturbed for people live apart: people rate them, and no figure of the study knows of them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from helpers_study import order_of, run
from helpers_verdict import make_study

from referee_calib.errors import StudyError
from referee_calib.io import json_lines
from referee_calib.perturbation.harness.human_ratings import as_rated
from referee_calib.records import Rating
from referee_calib.report import dumps
from referee_calib.study import Study
from referee_calib.study.exporting import export
from referee_calib.study.intake.importing import import_files


@pytest.fixture
def study(tmp_path):
    with make_study(tmp_path / "study", videos=10) as opened:
        yield opened


def perturb(study: Study, count: int = 12, rated: bool = True) -> list[str]:
    """Add perturbed copies of claims in the very rollouts' videos, scored and rated as badly as can be."""
    own = study.claims()[:count]
    moved = [as_rated(replace(one, boxes=((1.0, 0.5, 0.5, 0.9, 0.9),), id="")) for one in own]
    study.add_claims(moved)
    fingerprint = next(iter(study.referees()))
    (score,) = [one for one in study.scores(fingerprint) if (one.claim, one.dimension) == (own[0].id, "relevance")]
    study.add_scores([replace(score, claim=one.id, level=0, expected=0.0) for one in moved])
    if rated:
        study.add_ratings([
            Rating(claim=one.id, rater="p0", dimension=name, level=0, nonce=f"{one.id}{name}", origin="app")
            for one in moved for name in ("relevance", "localization")
        ])  # fmt: skip
    return [one.id for one in moved]


def report_of(study: Study) -> dict[str, object]:
    from referee_calib.analysis import analyse
    from referee_calib.report import build

    return json.loads(dumps(build(analyse(study, rewards=False), study.rubric)))


def test_no_figure_of_a_report_changes(study) -> None:
    before = report_of(study)
    perturb(study)
    assert report_of(study) == before


@pytest.mark.parametrize("rated", [False, True])
def test_recalibration_ranks_and_pay_of_real_rollouts_stay(study, rated) -> None:
    from referee_calib.analysis import recalibrate
    from referee_calib.analysis.reward_behaviour.rollout_rewards import claims_by_rollout

    fitted, rollouts = recalibrate(study).to_json(), claims_by_rollout(study.claims())
    perturb(study, rated=rated)
    assert recalibrate(study).to_json() == fitted
    assert claims_by_rollout(study.claims()) == rollouts


def test_every_reader_leaves_them_out_unless_it_asks(study) -> None:
    counts = study.counts()
    claims, ratings, scores = study.claims(), study.ratings(), study.scores()
    names = perturb(study)
    assert (study.claims(), study.claims(sampled=True), study.ratings(), study.scores()) == (
        claims, claims, ratings, scores,
    )  # fmt: skip
    assert study.counts() == counts | {"perturbed claims": 12, "ratings of perturbed claims": 24}
    assert [one.id for one in study.claims(perturbed=True)[-12:]] == names
    assert [one.id for one in study.claims(names)] == names
    assert len(study.ratings(perturbed=True)) == len(ratings) + 24
    assert len(study.scores(perturbed=True)) == len(scores) + 12


def test_the_mark_is_the_source_and_nothing_that_a_text_says(study) -> None:
    first = study.claims()[0]
    study.add_claims([replace(first, answer='it says "source":"perturbed"', source="PERTURBED", id="")])
    assert study.claims()[-1].source == "PERTURBED"


def test_people_rate_them_beside_the_sample_and_a_larger_sample_may_be_drawn(study) -> None:
    own = [one.id for one in study.claims()]
    names = perturb(study)
    assert set(order_of(study, "p1")) == {*own, *names}
    study.select(own[:20], force=True)
    assert set(order_of(study, "p1")) == {*own[:20], *names}
    assert [one.id for one in study.claims(sampled=True)] == own[:20]
    assert [one for one in [*own, *names, "c0"] if study.is_rateable(one)] == [*own[:20], *names]
    study.select(own)  # their ratings are no reason to refuse it
    with pytest.raises(StudyError, match="people have rated"):
        study.select(own[:5])


def test_an_export_holds_them_and_comes_back_whole(study, tmp_path) -> None:
    names = perturb(study)
    export(study, tmp_path / "out")
    files = [path for path in (tmp_path / "out").iterdir() if path.name != "export.json" and path.stat().st_size]
    with Study.create(tmp_path / "again") as again:
        for one in study.claims(perturbed=True):
            (again.media / one.video).touch()
        again.add_claims(study.claims(perturbed=True))
        import_files(again, [path for path in files if path.name != "claims.jsonl"], add_raters=True)
        assert (again.claims(), again.ratings()) == (study.claims(), study.ratings())
        assert {one.id for one in again.claims(perturbed=True)} >= set(names)


def test_a_policy_may_not_use_their_name(tmp_path) -> None:
    row = {"rollout": "r", "video": "a.mp4", "question": "q", "completion": "c", "box_unit": "0-1"}
    json_lines.write(tmp_path / "rollouts.jsonl", [row | {"source": "perturbed"}])
    run("init", tmp_path / "study")
    done = run("import", tmp_path / "study", tmp_path / "rollouts.jsonl")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "field source is 'perturbed': that source is kept for" in done.stderr


def test_of_an_earlier_version_they_are_left_out_too(study) -> None:
    claims = study.claims()
    study.add_claims([replace(claims[0], boxes=((1.0, 0.5, 0.5, 0.9, 0.9),), source="perturbed", id="")])
    assert study.claims() == claims  # it stands in the rollout of its original
