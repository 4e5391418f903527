"""Where a rater stands before the first rating: consent, instructions, practice, and who is let through."""

import shutil

import pytest
from helpers_onboarding import CONSENT, make_onboarding_study, practise, rate, read_texts

from referee_calib.errors import RatingError, StudyError
from referee_calib.study import Study, audit
from referee_calib.study.onboarding import (
    consent_text,
    decline_consent,
    give_consent,
    grant_attempt,
    instructions_text,
    mark_instructions_read,
    may_rate,
    onboarding_state,
    practice_results,
)
from referee_calib.study.study_config import read_config, write_config


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    place = tmp_path_factory.mktemp("onboarding") / "study"
    make_onboarding_study(place, ("ada", "ben"))
    return place


@pytest.fixture
def study(template, tmp_path):
    shutil.copytree(template, tmp_path / "study")
    return Study.open(tmp_path / "study")


def test_the_steps_come_in_order_and_end_at_rating(study):
    assert onboarding_state(study, "ada").step == "consent"
    give_consent(study, "ada", consent_text(study).digest)
    assert onboarding_state(study, "ada").step == "instructions"
    mark_instructions_read(study, "ada", instructions_text(study).digest)
    assert onboarding_state(study, "ada").step == "practice"
    practise(study, 4)
    assert onboarding_state(study, "ada").step == "rating"
    assert onboarding_state(study, "ben").step == "consent"


def test_consent_is_recorded_with_the_digest_of_its_text(study):
    digest = consent_text(study).digest
    give_consent(study, "ada", digest)
    entry = audit.trail(study)[-1]
    assert (entry.actor, entry.action, entry.subject) == ("rater ada", "consent", "ada")
    assert entry.detail == {"text": "consent.md", "sha256": digest}


def test_a_changed_text_asks_again_and_an_old_page_cannot_agree_to_it(study):
    digest = consent_text(study).digest
    give_consent(study, "ada", digest)
    (study.folder / "onboarding" / "consent.md").write_text(CONSENT + "\nYour name is published.\n")
    assert onboarding_state(study, "ada").step == "consent"
    with pytest.raises(StudyError, match="has changed"):
        give_consent(study, "ada", digest)


def test_who_declines_leaves_nothing_but_the_decline_and_may_change_their_mind(study):
    decline_consent(study, "ada", consent_text(study).digest)
    assert onboarding_state(study, "ada").step == "declined"
    assert study.ratings(perturbed=True, held=True) == []
    assert "declined" in may_rate(study, "ada", study.claims()[0].id)
    give_consent(study, "ada", consent_text(study).digest)
    assert onboarding_state(study, "ada").step == "instructions"


def test_a_study_without_texts_and_known_claims_leads_straight_to_rating(tmp_path):
    study, _ = make_onboarding_study(tmp_path / "plain", texts=False, known=False)
    assert onboarding_state(study, "ada").step == "rating"
    assert may_rate(study, "ada", study.claims()[0].id) == ""


def test_a_consent_that_is_required_and_missing_stops(study):
    (study.folder / "onboarding" / "consent.md").unlink()
    assert onboarding_state(study, "ada").step == "instructions"
    text = (study.folder / "study.toml").read_text()
    (study.folder / "study.toml").write_text(text + "\n[onboarding]\nconsent_required = true\n")
    with pytest.raises(StudyError, match=r"consent\.md is not there"):
        onboarding_state(Study.open(study.folder), "ada")


# ---- practice ----


def test_nobody_rates_before_practice_is_passed(study):
    measured = study.claims()[0].id
    assert "consent page" in may_rate(study, "ada", measured)
    read_texts(study)
    assert "practice claims first" in may_rate(study, "ada", measured)
    assert may_rate(study, "ada", onboarding_state(study, "ada").claim) == ""
    practise(study, 4)
    assert may_rate(study, "ada", measured) == ""


def test_the_pass_mark_counts_single_answers(study):
    # two claims, two dimensions each: relevance 4 and localization 3 or 4 are right
    read_texts(study)
    first, second = onboarding_state(study, "ada").claim, None
    rate(study, first, {"relevance": 4, "localization": 3})
    second = onboarding_state(study, "ada").claim
    rate(study, second, {"relevance": 4, "localization": 1})
    attempt = practice_results(study)[0].attempts[0]
    assert (attempt.n_right, attempt.n_judged, attempt.complete) == (3, 4, True)
    assert attempt.passed  # 3 of 4 is 0.75, and 0.7 is needed


def test_a_practice_answer_cannot_be_corrected_once_its_truth_was_told(study):
    read_texts(study)
    claim = onboarding_state(study, "ada").claim
    rate(study, claim, 0, act="act-number-1")
    assert rate(study, claim, 0, act="act-number-1").known == 2  # the same act once more changes nothing
    with pytest.raises(RatingError, match="answered in this attempt already"):
        rate(study, claim, 4, act="act-number-2")


def test_attempts_are_bounded_and_a_coordinator_may_grant_one(study):
    read_texts(study)
    practise(study, 0)
    state = onboarding_state(study, "ada")
    assert (state.step, state.attempt, state.allowed, state.n_done) == ("practice", 2, 2, 0)
    assert (state.last.n_right, state.last.n_judged) == (0, 4)
    practise(study, 0)
    assert onboarding_state(study, "ada").step == "failed"
    assert "not passed" in may_rate(study, "ada", study.claims()[0].id)
    grant_attempt(study, "ada", actor="coordinator eva")
    assert audit.trail(study)[-1].action == "grant practice attempt"
    assert onboarding_state(study, "ada").attempt == 3
    practise(study, 4)
    assert onboarding_state(study, "ada").step == "rating"
    assert "no longer answered" in may_rate(study, "ada", practice_results(study)[0].attempts[0].answers[0].claim)


def test_practice_that_is_not_required_bars_nobody(study):
    config = read_config(study.folder)
    write_config(study.folder, replace_onboarding(config, practice_required=False))
    study = Study.open(study.folder)
    read_texts(study)
    practise(study, 0)
    assert onboarding_state(study, "ada").step == "rating"


def test_an_explanation_is_shown_until_it_is_read(study):
    read_texts(study)
    rate(study, onboarding_state(study, "ada").claim, 2, act="act-number-1")
    state = onboarding_state(study, "ada")
    assert state.feedback.given == {"relevance": 2, "localization": 2}
    assert onboarding_state(Study.open(study.folder), "ada").feedback == state.feedback


def replace_onboarding(config, **values):
    from dataclasses import replace

    return replace(config, onboarding=replace(config.onboarding, **values))
