"""Adjudicated levels and exclusions: kept beside the ratings, with reason and name, and never in silence."""

import json

import pytest
from helpers_coordinator import rated_study
from helpers_study import run
from sqlalchemy import text

from referee_calib.analysis import analyse
from referee_calib.errors import InputError, StudyError
from referee_calib.records import RefereeScore
from referee_calib.report import build, render_markdown
from referee_calib.study import (
    adjudicate,
    adjudications,
    claims_with_excluded,
    exclude,
    exclusions,
    include_again,
    record_state,
    trail,
    worklist,
)
from referee_calib.study.assignment import assign, coverage
from referee_calib.study.settings import AssignmentSettings


@pytest.fixture
def rated(tmp_path):
    study, _, claims = rated_study(tmp_path / "study")
    return study, claims


def decided(study):
    """Return the entries of coordinators in the audit trail."""
    return [one for one in trail(study) if one.actor.startswith("coordinator ")]


def actions(study):
    return [(one.actor, one.action, one.subject) for one in decided(study)]


def test_an_adjudicated_level_is_kept_beside_the_ratings(rated):
    study, claims = rated
    before = study.ratings(history=True)
    adjudicate(study, "  dora ", claims[0].id, {"relevance": 3, "timing": 1}, " seen twice ")
    assert [(one.dimension, one.level, one.reason, one.coordinator) for one in adjudications(study)] == [
        ("relevance", 3, "seen twice", "dora"),
        ("timing", 1, "seen twice", "dora"),
    ]
    assert study.ratings(history=True) == before
    assert actions(study) == [("coordinator dora", "adjudicate", claims[0].id)]
    assert decided(study)[0].detail == {"levels": {"relevance": 3, "timing": 1}, "reason": "seen twice"}


def test_a_correction_appends_and_a_withdrawal_leaves_none(rated):
    study, claims = rated
    adjudicate(study, "dora", claims[0].id, {"relevance": 3}, "first look")
    adjudicate(study, "eva", claims[0].id, {"relevance": 2}, "second look")
    assert [(one.level, one.coordinator) for one in adjudications(study)] == [(2, "eva")]
    adjudicate(study, "eva", claims[0].id, {"relevance": None}, "cannot be told")
    assert adjudications(study) == []
    assert [one.level for one in adjudications(study, history=True)] == [3, 2, None]


@pytest.mark.parametrize(
    ("claim", "levels", "reason", "why"),
    [
        (0, {"relevance": 3}, "  ", "without a reason"),
        (0, {"relevance": 5}, "r", "level 5"),
        (0, {"relevance": True}, "r", "level True"),
        (0, {"colour": 1}, "r", "no such dimension"),
        (2, {"localization": 1}, "r", "only"),  # a span alone is not judged on localization
        (0, {}, "r", "no level"),
        (None, {"relevance": 1}, "r", "no such claim"),
        (0, {"relevance": 1}, "r" * 1001, "at most 1000"),
    ],
)
def test_what_cannot_be_adjudicated_is_refused_whole(rated, claim, levels, reason, why):
    study, claims = rated
    with pytest.raises(InputError, match=why):
        adjudicate(study, "dora", "nothing" if claim is None else claims[claim].id, levels, reason)
    assert adjudications(study, history=True) == []
    assert decided(study) == []


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "two\nlines"])
def test_a_decision_needs_a_name(rated, name):
    study, claims = rated
    with pytest.raises(InputError, match="coordinator name"):
        adjudicate(study, name, claims[0].id, {"relevance": 1}, "r")


@pytest.mark.parametrize("table", ["adjudication", "exclusion"])
def test_the_database_itself_refuses_to_change_a_decision(rated, table):
    study, claims = rated
    adjudicate(study, "dora", claims[0].id, {"relevance": 3}, "r")
    exclude(study, "dora", "rater", "bob", "r")
    for change in (f"UPDATE {table} SET reason = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(Exception, match="append-only"), study.writing() as connection:
            connection.execute(text(change))


def test_an_excluded_rater_leaves_every_figure_and_stays_stored(rated):
    study, _ = rated
    exclude(study, "dora", "rater", "bob", "rated all at once")
    assert {one.rater for one in study.ratings()} == {"ada", "cyd"}
    assert {one.rater for one in study.ratings(history=True, perturbed=True)} == {"ada", "bob", "cyd"}
    assert [(one.kind, one.subject, one.reason) for one in exclusions(study)] == [("rater", "bob", "rated all at once")]
    assert actions(study) == [("coordinator dora", "exclude rater", "bob")]
    include_again(study, "eva", "rater", "bob", "it was a demonstration")
    assert {one.rater for one in study.ratings()} == {"ada", "bob", "cyd"}
    assert exclusions(study) == []
    assert [one.excluded for one in exclusions(study, history=True)] == [True, False]


def test_an_excluded_claim_leaves_every_figure_and_stays_stored(rated):
    study, claims = rated
    study.add_scores([RefereeScore(claim=claims[1].id, referee="f" * 16, dimension="relevance", level=1, status="ok")])
    exclude(study, "dora", "claim", claims[1].id, "the wrong video")
    kept = [claims[0].id, claims[2].id]
    assert [one.id for one in study.claims()] == kept
    assert [one.id for one in study.claims(sampled=True)] == kept
    assert {one.claim for one in study.ratings()} == set(kept)
    assert study.scores() == []
    assert [one.id for one in claims_with_excluded(study)] == [one.id for one in claims]
    assert study.claims([claims[1].id]) == [claims[1]]


def test_an_exclusion_twice_or_of_nobody_is_refused(rated):
    study, claims = rated
    exclude(study, "dora", "rater", "bob", "r")
    with pytest.raises(InputError, match="excluded already"):
        exclude(study, "dora", "rater", "bob", "r")
    with pytest.raises(InputError, match="not excluded"):
        include_again(study, "dora", "claim", claims[0].id, "r")
    with pytest.raises(InputError, match="no such rater"):
        exclude(study, "dora", "rater", "zoe", "r")
    with pytest.raises(InputError, match="no such claim"):
        exclude(study, "dora", "claim", "bob", "r")


def test_the_state_changes_with_every_record_and_with_nothing_else(rated):
    study, claims = rated
    states = [record_state(study)]
    assert record_state(study) == states[0]
    adjudicate(study, "dora", claims[0].id, {"relevance": 3}, "r")
    states.append(record_state(study))
    exclude(study, "dora", "rater", "bob", "r")
    states.append(record_state(study))
    study.add_rater("dan")
    states.append(record_state(study))
    assert len(set(states)) == 4


def scored(study, claims):
    scores = [
        RefereeScore(claim=claim.id, referee="f" * 16, dimension=name, level=2, status="ok")
        for claim in claims
        for name in claim.dimensions
    ]
    study.add_scores(scores)


def report(study, **options):
    return build(analyse(study, rewards=False, n_resamples=20, **options), study.rubric)


def test_adjudication_changes_no_figure_of_the_report_unless_asked(rated):
    study, claims = rated
    scored(study, claims)
    before = report(study)
    adjudicate(study, "dora", claims[0].id, {"relevance": 4, "localization": 1}, "r")
    assert report(study) == before
    asked = report(study, adjudicated=True)
    assert "Adjudicated levels" in render_markdown(asked)
    adjudicated = asked.pop("adjudicated")
    assert asked == before
    assert "Adjudicated levels" not in render_markdown(asked)
    relevance = next(one for one in adjudicated if one["dimension"] == "relevance")
    # the referee said 2, people 4, 0 and 2, so their mean is 2; 2 - 4 = -2
    assert [relevance[side]["difference"]["value"] for side in ("referee", "people")] == [-2, -2]
    localization = next(one for one in adjudicated if one["dimension"] == "localization")
    assert localization["referee"]["distance"]["value"] == 1  # |2 - 1|
    assert localization["people"]["n_claims"] == 1


def test_the_verb_writes_the_section_when_it_is_asked_to(rated, tmp_path):
    study, claims = rated
    scored(study, claims)
    result = run("report", study.folder, "--out", tmp_path / "out", "--no-rewards", "--quiet", "--adjudicated")
    assert result.exit_code == 0, result.output
    assert "No level is adjudicated" in (tmp_path / "out" / "report.md").read_text()


def test_the_report_counts_and_names_what_was_excluded(rated):
    study, claims = rated
    scored(study, claims)
    exclude(study, "dora", "rater", "bob", "asleep")
    exclude(study, "dora", "claim", claims[2].id, "cut off")
    found = report(study)
    rows = {(row["what"], row["dimension"]): row for row in found["excluded_rows"]}
    claim = rows["claim excluded by the coordinator", ""]
    assert (claim["reason"], claim["names"]) == ("cut off", [claims[2].id])
    bob = rows["rating of a rater excluded by the coordinator", "relevance"]
    # bob's ratings of the two claims that still count
    assert (bob["rows"], bob["reason"]) == (2, "bob: asleep")
    assert found["counts"]["raters"] == 2
    assert "excluded by the coordinator" in render_markdown(found)


def test_exports_and_draws_keep_what_is_excluded(rated, tmp_path):
    study, claims = rated
    assert run("sample", study.folder, "--claims", 3).exit_code == 0
    exclude(study, "dora", "claim", claims[0].id, "cut off")
    assert run("sample", study.folder, "--claims", 3).exit_code == 0  # the same draw: the claim is still in it
    assert len(claims_with_excluded(study, sampled=True)) == 3
    assert run("export", study.folder, "--out", tmp_path / "out").exit_code == 0
    manifest = json.loads((tmp_path / "out" / "export.json").read_text())
    assert claims[0].id in manifest["sampled"]
    assert manifest["counts"]["claims"] == 3


def test_a_report_on_a_table_knows_no_adjudicated_levels(tmp_path):
    result = run("report", "--ratings", tmp_path / "r.csv", "--scores", tmp_path / "s.csv", "--adjudicated")
    assert result.exit_code == 2
    assert "--adjudicated is for a study" in result.output


def test_who_and_what_was_excluded_before_the_assignment_fills_and_gets_nothing(rated):
    study, claims = rated
    exclude(study, "dora", "rater", "bob", "asleep")
    exclude(study, "dora", "claim", claims[0].id, "broken")
    with pytest.raises(StudyError, match="take no part"):
        assign(study, AssignmentSettings(overlap=2), raters=["ada", "bob", "cyd"])
    assign(study, AssignmentSettings(overlap=3))
    found = coverage(study)
    assert {one.claim: one.done for one in found.claims} == {one.id: ("ada", "cyd") for one in claims[1:]}
    assert [one.takes_part for one in found.raters if one.rater == "bob"] == [False]
    assert (found.waiting, worklist(study, "bob").next()) == (0, None)
    include_again(study, "dora", "rater", "bob", "awake")
    assert {one.done for one in coverage(study).claims} == {("ada", "bob", "cyd")}


def test_nobody_else_is_asked_about_an_excluded_claim_where_nothing_is_assigned(rated):
    study, claims = rated
    study.add_rater("dan")
    exclude(study, "dora", "claim", claims[0].id, "broken")
    assert {one.claim for one in worklist(study, "dan").items} == {one.id for one in claims[1:]}
    assert {one.claim for one in worklist(study, "ada").items} == {one.id for one in claims}  # ada judged it before
    include_again(study, "dora", "claim", claims[0].id, "repaired")
    assert worklist(study, "dan").progress() == (0, 3)


def test_an_exclusion_is_one_step_with_what_it_means_for_the_work(rated, monkeypatch):
    study, _ = rated
    assign(study, AssignmentSettings(overlap=2))

    def full(*_args, **_more):
        raise StudyError("database", "the disk is full")

    monkeypatch.setattr("referee_calib.study.review.exclusions.withdraw", full)
    with pytest.raises(StudyError, match="full"):
        exclude(study, "dora", "rater", "bob", "asleep")
    assert exclusions(study) == []


def test_others_are_asked_in_the_place_of_an_excluded_rater(rated):
    study, _ = rated
    assign(study, AssignmentSettings(overlap=2), raters=["ada", "bob", "cyd"])
    exclude(study, "dora", "rater", "bob", "asleep")
    assert [one.takes_part for one in coverage(study).raters if one.rater == "bob"] == [False]
    include_again(study, "dora", "rater", "bob", "awake")
    assert [one.takes_part for one in coverage(study).raters if one.rater == "bob"] == [True]
    assert [one for one in actions(study) if "assign" in one[1]] == [
        ("coordinator dora", "withdraw assignments", "rater bob"),
        ("coordinator dora", "readmit to assignment", "rater bob"),
    ]
