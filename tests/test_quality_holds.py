"""Gold results, attention checks, and ratings that are held out of the figures until a coordinator releases them."""

import shutil

import pytest
from helpers_onboarding import make_onboarding_study, practise, rate, read_texts

from referee_calib.errors import StudyError
from referee_calib.study import Study, audit
from referee_calib.study.onboarding import known_claims
from referee_calib.study.quality import gold_results, held_ratings, hold, hold_flagged, holds, quality_flags, release


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    place = tmp_path_factory.mktemp("holds") / "study"
    study, _ = make_onboarding_study(place, ("ada", "ben"))
    for rater in ("ada", "ben"):
        read_texts(study, rater)
        practise(study, 4, rater)
    return place


@pytest.fixture
def study(template, tmp_path):
    shutil.copytree(template, tmp_path / "study")
    return Study.open(tmp_path / "study")


@pytest.fixture
def measured(study):
    return [one.id for one in study.claims(sampled=True)]


def counted(study, rater="ada"):
    return {one.claim for one in study.ratings() if one.rater == rater}


def test_a_rating_that_is_held_is_stored_and_enters_no_figure(study, measured):
    rate(study, measured[0], 4, seconds=0.3)
    rate(study, measured[1], 4)
    assert counted(study) == {measured[1]}
    assert {one.claim for one in held_ratings(study)} == {measured[0]}
    assert {one.level for one in study.ratings_of("ada", measured[0])} == {4}
    assert [(one.rater, one.claim, one.actor) for one in holds(study)] == [("ada", measured[0], "program")]
    assert holds(study)[0].reason.startswith("too fast: It took 0.3 s")


def test_all_four_in_eight_and_a_half_seconds_is_caught_by_the_defaults(study, measured):
    for claim in measured:
        rate(study, claim, 4, seconds=8.5 / 30, watched=1.0)
    assert counted(study) == set()
    assert {flag.kind for flag in quality_flags(study)} == {"too fast"}


def test_a_clip_that_never_played_is_caught_by_the_defaults(study, measured):
    rate(study, measured[0], 4, seconds=30.0, watched=0.0)
    assert [flag.kind for flag in quality_flags(study)] == ["unseen"]
    assert counted(study) == set()


def test_a_coordinator_releases_with_a_reason_and_the_program_does_not_hold_it_again(study, measured):
    rate(study, measured[0], 4, seconds=0.3)
    with pytest.raises(StudyError, match="no reason"):
        release(study, "ada", measured[0], actor="coordinator eva", reason=" ")
    assert release(study, "ada", measured[0], actor="coordinator eva", reason="the clip is one frame long") == 1
    assert counted(study) == {measured[0]}
    assert hold_flagged(study, quality_flags(study)) == 0
    assert counted(study) == {measured[0]}
    with pytest.raises(StudyError, match="nothing of it is held"):
        release(study, "ada", measured[0], actor="coordinator eva", reason="again")
    kept = [(one.actor, one.action) for one in audit.trail(study)[-2:]]
    assert kept == [("program", "hold ratings"), ("coordinator eva", "release ratings")]


def test_a_held_rating_that_is_given_anew_with_care_counts(study, measured):
    rate(study, measured[0], 4, seconds=0.3)
    rate(study, measured[0], 2, seconds=14.0)
    assert holds(study) == []
    assert {one.level for one in study.ratings()} == {2}


def test_what_a_coordinator_held_is_not_released_by_rating_anew(study, measured):
    rate(study, measured[0], 4)
    hold(study, "ada", measured[0], actor="coordinator eva", reason="asked the author")
    rate(study, measured[0], 2)
    assert counted(study) == set()


def test_an_import_is_held_when_flags_are_applied(study, measured):
    from referee_calib.records import Rating

    one = study.claims([measured[0]])[0]
    study.add_ratings(
        [Rating(claim=one.id, rater="ada", dimension=name, level=4, seconds=0.5) for name in one.dimensions]
    )
    assert counted(study) == {one.id}
    assert hold_flagged(study, quality_flags(study)) == 1
    assert counted(study) == set()


# ---- gold and attention ----


def test_gold_results_have_counts_and_an_exact_interval(study):
    first, second = (one.claim for one in known_claims(study, "gold"))
    rate(study, first, 4)  # relevance 4 is right
    rate(study, second, {"relevance": 2, "localization": 4})  # relevance 0 is right, 1 close enough
    result = next(one for one in gold_results(study) if one.rater == "ada")
    assert (result.role, result.n_right, result.n_judged) == ("gold", 1, 2)
    assert result.accuracy.value == 0.5
    # of one in two, the exact limits are the p with P(X >= 1) = 1 - (1 - p)^2 = 0.025 and its mirror image
    assert result.accuracy.low == pytest.approx(1 - 0.975**0.5)
    assert result.accuracy.high == pytest.approx(0.975**0.5)


def test_gold_that_was_only_skipped_is_undefined_with_a_reason(study):
    from referee_calib.records import Rating

    one = study.claims([known_claims(study, "gold")[0].claim])[0]
    skipped = [Rating(claim=one.id, rater="ada", dimension=name, reason="cannot judge") for name in one.dimensions]
    study.add_ratings(skipped)
    result = gold_results(study)[0]
    assert (result.n_judged, result.n_skipped) == (0, 1)
    assert result.accuracy.value is None
    assert result.accuracy.reason == "every one of them was skipped"


def test_one_missed_attention_check_is_human_and_two_hold_the_rater(study, measured):
    first, second = (one.claim for one in known_claims(study, "attention"))
    rate(study, measured[0], 3)
    rate(study, first, 4)  # asked for 1
    assert counted(study) == {measured[0]}
    rate(study, second, 4)  # asked for 3
    assert counted(study) == set()
    rate(study, measured[1], 3)  # what comes later is held with the rest
    assert counted(study) == set()
    assert [flag.kind for flag in quality_flags(study)] == ["failed attention"]
    rate(study, measured[0], 3, rater="ben")
    assert counted(study, "ben") == {measured[0]}
    release(study, "ada", actor="coordinator eva", reason="they read the clips aloud")
    assert counted(study) == {measured[0], measured[1]}


def test_practice_answers_are_neither_flagged_nor_gold(study):
    assert quality_flags(study) == []
    assert gold_results(study) == []
