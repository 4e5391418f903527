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
YES_NO = ("yes", "no")
LOGITS = "the server's log-probabilities are not logarithms of probabilities"
VARIANTS = [("3", log(0.5)), ("▁3", log(0.2)), ("<0x32>", log(0.1)), ("3.", log(0.05)), ("03", log(0.04)), ("３", -4.0)]


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


@pytest.mark.parametrize(
    ("top", "answers", "expected"),
    [
        (VARIANTS, LEVELS, (0, 0, 0.1, 0.7, 0)),  # 0.5 + 0.2, 0.1; "3.", "03" and a full-width three stand for nothing
        ([("3", log(0.5)), ("3", log(0.25))], LEVELS, (0, 0, 0, 0.75, 0)),  # different tokens that look the same
        ({"4": log(0.25)}, LEVELS, (0, 0, 0, 0, 0.25)),  # a mapping reads as pairs do
        ({"0": -9999.0, "1": -inf, "2": 0.0}, LEVELS, (0, 0, 1, 0, 0)),  # a server's floor is no probability
        ({"3": 1e6}, LEVELS, (0, 0, 0, inf, 0)),  # a huge logit does not overflow
        ({"yes": log(0.25), " Yes": log(0.5), "YES": log(0.1), "No": log(0.125)}, YES_NO, (0.75, 0.125)),
        ({"ye": log(0.5), "n": log(0.5)}, YES_NO, (0, 0)),  # the beginning of an answer
    ],
)
def test_probabilities_of_an_answer_s_tokens_add_up_and_nothing_else_counts(top, answers, expected):
    assert distribution(top, answers) == pytest.approx(expected, abs=1e-12)


def test_the_beginning_of_one_answer_counts_where_nothing_else_can_follow():
    assert distribution({"ye": log(0.5), "n": log(0.5)}, YES_NO, prefixes=True) == pytest.approx((0.5, 0.5))
    assert distribution({"no": log(0.5)}, ("not seen", "nothing"), prefixes=True) == (0.0, 0.0)


def test_ids_are_read_in_the_order_of_the_answers_and_none_may_be_missing():
    assert distribution_of_ids({9: log(0.25), 7: log(0.5), 1: log(0.2)}, (7, 9)) == pytest.approx((0.5, 0.25))
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


@pytest.mark.parametrize(
    ("shares", "rung", "wrong"),
    [
        *(((0.1, 0.2, 0.3, 0.4, 0.0), rung, "") for rung in RUNGS),
        ((0.1, 0.1), "exact", ""),
        ((0.1, 0.1), "truncated", ""),
        ((0.1, 0.1), "choice", "the reply was to be one of the answers, but they hold only 0.200 of the probability"),
        ((0.7, 0.7), "exact", "the probabilities of the answers sum to 1.400"),
        *(((logit, 0.1), "exact", LOGITS) for logit in (exp(3.0), inf, nan)),
    ],
)
def test_what_is_no_distribution_has_a_fault(shares, rung, wrong):
    assert fault(shares, rung) == wrong
