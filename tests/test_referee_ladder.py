"""From token log-probabilities to answers: which tokens count, and what cannot be a distribution."""

from math import exp, inf, log, nan

import pytest

from referee_calib.referee.decoding_settings import RUNGS
from referee_calib.referee.reply.logprob_ladder import (
    answer_tokens,
    distribution,
    distribution_of_ids,
    fault,
    plain,
    variants,
)

LEVELS = ("0", "1", "2", "3", "4")


def test_the_rungs_are_named_best_first():
    assert RUNGS == ("exact", "choice", "truncated", "parsed")


def test_a_digit_has_two_variants_and_a_word_four():
    assert variants("3") == ("3", " 3")
    assert variants("yes") == ("yes", " yes", "Yes", " Yes")


@pytest.mark.parametrize(
    ("token", "text"), [("▁3", " 3"), ("Ġ3", " 3"), ("<0x33>", "3"), ("3", "3"), ("<0x3>", "<0x3>")]
)
def test_spellings_of_spaces_and_bytes_are_resolved(token, text):
    assert plain(token) == text


def test_probabilities_of_the_variants_add_up_and_nothing_else_counts():
    top = [("3", log(0.5)), ("▁3", log(0.2)), ("<0x32>", log(0.1)), ("3.", log(0.05)), ("03", log(0.04)), ("３", -4.0)]
    # 3: 0.5 + 0.2; 2: 0.1; "3.", "03" and a full-width three stand for nothing
    assert distribution(top, LEVELS) == pytest.approx((0, 0, 0.1, 0.7, 0))


def test_two_tokens_that_look_the_same_both_count():
    assert distribution([("3", log(0.5)), ("3", log(0.25))], LEVELS)[3] == pytest.approx(0.75)


def test_a_mapping_reads_as_pairs_do():
    assert distribution({"4": log(0.25)}, LEVELS) == pytest.approx((0, 0, 0, 0, 0.25))


def test_the_servers_floor_for_masked_tokens_is_no_probability():
    assert distribution({"0": -9999.0, "1": -inf, "2": 0.0}, LEVELS) == (0.0, 0.0, 1.0, 0.0, 0.0)


def test_yes_counts_with_its_capital_and_not_in_capitals():
    top = {"yes": log(0.25), " Yes": log(0.5), "YES": log(0.1), "No": log(0.125)}
    assert distribution(top, ("yes", "no")) == pytest.approx((0.75, 0.125))


def test_the_beginning_of_an_answer_counts_only_where_nothing_else_can_follow():
    top = {"ye": log(0.5), "n": log(0.5)}
    assert distribution(top, ("yes", "no")) == (0.0, 0.0)
    assert distribution(top, ("yes", "no"), prefixes=True) == pytest.approx((0.5, 0.5))


def test_a_beginning_shared_by_two_answers_counts_for_none():
    assert distribution({"no": log(0.5)}, ("not seen", "nothing"), prefixes=True) == (0.0, 0.0)


def test_ids_are_read_in_the_order_of_the_answers():
    top = {9: log(0.25), 7: log(0.5), 1: log(0.2)}
    assert distribution_of_ids(top, (7, 9)) == pytest.approx((0.5, 0.25))


def test_a_missing_id_is_no_distribution():
    assert distribution_of_ids({7: -0.1}, (7, 8)) is None


def test_answers_are_encoded_behind_another_text():
    # a sentence-piece tokenizer: an invisible word start (1) before the first character of a text
    assert answer_tokens([[1, 10, ord(level)] for level in LEVELS], [1, 10]) == tuple(map(ord, LEVELS))


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param([[10, 1, 51], [10, 1, 52]], id="two tokens for an answer"),
        pytest.param([[600], [10, 52]], id="one answer merges with the text before it"),
        pytest.param([[11, 51], [10, 52]], id="the text before it is split otherwise"),
        pytest.param([[10, 0], [10, 0]], id="both are the unknown token"),
        pytest.param([[10], [10]], id="no token"),
    ],
)
def test_an_answer_that_is_no_token_of_its_own_is_seen(encoded):
    assert answer_tokens(encoded, [10]) is None


@pytest.mark.parametrize("rung", RUNGS)
def test_a_whole_distribution_has_no_fault(rung):
    assert fault((0.1, 0.2, 0.3, 0.4, 0.0), rung) == ""


def test_a_small_mass_is_a_fault_only_of_a_constrained_reply():
    assert fault((0.1, 0.1), "exact") == ""
    assert fault((0.1, 0.1), "truncated") == ""
    assert "only 0.200" in fault((0.1, 0.1), "choice")


@pytest.mark.parametrize("wrong", [exp(3.0), inf, nan])
def test_logits_are_not_taken_for_log_probabilities(wrong):
    assert "not logarithms of probabilities" in fault((wrong, 0.1), "exact")


def test_a_sum_above_one_is_a_fault():
    assert fault((0.7, 0.7), "exact") == "the probabilities of the answers sum to 1.400"


def test_a_huge_logit_does_not_overflow():
    assert distribution({"3": 1e6}, LEVELS)[3] == inf
