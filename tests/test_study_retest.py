"""Retest noise is the pooled spread of repeats, and stays with the referee's description."""

from math import sqrt

import pytest

from referee_calib.records import RefereeScore
from referee_calib.study.retest_noise import RetestNoise, retest_noise


def score(claim, sample, expected, dimension="relevance", status="ok"):
    level = None if expected is None else round(expected)
    reason = "" if status == "ok" else "why"
    return RefereeScore(
        claim=claim, referee="r", dimension=dimension, sample=sample, level=level, expected=expected,
        status=status, reason=reason,
    )  # fmt: skip


def test_the_spread_is_pooled_over_questions():
    scores = [
        *(score("a", k, x) for k, x in enumerate((1.0, 2.0, 3.0))),  # mean 2, squares 1 + 0 + 1 = 2, df 2
        *(score("b", k, x) for k, x in enumerate((3.5, 4.0))),  # mean 3.75, squares 2 x 0.0625 = 0.125, df 1
        score("c", 0, 0.0),  # one answer says nothing about repeats
    ]
    found = retest_noise(scores)
    assert set(found) == {"relevance"}
    assert found["relevance"].sd == pytest.approx(sqrt((2 + 0.125) / 3))
    assert (found["relevance"].df, found["relevance"].claims, found["relevance"].repeats) == (3, 2, 5)


def test_dimensions_are_kept_apart_and_failures_do_not_enter():
    scores = [
        score("a", 0, 1.0),
        score("a", 1, None, status="error"),
        score("a", 0, 2.0, "timing"),
        score("a", 1, 2.0, "timing"),
    ]
    assert retest_noise(scores) == {"timing": RetestNoise(0.0, 1, 1, 2)}


def test_without_repeats_there_is_nothing():
    assert retest_noise([]) == retest_noise([score("a", 0, 1.0), score("b", 0, 2.0)]) == {}
