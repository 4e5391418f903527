"""Calibration curve: the fit against its definition and scikit-learn's, the decomposition, the bands, the edges."""

import json

import numpy as np
import pytest
from helpers_agreement import rating_rows, slow_isotonic

from agreement import AgreementError, Ratings
from agreement.calibration.curve import calibration_curve
from agreement.calibration.isotonic import isotonic_fit, isotonic_fits
from agreement.calibration.score_level_sums import MAX_CELLS, bootstrap_sums, level_sums

NAN = np.nan


def simulated(rng, n=70, levels=6, raters=3):
    score = rng.integers(0, levels, n).astype(float)
    humans = rng.integers(0, 5, (n, raters)).astype(float)
    humans[rng.random(humans.shape) < 0.3] = NAN
    humans[:, 0] = rng.integers(0, 5, n)
    return score, humans


@pytest.mark.parametrize("seed", range(20))
def test_curve_equals_the_min_max_definition_over_single_ratings(seed):
    score, humans = simulated(np.random.default_rng(seed))
    curve = calibration_curve(score, humans, n_resamples=0)
    np.testing.assert_allclose(curve.fitted, list(slow_isotonic(rating_rows(score, humans)).values()), atol=1e-12)


@pytest.mark.parametrize("levels", [1, 2, 7, 200])
def test_curve_equals_scikit_learn(levels):
    isotonic = pytest.importorskip("sklearn.isotonic")
    score, humans = simulated(np.random.default_rng(levels), n=500, levels=levels)
    x, y, w = np.array(rating_rows(score, humans)).T
    expected = isotonic.IsotonicRegression().fit(x, y, sample_weight=w)
    curve = calibration_curve(score, humans, n_resamples=0)
    np.testing.assert_allclose(curve.fitted, expected.predict(curve.scores), atol=1e-9)


def test_resampled_fits_equal_single_fits_and_fill_levels_not_drawn():
    rng = np.random.default_rng(3)
    weight = rng.integers(0, 3, (40, 7)).astype(float)
    weight[:, 3] += 1
    sums = weight * rng.normal(size=weight.shape)
    fits = isotonic_fits(sums, weight)
    for row in range(40):
        drawn = weight[row] > 0
        np.testing.assert_allclose(fits[row, drawn], isotonic_fit(sums[row, drawn], weight[row, drawn])[0], atol=1e-12)
    assert (np.diff(fits, axis=1) >= -1e-12).all()


@pytest.mark.parametrize("kind", ["whole", "sevenths", "measured", "far"])
def test_patterns_are_units_that_share_level_and_mean(kind):
    rng = np.random.default_rng(3)
    score, humans = simulated(rng, n=400, levels=3)
    if kind == "sevenths":
        humans = humans / 7
    elif kind == "measured":
        humans = np.where(np.isnan(humans), NAN, rng.normal(0, 1, humans.shape))
    elif kind == "far":
        humans[0, 0] = 1e9
    data, _ = level_sums(score, humans, None)
    first, count = data.patterns
    assert count.sum() == 400
    of_units = np.stack([data.level, data.mean.round(12)], axis=1)
    expected, sizes = np.unique(of_units, axis=0, return_counts=True)
    # Equal means that differ in the last bit may be two patterns, which changes no distribution.
    merged, place = np.unique(of_units[first], axis=0, return_inverse=True)
    np.testing.assert_array_equal(merged, expected)
    np.testing.assert_array_equal(np.bincount(place.reshape(-1), weights=count), sizes)
    assert len(count) == len(sizes) or kind == "sevenths"
    assert (np.diff(data.level[first]) >= 0).all()


@pytest.mark.parametrize("levels", [4, 40])
@pytest.mark.parametrize("clustered", [False, True])
def test_resampled_sums_scatter_as_those_of_units_drawn_one_by_one(clustered, levels):
    rng = np.random.default_rng(5)
    score, humans = simulated(rng, n=240, levels=levels)
    cluster = np.arange(240) // 3 if clustered else np.arange(240)
    data, _ = level_sums(score, humans, cluster if clustered else None)
    (weight, sums), *rest = bootstrap_sums(data, 4000, rng)
    assert rest == []
    assert (weight.sum(axis=1) == 240).all() or clustered
    # One by one: sums over groups g of what a group holds, so the variance is n (mean of squares - square of mean).
    groups = cluster.max() + 1
    cell = cluster * len(data.x) + data.level
    for seen, values in ((weight, np.ones(240)), (sums, data.mean)):
        held = np.bincount(cell, weights=values, minlength=groups * len(data.x)).reshape(groups, -1)
        spread = np.sqrt(groups * held.var(axis=0))
        assert np.abs(seen.mean(axis=0) - held.sum(axis=0)).max() < 5 * spread.max() / np.sqrt(4000)
        assert seen.std(axis=0) == pytest.approx(spread, rel=0.08)  # its standard error is 1 / sqrt(8000) = 1.1 %


def test_decomposition_by_hand():
    # Units: score 0 rated (0, 2), score 2 rated (1), score 4 rated (4, 4, 4, 4); weights 1/2, 1, 1/4.
    # S = [(0 + 4)/2 + 1 + 0] / 3 = 1. Curve: unit means 1, 1, 4, so f = 1, 1, 4: S_f = [(1 + 1)/2 + 0 + 0]/3 = 1/3.
    # Mean 2: S_0 = [(4 + 0)/2 + 1 + 4]/3 = 7/3. MSC = 1 - 1/3 = 2/3, DSC = 7/3 - 1/3 = 2.
    # Blocks {0, 2} and {4}: D = 2, and the unit means lie on the curve: s^2 = 0, so the corrected values are the same.
    # Noise floor: variances 2 and 0 of the units with two ratings: 1. Explained: 2 / (7/3 - 1) = 1.5.
    humans = [[0, 2, NAN, NAN], [1, NAN, NAN, NAN], [4, 4, 4, 4]]
    curve = calibration_curve([0, 2, 4], humans, n_resamples=0)
    assert curve.fitted.tolist() == [1, 1, 4]
    assert curve.n_ratings.tolist() == [2, 1, 4]
    assert curve.n_blocks == 2
    assert curve.mean_squared_error == pytest.approx(1)
    assert (curve.msc, curve.dsc, curve.unc) == (pytest.approx(2 / 3), pytest.approx(2), pytest.approx(7 / 3))
    assert (curve.msc_corrected, curve.dsc_corrected) == (pytest.approx(2 / 3), pytest.approx(2))
    assert curve.noise_floor == 1
    assert curve.explained == pytest.approx(1.5)
    assert curve.explained_as_is == pytest.approx((2 - 2 / 3) / (4 / 3))


def test_correction_is_blocks_times_variance_over_units():
    # Scores 0, 0, 1, 1 with ratings 0, 1, 3, 4: f = 0.5, 3.5; SSE = 4 * 0.25 = 1, s^2 = 1 / (4 - 2) = 0.5.
    # Levels of 2 units are sparse, so D = 2 counts 1.4-fold: MSC = S - S_f = [0 + 1 + 4 + 9]/4 - 0.25 = 3.25,
    # corrected 3.25 - 2.8 * 0.5 / 4 = 2.9.
    curve = calibration_curve([0, 0, 1, 1], [0, 1, 3, 4], n_resamples=0)
    assert curve.msc == pytest.approx(3.25)
    assert curve.msc_corrected == pytest.approx(2.9)
    # The same five-fold: 20 units, no level sparse. SSE = 5, s^2 = 5/18, corrected 3.25 - 2 * (5/18) / 20.
    curve = calibration_curve(np.tile([0, 0, 1, 1], 5), np.tile([0, 1, 3, 4], 5), n_resamples=0)
    assert curve.msc_corrected == pytest.approx(3.25 - 2 * (5 / 18) / 20)
    assert curve.dsc_corrected == pytest.approx(curve.dsc - 1 * (5 / 18) / 20)


@pytest.mark.thorough
@pytest.mark.parametrize("clustered", [False, True])
def test_corrected_miscalibration_is_unbiased_and_bands_cover(clustered):
    rng = np.random.default_rng(11)
    truth = np.array([0.4, 1.0, 2.0, 2.6, 3.2])  # what people say, on average, at scores 0..4
    corrected, raw, covered, outside = [], [], [], []
    for seed in range(150):
        score = rng.choice(5, 160, p=[0.15, 0.2, 0.25, 0.2, 0.2])
        video = np.repeat(np.arange(40), 4)
        unit = rng.normal(0, 0.5, 160) + clustered * rng.normal(0, 0.5, 40)[video]
        humans = (truth[score] + unit)[:, None] + rng.normal(0, 0.6, (160, 3))
        curve = calibration_curve(score, humans, cluster=video if clustered else None, n_resamples=200, seed=seed)
        true_msc = ((truth[score] - score) ** 2).mean()
        corrected.append(curve.msc_corrected - true_msc)
        raw.append(curve.msc - true_msc)
        covered.append((curve.confidence_low <= truth) & (truth <= curve.confidence_high))
        calibrated = calibration_curve(
            score,
            humans - (truth - np.arange(5))[score][:, None],
            n_resamples=200,
            cluster=video if clustered else None,
            seed=seed,
        )
        outside.append(
            (calibrated.fitted < calibrated.consistency_low) | (calibrated.fitted > calibrated.consistency_high)
        )
    error = np.std(corrected) / np.sqrt(150)
    assert abs(np.mean(corrected)) < 2.6 * error
    assert np.mean(raw) > 2.6 * error
    assert 0.92 < np.mean(covered) < 0.98
    assert 0.02 < np.mean(outside) < 0.08


def test_a_miscalibrated_referee_is_rejected_and_a_calibrated_one_is_not():
    rng = np.random.default_rng(2)
    score = rng.integers(0, 5, 300)
    humans = score[:, None] + rng.normal(0, 0.8, (300, 2))
    fair = calibration_curve(score, humans, n_resamples=500)
    lenient = calibration_curve(score, humans - 0.5, n_resamples=500)
    assert fair.p_calibrated > 0.05
    assert lenient.p_calibrated == pytest.approx(1 / 501)
    assert lenient.msc_low < 0.25 < lenient.msc_high  # a constant shift of 0.5: MSC = 0.25
    assert (lenient.fitted < lenient.consistency_low).all()


def test_clusters_widen_the_confidence_band():
    rng = np.random.default_rng(4)
    video = np.repeat(np.arange(50), 8)
    score = np.repeat(rng.integers(0, 5, 50), 8)
    humans = (score + rng.normal(0, 1, 50)[video])[:, None] + rng.normal(0, 0.3, (400, 2))
    alone = calibration_curve(score, humans)
    together = calibration_curve(score, humans, cluster=video)
    width = (together.confidence_high - together.confidence_low) / (alone.confidence_high - alone.confidence_low)
    assert (width > 1.8).all()  # 8 units a cluster, correlation about 0.95: sqrt(1 + 7 * 0.95) = 2.8
    assert together.n_clusters == 50
    assert alone.n_clusters is None


def test_clusters_of_one_unit_agree_with_no_clusters():
    score, humans = simulated(np.random.default_rng(8), n=200)
    alone = calibration_curve(score, humans)
    single = calibration_curve(score, humans, cluster=np.arange(200))
    assert single.msc_corrected == pytest.approx(alone.msc_corrected)
    assert single.dsc_corrected == pytest.approx(alone.dsc_corrected)
    np.testing.assert_allclose(single.confidence_high, alone.confidence_high, atol=0.15)


def test_the_seed_decides_and_unit_order_does_not_move_the_curve():
    score, humans = simulated(np.random.default_rng(5))
    order = np.random.default_rng(6).permutation(len(score))
    first, again, shuffled = (
        calibration_curve(score, humans, seed=3),
        calibration_curve(score, humans, seed=3),
        calibration_curve(score[order], humans[order], seed=3),
    )
    assert first.to_json() == again.to_json()
    np.testing.assert_allclose(first.fitted, shuffled.fitted, atol=1e-12)
    assert first.msc == pytest.approx(shuffled.msc)


def test_continuous_scores_are_pooled_and_said():
    rng = np.random.default_rng(9)
    score = rng.random(2000) * 4
    curve = calibration_curve(score, score[:, None] + rng.normal(0, 0.5, (2000, 2)), n_resamples=20)
    assert len(curve.scores) == MAX_CELLS
    assert curve.weight.sum() == 2000
    assert any("256 cells" in note for note in curve.notes)
    assert (np.diff(curve.scores) > 0).all()


def test_ratings_and_arrays_give_the_same_curve_and_failed_scores_are_counted():
    humans = np.array([[0, 1], [1, NAN], [4, 3], [NAN, NAN], [2, 2]])
    score = [0, 1, 4, 2, NAN]
    one = calibration_curve(score, humans, n_resamples=50)
    two = calibration_curve(score, Ratings.from_array(humans, scale=range(5)), n_resamples=50)
    assert one.to_json() == two.to_json()
    assert (one.n_units, one.n_dropped) == (3, 2)
    assert any("2 units dropped" in note for note in one.notes)


def test_no_curve_has_a_reason_and_json_holds_no_nan():
    nothing = calibration_curve([NAN, 1.0], [[1, 2], [NAN, NAN]])
    assert nothing.reason == "no unit has both a score of the referee and a rating"
    assert nothing.msc is None
    single = calibration_curve([1.0, 2.0], [3.0, 4.0])
    for curve in (nothing, single):
        json.dumps(curve.to_json(), allow_nan=False)
    assert single.msc_corrected is None
    assert single.to_json()["confidence_low"] == [None, None]
    assert any("no unit has two ratings" in note for note in single.notes)


def test_a_constant_referee_discriminates_nothing_and_it_is_said():
    curve = calibration_curve([2.0] * 12, np.tile([[1.0, 3.0], [4.0, 2.0]], (6, 1)))
    assert curve.dsc == pytest.approx(0)
    assert any("one score to every unit" in note for note in curve.notes)


@pytest.mark.parametrize(
    ("score", "humans", "options", "words"),
    [
        ([1, 2], [[1], [2], [3]], {}, "one score per unit"),
        ([1, np.inf], [[1], [2]], {}, "infinite"),
        ([1, 2], [["good"], ["bad"]], {}, "not a number"),
        ([1, 2], [[1], [2]], {"cluster": ["a"]}, "one cluster label each"),
        ([1, 2], [[1], [2]], {"cluster": ["a", None]}, "missing"),
        ([1, 2], [[1], [2]], {"confidence": 95}, "between 0 and 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(score, humans, options, words):
    with pytest.raises(AgreementError, match=words):
        calibration_curve(score, humans, **options)


def test_bands_end_where_the_scale_ends():
    rng = np.random.default_rng(4)
    score = rng.integers(0, 5, 40).astype(float)
    humans = np.clip(np.rint(score[:, None] + rng.normal(0, 1.2, (40, 3))), 0, 4)
    free = calibration_curve(score, humans)
    cut = calibration_curve(score, Ratings.from_array(humans, scale=range(5)))
    assert min(free.confidence_low.min(), free.consistency_low.min()) < 0  # the plain array states no scale
    for name in ("confidence_low", "confidence_high", "consistency_low", "consistency_high"):
        np.testing.assert_allclose(getattr(cut, name), np.clip(getattr(free, name), 0, 4))
