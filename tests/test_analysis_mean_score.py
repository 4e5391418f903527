"""The mean level of all scored claims, how the rated ones were chosen, and how a referee scores."""

import numpy as np
import pytest
from helpers_report import scores_of_referee

from referee_calib.analysis.join import join
from referee_calib.analysis.mean_score import draw, mean_score
from referee_calib.analysis.scored import scored
from referee_calib.records import Claim, Rating, RefereeScore
from referee_calib.study import stratified


def claims_of(n):
    box = ((1.0, 0.1, 0.1, 0.4, 0.5),)
    return [Claim(video=f"v{i % 4}.mp4", question="Where?", object=f"thing {i}", boxes=box) for i in range(n)]


def rate(claims, levels, rater="p0"):
    return [
        Rating(claim=c.id, rater=rater, dimension="relevance", level=v, nonce=f"{c.id}{rater}")
        for c, v in zip(claims, levels, strict=False)
    ]


def score(claims, levels, **more):
    return [
        RefereeScore(claim=c.id, referee="a" * 16, dimension="relevance", level=round(v), expected=v, **more)
        for c, v in zip(claims, levels, strict=True)
    ]


def test_mean_of_all_scored_claims_takes_claims_that_nobody_was_to_rate():
    claims = claims_of(12)
    given = score(claims, [1, 2, 3, 2, 1, 2, 4, 4, 4, 4, 4, 4])  # mean of all 35/12, of the six rated 11/6
    people = join("relevance", claims[:6], rate(claims, [0, 1, 2, 1, 0, 1]), given, rubric="")
    found = mean_score(people, claims, given, confidence=0.95)
    assert found.referee.value == pytest.approx(35 / 12)
    assert found.powered.people_alone.value == pytest.approx(5 / 6)  # (0 + 1 + 2 + 1 + 0 + 1) / 6
    assert (found.powered.n_rated, found.powered.n_scored_only) == (6, 6)
    # the formula, with whatever weight was chosen: people − power · (referee on rated − referee on all)
    expected = 5 / 6 - found.powered.power * (11 / 6 - 35 / 12)
    assert found.powered.estimate.value == pytest.approx(expected)
    assert found.referee.low < found.referee.value < found.referee.high


def test_repeats_and_failed_scores_are_no_second_vote():
    claims = claims_of(8)
    given = score(claims, [1.5] * 8)
    failed = RefereeScore(claim=claims[0].id, referee="a" * 16, dimension="relevance", status="error", reason="down")
    again = score(claims, [4] * 8, sample=1)
    people = join("relevance", claims, rate(claims, [2] * 8), [failed, *given[1:]], rubric="")
    found = mean_score(people, claims, [failed, *given[1:], *again], confidence=0.95)
    assert found.referee.value == 1.5
    assert found.powered.n_dropped == 1


def test_no_claim_with_both_has_no_estimate_and_a_reason():
    claims = claims_of(5)
    people = join("relevance", claims[:2], [], score(claims, [1, 2, 3, 4, 0]), rubric="")
    found = mean_score(people, claims, score(claims, [1, 2, 3, 4, 0]), confidence=0.95)
    assert found.powered.estimate.value is None
    assert "no unit has both a rating and a score" in found.powered.estimate.reason
    assert found.referee.value == 2.0  # (1 + 2 + 3 + 4 + 0) / 5


def test_the_recorded_draw_is_made_again_and_believed_only_then():
    claims = claims_of(20)
    ids = [claim.id for claim in claims]
    drawn = stratified(claims, 8, 3)
    assert draw(claims, ids, ids[:5], 0, 0).kind == "all"
    assert draw(claims, drawn, drawn[:4], 8, 3).kind == "drawn"
    assert draw(claims, drawn, ids, 8, 3).kind == "chosen"  # somebody rated claims outside the draw
    assert draw(claims, drawn, drawn, 8, 4).kind == "added"  # another seed draws others
    assert draw(claims, ids[:8], ids[:8], 0, 0).kind == "chosen"
    assert draw(claims[:6], ids[:6], ids[:2], 8, 3).kind == "added"  # more were drawn than there are


def test_scores_are_described_by_mode_entropy_and_how_they_were_read():
    relevance, localization = scored(scores_of_referee())
    assert (relevance.modal_level, relevance.modal_share, relevance.n) == (4, 0.9, 10)
    # −0.9 log2 0.9 − 0.1 log2 0.1 = 0.1368 + 0.3322
    assert relevance.entropy == pytest.approx(0.4690, abs=1e-4)
    assert dict(relevance.rungs) == {"exact": 0.9, "parsed": 0.1}
    assert (relevance.mass, relevance.n_mass) == (0.98, 9)
    assert localization.entropy == pytest.approx(np.log2(3))  # three levels, once each
    assert localization.mass == pytest.approx(0.85)  # between 0.8 and 0.9
    assert dict(localization.rungs)["unknown"] == pytest.approx(1 / 3)


def test_a_constant_referee_has_no_entropy():
    (only,) = scored(score(claims_of(5), [3] * 5))
    assert (only.entropy, only.modal_share, only.mass) == (0.0, 1.0, None)
