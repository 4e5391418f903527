"""One decision per claim: the first whole one, whoever comes later and whatever is corrected."""

import pytest

from referee_calib.audit.first_decisions import first_decisions
from referee_calib.records import Claim, Rating
from referee_calib.rubric import load

RUBRIC = load()
CLAIM = Claim(video="a.mp4", question="Where?", object="ball", boxes=((0.2, 0.1, 0.2, 0.3, 0.4),))


def given(rater, dimension, level, **more):
    reason = "" if level is not None else "cannot judge"
    return Rating(claim=CLAIM.id, rater=rater, dimension=dimension, level=level, reason=reason, **more)


def decided(*ratings):
    return first_decisions([CLAIM], ratings, RUBRIC).get(CLAIM.id)


def test_the_first_to_judge_every_dimension_decides():
    found = decided(
        given("bert", "relevance", 4),
        given("anna", "relevance", 1),
        given("anna", "localization", 3),
        given("bert", "localization", 4),
    )
    assert (found.rater, found.levels) == ("anna", {"relevance": 1, "localization": 3})
    assert found.lowest == 1
    assert found.worst_dimension == "relevance"
    assert found.value == pytest.approx(1 / 4 * 3 / 4)
    assert not found.corrected


def test_a_correction_is_counted_and_changes_nothing():
    found = decided(given("anna", "relevance", 4), given("anna", "localization", 4), given("anna", "localization", 0))
    assert found.levels == {"relevance": 4, "localization": 4}
    assert found.corrected


def test_who_cannot_judge_decides_nothing():
    assert decided(given("anna", "relevance", None), given("anna", "localization", 0)) is None
    found = decided(
        given("anna", "relevance", None),
        given("anna", "localization", 0),
        given("bert", "relevance", 3),
        given("bert", "localization", 2),
    )
    assert found.rater == "bert"


@pytest.mark.parametrize("more", [{"occasion": "repeat"}, {"rubric": "2-ffffffff"}])
def test_second_looks_and_other_words_decide_nothing(more):
    assert decided(given("anna", "relevance", 0, **more), given("anna", "localization", 0, **more)) is None


def test_a_simulated_rating_says_so():
    found = decided(
        given("anna", "relevance", 0, origin="simulated"), given("anna", "localization", 0, origin="simulated")
    )
    assert found.simulated
