"""What a study takes by its rubric: at its door, from files, and what its reports use."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
from helpers_rubric import RATERS, claims, clips, files, ratings, rubric_of, written
from helpers_study import run

from referee_calib.analysis import choose_referee
from referee_calib.errors import ClaimError, InputError, RatingError
from referee_calib.records import Claim, Rating, RefereeScore
from referee_calib.rubric import load
from referee_calib.study import Study, assignment, worklist
from referee_calib.study.settings import AssignmentSettings

FIRST = claims()[0]
BOX_ALONE = replace(FIRST, span=None, id="")
SPAN_ALONE = replace(FIRST, boxes=(), id="")


@pytest.fixture
def make(tmp_path):
    def made(*some: Claim, **tables: int) -> Study:
        written(tmp_path / "study", tables)
        study = Study.create(tmp_path / "study", rubric="rubric.toml")
        study.add_claims(some or claims())
        for name in RATERS:
            study.add_rater(name, origin="test")
        return study

    return made


def rating(level=None, name="relevance", **more):
    return Rating(
        claim=FIRST.id, rater="anna", dimension=name, level=level, origin="test", nonce=f"{level}{name}", **more
    )


def score(level, name="relevance", referee="a" * 16, **more):
    return RefereeScore(claim=FIRST.id, referee=referee, dimension=name, level=level, **more)


def claims_of(rater, study):
    return {one.claim for one in worklist(study, rater).items}


@pytest.mark.parametrize("count", [2, 7, 11])
def test_every_level_of_the_scale_is_taken_and_the_next_is_refused(make, count):
    study = make(relevance=count)
    assert study.add_ratings([rating(level) for level in range(count)]).new == count
    with pytest.raises(
        RatingError,
        match=f"the study's scale for relevance is 0 to {count - 1}.*init OTHER --rubric FILE"
        if count < 11
        else "from 0 to 10 at most",
    ):
        study.add_ratings([rating(count)])
    assert study.add_scores([score(count - 1)]).new == 1


def test_a_dimension_that_the_rubric_lacks_is_refused(make):
    study = make(relevance=2)
    with pytest.raises(RatingError, match="the study's rubric asks about relevance only"):
        study.add_ratings([rating(1, "timing")])
    with pytest.raises(InputError, match="the study's rubric asks about relevance only"):
        study.add_scores([score(1, "localization")])


def test_scores_off_the_scale_are_refused(make):
    study = make(relevance=2)
    with pytest.raises(InputError, match="the study's scale for relevance is 0 to 1"):
        study.add_scores([score(4)])
    with pytest.raises(InputError, match="the study's scale for relevance is 0 to 1"):
        study.add_scores([score(1, expected=1.5)])
    with pytest.raises(InputError, match="its distribution has 5 levels, and relevance has 2 in this study"):
        study.add_scores([score(1, expected=0.5, distribution=(0.5, 0.5, 0, 0, 0))])
    assert study.add_scores([score(1, expected=0.5, distribution=(0.5, 0.5))]).new == 1


@pytest.mark.parametrize(("given", "said"), [
    ({"distribution": (1.0,)}, "a distribution over 1 levels"),
    ({"distribution": (1.0,) * 12}, "a distribution over 12 levels"),
    ({"level": 3, "distribution": (0.5, 0.5)}, "they are of different scales"),
    ({"expected": 10.5}, "a scale is 0 to 10 at most"),
])  # fmt: skip
def test_a_score_that_fits_no_scale_is_no_record(given, said):
    with pytest.raises(InputError, match=said):
        score(**({"level": 1} | given))


def test_people_are_asked_for_what_claim_and_rubric_have(make):
    study = make(FIRST, relevance=2, timing=3)
    assert worklist(study, "anna").next().claim == FIRST.id
    study.add_ratings([rating(1)])
    assert worklist(study, "anna").progress() == (0, 1)
    study.add_ratings([rating(2, "timing")])
    assert (worklist(study, "anna").next(), worklist(study, "anna").progress()) == (None, (1, 1))


def test_a_claim_that_the_rubric_asks_nothing_about_is_refused(make):
    study = make(FIRST, localization=2)
    with pytest.raises(
        ClaimError, match="it can be judged on relevance and timing: the study's rubric asks about localization only"
    ):
        study.add_claims([SPAN_ALONE])


def test_a_claim_that_an_edited_rubric_no_longer_asks_about_is_nobody_s_and_doctor_says_so(make, tmp_path):
    study = make(FIRST, SPAN_ALONE, relevance=2)
    assert claims_of("anna", study) == {FIRST.id, SPAN_ALONE.id}
    written(tmp_path / "study", {"localization": 3})
    load.cache_clear()
    study = Study.open(tmp_path / "study")
    assert claims_of("anna", study) == {FIRST.id}
    assert (study.is_rateable(FIRST.id), study.is_rateable(SPAN_ALONE.id)) == (True, False)
    said = run("doctor", tmp_path / "study")
    assert "asks about localization only: nobody judges 1 claim" in said.output


def test_an_import_leaves_out_what_is_not_judged_and_counts_it(tmp_path):
    rubric = rubric_of(tmp_path / "study", localization=3)
    Study.create(tmp_path / "study", rubric="rubric.toml")
    clips(tmp_path / "media")
    rows = [BOX_ALONE, SPAN_ALONE, replace(SPAN_ALONE, video="gone.mp4", id="")]
    (tmp_path / "claims.jsonl").write_text("".join(json.dumps(one.to_json()) + "\n" for one in rows[:2]))
    done = run("import", tmp_path / "study", tmp_path / "claims.jsonl", "--media", tmp_path / "media", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["files"][0]["excluded"] == {"not_judged": 1}
    with Study.open(tmp_path / "study") as study:
        assert [one.id for one in study.claims()] == [BOX_ALONE.id]
        assert rubric.applies(SPAN_ALONE) == ()

    (tmp_path / "claims.jsonl").write_text(json.dumps(SPAN_ALONE.to_json()) + "\n")
    done = run("import", tmp_path / "study", tmp_path / "claims.jsonl", "--media", tmp_path / "media")
    assert done.exit_code == 2
    assert "1 claims, first" in done.stderr
    assert "the study's rubric asks about localization only, and none of them has that" in done.stderr
    assert "--rubric FILE" in done.stderr


def test_rows_off_the_scale_are_named_by_line_and_can_be_left_out(tmp_path):
    rubric = rubric_of(tmp_path / "study", relevance=3)
    Study.create(tmp_path / "study", rubric="rubric.toml")
    clips(tmp_path / "media")
    files(tmp_path, rubric, "{}")
    given = [one.to_json() for one in ratings(rubric)]
    given[4]["level"], given[9]["dimension"] = 4, "timing"
    (tmp_path / "ratings.jsonl").write_text("".join(json.dumps(one) + "\n" for one in given))
    arguments = [
        "import",
        tmp_path / "study",
        tmp_path / "claims.jsonl",
        tmp_path / "ratings.jsonl",
        "--media",
        tmp_path / "media",
        "--add-raters",
    ]
    done = run(*arguments)
    assert done.exit_code == 2
    assert "ratings.jsonl line 5: relevance, level 4" in done.stderr
    assert "the study's scale for relevance is 0 to 2" in done.stderr
    assert "line 10: timing" in done.stderr
    with Study.open(tmp_path / "study") as study:
        assert study.counts()["claims"] == 0
    assert run(*arguments, "--skip-broken").exit_code == 0
    with Study.open(tmp_path / "study") as study:
        assert len(study.ratings()) == 3 * 30 - 2


def test_scores_of_a_referee_that_was_asked_with_other_words_are_in_no_report(make, tmp_path):
    study = make(relevance=3)
    study.add_ratings(ratings(study.rubric))
    study.add_referee("a" * 16, {"name": "mine", "rubric": study.rubric.version})
    study.add_scores([score(2)])
    assert choose_referee(study) == "a" * 16
    before = study.rubric.version
    written(tmp_path / "study", {"relevance": 4})
    load.cache_clear()
    study = Study.open(tmp_path / "study")
    for prefix in (None, "aaaa"):
        with pytest.raises(
            InputError,
            match=f"it was asked with the rubric {before}, and the study's is {study.rubric.version}.*--referee mine",
        ):
            choose_referee(study, prefix)
    study.add_referee("b" * 16, {"name": "mine", "rubric": study.rubric.version})
    study.add_scores([score(3, referee="b" * 16)])
    assert choose_referee(study) == "b" * 16  # the other one is no choice
    assert f"referee aaaaaaaa was asked with {before}" in run("doctor", tmp_path / "study").output


def test_ratings_under_other_words_do_not_count_whatever_their_scale(make, tmp_path):
    study = make(relevance=3)
    study.add_ratings(ratings(study.rubric))
    shutil.copy(tmp_path / "study" / "rubric.toml", tmp_path / "old.toml")
    written(tmp_path / "study", {"relevance": 2})
    load.cache_clear()
    study = Study.open(tmp_path / "study")
    study.add_referee("b" * 16, {"name": "mine", "rubric": study.rubric.version})
    study.add_scores([score(1, referee="b" * 16)])
    study.add_ratings([rating(1, rubric=study.rubric.version)])
    from referee_calib.analysis.human_agreement.join import join_rubric

    (part,) = join_rubric(study.rubric, study.claims(), study.ratings(), study.scores())
    assert (part.scale, part.counts.levels) == ((0, 1), 1)
    assert sum(len(one.names) for one in part.losses if one.what == "rating under other words") == 3 * 30 - 1


def test_a_dimension_that_the_rubric_lacks_cannot_be_scored(make):
    study = make(relevance=3)
    for more in ((), ("--dry-run", study.folder / "look")):
        done = run("score", study.folder, "--dimension", "timing", "-q", *more)
        assert done.exit_code == 2
        assert "dimension timing: the study's rubric asks about relevance only" in done.stderr


def test_an_export_holds_the_rubric_so_that_another_study_can_take_its_records(make, tmp_path):
    study = make(relevance=7)
    clips(tmp_path / "media")
    study.add_ratings(ratings(study.rubric))
    assert run("export", study.folder, "--out", tmp_path / "out").exit_code == 0
    media = ("--media", tmp_path / "media", "--add-raters", "-q")
    given = sorted((tmp_path / "out").iterdir())
    run("init", tmp_path / "five")
    done = run("import", tmp_path / "five", *given, *media)
    assert (done.exit_code, "--rubric FILE" in done.stderr) == (2, True)
    assert run("init", tmp_path / "seven", "--rubric", tmp_path / "out" / "rubric.toml").exit_code == 0
    done = run("import", tmp_path / "seven", *given, *media)
    assert done.exit_code == 0, done.output
    with Study.open(tmp_path / "seven") as other:
        assert (other.ratings(), other.rubric.version) == (study.ratings(), study.rubric.version)


@pytest.mark.parametrize("tables", [{"relevance": 3}, {"timing": 11, "relevance": 2}])
def test_work_is_handed_out_and_done_by_what_the_rubric_asks_about(make, tables):
    study = make(FIRST, SPAN_ALONE, BOX_ALONE, **tables)
    assignment.assign(study, AssignmentSettings(overlap=1), raters=["anna"])
    assert claims_of("anna", study) == {FIRST.id, SPAN_ALONE.id, BOX_ALONE.id}
    for claim in (FIRST, BOX_ALONE):
        some = [replace(rating(1, name), claim=claim.id, nonce=claim.id) for name in study.rubric.applies(claim)]
        study.add_ratings(some)
    (anna,) = (one for one in assignment.coverage(study).raters if one.rater == "anna")
    assert (anna.done, anna.open) == (2, 1)


def test_without_an_assignment_coverage_counts_what_the_rubric_asks_about(make):
    study = make(FIRST, BOX_ALONE, relevance=3)
    study.add_ratings([rating(1)])
    covered = {one.claim: one.done for one in assignment.coverage(study).claims}
    assert covered == {FIRST.id: ("anna",), BOX_ALONE.id: ()}


def test_what_an_edited_rubric_no_longer_asks_about_is_handed_out_to_nobody(make, tmp_path):
    make(FIRST, SPAN_ALONE, relevance=2)
    written(tmp_path / "study", {"localization": 3})
    load.cache_clear()
    study = Study.open(tmp_path / "study")
    assert [one.claim for one in assignment.coverage(study).claims] == [FIRST.id]
    assignment.assign(study, AssignmentSettings(overlap=1), raters=["anna"])
    assert claims_of("anna", study) == {FIRST.id}
