"""Claims, ratings and scores: what cannot mean anything cannot exist."""

import math

import pytest

from referee_calib.errors import ClaimError, InputError, RatingError
from referee_calib.records import Claim, Rating, RefereeScore

BOX = (1.5, 0.1, 0.2, 0.3, 0.6)


def a_claim(**changes):
    return Claim(**{"video": "a.mp4", "question": "Where is it?", "object": "red ball", "boxes": (BOX,), **changes})


@pytest.mark.parametrize(
    "record",
    [
        a_claim(span=(1, 2.5), reference_boxes=(), reference_span=(1, 2), step=100, answer="„É“ 🎈"),
        Rating(claim="c1", rater="ann", dimension="timing", level=3, seconds=4.5, order=2, nonce="n"),
        RefereeScore(claim="c1", referee="f", dimension="relevance", level=2, distribution=(0, 0, 1, 0, 0)),
    ],
)
def test_a_record_comes_back_from_json_as_it_was(record):
    assert type(record).from_json(record.to_json()) == record


@pytest.mark.parametrize(
    ("box", "word"),
    [
        ((1, 0.5, 0.1, 0.2, 0.3), "reversed"),
        ((1, 0.1, 0.5, 0.2, 0.5), "no area"),
        ((1, 0.1, 0.1, 1.2, 0.3), "shares of the frame"),
        ((1, -0.1, 0.1, 0.2, 0.3), "shares of the frame"),
        ((-1, 0.1, 0.1, 0.2, 0.3), "before the video"),
        ((1, 0.1, 0.1, math.nan, 0.3), "finite"),
        ((10**400, 0.1, 0.1, 0.2, 0.3), "finite"),
        ((1, 0.1, 0.1, 0.3), "5 numbers"),
        ((1, 0.1, 0.1, "0.2", 0.3), "finite"),
    ],
)
def test_a_box_that_means_nothing_is_refused(box, word):
    with pytest.raises(ClaimError, match=word):
        a_claim(boxes=(box,))


@pytest.mark.parametrize("span", [(2, 1), (1, 1), (-1, 1), (0, math.inf), (0, 10**400), (1, 2, 3)])
def test_a_span_that_means_nothing_is_refused(span):
    with pytest.raises(ClaimError):
        a_claim(span=span)


def test_a_claim_without_box_and_span_is_refused():
    with pytest.raises(ClaimError, match="nothing to judge"):
        a_claim(boxes=())


def test_the_id_names_what_is_judged():
    claim = a_claim()
    assert claim.id == a_claim(step=7, source="other", reference_span=(0, 1)).id  # where it came from does not matter
    different = [a_claim(object="blue ball"), a_claim(index=1), a_claim(rollout="r"), a_claim(span=(0, 1))]
    assert len({claim.id, *(other.id for other in different)}) == 5


def test_an_edited_claim_is_noticed():
    edited = a_claim().to_json() | {"object": "blue ball"}
    with pytest.raises(ClaimError, match="edited"):
        Claim.from_json(edited)


def test_an_unknown_field_is_not_lost_in_silence():
    with pytest.raises(InputError, match="boxs"):
        Claim.from_json({"video": "a.mp4", "question": "", "boxs": [BOX]})


def test_a_claim_is_judged_only_on_what_it_says():
    assert a_claim().dimensions == ("relevance", "localization")
    assert a_claim(boxes=(), span=(1, 2)).dimensions == ("relevance", "timing")
    assert a_claim(span=(1, 2)).dimensions == ("relevance", "localization", "timing")


def test_a_claim_about_a_span_alone_is_about_the_question():
    assert a_claim().phrase == "red ball"
    assert a_claim(object="", boxes=(), span=(1, 2)).phrase == "Where is it?"


@pytest.mark.parametrize("level", [11, -1, 2.0, True, "3"])
def test_what_is_a_level_on_no_scale_is_refused(level):
    with pytest.raises(RatingError, match="whole number from 0 to 10 at most"):
        Rating(claim="c", rater="r", dimension="relevance", level=level)


def test_a_rating_without_level_says_why():
    with pytest.raises(RatingError, match="neither a level nor a reason"):
        Rating(claim="c", rater="r", dimension="relevance")
    assert Rating(claim="c", rater="r", dimension="relevance", reason="not visible").level is None


@pytest.mark.parametrize("name", ["seconds", "watched", "order"])
@pytest.mark.parametrize("value", ["7", True, math.nan, 1e308, 10**400])
def test_a_number_that_no_figure_can_be_made_of_is_refused(name, value):
    with pytest.raises(RatingError, match=name):
        Rating(claim="c1", rater="ann", dimension="timing", level=3, **{name: value})


def test_an_unknown_dimension_is_refused():
    with pytest.raises(RatingError, match="relevance, localization, timing"):
        Rating(claim="c", rater="r", dimension="beauty", level=1)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"level": 0, "status": "error"}, "only an ok score has a level"),
        ({}, "only an ok score has a level"),
        ({"status": "unparsed", "expected": 1.0}, "no expected level either"),
    ],
)
def test_a_failed_score_never_carries_a_level(values, said):
    with pytest.raises(InputError, match=said):
        RefereeScore(claim="c", referee="f", dimension="relevance", **values)


def test_a_score_without_expected_level_expects_its_level():
    assert RefereeScore(claim="c", referee="f", dimension="relevance", level=3).expected == 3.0
