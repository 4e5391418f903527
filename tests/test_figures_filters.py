"""What figures count: one study with one of everything that they leave out, held against sets made by hand."""

import json
from dataclasses import replace

import pytest
from helpers_filtered_study import COUNTED, DIMENSIONS, PEOPLE, claims, filtered_study
from helpers_study import run

from referee_calib.analysis import analyse
from referee_calib.analysis.human_agreement.agreement_width import agreement_widths
from referee_calib.analysis.pilot_study import read_pilot
from referee_calib.analysis.recalibration.study_recalibration import recalibrate
from referee_calib.analysis.study_monitor.rating_log import read_log
from referee_calib.dataset_export import write_dataset
from referee_calib.errors import InputError
from referee_calib.label_studio.study_project import claims_to_rate
from referee_calib.perturbation.harness.claim_sets import Link, links_path
from referee_calib.perturbation.harness.human_ratings import FILE, TRUTH, read_perturbed_ratings
from referee_calib.study import exclude, include_again, quality, worklist

# by rater and number of the claim, the level on both dimensions: k % 5, and of c3 the corrected one
EXPECTED = {(k, rater, name): k % 5 for k, rater in COUNTED for name in DIMENSIONS}
BY_NAME = {one.id: k for k, one in enumerate(claims())}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    with filtered_study(tmp_path_factory.mktemp("filters") / "study") as made:
        yield made


def shown(ratings):
    return {(BY_NAME[one.claim], one.rater, one.dimension): one.level for one in ratings}


def test_the_study_has_one_of_everything(study):
    every = study.ratings(history=True, perturbed=True, held=True, occasion=None)
    # 10 claims by 4 raters, ada's correction and her second look, on two dimensions
    assert len(every) == (10 * 4 + 2) * 2
    assert len(COUNTED) == 17


def test_ratings_marks_and_scores_that_count(study):
    assert shown(study.ratings()) == EXPECTED
    assert {(BY_NAME[one.claim], one.rater) for one in study.marks()} == set(COUNTED)
    assert {BY_NAME[one.claim] for one in study.scores()} == {0, 1, 2, 3, 4, 8}
    assert {BY_NAME[one.id] for one in study.claims()} == {0, 1, 2, 3, 4, 8}


def test_the_report_and_its_losses(study):
    found = analyse(study, rewards=False, n_resamples=50)
    assert (found.n_ratings, found.n_raters, found.n_videos, found.n_rollouts) == (2 * 17, 3, 6, 6)
    for one in found.dimensions:
        assert one.counts.matched == 6
        people = next(c for c in one.coefficients if c.people.value is not None)
        assert people.people.value == pytest.approx(1)  # dan, the correction and the second look differ
    losses = {(one.dimension, one.what): len(one.names) for one in found.losses}
    assert losses["", "claim excluded by the coordinator"] == 1
    # of dan: the claims that count, c0 to c4 and c8
    assert [losses[name, "rating of a rater excluded by the coordinator"] for name in DIMENSIONS] == [6, 6]
    assert sum(n for (_, reason), n in losses.items() if "held" in reason) == 2  # bob on c1, on both dimensions


def test_adjudicated_levels_are_used_only_where_a_report_says_so(study):
    plain = analyse(study, rewards=False, n_resamples=50)
    told = analyse(study, rewards=False, n_resamples=50, adjudicated=True)
    assert plain.adjudicated is None
    assert told.adjudicated is not None
    assert [one.counts for one in told.dimensions] == [one.counts for one in plain.dimensions]
    assert [one.coefficients for one in told.dimensions] == [one.coefficients for one in plain.dimensions]
    assert told.verdict == plain.verdict


def test_a_pilot_and_a_recalibrator_see_the_same_six_claims(study):
    pilot = read_pilot(study, dimension="relevance")
    # c0 to c4 and c8 by three raters, bob's c1 missing
    assert pilot.people.codes.shape == (6, 3)
    assert int((pilot.people.codes >= 0).sum()) == 17
    assert len(pilot.referee) == 6
    with pytest.raises(InputError, match="relevance: 6 claims in 6 videos with a rating and a score"):
        recalibrate(study)


def test_the_width_that_ends_a_study_is_of_the_same_ratings(study):
    for one in agreement_widths(study, "ac2", 0.5):
        if one.dimension in DIMENSIONS:
            assert (one.estimate.value, one.estimate.n_units) == (pytest.approx(1), 6)


def test_a_data_set_holds_what_counts(study, tmp_path):
    facts = write_dataset(study, tmp_path / "data", licence="cc-by-4.0", rater_names=True)
    tables = {one.name: one.rows for one in facts.tables}
    assert len(tables["ratings"]) == 2 * 17
    assert {row["rater"] for row in tables["ratings"]} == set(PEOPLE)
    assert len(tables["claims"]) == 6
    assert len(tables["marks"]) == 17
    assert len(tables["scores"]) == 6 * 2


def test_label_studio_gets_what_people_rate(study):
    # those that count and the perturbed one, blind; nothing that trains raters, nothing excluded
    assert {BY_NAME[one.id] for one in claims_to_rate(study)} == {0, 1, 2, 3, 4, 8, 9}
    exclude(study, "kim", "claim", claims()[9].id, "it shows nothing")
    assert {BY_NAME[one.id] for one in claims_to_rate(study)} == {0, 1, 2, 3, 4, 8}
    include_again(study, "kim", "claim", claims()[9].id, "it does")


def test_people_on_perturbed_claims_are_those_who_count(study):
    made = claims()
    link = Link(made[9].id, made[0].id, "shift", 0.5, "worse", 0, {})
    path = links_path(study.folder / "perturb" / FILE)
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in (vars_of(link), vars_of(replace(link, family=TRUTH)))))
    # all three say 4 of 4 and 4 of 4; dan says (9 + 2) % 5 = 1 of both: with him 3.25 of 4, twice
    assert read_perturbed_ratings(study).paid == {made[9].id: pytest.approx(1.0)}
    quality.hold(study, "cyd", made[9].id, actor="coordinator kim", reason="in no time")
    exclude(study, "kim", "rater", "ada", "left")
    exclude(study, "kim", "rater", "bob", "left")
    assert read_perturbed_ratings(study).paid == {}
    for name in ("ada", "bob"):
        include_again(study, "kim", "rater", name, "back")
    quality.release(study, "cyd", made[9].id, actor="coordinator kim", reason="seen")


def test_the_coordinator_sees_the_same_figures(study):
    log = read_log(study)
    assert shown(log.counted) == EXPECTED
    assert {BY_NAME[one.id] for one in log.counted_claims} == {0, 1, 2, 3, 4, 8}


def test_levels_for_other_tools_are_those_that_count(study, tmp_path):
    assert run("export", study.folder, "--inspect", tmp_path / "inspect").exit_code == 0
    text = "".join(path.read_text() for path in (tmp_path / "inspect").rglob("*.json*"))
    assert {k for k, one in enumerate(claims()) if one.id in text} == {0, 1, 2, 3, 4, 8}
    assert "dan" not in text


def test_people_are_asked_about_no_excluded_claim(study):
    asked = {item.claim for item in worklist(study, "eve").items}
    assert {BY_NAME[one] for one in asked} == {0, 1, 2, 3, 4, 7, 8, 9}  # c7 is gold: asked in silence
    exclude(study, "kim", "claim", claims()[0].id, "again")
    assert claims()[0].id not in {item.claim for item in worklist(study, "eve").items}
    include_again(study, "kim", "claim", claims()[0].id, "back")
    assert {item.claim for item in worklist(study, "eve").items} == asked


def vars_of(link):
    return {name: getattr(link, name) for name in link.__dataclass_fields__}
