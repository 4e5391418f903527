"""Prediction-powered means: known answers, another route to the same numbers, coverage, and what is refused."""

import json

import numpy as np
import pytest

from agreement import AgreementError, Ratings, prediction_powered_mean


def simulated(seed, n_videos=40, per_video=6, share=0.2, noise=0.4, raters=2):
    """Ratings of a random share of claims in videos, and the referee's scores of all of them; the mean is 2 nearly."""
    rng = np.random.default_rng([seed, n_videos])
    video = np.repeat(np.arange(n_videos), per_video)
    truth = rng.normal(0, 0.5, n_videos)[video] + rng.normal(0, 0.7, len(video))
    people = 2 + truth[:, None] + rng.normal(0, 0.5, (len(video), raters))
    people[rng.random(people.shape) < 0.2] = np.nan
    people[rng.permutation(len(video)) >= share * len(video)] = np.nan
    return 3 + 0.5 * truth + rng.normal(0, noise / 2, len(video)), people, video


def test_the_mean_is_the_people_s_less_what_the_referee_finds_odd_about_the_rated_units():
    # people 1 and 3: 2. The referee gives these 2 and 3 (2.5), all five 2, 3, 4, 4, 5 (3.6): rated ones look 1.1 lower
    found = prediction_powered_mean([2, 3, 4, 4, 5], [1, 3, np.nan, np.nan, np.nan], power=1.0)
    assert found.people_alone.value == 2.0
    assert found.estimate.value == pytest.approx(2 - (2.5 - 3.6))
    assert (found.n_rated, found.n_scored_only, found.n_dropped) == (2, 3, 0)
    assert prediction_powered_mean([2, 3, 4, 4, 5], [1, 3] + [np.nan] * 3, power=0.0).estimate.value == 2.0


def test_power_is_the_regression_slope_when_scores_alone_are_many():
    # with all of the referee's scores known, the best lambda is Cov(y, f)/Var(f) on the rated units
    rng = np.random.default_rng(1)
    f = rng.normal(2, 1, 200_000)
    people = np.full(len(f), np.nan)
    people[:50] = 1 + 1.7 * f[:50] + rng.normal(0, 1, 50)
    found = prediction_powered_mean(f, people)
    assert found.power == pytest.approx(np.cov(people[:50], f[:50])[0, 1] / f[:50].var(ddof=1), rel=1e-3)
    assert found.power > 1  # a referee that uses too little of the scale


def test_no_other_power_has_a_smaller_error():
    score, people, video = simulated(2)
    errors = {
        power: prediction_powered_mean(score, people, cluster=video, power=power).estimate.standard_error
        for power in np.arange(-0.5, 3, 0.05)
    }
    best = prediction_powered_mean(score, people, cluster=video)
    fixed = prediction_powered_mean(score, people, cluster=video, power=best.power).estimate.standard_error
    assert fixed <= min(errors.values()) * 1.02


def test_interval_is_the_jackknife_over_videos():
    from scipy.special import stdtrit

    score, people, video = simulated(3, n_videos=9)
    found = prediction_powered_mean(score, people, cluster=video)
    left = np.array(
        [
            prediction_powered_mean(score[video != v], people[video != v], cluster=video[video != v]).estimate.value
            for v in range(9)
        ]
    )
    error = np.sqrt(8 / 9 * ((left - left.mean()) ** 2).sum())
    assert found.estimate.standard_error == pytest.approx(error)
    labelled = np.bincount(video, weights=(~np.isnan(people)).any(axis=1))
    degrees = labelled.sum() ** 2 / (labelled**2).sum() - 1  # of nine videos, by how many ratings each has
    apart = left - left.mean()
    spread = 2 / ((apart**4).sum() / (apart**2).sum() ** 2 - 1 / 9)
    assert found.estimate.high - found.estimate.value == pytest.approx(stdtrit(min(degrees, spread), 0.975) * error)
    assert found.estimate.n_clusters == 9


def test_a_share_and_its_limits_stay_within_the_scale():
    score = [0.1, 0.2, 0.1] + [1.0] * 9
    people = [0, 1, 1] + [np.nan] * 9
    free = prediction_powered_mean(score, people, power=1.0)
    held = prediction_powered_mean(score, people, power=1.0, bounds=(0, 1))
    # people 2/3; the referee gives the rated ones 0.133 and all of them 0.783: 2/3 + 0.65 = 1.317
    assert free.estimate.value == pytest.approx(2 / 3 + 0.65)
    assert held.estimate.value == held.estimate.high == 1.0
    assert 0 < held.estimate.low < 1
    assert any("1.317 lies beyond the scale" in note for note in held.estimate.notes)
    assert 0 < held.people_alone.low < held.people_alone.value < held.people_alone.high < 1
    scale = prediction_powered_mean(score, Ratings.from_array(np.array(people)[:, None], scale=(0, 1)), power=1.0)
    assert scale.estimate == held.estimate


def test_ratings_without_scatter_have_exact_limits():
    # 20 ratings of 3 on 0 to 4: 0.025^(1/20) = 0.8316 of all claims at least are like them
    people = np.append(np.full(20, 3.0), np.full(80, np.nan))
    found = prediction_powered_mean(np.tile([2.0, 3.0], 50), people, bounds=(0, 4)).people_alone
    low = 0.025 ** (1 / 20)
    assert (found.low, found.high) == (pytest.approx(3 * low), pytest.approx(4 - low))
    assert found.method == "exact, no scatter seen"


@pytest.mark.parametrize(("bounds", "words"), [((1, 0), "two ends of the scale"), ((0, 1), "a rating of 3")])
def test_bounds_are_checked(bounds, words):
    with pytest.raises(AgreementError, match=words):
        prediction_powered_mean([1, 2, 3], [1, 3, np.nan], bounds=bounds)


def test_intervals_of_a_rare_share_hold_it_with_few_ratings():
    # nine tenths of 150 units are right; 25 are rated; the plain limits of value ± t se hold 0.9 in about 88 %
    held = 0
    for k in range(200):
        rng = np.random.default_rng([8, k])
        right = rng.random(150) < 0.9
        people = np.where(np.arange(150) < 25, right, np.nan)
        found = prediction_powered_mean(right + rng.normal(0, 0.6, 150), people, bounds=(0, 1)).estimate
        held += found.low <= 0.9 <= found.high
    assert held / 200 >= 0.93


@pytest.mark.parametrize("n_videos", [12, 40])
def test_intervals_hold_the_truth_about_as_often_as_they_say(n_videos):
    held, narrower = [], []
    for seed in range(200):
        score, people, video = simulated(seed, n_videos=n_videos)
        found = prediction_powered_mean(score, people, cluster=video)
        held.append(found.estimate.low <= 2 <= found.estimate.high)
        narrower.append(found.estimate.standard_error < found.people_alone.standard_error)
    assert np.mean(held) >= 0.90  # of 200 at 95 %, fewer than 180 by chance about once in 500 times
    assert np.mean(narrower) > (0.5 if n_videos == 12 else 0.8)


def test_a_useless_referee_costs_little():
    ratio = []
    for seed in range(100):
        _, people, video = simulated(seed)
        score = np.random.default_rng([seed, 7]).normal(2, 1, len(video))
        found = prediction_powered_mean(score, people, cluster=video)
        ratio.append(found.estimate.standard_error / found.people_alone.standard_error)
    assert 0.95 < np.mean(ratio) < 1.10


def test_weights_take_out_what_an_uneven_draw_puts_in():
    # high scores are rated with probability .3, low ones with .1: people alone are too high by design
    values = {"weighted": [], "plain": []}
    for seed in range(60):
        rng = np.random.default_rng([seed, 4])
        truth = rng.normal(2, 1, 600)
        chance = np.where(truth > 2, 0.3, 0.1)
        people = np.where(rng.random(600) < chance, truth + rng.normal(0, 0.3, 600), np.nan)
        score = truth + rng.normal(0, 1, 600)
        values["weighted"].append(prediction_powered_mean(score, people, weight=1 / chance, power=0.5).estimate.value)
        values["plain"].append(prediction_powered_mean(score, people, power=0.5).estimate.value)
    assert np.mean(values["weighted"]) == pytest.approx(2, abs=0.03)
    assert np.mean(values["plain"]) > 2.1


def test_weights_of_the_ratings_are_used():
    table = Ratings.from_array([[0], [4], [None]], scale=range(5), weight=[3, 1, 1])
    assert prediction_powered_mean([1, 1, 1], table).people_alone.value == 1.0  # (3 · 0 + 1 · 4)/4


def test_a_constant_referee_changes_nothing():
    found = prediction_powered_mean([2.0] * 6, [1, 2, 4] + [np.nan] * 3)
    assert found.power == 0.0
    assert found.estimate.value == found.people_alone.value == pytest.approx(7 / 3)


def test_rated_units_without_a_score_are_named():
    found = prediction_powered_mean([np.nan, 2, 3, 4, np.nan], [[4, 4], [2, 1], [3, 3], [np.nan] * 2, [np.nan] * 2])
    assert (found.n_rated, found.n_scored_only, found.n_dropped) == (2, 1, 2)
    assert found.estimate.n_dropped == 2  # both ratings of the first unit
    assert found.estimate.notes[:2] == (
        "1 rated units dropped: no score of the referee",
        "1 units dropped: neither a rating nor a score",
    )


def test_nobody_rated_is_undefined_with_a_reason():
    found = prediction_powered_mean([1, 2], [np.nan, np.nan])
    assert found.estimate.value is None
    assert found.estimate.reason == "no unit has both a rating and a score of the referee"
    assert (found.power, found.saved) == (None, None)
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["people_alone"]["value"] is None


def test_one_rated_unit_gives_a_value_without_interval():
    found = prediction_powered_mean([1, 2, 3], [1, np.nan, np.nan])
    assert found.people_alone.value == 1.0
    assert (found.estimate.low, found.people_alone.low) == (None, None)
    assert found.estimate.reason
    assert found.people_alone.reason


def test_everything_rated_leaves_the_people_s_mean():
    found = prediction_powered_mean([1, 2, 4], [1, 3, 3])
    assert found.estimate.value == found.people_alone.value == pytest.approx(7 / 3)
    assert "every scored unit is rated: there is nothing to predict" in found.estimate.notes


def test_few_clusters_are_said():
    score, people, video = simulated(5, n_videos=8)
    assert any(
        "only 8 clusters" in note for note in prediction_powered_mean(score, people, cluster=video).estimate.notes
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"weight": [1, 0, 1]}, "not above 0"),
        ({"weight": [1, 1]}, "one weight each"),
        ({"power": float("inf")}, "finite number"),
        ({"confidence": 0}, "between 0 and 1"),
        ({"cluster": [1]}, "one cluster label each"),
    ],
)
def test_what_cannot_be_used_is_said(arguments, said):
    with pytest.raises(AgreementError, match=said):
        prediction_powered_mean([1, 2, 3], [1, 2, np.nan], **arguments)
