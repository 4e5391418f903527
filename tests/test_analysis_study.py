"""From a small study to an analysis: the numbers, what is undefined, and what stops it."""

import json

import numpy as np
import pytest
from helpers_judgements import REFEREE, box_claims, ratings_of, scores_of
from helpers_verdict import run

from referee_calib.analysis import analyse, choose_referee
from referee_calib.analysis.human_agreement.dimension_agreement import measure_dimension
from referee_calib.analysis.human_agreement.join import join
from referee_calib.errors import InputError
from referee_calib.records import Claim
from referee_calib.report import build, dumps, render_html
from referee_calib.study import Study

FIRST, SECOND = REFEREE, "b" * 16


def levels(n, seed=3):
    dice = np.random.default_rng(seed)
    truth = dice.integers(0, 5, n)
    people = np.clip(truth[:, None] + dice.integers(-1, 2, (n, 3)), 0, 4)
    return people, np.clip(truth + dice.integers(0, 2, n), 0, 4)


def measured(claims, people, referee, n_resamples):
    part = join("relevance", claims, ratings_of(claims, people), scores_of(claims, referee), rubric="")
    return measure_dimension(part, seed=0, confidence=0.95, n_resamples=n_resamples)


@pytest.fixture
def study(tmp_path):
    claims = box_claims(30)
    people, referee = levels(30)
    with Study.create(tmp_path / "study", name="Small") as made:
        made.add_claims(claims)
        for name in ("p0", "p1", "p2"):
            made.add_rater(name)
        made.add_ratings(ratings_of(claims, people))
        made.add_referee(FIRST, {"name": "no-such-referee"})
        made.add_scores(scores_of(claims, referee))
        yield made


def quadratic_kappa(a, b):
    """One minus observed over expected mean squared difference (Cohen 1968)."""
    observed = np.mean((a - b) ** 2.0)
    expected = np.mean((a[:, None] - b[None, :]) ** 2.0)
    return 1 - observed / expected


def test_people_and_referee_are_compared_as_the_formula_says():
    people, referee = levels(30)
    found = measured(box_claims(30), people, referee, 100)
    kappa = next(row for row in found.coefficients if row.name == "cohen_kappa_quadratic")
    pairs = [quadratic_kappa(people[:, j], people[:, k]) for j, k in ((0, 1), (0, 2), (1, 2))]
    ours = [quadratic_kappa(people[:, j], referee) for j in range(3)]
    assert kappa.people.value == pytest.approx(np.mean(pairs))
    assert kappa.referee.value == pytest.approx(np.mean(ours))
    assert kappa.difference.value == pytest.approx(np.mean(ours) - np.mean(pairs))
    assert found.leniency.value == pytest.approx(np.mean(referee[:, None] - people))
    assert [row.estimate.value for row in found.leniency_by_rater] == pytest.approx(
        [np.mean(referee - people[:, j]) for j in range(3)]
    )
    # person 0 with the others: the mean of the two pairs it is in
    assert found.leave_one_out[0].estimate.value == pytest.approx(np.mean(pairs[:2]))
    assert np.sum(found.confusion) == 90
    assert kappa.people.n_clusters == 5


def test_what_the_data_do_not_define_has_a_reason_and_no_number():
    found = measured(box_claims(4), np.full((4, 1), 2), [2, 2, 2, 2], 20)
    for row in found.coefficients:
        assert row.people.value is None
        assert row.people.reason
        assert row.difference.value is None


def test_a_dimension_nobody_rated_is_undefined_and_not_an_error(study):
    with_spans = [
        Claim(video="v0.mp4", question="When?", object="it", span=(1.0, 2.0), rollout="late", index=i) for i in range(2)
    ]
    study.add_claims(with_spans)
    analysis = analyse(study, rewards=False)
    timing = next(part for part in analysis.dimensions if part.dimension == "timing")
    assert timing.counts.applicable == 2
    assert timing.counts.rated == 0
    assert all(row.people.reason for row in timing.coefficients)
    assert timing.calibration.reason
    assert {measure_dimension.estimate.reason for measure_dimension in timing.by_level} == {timing.calibration.reason}
    page = render_html(json.loads(dumps(build(analysis, study.rubric))))
    assert "nobody gave it one" in page


def test_analysis_names_what_went_in(study):
    analysis = analyse(study, rewards=False)
    assert {item.name: item.rows for item in analysis.inputs} == {"claims": 30, "ratings": 90, "scores": 30}
    assert analyse(study, rewards=False).inputs == analysis.inputs
    assert analysis.n_simulated == 0
    assert analysis.origins == (("app", 90),)
    assert analysis.n_videos == 5
    # localization applies to every claim and nobody judged it: named, not dropped
    silent = [loss for loss in analysis.losses if loss.dimension == "localization"]
    assert [len(loss.names) for loss in silent] == [30]


def test_a_referee_that_cannot_be_made_again_is_said_and_not_replaced(study):
    analysis = analyse(study)
    assert analysis.rewards == ()
    assert analysis.responses == ()
    assert "cannot be asked again" in analysis.notes[0]


def test_a_referee_of_another_fingerprint_is_not_asked_in_its_place(study):
    study.add_referee(SECOND, {"name": "pixels"})
    study.add_scores(scores_of(study.claims(), [1] * 30, referee=SECOND))
    analysis = analyse(study, referee="b")
    assert analysis.rewards == ()
    assert "is not the one that gave the scores" in analysis.notes[0]


def test_nobody_rated_stops_with_what_to_type(tmp_path):
    with Study.create(tmp_path / "s") as made:
        made.add_claims(box_claims(2))
        with pytest.raises(InputError, match=r"nobody has rated.*referee-calib annotate"):
            analyse(made)


def test_nobody_scored_stops_with_what_to_type(tmp_path):
    claims = box_claims(2)
    with Study.create(tmp_path / "s") as made:
        made.add_claims(claims)
        made.add_rater("p0")
        made.add_ratings(ratings_of(claims, [[1], [2]]))
        with pytest.raises(InputError, match=r"no referee has scored.*referee-calib score"):
            analyse(made)


def test_one_of_several_referees_must_be_chosen(study):
    study.add_referee(SECOND, {"name": "other"})
    study.add_scores(scores_of(study.claims()[:1], [1], referee=SECOND))
    with pytest.raises(InputError, match=r"2 referees.*aaaaaaaa \(no-such-referee\), bbbbbbbb \(other\).*--referee"):
        choose_referee(study)
    assert choose_referee(study, "b") == SECOND
    with pytest.raises(InputError, match="none of that fingerprint"):
        choose_referee(study, "ccc")


def test_report_verb_writes_both_files_and_prints_json(study):
    ended = run("report", study.folder, "--json", "--quiet")
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout)
    assert told["data"] == str(study.folder / "report" / "report.json")
    report = json.loads((study.folder / "report" / "report.json").read_text())
    assert told["headline"] == report["headline"]["sentence"]
    assert told["dimensions"]["relevance"]["difference"] == report["headline"]["cards"][0]["difference"]["value"]
    assert told["excluded_rows"] == sum(len(loss["names"]) for loss in report["excluded_rows"])
    assert (study.folder / "report" / "report.html").is_file()
    assert ended.stderr == ""


def test_report_verb_stops_in_one_line_and_writes_nothing(study, tmp_path):
    out = tmp_path / "report"
    ended = run("report", study.folder, "--referee", "zz", "--out", out)
    assert ended.exit_code == 2
    assert ended.stderr.count("\n") == 1
    assert "none of that fingerprint" in ended.stderr
    assert not out.exists()
