"""Copies of a person are found where that person stands apart; judges of their own mind are not."""

import numpy as np
import pytest

from agreement import NoteCode, shared_errors, shared_errors_notes

NAN = np.nan


def made(seed, *, n=300, videos=75, raters=3, severity=0.0, copied=0.0):
    """People and a referee who is one more of them, except on the share of units on which it copies the first."""
    dice = np.random.default_rng(seed)
    video = np.arange(n) % videos
    quality = dice.uniform(0, 4, n) + dice.normal(0, 0.3, videos)[video]
    shift = dice.normal(0, severity, raters)
    people = np.clip(np.rint(quality[:, None] + shift + dice.normal(0, 0.55, (n, raters))), 0, 4)
    referee = np.clip(np.rint(quality + dice.normal(0, 0.55, n)), 0, 4)
    hit = dice.random(n) < copied
    referee[hit] = people[hit, 0]
    return people, referee, video


def found(*args, **more):
    people, referee, video = made(*args, **more)
    return shared_errors(people, referee, cluster=video)


def test_shares_are_those_of_units_on_which_a_person_stands_apart():
    # median of (b, referee) on the ten units: (1 + 4) / 2 = 2.5 where they differ, else 1; a = 4 lies 1.5 and 3 away
    people = np.array([[4, 1]] * 10 + [[2, 2]] * 10)
    referee = np.array([4] * 6 + [1] * 4 + [2] * 10)
    (first, *_) = shared_errors(people, referee)
    assert (first.rater, first.n_apart) == ("0", 10)
    assert (first.referee, first.others) == (0.6, 0.0)
    assert first.excess.value == pytest.approx(0.6)


@pytest.mark.parametrize("copied", [0.9, 1.0])
def test_a_copy_is_found_and_named(copied):
    for seed in range(10):
        one, *rest = found(seed, copied=copied)
        assert one.repeats
        assert not any(other.repeats for other in rest)
    (note,) = shared_errors_notes((one, *rest))
    assert note.code is NoteCode.REFEREE_REPEATS_RATER
    assert note.startswith("where 0 stands apart from all others")


@pytest.mark.parametrize(("raters", "severity"), [(2, 0.0), (3, 0.0), (3, 0.4), (5, 0.4)])
def test_one_more_person_repeats_nobody(raters, severity):
    assert not any(one.repeats for seed in range(40) for one in found(seed, raters=raters, severity=severity))


def test_the_excess_of_one_more_person_is_none_on_average():
    each = [one.excess.value for seed in range(60) for one in found(seed)]
    assert abs(np.mean(each)) < 0.03  # a standard error of about 0.01


def test_few_units_apart_and_missing_scores_say_nothing():
    people = np.tile([[1, 1], [2, 2], [3, 3]], (20, 1))
    assert shared_errors(people, people[:, 0]) == ()
    assert shared_errors(people, np.full(60, NAN)) == ()
