"""Few large clusters and rare answers: what an interval rests on, said beside it and in its width."""

import math

import numpy as np
import pytest
from helpers_agreement import simulated
from scipy.stats import t as t_distribution

import agreement
from agreement import NoteCode, Ratings
from agreement.intervals.degrees_of_freedom import effective_number, freedom_of_groups, freedom_of_spread
from agreement.intervals.infinitesimal_jackknife import influence_interval
from agreement.intervals.jackknife import Jackknife, plain_jackknife_t

SCALE = (0, 1, 2, 3, 4)


def codes_of(found):
    return {note.code for note in found.notes if isinstance(note, agreement.Note)}


def test_normal_influences_have_as_many_degrees_as_groups_and_few_large_ones_few():
    rng = np.random.default_rng(1)
    normal = rng.normal(size=200_000)
    assert freedom_of_spread(normal, np.ones(200_000)) == pytest.approx(200_000, rel=0.02)
    # three of 1,000 groups vary: 2 / (1/3 − 1/1000)
    few = np.zeros(1000)
    few[:3] = [1, -1, 1]
    assert freedom_of_spread(few, np.ones(1000)) == pytest.approx(2 / (1 / 3 - 0.001))
    assert freedom_of_spread(np.zeros(5), np.ones(5)) == 1.0
    assert freedom_of_spread(np.array([1.0, -1.0, 1.0, -1.0]), np.ones(4)) == math.inf


def test_groups_of_one_size_count_all_and_a_large_one_counts_alone():
    assert freedom_of_groups(np.ones(12)) == 11
    assert freedom_of_groups(np.ones(12), np.full(12, 7.0)) == pytest.approx(11)
    # 100 units beside 50 clusters of 2: 200² / (100² + 50 · 4) = 3.92
    assert effective_number(np.append(np.full(50, 2.0), 100)) == pytest.approx(40000 / 10200)
    assert freedom_of_groups(np.array([2.0, 1.0]), np.array([3.0, 4.0])) == pytest.approx(100 / 34 - 1)


def test_a_difference_has_limits_within_its_range_and_says_its_degrees_of_freedom():
    # two clusters, 0.3 and −0.5 without one of them: se = √(1/2 · 2 · 0.4²) = 0.4, t(1) = 12.7
    found = plain_jackknife_t(Jackknife.of(-0.1, np.array([0.3, -0.5])), bounds=(-1.0, 1.0))
    assert (found.low, found.high, found.degrees_of_freedom) == (-1.0, 1.0, 1.0)
    free = plain_jackknife_t(Jackknife.of(-0.1, np.array([0.3, -0.5])))
    assert free.high == pytest.approx(-0.1 + t_distribution.ppf(0.975, 1) * 0.4)


def test_an_influence_of_a_large_cluster_is_what_leaving_it_out_would_change():
    # the mean of 12 units in clusters of 6, 3 and 3, left out one at a time, by both routes
    x = np.array([1.0, 2, 2, 3, 1, 0, 5, 4, 6, 2, 3, 1])
    member = np.repeat([0, 1, 2], [6, 3, 3])
    left = np.array([x[member != g].mean() for g in range(3)])
    error = math.sqrt(2 / 3 * np.square(left - x.mean()).sum())
    found = influence_interval(float(x.mean()), (x - x.mean()) / 12, member)
    assert found.standard_error == pytest.approx(error)
    # 144 / (36 + 9 + 9) − 1 = 1.67 effective clusters
    assert found.degrees_of_freedom <= 144 / 54 - 1 + 1e-12


def test_one_cluster_with_half_of_the_units_is_said_and_reaches_further():
    x = simulated(21, 120, 3)
    lopsided = np.append(np.zeros(60), 1 + np.arange(60) // 2)
    found = agreement.krippendorff_alpha(x, scale=SCALE, cluster=lopsided)
    even = agreement.krippendorff_alpha(x, scale=SCALE, cluster=np.arange(120) // 4)
    assert NoteCode.LOPSIDED_CLUSTERS in codes_of(found)
    assert "holds 50 % of the units" in "".join(found.notes)
    assert not codes_of(even)
    reach = [(one.high - one.low) / one.standard_error for one in (found, even)]
    assert reach[0] > 1.3 * reach[1]  # t(2.8) instead of t(29): 3.3 standard errors and 2.0


def test_rare_answers_are_said_where_chance_depends_on_them():
    rare = np.zeros((200, 2))
    rare[:6] = [[1, 1], [1, 1], [1, 0], [0, 1], [1, 1], [1, 0]]
    for name in ("cohen_kappa", "fleiss_kappa", "krippendorff_alpha", "conger_kappa"):
        found = getattr(agreement, name)(rare, scale=(0, 1))
        assert codes_of(found) == {NoteCode.RARE_CATEGORY}, name
        assert "only 6 of 200 units have a rating other than '0'" in "".join(found.notes)
        assert not codes_of(getattr(agreement, name)(rare, scale=(0, 1), interval=None))
    assert not codes_of(agreement.percent_agreement(rare, scale=(0, 1)))
    videos = agreement.fleiss_kappa(Ratings.from_array(rare, scale=(0, 1), cluster=np.arange(200) // 2))
    assert "only 3 of 100 clusters have a rating other than '0'" in "".join(videos.notes)


def coverage(draw, truth, function, n=150, **options):
    held = 0
    for k in range(n):
        found = function(draw(np.random.default_rng([3, k])), **options)
        held += found.low <= truth <= found.high
    return held / n


def test_intervals_hold_the_truth_with_one_cluster_of_half_the_units():
    # two raters agree on a unit with probability p of its video, which is 0.6 or 0.8: raw agreement is 0.7 on average
    member = np.append(np.zeros(60), 1 + np.arange(60) // 3).astype(int)

    def draw(rng):
        agree = rng.random(120) < rng.choice([0.6, 0.8], 21)[member]
        return Ratings.from_array(np.stack([np.zeros(120), ~agree], axis=1), scale=(0, 1), cluster=member)

    # with t(20) about 84 % of these intervals would hold 0.7; 150 studies have a standard error of 2 %
    assert coverage(draw, 0.7, agreement.percent_agreement) > 0.9
