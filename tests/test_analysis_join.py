"""Joining people and referee: every row takes part or is named with its reason."""

import numpy as np
import pytest

from referee_calib.analysis.human_agreement.disagreements import WIDEST, _smaller, disagreements
from referee_calib.analysis.human_agreement.join import join
from referee_calib.errors import VideoError
from referee_calib.records import Claim, Rating, RefereeScore

RUBRIC = "1-abc"


def claim(n, *, video="a.mp4", span=None):
    return Claim(
        video=video, question="Where is it?", object=f"thing {n}", boxes=((1.0, 0.1, 0.1, 0.4, 0.5),), span=span
    )


def rated(of, rater, level, dimension="relevance", **more):
    return Rating(claim=of.id, rater=rater, dimension=dimension, level=level, **more)


def scored(of, level, dimension="relevance", **more):
    return RefereeScore(claim=of.id, referee="f" * 16, dimension=dimension, level=level, **more)


def lost(joined):
    return {(loss.what, loss.reason): loss.names for loss in joined.losses}


def test_levels_stand_side_by_side_with_gaps_as_nan():
    claims = [claim(n, video=f"{n % 2}.mp4") for n in range(3)]
    ratings = [rated(claims[0], "ann", 4), rated(claims[0], "bob", 3), rated(claims[2], "bob", 0)]
    ratings += [rated(claims[1], "ann", 2), rated(claims[1], "bob", 2)]
    scores = [scored(claims[0], 3, expected=3.25), scored(claims[1], 1), scored(claims[2], 0)]
    joined = join("relevance", claims, ratings, scores, rubric=RUBRIC)
    assert joined.raters == ("ann", "bob")
    np.testing.assert_array_equal(joined.people, [[4, 3], [2, 2], [np.nan, 0]])
    np.testing.assert_array_equal(joined.referee, [3, 1, 0])
    np.testing.assert_array_equal(joined.expected, [3.25, 1, 0])
    assert joined.videos == ["0.mp4", "1.mp4", "0.mp4"]
    assert (joined.counts.rated, joined.counts.rated_twice, joined.counts.matched) == (3, 2, 3)
    assert joined.counts.compared == 2  # the third claim has one person
    assert (joined.counts.levels, joined.counts.raters, joined.counts.videos) == (5, 2, 2)
    assert lost(joined) == {
        ("claim with a single rating", "it tells nothing about people with people"): (claims[2].id,)
    }


def test_every_lost_row_is_named_with_its_reason():
    claims = [claim(n) for n in range(5)]
    ratings = [
        rated(claims[0], "ann", None, reason="cannot judge"),
        rated(claims[1], "ann", 3, rubric="9-other"),
        rated(claims[2], "ann", 2, rubric=RUBRIC),
        rated(claims[2], "bob", 2),
        rated(claims[3], "ann", 1),
        rated(claims[3], "bob", 1),
    ]
    scores = [
        scored(claims[0], 2),
        scored(claims[2], None, status="unsupported", reason="no colour named"),
        scored(claims[4], 4),
        scored(claims[4], 3, sample=1),
    ]
    joined = join("relevance", claims, ratings, scores, rubric=RUBRIC)
    c = [one.id for one in claims]
    assert lost(joined) == {
        ("rating without a level", "cannot judge"): (f"{c[0]}/ann",),
        ("rating under other words", f"rubric 9-other, the study has {RUBRIC}"): (f"{c[1]}/ann",),
        ("failed score", "unsupported: no colour named"): (c[2],),
        ("repeat of a score", "agreement looks at the first sample"): (f"{c[4]}/1",),
        ("claim without a level from a person", "nobody gave it one"): (c[0], c[1], c[4]),
        ("rating without a score beside it", "the referee gave no level"): (
            f"{c[2]}/ann", f"{c[2]}/bob", f"{c[3]}/ann", f"{c[3]}/bob",
        ),
        ("rated claim without a score", "the referee was not asked"): (c[3],),
    }  # fmt: skip
    counts = joined.counts
    assert (counts.applicable, counts.rated, counts.scored, counts.matched) == (5, 2, 2, 0)
    assert np.isnan(joined.referee).all()


def test_only_claims_that_have_the_dimension_take_part():
    with_span, without = claim(0, span=(1.0, 3.0)), claim(1)
    ratings = [rated(with_span, "ann", 3, "timing"), rated(without, "ann", 2, "localization")]
    joined = join("timing", [with_span, without], ratings, [scored(with_span, 4, "timing")], rubric=RUBRIC)
    assert joined.counts.applicable == 1
    assert joined.people.tolist() == [[3.0]]


def test_nothing_rated_gives_empty_tables_and_says_so():
    joined = join("relevance", [claim(0)], [], [], rubric=RUBRIC)
    assert joined.people.shape == (0, 0)
    assert joined.counts.rated == 0
    assert [loss.what for loss in joined.losses] == ["claim without a level from a person"]


def missing(video):
    raise VideoError(video, "it is not there")


def test_widest_gaps_come_first_with_each_claim_once_and_two_per_video():
    claims = [claim(n, video="one.mp4" if n < 4 else "two.mp4") for n in range(6)]
    ratings = [rated(c, who, 4) for c in claims for who in ("ann", "bob")]
    levels = [0, 1, 0, 2, 3, 4]
    joined = join("relevance", claims, ratings, [scored(*pair) for pair in zip(claims, levels, strict=True)], rubric="")
    found = disagreements([joined], missing, most=4)
    # gaps −4, −3, −4, −2 | −1, 0: two of the first video (ties by id), then the second video's
    assert [item.gap for item in found] == [-4, -4, -1, 0]
    assert {item.claim.id for item in found[:2]} == {claims[0].id, claims[2].id}
    assert found[0].people == (("ann", 4), ("bob", 4))
    assert found[0].image == b""
    assert "it is not there" in found[0].note


def test_each_dimension_gets_its_share_of_the_claims_shown():
    claims = [claim(n, video=f"{n}.mp4") for n in range(6)]
    parts = []
    for dimension, level in (("relevance", 0), ("localization", 3)):
        ratings = [rated(c, who, 4, dimension) for c in claims for who in ("ann", "bob")]
        scores = [scored(c, level, dimension) for c in claims]
        parts.append(join(dimension, claims, ratings, scores, rubric=""))
    found = disagreements(parts, missing, most=4)
    # relevance has the wider gaps (−4 against −1) and still leaves two places to localization
    assert [(item.dimension, item.gap) for item in found] == [("relevance", -4)] * 2 + [("localization", -1)] * 2
    assert len({item.claim.id for item in found}) == 4


def test_a_claim_one_person_rated_counts_only_when_no_claim_has_two():
    one, two = claim(0), claim(1)
    scores = [scored(one, 0), scored(two, 3)]
    alone = [rated(one, "ann", 4)]
    both = [*alone, rated(two, "ann", 4), rated(two, "bob", 4)]
    found = disagreements([join("relevance", [one, two], both, scores, rubric="")], missing)
    assert [item.claim.id for item in found] == [two.id]
    found = disagreements([join("relevance", [one, two], alone, scores, rubric="")], missing)
    assert [item.claim.id for item in found] == [one.id]


@pytest.mark.parametrize(("height", "width"), [(90, 160), (1080, 1920), (721, 1283)])
def test_wide_frames_are_averaged_down_and_small_ones_kept(height, width):
    ramp = np.broadcast_to((np.arange(width) % 256).astype(np.uint8)[None, :, None], (height, width, 3))
    small = _smaller(ramp)
    by = -(-width // WIDEST)
    assert small.shape == (height // by, width // by, 3)
    # the mean of by neighbours 0 … by−1 is (by − 1) / 2, rounded half to even
    assert small[0, 0, 0] == round((by - 1) / 2)
