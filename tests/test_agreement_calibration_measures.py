"""Ordinal calibration, calibration errors and cuts: their definitions written slowly, known referees, edges."""

import json

import numpy as np
import pytest
from helpers_agreement import rating_rows, slow_isotonic

from agreement import AgreementError, Ratings, calibration_error, classification_at_thresholds, ordinal_calibration
from agreement.calibration.classification import FROM_DISTRIBUTION, out_of_fold_isotonic
from agreement.calibration.smooth_error import smooth_error
from agreement.intervals.infinitesimal_jackknife import influence_interval

NAN = np.nan
SCALE = (0, 1, 2, 3, 4)


def simulated(seed, n=60, levels=5, raters=3):
    rng = np.random.default_rng(seed)
    score = rng.integers(0, levels, n) * 4 / max(levels - 1, 1)
    people = np.clip(np.round(0.7 * score[:, None] + rng.normal(0.6, 1.1, (n, raters))), 0, 4)
    people[:, 1:][rng.random((n, raters - 1)) < 0.4] = NAN
    return score, people, rng.integers(0, n // 3, n)


def slow_rps(rows, forecast):
    """Mean over ratings of Σ over thresholds of (F(at) − 1{y <= at})²; forecast maps x to {level: F(level)}."""
    total = sum(w for _, _, w in rows)
    return sum(w * sum((forecast(x)[at] - (y <= at)) ** 2 for at in SCALE[:-1]) for x, y, w in rows) / total


@pytest.mark.parametrize("seed", range(6))
def test_distributions_and_rps_equal_their_definition(seed):
    score, people, _ = simulated(seed, levels=4 + seed % 2)
    rows = rating_rows(score, people)
    found = ordinal_calibration(score, people, scale=SCALE)
    above = {at: slow_isotonic([(x, float(y > at), w) for x, y, w in rows]) for at in SCALE[:-1]}
    for k, x in enumerate(found.scores):
        cdf = [1 - above[at][x] for at in SCALE[:-1]] + [1.0]
        np.testing.assert_allclose(np.cumsum(found.probability[k]), cdf, atol=1e-12)
    fitted = slow_rps(rows, lambda x: {at: 1 - above[at][x] for at in SCALE[:-1]})
    whole = sum(w for _, _, w in rows)
    share = {at: sum(w for _, y, w in rows if y <= at) / whole for at in SCALE}
    assert found.rps.value == pytest.approx(sum(w * abs(x - y) for x, y, w in rows) / whole)
    assert found.unc == pytest.approx(slow_rps(rows, lambda _: share))
    assert found.msc == pytest.approx(found.rps.value - fitted)
    assert found.dsc == pytest.approx(found.unc - fitted)
    assert found.rps.value == pytest.approx(found.msc - found.dsc + found.unc)
    assert (found.probability >= 0).all()
    np.testing.assert_allclose(found.probability.sum(axis=1), 1)


def test_a_point_forecast_as_a_distribution_has_the_same_rps():
    score, people, video = simulated(3)
    point = (score[:, None] == np.array(SCALE)).astype(float)
    given = ordinal_calibration(score, people, distribution=point, scale=SCALE, cluster=video)
    alone = ordinal_calibration(score, people, scale=SCALE, cluster=video)
    for name in ("value", "low", "high"):
        assert getattr(given.rps, name) == pytest.approx(getattr(alone.rps, name))


def test_uneven_levels_count_by_their_distance():
    # Levels 0, 1, 4: forecast 4 for a rating of 1 misses by 3 = the gap from 1 to 4. Climatology of (1, 4): F(1) = 1/2
    # over a gap of 3, for either rating 3 * (1/2)^2 = 0.75.
    found = ordinal_calibration([4, 4], [[1], [4]], scale=(0, 1, 4))
    assert found.rps.value == 1.5
    assert found.unc == 0.75


@pytest.mark.parametrize("seed", range(3))
def test_noise_floor_is_half_the_difference_of_two_raters(seed):
    _, people, _ = simulated(seed, raters=4)
    units = [[y for y in row if not np.isnan(y)] for row in people]
    halves = [
        sum(abs(a - b) for i, a in enumerate(u) for b in u[i + 1 :]) / (len(u) * (len(u) - 1) / 2) / 2
        for u in units
        if len(u) >= 2
    ]
    found = ordinal_calibration(np.zeros(len(people)), people, scale=SCALE)
    assert found.noise_floor.value == pytest.approx(np.mean(halves))


def test_correction_for_fitting_noise_by_hand():
    # Scores 0 and 1, ten units each, ratings 0/1 with shares 0.2 and 0.7 above 0: two pieces.
    # SSE = 10 * 0.2 * 0.8 + 10 * 0.7 * 0.3 = 3.7, s^2 = 3.7 / 18, excess = 2 * s^2 / 20 on a scale with one gap.
    score = np.repeat([0.0, 1.0], 10)
    people = np.concatenate([[1] * 2 + [0] * 8, [1] * 7 + [0] * 3]).astype(float)[:, None]
    found = ordinal_calibration(score, people, scale=(0, 1))
    excess = 2 * (3.7 / 18) / 20
    assert found.msc_corrected.value == pytest.approx(found.msc - excess)
    # The share above 0 is 9 / 20: its variance is 0.45 * 0.55 / 19.
    assert found.climatology.value == pytest.approx(0.45 * 0.55 * (1 + 1 / 19))
    assert found.dsc_corrected.value == pytest.approx(found.dsc - excess + 0.45 * 0.55 / 19)
    assert found.recalibrated.value == pytest.approx(found.rps.value - found.msc + excess)


@pytest.mark.thorough
def test_known_distributions_are_recovered_without_bias_and_intervals_cover():
    # At score k, ratings are k with chance 0.6 and k + 1 with chance 0.4: RPS of the point k is 0.4, of the true
    # distribution 0.4 * 0.6 = 0.24, so MSC = 0.16; of climatology by hand from the mixture. Videos share their scores.
    chance = np.zeros((4, 5))
    chance[np.arange(4), np.arange(4)], chance[np.arange(4), np.arange(1, 5)] = 0.6, 0.4
    share = np.cumsum(chance.mean(axis=0))[:-1]
    unc = float((share * (1 - share)).sum())
    truth = {"msc_corrected": 0.16, "rps": 0.4, "recalibrated": 0.24, "dsc_corrected": unc - 0.24, "noise_floor": 0.24}
    truth["climatology"] = unc
    error, held = {name: [] for name in truth}, {name: [] for name in truth}
    for seed in range(200):
        rng = np.random.default_rng(seed)
        video = np.repeat(np.arange(40), 3)
        score = rng.integers(0, 4, 40)[video]
        people = score[:, None] + (rng.random((120, 2)) < 0.4).astype(float)
        found = ordinal_calibration(score, people, scale=SCALE, cluster=video)
        for name, value in truth.items():
            one = getattr(found, name)
            error[name].append(one.value - value)
            held[name].append(one.low <= value <= one.high)
    for name in truth:
        assert abs(np.mean(error[name])) < 3 * np.std(error[name]) / np.sqrt(200) + 0.004, name
        assert 0.90 <= np.mean(held[name]) <= 0.985, (name, np.mean(held[name]))


def test_fitting_noise_is_not_called_miscalibration():
    # People's levels do not depend on the score: in the sample DSC is positive, corrected it averages 0.
    found = [
        ordinal_calibration(rng.integers(0, 5, 80), rng.integers(0, 5, (80, 2)).astype(float), scale=SCALE)
        for rng in map(np.random.default_rng, range(150))
    ]
    raw, corrected = np.array([(one.dsc, one.dsc_corrected.value) for one in found]).T
    assert raw.mean() > 10 * raw.std() / np.sqrt(150)
    assert abs(corrected.mean()) < 0.25 * raw.mean()


def slow_binned(p, outcome, bins):
    return sum(
        abs(np.mean([o - q for q, o, b in zip(p, outcome, bins, strict=True) if b == bin_]))
        * sum(b == bin_ for b in bins)
        for bin_ in set(bins)
    ) / len(p)


@pytest.mark.parametrize("seed", range(5))
def test_binned_errors_equal_their_definition(seed):
    rng = np.random.default_rng(seed)
    score, people = rng.random(90) * 4, rng.integers(0, 5, (90, 3)).astype(float)
    people[:, 1:][rng.random((90, 2)) < 0.3] = NAN
    found = calibration_error(score, people, scale=SCALE, n_bins=7)
    p, outcome = score / 4, np.nanmean(people, axis=1) / 4
    assert found.binned.value == pytest.approx(slow_binned(p, outcome, [min(int(q * 7), 6) for q in p]))
    order = np.argsort(np.argsort(p))
    adaptive = [int((rank + 0.5) * 7 / 90) for rank in order]
    assert found.adaptive.value == pytest.approx(slow_binned(p, outcome, adaptive))


def test_debiased_error_is_the_published_one_on_levels():
    # Kumar, Liang & Ma: sum over levels of share * [(p − o)² − o (1 − o) / (n − 1)] for 0/1 outcomes.
    rng = np.random.default_rng(1)
    p = rng.choice([0.1, 0.4, 0.8], 200, p=[0.5, 0.3, 0.2])
    y = (rng.random(200) < p**1.4).astype(float)
    expected = 0.0
    for level in (0.1, 0.4, 0.8):
        o, n = y[p == level].mean(), (p == level).sum()
        expected += n / 200 * ((level - o) ** 2 - o * (1 - o) / (n - 1))
    found = calibration_error(p, y[:, None], threshold=1)
    assert found.debiased_square.value == pytest.approx(expected)
    assert found.debiased.value == pytest.approx(np.sqrt(expected))


@pytest.mark.thorough
@pytest.mark.parametrize("together", [False, True])
def test_debiased_error_is_unbiased_for_a_known_referee_and_plain_errors_are_not(together):
    # Ratings have mean x − 0.4 on a scale of length 4, so every error is 0.1 and its square 0.01.
    square, plain, held = [], [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        video = np.repeat(np.arange(60), 3)
        score = rng.choice([2.0, 2.5, 3.0], 180)
        shared = together * rng.normal(0, 0.5, 60)[video]
        people = np.clip((score - 0.4 + shared)[:, None] + rng.normal(0, 0.25, (180, 2)), 0, 4)
        found = calibration_error(score, people, scale=SCALE, cluster=video if together else None)
        square.append(found.debiased_square.value)
        held.append(found.debiased_square.low <= 0.01 <= found.debiased_square.high)
        fair = calibration_error(score, np.clip(people + 0.4, 0, 4), scale=SCALE, cluster=video if together else None)
        plain.append((fair.adaptive.value, fair.debiased_square.value))
    assert abs(np.mean(square) - 0.01) < 3 * np.std(square) / np.sqrt(200)
    assert 0.90 <= np.mean(held) <= 0.985
    adaptive, debiased = np.array(plain).T
    assert adaptive.mean() > 0.004  # a calibrated referee, and yet
    assert abs(debiased.mean()) < 3 * debiased.std() / np.sqrt(200)


def slow_smooth(p, residual, width, points=2000):
    """∫ |1/n Σ K(t, p) r| dt with the Gaussian reflected at 0 and 1, kernel by kernel."""
    t = (np.arange(points) + 0.5) / points
    total = np.zeros(points)
    for q, r in zip(p, residual, strict=True):
        for k in range(-3, 4):
            for centre in (2 * k + q, 2 * k - q):
                total += r * np.exp(-(((t - centre) / width) ** 2) / 2) / (width * np.sqrt(2 * np.pi))
    return np.abs(total / len(p)).mean()


@pytest.mark.parametrize("seed", range(3))
def test_smooth_error_equals_the_reflected_gaussian_at_its_fixed_point(seed):
    rng = np.random.default_rng(seed)
    p = rng.random(50)
    residual = (rng.random(50) < p**2) - p
    error, width, _ = smooth_error(p, residual)
    assert error == pytest.approx(width, abs=1e-7)
    assert error == pytest.approx(slow_smooth(p, residual, width), rel=2e-3)


def test_influences_are_derivatives():
    # One unit's weight grows by a 400th of the others': all are repeated 400 times, one of them 401 times.
    rng = np.random.default_rng(7)
    p = rng.random(12)
    residual = (rng.random(12) < p) - 0.8 * p
    error, _, influence = smooth_error(p, residual)
    for unit in (0, 5, 11):
        more = np.append(np.tile(np.arange(12), 400), unit)
        moved = smooth_error(p[more], residual[more])[0] - error
        assert moved * 400 == pytest.approx(influence[unit], rel=0.05, abs=2e-4)


def test_a_shift_of_the_whole_scale_is_its_error_everywhere():
    # Everybody rates 1 below the score, on a scale of length 4: each error is 1/4, the square 1/16.
    score = np.tile([1.0, 2.0, 3.0, 4.0], 30)
    found = calibration_error(score, np.stack([score - 1, score - 1], axis=1), scale=SCALE)
    for name in ("binned", "adaptive", "debiased"):
        assert getattr(found, name).value == pytest.approx(0.25)
    assert found.debiased_square.value == pytest.approx(1 / 16)
    assert found.smooth.value == pytest.approx(0.25, abs=1e-6)
    assert found.binned.low is None
    assert "no group of units differs" in found.binned.reason


def test_a_perfect_referee_has_no_error_and_it_is_said():
    score = np.tile([0.0, 1.0, 2.0, 4.0], 5)
    found = calibration_error(score, score[:, None], scale=SCALE)
    assert (found.binned.value, found.debiased.value) == (0, 0)
    assert found.smooth.value == pytest.approx(0, abs=1e-12)
    assert any("narrowest" in note for note in found.notes)


def slow_auc(rows, cut):
    good, bad = [(x, w) for x, y, w in rows if y >= cut], [(x, w) for x, y, w in rows if y < cut]
    wins = sum(w * v * ((x > z) + (x == z) / 2) for x, w in good for z, v in bad)
    return wins / sum(w for _, w in good) / sum(v for _, v in bad)


def slow_precision(rows, cut):
    total, value, before = sum(w for _, y, w in rows if y >= cut), 0.0, 0.0
    for threshold in sorted({x for x, _, _ in rows}, reverse=True):
        taken = [(y, w) for x, y, w in rows if x >= threshold]
        found = sum(w for y, w in taken if y >= cut)
        value += (found - before) / total * found / sum(w for _, w in taken)
        before = found
    return value


@pytest.mark.parametrize("seed", range(5))
def test_ranking_at_every_threshold_equals_its_definition(seed):
    score, people, _ = simulated(seed)
    rows = rating_rows(score, people)
    found = classification_at_thresholds(score, people, scale=SCALE)
    assert [one.threshold for one in found.thresholds] == [1, 2, 3, 4]
    for one in found.thresholds:
        assert one.auc.value == pytest.approx(slow_auc(rows, one.threshold))
        assert one.average_precision.value == pytest.approx(slow_precision(rows, one.threshold))
        assert one.base_rate.value == pytest.approx(sum(w for _, y, w in rows if y >= one.threshold) / len(people))


def test_ranking_equals_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    score, people, _ = simulated(9, n=400, levels=37)
    x, y, w = np.array(rating_rows(score, people)).T
    for one in classification_at_thresholds(score, people, scale=SCALE).thresholds:
        assert abs(metrics.roc_auc_score(y >= one.threshold, x, sample_weight=w) - one.auc.value) < 1e-12
        precision = metrics.average_precision_score(y >= one.threshold, x, sample_weight=w)
        assert abs(precision - one.average_precision.value) < 1e-12


def test_area_without_clusters_has_delongs_standard_error():
    # DeLong: var = var(V10)/m + var(V01)/n, V10 the share of others that an acceptable unit beats. Here without the
    # small-sample factors m/(m − 1), n/(n − 1), with N/(N − 1) for the sample as a whole.
    rng = np.random.default_rng(2)
    good = np.arange(50) < 20
    x = np.round(rng.normal(size=50) + good, 1)
    beats = (x[good][:, None] > x[~good]) + (x[good][:, None] == x[~good]) / 2
    expected = np.sqrt((beats.mean(axis=1).var() / 20 + beats.mean(axis=0).var() / 30) * 50 / 49)
    found = classification_at_thresholds(x, good[:, None].astype(float), thresholds=[1]).at(1).auc
    assert found.value == pytest.approx(beats.mean())
    assert found.standard_error == pytest.approx(expected)


def test_brier_of_a_distribution_equals_its_definition_and_floor():
    score, people, _ = simulated(4)
    rng = np.random.default_rng(0)
    table = rng.dirichlet(np.ones(5), len(score))
    found = classification_at_thresholds(score, people, distribution=table, scale=SCALE).at(3)
    unit, rater = np.nonzero(~np.isnan(people))
    missed = (table[unit, 3:].sum(axis=1) - (people[unit, rater] >= 3)) ** 2
    assert found.probability == FROM_DISTRIBUTION
    assert found.brier.value == pytest.approx(missed @ [w for *_, w in rating_rows(score, people)] / len(people))
    rate = found.base_rate.value
    assert found.brier_skill.value == pytest.approx(1 - found.brier.value / (rate * (1 - rate)))
    several = [row[~np.isnan(row)] >= 3 for row in people if (~np.isnan(row)).sum() > 1]
    within = [row.astype(float).var(ddof=1) for row in several]
    assert found.brier_floor.value == pytest.approx(np.mean(within))


def test_out_of_fold_probabilities_never_see_their_fold():
    rng = np.random.default_rng(5)
    score, outcome, fold = rng.integers(0, 4, 40).astype(float), rng.random(40), rng.integers(0, 3, 40)
    before = out_of_fold_isotonic(score, outcome, fold)
    changed = np.where(fold == 1, 1 - outcome, outcome)
    np.testing.assert_array_equal(out_of_fold_isotonic(score, changed, fold)[fold == 1], before[fold == 1])
    for held in range(3):
        fit = slow_isotonic([(x, y, 1.0) for x, y, f in zip(score, outcome, fold, strict=True) if f != held])
        np.testing.assert_allclose(before[fold == held], [fit[x] for x in score[fold == held]])


def test_a_score_that_means_nothing_has_no_skill_out_of_fold():
    skill = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        found = classification_at_thresholds(
            rng.integers(0, 5, 100), rng.integers(0, 2, (100, 2)).astype(float), seed=seed
        ).at(1)
        skill.append(found.brier_skill.value)
    assert -0.2 < np.mean(skill) < 0  # in the sample it would be above 0: fitting pays there


@pytest.mark.thorough
def test_known_area_is_covered_by_video_and_not_by_unit():
    # Score = level of the video + noise; acceptable where a hidden normal number of the same video exceeds 0.
    def draw(rng, videos):
        video = np.repeat(np.arange(videos), 12)
        level = rng.normal(0, 1, videos)[video]
        hidden = 0.9 * level + 0.6 * rng.normal(0, 1, len(video))
        return 0.9 * level + 0.6 * rng.normal(0, 1, len(video)), (hidden > 0).astype(float)[:, None], video

    x, y, _ = draw(np.random.default_rng(99), 15_000)
    large = classification_at_thresholds(x, y, thresholds=[1]).at(1)
    held = []
    for seed in range(200):
        x, y, video = draw(np.random.default_rng(seed), 40)
        by_video = classification_at_thresholds(x, y, thresholds=[1], cluster=video).at(1)
        by_unit = classification_at_thresholds(x, y, thresholds=[1]).at(1)
        area, mean = large.auc.value, large.average_precision.value
        pairs = ((by_video.auc, area), (by_video.average_precision, mean), (by_unit.auc, area))
        held.append([one.low <= truth <= one.high for one, truth in pairs])
    auc, precision, alone = np.mean(held, axis=0)
    assert 0.90 <= auc <= 0.99
    assert 0.88 <= precision <= 0.99
    assert alone < 0.85


def test_what_is_undefined_has_a_reason_and_json_holds_no_nan():
    functions = (ordinal_calibration, calibration_error, classification_at_thresholds)
    nothing = [f([NAN, 1.0], [[1, 2], [NAN, NAN]], scale=SCALE) for f in functions]
    assert {one.reason for one in nothing} == {"no unit has both a score of the referee and a rating"}
    single = [f([1.0], [[2.0]], scale=SCALE) for f in functions]
    flat = [f([1.0, 2.0, 3.0], [[2.0], [2.0], [2.0]], scale=SCALE) for f in functions]
    for one in (*nothing, *single, *flat):
        json.dumps(one.to_json(), allow_nan=False)
    assert single[0].rps.value == 1
    assert "interval needs two" in single[0].rps.reason
    assert "as many pieces" in single[0].msc_corrected.reason
    assert "no bin holds two" in single[1].debiased.reason
    assert "every rating is at or above" in flat[2].at(2).auc.reason
    assert flat[2].at(3).brier_skill.value is None
    assert ordinal_calibration([1, 2], [[2], [2]]).reason == "every rating is at one level: there is no scale to order"
    assert (
        classification_at_thresholds([1, 2], [[2], [2]]).reason == "every rating is at one level: there is no threshold"
    )


def test_a_perfect_ranking_has_no_interval_and_says_why():
    found = classification_at_thresholds([0, 1, 2, 3], [[0], [0], [4], [4]], thresholds=[4]).at(4)
    assert (found.auc.value, found.auc.low) == (1, None)
    assert "end of its range" in found.auc.reason


def test_units_that_cannot_enter_are_counted_and_few_videos_noted():
    score, people, video = simulated(2)
    score[[3, 8]] = NAN
    for function in (ordinal_calibration, calibration_error, classification_at_thresholds):
        found = function(score, people, scale=SCALE, cluster=video)
        assert any("2 units dropped" in note for note in found.notes)
        assert any(note.startswith("only ") for note in found.notes)
    kept = ~np.isnan(score)
    alone = ordinal_calibration(score[kept], people[kept], scale=SCALE, cluster=video[kept])
    again = ordinal_calibration(score, people, scale=SCALE, cluster=video).rps
    assert (alone.rps.low, alone.rps.value, alone.rps.high) == pytest.approx((again.low, again.value, again.high))


def test_ratings_carry_scale_and_clusters():
    score, people, video = simulated(6)
    ratings = Ratings.from_array(people, scale=SCALE, cluster=video)
    for function in (ordinal_calibration, calibration_error, classification_at_thresholds):
        given = function(score, people, scale=SCALE, cluster=video).to_json()
        assert function(score, ratings).to_json() == given


def test_more_scores_than_cells_are_pooled_and_said():
    rng = np.random.default_rng(1)
    score = rng.random(700) * 4
    found = ordinal_calibration(score, np.clip(np.round(score[:, None]), 0, 4), scale=SCALE)
    assert len(found.scores) == 256
    assert any("256" in note for note in found.notes)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ordinal_calibration([1], [[7]], scale=SCALE), "outside the scale"),
        (lambda: ordinal_calibration([1], [[2]], distribution=[[0.5, 0.5]], scale=SCALE), "1 units on 5 levels"),
        (lambda: classification_at_thresholds([1], [[1]], distribution=[[0.5, 0.2]], scale=(0, 1)), "sum to 1"),
        (lambda: calibration_error([1], [[1]]), "without a scale"),
        (lambda: calibration_error([2], [[7]], scale=SCALE), "rating 7: it is outside the scale, 0 to 4"),
        (lambda: calibration_error([2], [[2]], scale=(2,)), "it has no length"),
        (lambda: calibration_error([5], [[1]], scale=SCALE), "on the rating scale, from 0 to 4"),
        (lambda: calibration_error([1.5], [[1]], threshold=1), "a probability"),
        (lambda: calibration_error([1], [[1]], scale=SCALE, n_bins=0), "at least 1"),
        (lambda: classification_at_thresholds([1], [[1]], n_folds=1), "at least 2"),
        (lambda: classification_at_thresholds([1, 2], [[1], [3]]).at(2), "thresholds measured are 3"),
        (lambda: classification_at_thresholds([1, 2], [[1]]), "one score per unit"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, words):
    with pytest.raises(AgreementError, match=words):
        call()


def test_intervals_on_the_logit_scale_stay_inside():
    influence = np.array([0.03, -0.03, 0.02, -0.02])
    found = influence_interval(0.95, influence, None, bounds=(0.0, 1.0))
    assert 0 < found.low < 0.95 < found.high < 1
    assert influence_interval(0.95, influence, None).high > 1
