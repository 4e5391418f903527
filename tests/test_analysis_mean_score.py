"""The mean level of all scored claims, how the rated ones were chosen, and how a referee scores."""

import numpy as np
import pytest
from helpers_judgements import FIVE_EACH, box_claims, ratings_of, scores_of
from helpers_report import scores_of_referee

from referee_calib.analysis.human_agreement.join import join
from referee_calib.analysis.human_agreement.mean_level import claim_selection, mean_level, rated_in_assigned_order
from referee_calib.analysis.score_distribution import score_distributions
from referee_calib.records import Rating, RefereeScore
from referee_calib.study import stratified_sample
from referee_calib.study.people.raters import personal_order


def claims_of(n):
    return box_claims(n, 4)


def rate(claims, levels):
    return ratings_of(claims, [[level] for level in levels])


def test_mean_of_all_scored_claims_takes_claims_that_nobody_was_to_rate():
    claims = claims_of(12)
    given = scores_of(claims, [1, 2, 3, 2, 1, 2, 4, 4, 4, 4, 4, 4])  # mean of all 35/12, of the six rated 11/6
    people = join("relevance", claims[:6], rate(claims[:6], [0, 1, 2, 1, 0, 1]), given, rubric="")
    found = mean_level(people, claims, given, confidence=0.95)
    assert found.referee.value == pytest.approx(35 / 12)
    assert found.powered.people_alone.value == pytest.approx(5 / 6)  # (0 + 1 + 2 + 1 + 0 + 1) / 6
    assert (found.powered.n_rated, found.powered.n_scored_only) == (6, 6)
    # the formula, with whatever weight was chosen: people − power · (referee on rated − referee on all)
    expected = 5 / 6 - found.powered.power * (11 / 6 - 35 / 12)
    assert found.powered.estimate.value == pytest.approx(expected)
    assert found.referee.low < found.referee.value < found.referee.high


def test_repeats_and_failed_scores_are_no_second_vote():
    claims = claims_of(8)
    given = scores_of(claims, [1.5] * 8)
    failed = RefereeScore(claim=claims[0].id, referee="a" * 16, dimension="relevance", status="error", reason="down")
    again = scores_of(claims, [4] * 8, sample=1)
    people = join("relevance", claims, rate(claims, [2] * 8), [failed, *given[1:]], rubric="")
    found = mean_level(people, claims, [failed, *given[1:], *again], confidence=0.95)
    assert found.referee.value == 1.5
    assert found.powered.n_dropped == 1


def test_no_claim_with_both_has_no_estimate_and_a_reason():
    claims = claims_of(5)
    people = join("relevance", claims[:2], [], scores_of(claims, [1, 2, 3, 4, 0]), rubric="")
    found = mean_level(people, claims, scores_of(claims, [1, 2, 3, 4, 0]), confidence=0.95)
    assert found.powered.estimate.value is None
    assert "no unit has both a rating and a score" in found.powered.estimate.reason
    assert found.referee.value == 2.0  # (1 + 2 + 3 + 4 + 0) / 5


def kind(claims, chosen, rated, size, seed, *, in_order=True):
    return claim_selection(claims, chosen, rated, size, seed, in_order=in_order).kind


def test_the_recorded_draw_is_made_again_and_believed_only_then():
    claims = claims_of(20)
    ids = [claim.id for claim in claims]
    drawn = stratified_sample(claims, 8, 3)
    assert kind(claims, ids, ids[:5], 0, 0) == "all"
    assert kind(claims, drawn, drawn[:4], 8, 3) == "drawn"
    assert kind(claims, drawn, ids, 8, 3) == "chosen"  # somebody rated claims outside the draw
    assert kind(claims, drawn, drawn, 8, 4) == "added"  # another seed draws others
    assert kind(claims, ids[:8], ids[:8], 0, 0) == "chosen"
    assert kind(claims[:6], ids[:6], ids[:2], 8, 3) == "added"  # more were drawn than there are


def test_a_part_of_a_draw_is_a_draw_only_when_chance_chose_it():
    claims = claims_of(20)
    ids = [claim.id for claim in claims]
    drawn = stratified_sample(claims, 8, 3)
    assert kind(claims, ids, ids[:5], 0, 0, in_order=False) == "partly"
    assert kind(claims, drawn, drawn[:4], 8, 3, in_order=False) == "partly"
    assert kind(claims, drawn, drawn, 8, 3, in_order=False) == "drawn"  # all are rated: whatever the order was
    assert kind(claims, ids, ids, 0, 0, in_order=False) == "all"


def test_the_first_claims_of_a_raters_own_order_are_a_draw_and_picked_ones_are_none():
    ids = [claim.id for claim in claims_of(20)]
    order = {name: personal_order(ids, name, 7) for name in ("anna", "bert")}

    def rated(name, which, level=3):
        return [Rating(claim=one, rater=name, dimension="relevance", level=level, nonce=one) for one in which]

    first = [*rated("anna", order["anna"][:6]), *rated("bert", order["bert"][:2])]
    assert rated_in_assigned_order(first, ids, 7)
    assert rated_in_assigned_order([*first, *rated("bert", order["bert"][2:3])], reversed(ids), 7)
    assert not rated_in_assigned_order([*first, *rated("bert", order["bert"][3:4])], ids, 7)  # the third was left out
    assert not rated_in_assigned_order(first, ids, 8)  # of another seed the order is another
    elsewhere = rated("bert", ["a claim that nobody is to rate"])
    assert rated_in_assigned_order([*first, *elsewhere], ids, 7)


def test_scores_are_described_by_mode_entropy_and_how_they_were_read():
    relevance, localization = score_distributions(scores_of_referee(), FIVE_EACH)
    assert (relevance.modal_level, relevance.modal_share, relevance.n) == (4, 0.9, 10)
    # −0.9 log2 0.9 − 0.1 log2 0.1 = 0.1368 + 0.3322
    assert relevance.entropy == pytest.approx(0.4690, abs=1e-4)
    assert dict(relevance.rungs) == {"exact": 0.9, "parsed": 0.1}
    assert (relevance.mass, relevance.n_mass) == (0.98, 9)
    assert localization.entropy == pytest.approx(np.log2(3))  # three levels, once each
    assert localization.mass == pytest.approx(0.85)  # between 0.8 and 0.9
    assert dict(localization.rungs)["unknown"] == pytest.approx(1 / 3)


def test_a_constant_referee_has_no_entropy():
    (only,) = score_distributions(scores_of(claims_of(5), [3] * 5), FIVE_EACH)
    assert (only.entropy, only.modal_share, only.mass) == (0.0, 1.0, None)
