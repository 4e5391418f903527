"""What raters draw: which drawings are stored, with which ratings, and what is refused."""

import math

import pytest
from helpers_app import make_study, true_box

from annotate_app.rating_submission import submit_rating
from annotate_app.served_study import ServedStudy
from annotate_app.submission_rejected import SubmissionRejected
from referee_calib.errors import RatingError
from referee_calib.study import worklist

BOX = [2.0, 0.1, 0.2, 0.3, 0.4]  # the claim has its box at 2.0 s
MARK = {"boxes": [BOX], "span": [1.0, 2.5], "reason": "", "covered": False, "seconds": 4}


RATERS = ("stores", "repeats", "corrects", "covers", "contradicts", "skips", "refused", "ben")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("marks") / "study"
    make_study(folder, RATERS)
    return ServedStudy(folder)


def an_act(served, rater, number=1, place=0, **changes):
    """Everything the page sends for one claim: a box and a span, a box alone, a span alone."""
    claim = served.study.claims()[place]
    body = {
        "act": f"act-of-rating-{number}",
        "study": served.key,
        "rater": rater,
        "claim": claim.id,
        "rubric": served.study.rubric.version,
        "levels": dict.fromkeys(claim.dimensions, 3),
        "reason": "",
        "note": "",
        "seconds": 7,
        "waited": 0,
    }
    return {**body, **changes}


def send(served, rater, number=1, **changes):
    return submit_rating(served, rater, an_act(served, rater, number, **changes))


def given(served, rater, claim):
    return served.card(rater, worklist(served.study, rater), claim)["given"]["mark"]


def drawn(served, rater):
    """Every mark that a rater ever gave, the first one first."""
    return [one for one in served.study.marks(history=True) if one.rater == rater]


def test_a_drawing_is_stored_with_its_ratings_and_comes_back_to_its_rater_alone(served):
    claim = served.study.claims()[0].id
    assert send(served, "stores", mark=MARK).new == 3
    (mark,) = drawn(served, "stores")
    assert (mark.claim, mark.boxes, mark.span) == (claim, (tuple(BOX),), (1.0, 2.5))
    assert (mark.origin, mark.seconds, mark.note) == ("app", 4.0, "drawn after the claim's own was shown")
    assert given(served, "stores", claim) == MARK
    assert given(served, "ben", claim) is None


def test_the_same_act_twice_is_one_drawing(served):
    assert send(served, "repeats", mark=MARK).new == 3
    again = send(served, "repeats", mark=MARK)
    assert (again.new, again.known, len(drawn(served, "repeats"))) == (0, 3, 1)


def test_the_last_drawing_counts_and_the_earlier_ones_are_kept(served):
    claim = served.study.claims()[0].id
    send(served, "corrects", 1, mark=MARK)
    send(served, "corrects", 2)  # levels corrected: the drawing stays
    assert given(served, "corrects", claim) == MARK
    erased = {"boxes": [], "span": None, "reason": "withdrawn", "covered": False, "seconds": 5}
    send(served, "corrects", 3, mark=erased)
    assert given(served, "corrects", claim) == erased
    assert len(drawn(served, "corrects")) == 2


def test_a_drawing_made_before_the_claim_was_shown_says_so(served):
    send(served, "covers", mark={**MARK, "covered": True})
    assert [one.note for one in drawn(served, "covers")] == ["drawn before the claim's own was shown"]


def test_a_contradiction_stores_neither_rating_nor_drawing(served):
    send(served, "contradicts", place=1)
    with pytest.raises(RatingError):
        send(
            served,
            "contradicts",
            levels={"relevance": 0, "localization": 0},
            place=1,
            mark={**MARK, "span": None, "boxes": [list(true_box(1.2))]},
        )  # the act stands for other levels already
    assert drawn(served, "contradicts") == []


def test_a_skipped_claim_may_carry_what_was_drawn_first(served):
    assert send(served, "skips", levels={}, reason="cannot judge", mark=MARK).new == 3
    assert len(drawn(served, "skips")) == 1


@pytest.mark.parametrize(
    ("place", "change"),
    [
        (0, {"boxes": [[2.0, 0.3, 0.2, 0.1, 0.4]]}),  # reversed
        (0, {"boxes": [[2.0, 0.1, 0.2, 0.1, 0.4]]}),  # no area
        (0, {"boxes": [[2.0, 0.1, 0.2, 1.2, 0.4]]}),  # outside the picture
        (0, {"boxes": [[2.0, -0.1, 0.2, 0.3, 0.4]]}),
        (0, {"boxes": [[1.0, 0.1, 0.2, 0.3, 0.4]]}),  # at a moment without a box
        (0, {"boxes": [BOX, BOX]}),  # twice
        (0, {"boxes": [[2.0, 0.1, 0.2, 0.3]]}),
        (0, {"boxes": [[2.0, 0.1, 0.2, 0.3, math.nan]]}),
        (0, {"boxes": [[2.0, 0.1, 0.2, 0.3, math.inf]]}),
        (0, {"boxes": [[2.0, 0.1, 0.2, 0.3, "0.4"]]}),
        (0, {"boxes": [[2.0, 0.1, 0.2, 0.3, True]]}),
        (0, {"boxes": "0.1"}),
        (0, {"boxes": None}),
        (0, {"span": [2.5, 1.0]}),  # reversed
        (0, {"span": [1.0, 1.0]}),
        (0, {"span": [1.0, 4.2]}),  # the video ends at 4 s
        (0, {"span": [-1, 2.0]}),
        (0, {"span": [1.0]}),
        (0, {"span": "1-2"}),
        (0, {"reason": "not visible"}),  # and drawn all the same
        (0, {"reason": "bored", "boxes": [], "span": None}),
        (0, {"boxes": [], "span": None}),  # nothing at all
        (0, {"seconds": -1}),
        (0, {"seconds": None}),
        (1, {"boxes": [list(true_box(1.2))]}),  # this claim has no span
        (2, {"span": None}),  # and this one no box
    ],
)
def test_a_drawing_that_cannot_be_is_refused_and_nothing_is_stored(served, place, change):
    with pytest.raises(SubmissionRejected) as refused:
        send(served, "refused", place=place, mark={**MARK, **change})
    assert refused.value.status == 422
    assert drawn(served, "refused") == []
    assert [one for one in served.study.ratings() if one.rater == "refused"] == []


@pytest.mark.parametrize("mark", ["box", [BOX], 7, True])
def test_what_is_no_drawing_is_refused(served, mark):
    with pytest.raises(SubmissionRejected, match="could not be read"):
        send(served, "refused", mark=mark)
