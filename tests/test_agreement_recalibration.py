"""Recalibrators: known answers, other programs' answers, videos kept together, exact round trips, what is refused."""

import json

import numpy as np
import pytest
from helpers_agreement import rating_rows

from agreement import (
    AgreementError,
    Ratings,
    Recalibrator,
    calibration_curve,
    cross_validate_recalibrator,
    fit_recalibrator,
)
from agreement.calibration.cross_validation import folds
from agreement.calibration.cumulative_logit import cumulative_logit

LEVEL_KINDS = ["isotonic", "ordinal", "linear"]
KINDS = [*LEVEL_KINDS, "platt", "beta"]


def options(kind):
    return {"kind": kind} | ({"threshold": 3} if kind in ("platt", "beta") else {})


def simulated(seed, n_videos=30, per_video=7, raters=3, missing=0.3, continuous=False):
    """A referee that uses the top half of the scale for what people call 0 to 4."""
    rng = np.random.default_rng(seed)
    video = np.repeat(np.arange(n_videos), per_video)
    truth = rng.normal(2, 0.6, n_videos)[video] + rng.normal(0, 1.0, len(video))
    people = np.clip(np.round(truth[:, None] + rng.normal(0, 0.6, (len(video), raters))), 0, 4)
    people[rng.random(people.shape) < missing] = np.nan
    score = np.clip(2 + truth / 2 + rng.normal(0, 0.3, len(video)), 0, 4)
    return (score if continuous else np.round(score)), people, video


def test_isotonic_values_are_weighted_means_by_level_with_violators_pooled():
    # means by unit: 0: 1; 1: 0; 2: (3 + 4)/2 = 3.5 and 1 -> 2.25. Levels 0 and 1 are out of order: (1 + 0)/2
    people = [[1, 1, np.nan], [0, np.nan, np.nan], [3, 4, np.nan], [1, 1, 1]]
    made = fit_recalibrator([0, 1, 2, 2], people, n_resamples=0)
    assert made.levels == (0.0, 1.0, 2.0)
    assert made.values == (0.5, 0.5, 2.25)
    assert made([-1.0, 1.5, 7.0]).tolist() == [0.5, 1.375, 2.25]  # between 1 and 2: (0.5 + 2.25)/2
    assert (made.n_units, made.n_ratings, made.n_clusters) == (4, 8, None)


def test_isotonic_equals_the_calibration_curve():
    score, people, video = simulated(1)
    made = fit_recalibrator(score, people, cluster=video, n_resamples=0)
    curve = calibration_curve(score, people, cluster=video, n_resamples=0)
    assert made.values == pytest.approx(curve.fitted.tolist(), abs=1e-12)


def test_linear_equals_weighted_least_squares_on_single_ratings():
    score, people, _ = simulated(2, continuous=True)
    x, y, weight = np.array(rating_rows(score, people)).T
    slope, intercept = np.polyfit(x, y, 1, w=np.sqrt(weight))
    made = fit_recalibrator(score, people, kind="linear", n_resamples=0)
    assert (made.map.intercept, made.map.slope) == pytest.approx((intercept, slope), abs=1e-9)


def test_linear_stays_on_the_scale():
    made = fit_recalibrator([1, 2, 3], [0, 2, 4], kind="linear", n_resamples=0)  # y = 2x - 2
    assert made([0, 1.5, 4]).tolist() == pytest.approx([0, 1, 4])


def counted(x, y, weight):
    """Levels of the score, and the weight of the ratings 0 to 4 at each."""
    levels = np.unique(x)
    counts = np.zeros((len(levels), 5))
    np.add.at(counts, (np.searchsorted(levels, x), y.astype(int)), weight)
    return levels, counts


def cumulative_likelihood(parameters, x, y, weight, n_levels):
    """Written from the definition, rating by rating."""
    thresholds, slope = parameters[: n_levels - 1], parameters[n_levels - 1]
    ends = np.concatenate([[-np.inf], thresholds, [np.inf]])
    under = 1 / (1 + np.exp(-(ends[None, :] - slope * x[:, None])))
    probability = under[np.arange(len(y)), y + 1] - under[np.arange(len(y)), y]
    return -(weight * np.log(np.maximum(probability, 1e-300))).sum()


def test_ordinal_is_where_a_general_optimiser_finds_the_likelihood_highest():
    from scipy.optimize import minimize

    score, people, _ = simulated(3)
    x, y, weight = np.array(rating_rows(score, people)).T
    levels, counts = counted(x, y, weight)
    thresholds, slopes = cumulative_logit(levels[:, None], counts, ridge=0.0)
    y = y.astype(int)
    ours = cumulative_likelihood(np.r_[thresholds, slopes], x, y, weight, 5)
    found = minimize(cumulative_likelihood, [2, 3, 4, 5, 1], args=(x, y, weight, 5), method="BFGS")
    assert ours <= found.fun + 1e-7
    assert np.r_[thresholds, slopes] == pytest.approx(found.x, abs=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_cumulative_logit_of_two_features_equals_statsmodels(seed):
    pytest.importorskip("pandas")
    models = pytest.importorskip("statsmodels.miscmodels.ordinal_model")
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(400, 2))
    y = np.digitize(z @ [1.2, 0.4] + rng.logistic(size=400), [-1, 0, 1.5, 2.5])
    counts = np.zeros((400, 5))
    counts[np.arange(400), y] = 1
    thresholds, slopes = cumulative_logit(z, counts, ridge=0.0)
    other = models.OrderedModel(y, z, distr="logit")
    found = other.fit(method="bfgs", disp=False, maxiter=500, gtol=1e-9)
    assert slopes == pytest.approx(found.params[:2], abs=1e-6)
    assert thresholds == pytest.approx(other.transform_threshold_params(found.params)[1:-1], abs=1e-6)
    ours = np.r_[slopes, thresholds[0], np.log(np.diff(thresholds))]  # as statsmodels holds them
    assert other.loglike(ours) == pytest.approx(found.llf, abs=1e-9)


def test_the_slight_pull_changes_ordinal_values_by_less_than_a_hundredth_of_a_level():
    score, people, _ = simulated(5)
    made = fit_recalibrator(score, people, kind="ordinal", n_resamples=0)
    levels, counts = counted(*np.array(rating_rows(score, people)).T)
    thresholds, slopes = cumulative_logit(levels[:, None], counts, ridge=0.0)
    above = 1 / (1 + np.exp(-(slopes[0] * levels[:, None] - thresholds)))
    assert made.values == pytest.approx(above.sum(axis=1), abs=0.01)


def test_ordinal_fit_of_separated_scores_stays_finite():
    made = fit_recalibrator([0, 0, 1, 2, 4, 4], [0, 0, 1, 2, 4, 4], kind="ordinal", n_resamples=20)
    assert np.isfinite(made.values).all()
    assert (np.diff(made.values) > 0).all()
    assert "people used 4 of 5 levels; the others have probability 0" in made.notes  # nobody said 3


def test_platt_equals_logistic_regression_on_smoothed_targets():
    linear_model = pytest.importorskip("sklearn.linear_model")
    score, people, _ = simulated(6, raters=1, missing=0.0, continuous=True)
    good = people[:, 0] >= 3
    n1, n0 = good.sum(), (~good).sum()
    target = np.where(good, (n1 + 1) / (n1 + 2), 1 / (n0 + 2))
    other = linear_model.LogisticRegression(C=1e8, tol=1e-10, max_iter=1000).fit(
        np.r_[score, score][:, None], np.r_[np.ones(len(score)), np.zeros(len(score))], np.r_[target, 1 - target]
    )
    made = fit_recalibrator(score, people, kind="platt", threshold=3, n_resamples=0)
    assert made.map.slope == pytest.approx(other.coef_[0, 0], rel=1e-3)  # the slight pull of slopes to 0
    assert made.map.intercept == pytest.approx(other.intercept_[0], rel=1e-3)


def test_beta_recovers_a_beta_shaped_truth():
    rng = np.random.default_rng(7)
    score = rng.integers(0, 5, 40_000).astype(float)
    share = (score + 0.5) / 5
    probability = 1 / (1 + np.exp(-(-0.5 + 1.4 * np.log(share) - 0.6 * np.log(1 - share))))
    people = np.where(rng.random(len(score)) < probability, 4, 1)
    made = fit_recalibrator(score, people, kind="beta", threshold=3, n_resamples=0)
    assert (made.map.a, made.map.b, made.map.c) == pytest.approx((1.4, 0.6, -0.5), abs=0.1)
    assert made(np.arange(5)) == pytest.approx(np.unique(probability), abs=0.02)  # probability rises with the score


@pytest.mark.parametrize("kind", KINDS)
def test_no_recalibrator_falls_as_the_score_rises(kind):
    score, people, video = simulated(8)
    upside_down = fit_recalibrator(4 - score, people, cluster=video, n_resamples=0, **options(kind))
    assert (np.diff(upside_down(np.linspace(0, 4, 41))) >= -1e-12).all()
    assert any("do not rise" in note for note in upside_down.notes)
    upright = fit_recalibrator(score, people, cluster=video, n_resamples=0, **options(kind))
    assert (np.diff(upright(np.linspace(0, 4, 41))) >= -1e-12).all()
    assert upright(4.0) > upright(2.0) + 0.2


@pytest.mark.parametrize("kind", KINDS)
def test_json_and_back_is_exact(kind):
    score, people, video = simulated(9, continuous=True)
    made = fit_recalibrator(
        score, people, cluster=video, n_resamples=10, referee="f" * 16, dimension="timing", **options(kind)
    )
    again = Recalibrator.from_json(json.loads(json.dumps(made.to_json(), allow_nan=False)))
    assert again == made
    x = np.linspace(-0.5, 4.5, 101)
    assert again(x).tolist() == made(x).tolist()
    assert (made.referee, made.dimension) == ("f" * 16, "timing")


@pytest.mark.parametrize("kind", KINDS)
def test_missing_scores_stay_missing(kind):
    score, people, _ = simulated(10)
    found = fit_recalibrator(score, people, n_resamples=0, **options(kind))([1.0, np.nan])
    assert np.isnan(found).tolist() == [False, True]


def test_data_digest_ignores_order_and_sees_every_rating():
    score, people, video = simulated(11, n_videos=6)
    rng = np.random.default_rng(0)
    rows, columns = rng.permutation(len(score)), rng.permutation(people.shape[1])
    first = fit_recalibrator(score, people, cluster=video, n_resamples=0).data
    assert fit_recalibrator(score[rows], people[rows][:, columns], cluster=video[rows], n_resamples=0).data == first
    changed = people.copy()
    at = tuple(np.argwhere(~np.isnan(people))[5])
    changed[at] = 4 - changed[at] if changed[at] != 2 else 3
    assert fit_recalibrator(score, changed, cluster=video, n_resamples=0).data != first


def test_same_seed_same_interval_and_clusters_widen_it():
    rng = np.random.default_rng(12)
    video = np.repeat(np.arange(25), 12)
    people = np.clip(np.round(2 + rng.normal(0, 1.2, 25)[video] + rng.normal(0, 0.3, 300)), 0, 4)
    score = rng.integers(0, 5, 300).astype(float)
    together, again = (fit_recalibrator(score, people, cluster=video, kind="linear", seed=3) for _ in range(2))
    alone = fit_recalibrator(score, people, kind="linear", seed=3)
    assert together == again
    width = [np.mean(np.subtract(one.high, one.low)) for one in (together, alone)]
    assert width[0] > 1.8 * width[1]  # 12 claims of a video say nearly the same: about sqrt(12) before the slope's part


def test_interval_holds_the_truth_about_as_often_as_it_says():
    held = []
    for seed in range(60):
        rng = np.random.default_rng([13, seed])
        score = rng.integers(0, 5, 200).astype(float)
        people = np.where(rng.random(200) < (0.5 + 0.75 * score) / 4, 4, 0)  # mean 0.5 + 0.75 x
        made = fit_recalibrator(score, people, kind="linear", n_resamples=100, seed=seed)
        held.append(made.low[2] <= 0.5 + 0.75 * 2 <= made.high[2])
    assert np.mean(held) >= 0.85  # of 60 at 95 %, fewer than 51 by chance less than once in 10,000 times


def test_out_of_fold_sees_no_rating_of_its_own_video():
    score, people, video = simulated(14)
    before = cross_validate_recalibrator(score, people, cluster=video, seed=5)
    rated = ~np.isnan(people).all(axis=1)
    mine = (video == 4) & rated
    changed = people.copy()
    changed[mine] = 4 - changed[mine]
    after = cross_validate_recalibrator(score, changed, cluster=video, seed=5)
    assert after.predictions[mine].tolist() == before.predictions[mine].tolist()
    other = before.fold != before.fold[mine][0]
    assert np.nanmax(np.abs(after.predictions - before.predictions)[other]) > 0
    assert all(len(set(before.fold[(video == v) & rated])) == 1 for v in range(30))


@pytest.mark.parametrize("kind", LEVEL_KINDS)
def test_out_of_fold_error_falls_for_a_referee_on_another_scale(kind):
    score, people, video = simulated(15)
    found = cross_validate_recalibrator(score, people, cluster=video, kind=kind)
    assert found.mse_recalibrated < found.mse_raw
    assert found.gain.value == pytest.approx(found.mse_raw - found.mse_recalibrated)
    assert found.gain.low > 0
    assert found.msc_recalibrated < 0.3 * found.msc_raw
    assert found.gain.n_clusters == 30


def test_out_of_fold_gain_is_not_promised_to_a_calibrated_referee():
    gains = []
    for seed in range(20):
        rng = np.random.default_rng([16, seed])
        score = rng.integers(0, 5, 120).astype(float)
        people = np.where(rng.random(120) < score / 4, 4, 0)  # the mean rating at x is x
        gains.append(cross_validate_recalibrator(score, people, cluster=np.repeat(np.arange(20), 6)).gain.value)
    assert np.mean(gains) < 0


def test_mean_squared_error_counts_every_unit_once():
    # unit means of squares: ((0 - 1)^2 + (2 - 1)^2)/2 = 1, and (4 - 2)^2 = 4: (1 + 4)/2
    found = cross_validate_recalibrator([1, 2], [[0, 2], [4, np.nan]])
    assert found.mse_raw == 2.5


@pytest.mark.parametrize("kind", ["platt", "beta"])
def test_cut_errors_are_brier_scores(kind):
    score, people, video = simulated(17)
    found = cross_validate_recalibrator(score, people, cluster=video, kind=kind, threshold=3)
    target = np.where(np.isnan(people), np.nan, people >= 3)
    rated = ~np.isnan(people).all(axis=1)
    raw = np.nanmean((target[rated] - score[rated, None] / 4) ** 2, axis=1).mean()
    assert found.mse_raw == pytest.approx(raw)
    assert found.mse_recalibrated < found.mse_raw
    assert np.nanmax(found.predictions) < 1 < np.nanmax(people)


def test_units_without_score_or_rating_are_counted_and_have_no_prediction():
    score = np.array([0, 1, np.nan, 3, 4, 2.0])
    people = np.array([0, 1, 2, np.nan, 4, 3.0])
    made = fit_recalibrator(score, people, n_resamples=0)
    assert (made.n_units, made.n_dropped) == (4, 2)
    assert made.notes[0] == "2 units dropped: no score of the referee, or no rating"
    found = cross_validate_recalibrator(score, people, n_folds=4)
    assert np.isnan(found.predictions).tolist() == [False, False, True, True, False, False]
    assert (found.fold == -1).tolist() == [False, False, True, True, False, False]


def test_many_distinct_scores_are_pooled_and_it_is_said():
    rng = np.random.default_rng(18)
    score = rng.random(1000) * 4
    made = fit_recalibrator(score, np.round(score), n_resamples=0)
    assert len(made.levels) == 256
    assert "more than 256 distinct scores, pooled into 256 cells" in made.notes


def test_a_constant_referee_gives_a_constant():
    made = fit_recalibrator([2, 2, 2], [[1], [2], [4]], kind="ordinal", n_resamples=5)
    assert made([0, 4]).tolist() == pytest.approx([7 / 3, 7 / 3], abs=1e-6)
    assert "one score to every unit" in made.notes[0]


def test_people_of_one_mind_give_a_constant():
    made = fit_recalibrator([0, 2, 4], [3, 3, 3], kind="ordinal", n_resamples=5)
    assert made([0, 4]).tolist() == [3.0, 3.0]


def test_one_cluster_gives_values_without_interval():
    made = fit_recalibrator([0, 2, 4], [0, 2, 3], cluster=["a", "a", "a"])
    assert (made.low, made.high, made.n_clusters) == (None, None, 1)


def test_ratings_bring_scale_and_clusters():
    people = Ratings.from_array([[0], [10], [20], [20]], scale=(0, 10, 20), cluster=["a", "a", "b", "b"])
    made = fit_recalibrator([0, 10, 20, 20], people)
    assert (made.scale, made.n_clusters) == ((0.0, 10.0, 20.0), 2)
    assert made([5]).tolist() == [5.0]


def test_folds_are_even_and_seeded():
    dealt = folds(13, 5, seed=2)
    assert sorted(np.bincount(dealt)) == [2, 2, 3, 3, 3]
    assert dealt.tolist() == folds(13, 5, seed=2).tolist()
    assert dealt.tolist() != folds(13, 5, seed=3).tolist()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"kind": "spline"}, "a recalibrator is one of isotonic, ordinal, linear, platt, beta"),
        ({"kind": "platt"}, "Pass threshold=3"),
        ({"kind": "beta", "threshold": 0}, "above 0 and up to 4"),
        ({"kind": "linear", "threshold": 2}, "Leave threshold= out"),
        ({"confidence": 1.0}, "between 0 and 1"),
        ({"cluster": ["a"]}, "one cluster label each"),
    ],
)
def test_what_cannot_be_fitted_is_said(arguments, said):
    with pytest.raises(AgreementError, match=said):
        fit_recalibrator([0, 1, 2], [0, 1, 2], **arguments)


def test_nothing_to_fit_on_is_said():
    with pytest.raises(AgreementError, match="nothing to fit on"):
        fit_recalibrator([np.nan, 1], [2, np.nan])
    with pytest.raises(AgreementError, match="scale"):
        fit_recalibrator([0, 1], [0, 7])
    with pytest.raises(AgreementError, match="scale must be numbers"):
        fit_recalibrator([0, 1], Ratings.from_array([["a"], ["b"]], scale=("a", "b")))
    with pytest.raises(AgreementError, match="Leave scale= out"):
        fit_recalibrator([0, 1], Ratings.from_array([[0], [1]], scale=(0, 1)), scale=(0, 1))
    with pytest.raises(AgreementError, match="at least two of each"):
        cross_validate_recalibrator([0, 1], [0, 1], cluster=["a", "a"])


@pytest.mark.parametrize(
    "damage", [{"schema": "other/1"}, {"kind": "spline"}, {"parameters": {"levels": [1.0]}}, {"extra": 1}]
)
def test_other_json_is_refused(damage):
    row = fit_recalibrator([0, 1], [0, 1], n_resamples=0).to_json()
    with pytest.raises(AgreementError):
        Recalibrator.from_json(row | damage)
