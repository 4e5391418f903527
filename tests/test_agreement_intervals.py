"""Intervals: what they resample, that they repeat, that they cover, and when there is none."""

import inspect
import math

import numpy as np
import pytest
from helpers_agreement import EVERY, simulated, slow_observed, slow_shares
from scipy import stats as scipy_stats
from scipy.stats import t as t_distribution

import agreement
from agreement import AgreementError, Ratings, brennan_prediger, fleiss_kappa, gwet_ac
from agreement.coefficients.base import estimate
from agreement.intervals.bootstrap import bca, bootstrap, percentile
from agreement.intervals.bootstrap_weights import draw, multinomial
from agreement.intervals.jackknife import jackknife_t, plain_jackknife_t
from agreement.intervals.statistic_of_sums import StatisticOfSums, sum_by_group
from agreement.options import Options

SCALE = (0, 1, 2, 3, 4)
ALL = [*EVERY.items(), ("light_kappa", {})]


def brute_jackknife(function, x, cluster, lower, **options):
    """Recompute the coefficient without each cluster, from the ratings themselves."""
    names = np.unique(cluster)
    scaled = lambda v: (v - (lower + 1) / 2) / ((1 - lower) / 2)  # noqa: E731 - one line, used twice
    left = [function(x[cluster != g], scale=SCALE, interval=None, **options).value for g in names]
    z = np.arctanh([scaled(v) for v in left])
    n = len(names)
    error = math.sqrt((n - 1) / n * ((z - z.mean()) ** 2).sum())
    whole = np.arctanh(scaled(function(x, scale=SCALE, interval=None, **options).value))
    middle = (n * whole - (n - 1) * z).mean()  # of the pseudo-values
    sizes = np.array([np.count_nonzero(cluster == g) for g in names])
    away = z - z.mean()
    spread = (away**4).sum() / (away**2).sum() ** 2 - 1 / n  # variance of the sum of squares, relative
    df = sizes.sum() ** 2 / (sizes**2).sum() - 1
    below, above = t_distribution.ppf(0.975, [df, min(df, 1 / spread)]) * error
    ends = np.tanh([middle - below, middle + above])
    return ends * (1 - lower) / 2 + (lower + 1) / 2


@pytest.mark.parametrize(("name", "options"), ALL)
@pytest.mark.parametrize("clustered", [False, True])
def test_jackknife_leaves_out_one_group_at_a_time(name, options, clustered):
    x = simulated(11, 45, 3, missing=0.15)
    x = x[(~np.isnan(x)).sum(axis=1) >= 2]  # lone ratings are no group of their own
    cluster = np.arange(len(x)) // 3 if clustered else np.arange(len(x))
    function = getattr(agreement, name)
    found = function(x, scale=SCALE, cluster=cluster if clustered else None, **options)
    # quadratic weights on five levels have mean 0.75: the least AC2 is −0.75 / 0.25 = −3; ordinal ones have mean 0.72
    lower = {"percent_agreement": 0, "gwet_ac": -3, "brennan_prediger": -0.72 / 0.28}.get(name, -1)
    low, high = brute_jackknife(function, x, cluster, lower, **options)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-10)
    assert found.n_clusters == (len(np.unique(cluster)) if clustered else None)


@pytest.mark.parametrize(("name", "options"), ALL)
def test_bootstrap_of_clusters_is_the_coefficient_of_repeated_clusters(name, options):
    x = simulated(12, 30, 3, missing=0.1)
    cluster = np.arange(30) % 10
    function = getattr(agreement, name)
    ratings = Ratings.from_array(x, scale=SCALE, cluster=cluster)
    found = function(ratings, interval="bootstrap", n_resamples=40, seed=3, **options)
    weights = draw(np.random.default_rng(3), np.ones(10), 40)
    assert (weights.sum(axis=1) == 10).all()
    values = []
    for row in weights.astype(int):
        rows = np.concatenate([np.flatnonzero(cluster == g) for g in range(10) for _ in range(row[g])])
        values.append(function(x[rows], scale=SCALE, interval=None, **options).value)
    assert (found.low, found.high) == pytest.approx(np.quantile(values, [0.025, 0.975]), abs=1e-10)


def test_bootstrap_of_patterns_has_the_spread_of_a_bootstrap_of_units():
    x = simulated(13, 300, 3)
    by_pattern = agreement.krippendorff_alpha(x, scale=SCALE, interval="bootstrap", n_resamples=4000)
    by_unit = agreement.krippendorff_alpha(
        x, scale=SCALE, interval="bootstrap", n_resamples=4000, cluster=np.arange(300)
    )
    # two independent estimates of one standard error from 4,000 resamples differ by about 1 / √4000 = 1.6 % each
    assert by_pattern.standard_error == pytest.approx(by_unit.standard_error, rel=0.08)
    assert by_pattern.low == pytest.approx(by_unit.low, abs=0.01)


@pytest.mark.parametrize("interval", ["jackknife", "bootstrap", "bca", "pigeonhole"])
@pytest.mark.parametrize("cluster", [None, np.arange(50) // 2])
def test_a_seed_gives_the_same_interval_again(interval, cluster):
    x = simulated(14, 50, 4, missing=0.2)
    options = {"scale": SCALE, "interval": interval, "cluster": cluster, "n_resamples": 60}
    first, again, other = (agreement.fleiss_kappa(x, seed=s, **options) for s in (1, 1, 2))
    assert (first.low, first.high) == (again.low, again.high)
    assert first.low < first.value < first.high
    assert (other.low != first.low) == (interval != "jackknife")


def test_clusters_of_alike_units_widen_the_interval():
    once = simulated(15, 40, 3)
    x, cluster = np.repeat(once, 5, axis=0), np.repeat(np.arange(40), 5)
    alone = agreement.krippendorff_alpha(x, scale=SCALE)
    nested = agreement.krippendorff_alpha(x, scale=SCALE, cluster=cluster)
    single = agreement.krippendorff_alpha(once, scale=SCALE)
    # five copies of a unit are no more than one: √5 wider than if they were five units
    assert (nested.high - nested.low) == pytest.approx(single.high - single.low, rel=0.03)
    assert (nested.high - nested.low) / (alone.high - alone.low) == pytest.approx(math.sqrt(5), rel=0.1)


def test_fewer_than_thirty_clusters_are_said():
    x = simulated(16, 60, 3)
    few = agreement.fleiss_kappa(x, scale=SCALE, cluster=np.arange(60) // 5)
    enough = agreement.fleiss_kappa(x, scale=SCALE, cluster=np.arange(60) // 2)
    (note,) = few.notes
    assert note.startswith("only 12 clusters")
    assert note.code is agreement.NoteCode.FEW_CLUSTERS
    assert not enough.notes
    assert not agreement.fleiss_kappa(x[:9], scale=SCALE, interval=None).notes


def test_clusters_of_the_call_replace_those_of_the_ratings():
    x = simulated(17, 60, 3)
    ratings = Ratings.from_array(x, scale=SCALE, cluster=np.arange(60) // 30)
    assert agreement.fleiss_kappa(ratings).n_clusters == 2
    assert agreement.fleiss_kappa(ratings, cluster=[f"v{i // 2}" for i in range(60)]).n_clusters == 30


def test_raters_drawn_twice_are_not_compared_with_themselves():
    # two raters who never agree: comparing one with herself would be the only agreement there is
    x = np.stack([np.zeros(40), np.ones(40)], axis=1)
    x[::2] = x[::2, ::-1]
    found = agreement.percent_agreement(x, interval="pigeonhole", n_resamples=50)
    assert (found.value, found.low, found.high) == (0.0, None, None)
    assert found.reason


def test_pigeonhole_is_wider_where_raters_differ_and_refuses_counts():
    rng = np.random.default_rng(18)
    level = rng.integers(0, 5, 200)
    lenient = np.array([0, 0, 1, 2, 2])
    x = np.clip(level[:, None] + lenient + rng.integers(-1, 2, (200, 5)), 0, 4)
    units = agreement.krippendorff_alpha(x, scale=SCALE, interval="bootstrap", n_resamples=400)
    both = agreement.krippendorff_alpha(x, scale=SCALE, interval="pigeonhole", n_resamples=400)
    assert both.high - both.low > 1.5 * (units.high - units.low)
    with pytest.raises(AgreementError, match="counts do not say who rated"):
        agreement.fleiss_kappa(Ratings.from_counts([[2, 1], [0, 3]]), interval="pigeonhole")


def test_analytic_standard_error_of_kappa_for_two_raters():
    # Fleiss, Cohen and Everitt on a 2 × 2 table: the closed form for unweighted kappa, term by term
    p = np.array([[40, 9], [6, 45]]) / 100
    row, column = p.sum(axis=1), p.sum(axis=0)
    observed, expected = np.trace(p), row @ column
    kappa = (observed - expected) / (1 - expected)
    a = sum(p[i, i] * (1 - (row[i] + column[i]) * (1 - kappa)) ** 2 for i in range(2))
    b = (1 - kappa) ** 2 * sum(p[i, j] * (column[i] + row[j]) ** 2 for i in range(2) for j in range(2) if i != j)
    c = (kappa - expected * (1 - kappa)) ** 2
    error = math.sqrt((a + b - c) / 100) / (1 - expected)
    found = agreement.cohen_kappa(Ratings.from_contingency([[40, 9], [6, 45]]), interval="analytic")
    assert found.standard_error == pytest.approx(error, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((kappa - 1.959964 * error, kappa + 1.959964 * error), abs=1e-6)


def test_analytic_intervals_refuse_clusters_weights_and_what_was_never_published():
    x = simulated(19, 40, 3)
    with pytest.raises(AgreementError, match="take units as independent"):
        agreement.fleiss_kappa(x, interval="analytic", cluster=np.arange(40) // 2)
    with pytest.raises(AgreementError, match="the published standard error is for two"):
        agreement.cohen_kappa(x, interval="analytic")
    with pytest.raises(AgreementError, match="no standard error is published"):
        agreement.krippendorff_alpha(x, interval="analytic", level="ordinal")


def mean_of(x):
    rows = np.stack([x, np.ones(len(x))], axis=1)
    return StatisticOfSums(rows, np.ones(len(x)), lambda t: t[..., 0] / t[..., 1])


def test_jackknife_of_a_mean_is_its_standard_error():
    x = np.random.default_rng(20).normal(0.2, 0.1, 35)
    found = jackknife_t(mean_of(x).jackknife())
    assert found.standard_error == pytest.approx(x.std(ddof=1) / math.sqrt(35), abs=1e-12)


def test_a_kappa_below_minus_one_has_a_plain_interval():
    weights = np.full((4, 4), 0.99)
    weights[[0, 1, 2, 3], [1, 0, 3, 2]] = 0
    np.fill_diagonal(weights, 1)
    x = np.tile([[0, 1], [1, 0], [2, 3], [3, 2]], (10, 1))
    x[0] = x[4] = [0, 0]
    found = agreement.cohen_kappa(x, weights=weights, scale=range(4))
    # two of 40 units agree: p_o = 0.05; chance is about the mean weight (4 + 8 · 0.99) / 16 = 0.745
    assert found.value == pytest.approx((0.05 - 0.745) / 0.255, abs=0.05)
    assert found.method == "jackknife-t"
    assert found.low < found.value < found.high


def test_repeated_rows_are_the_same_as_rows_repeated():
    rows, times = np.array([[0.1, 1.0], [0.5, 1.0], [0.9, 1.0]]), np.array([4.0, 1.0, 2.0])

    def value(total):
        return total[..., 0] / total[..., 1]

    short = StatisticOfSums(rows, times, value)
    long = StatisticOfSums(np.repeat(rows, times.astype(int), axis=0), np.ones(7), value)
    once, again = jackknife_t(short.jackknife()), jackknife_t(long.jackknife())
    assert (once.low, once.high, once.standard_error) == pytest.approx((again.low, again.high, again.standard_error))
    assert short.n_groups == long.n_groups == 7
    spread = [bootstrap(t, n_resamples=6000, seed=4).std() for t in (short, long)]
    assert spread[0] == pytest.approx(spread[1], rel=0.05)


@pytest.mark.parametrize("repeats", [np.ones(9), np.array([3.0, 1, 5]), np.array([40.0, 2, 58]), np.ones(5000)])
def test_resamples_are_multinomial(repeats):
    weights = draw(np.random.default_rng(6), repeats, 3000, dtype=np.float32)
    assert (weights.shape, weights.dtype) == ((3000, len(repeats)), np.float32)
    assert (weights.sum(axis=1) == repeats.sum()).all()
    # a multinomial's mean is n p = repeats; its standard error over 3,000 draws is √(repeats (1 − p) / 3000)
    assert np.abs(weights.mean(axis=0) - repeats).max() < 5 * math.sqrt(repeats.max() / 3000)
    share = repeats / repeats.sum()
    # variance n p (1 − p) with a standard error of about √(2 / 3000) = 2.6 %, six of which are 16 %; over 5,000 equal
    # groups the mean variance is 1 − 1/5000 up to 0.1 %
    seen = weights.var(axis=0, ddof=1)
    if len(repeats) > 100:
        assert seen.mean() == pytest.approx(1 - 1 / len(repeats), rel=0.005)
    else:
        assert seen == pytest.approx(repeats * (1 - share), rel=0.16)
    # covariance −n p_1 p_2: of the first two groups, standard error √(v_1 v_2 / 3000)
    expected = -repeats.sum() * share[0] * share[1]
    error = math.sqrt(repeats[0] * repeats[1] / 3000)
    assert abs(np.cov(weights[:, 0], weights[:, 1])[0, 1] - expected) < 5 * error


@pytest.mark.parametrize("repeats", [np.array([3, 1, 5]), np.array([40, 2, 58, 300]), np.array([60_000, 1])])
def test_counts_drawn_by_way_of_poisson_are_multinomial(repeats):
    drawn = multinomial(np.random.default_rng(8), repeats, 40_000)
    n = int(repeats.sum())
    assert drawn.dtype == np.int64
    assert (drawn.sum(axis=1) == n).all()
    assert drawn.min() >= 0
    for k, count in enumerate(repeats):  # each kind alone is binomial: 5 to 95 % of it, by the exact distribution
        share = count / n
        for point in scipy_stats.binom.ppf([0.05, 0.5, 0.95], n, share):
            expected = scipy_stats.binom.cdf(point, n, share)
            # a share of 40,000 rows has a standard error of at most √(0.25 / 40,000) = 0.0025
            assert (drawn[:, k] <= point).mean() == pytest.approx(expected, abs=5 * 0.0025)
    # and so is the sum of the first two kinds, which depends on how they hang together
    pair, share = drawn[:, :2].sum(axis=1), repeats[:2].sum() / n
    assert pair.var() == pytest.approx(n * share * (1 - share), rel=0.05, abs=1e-9)


def test_bca_shifts_a_skewed_interval_towards_the_tail():
    x = np.random.default_rng(6).exponential(1.0, 60)
    mean = mean_of(x)
    values = bootstrap(mean, n_resamples=4000, seed=7)
    plain, better = percentile(values), bca(values, mean.jackknife())
    assert better.low > plain.low
    assert better.high > plain.high
    from scipy.stats import bootstrap as reference

    dice = "rng" if "rng" in inspect.signature(reference).parameters else "random_state"  # before SciPy 1.15
    seeded = {dice: np.random.default_rng(8)}
    other = reference((x,), np.mean, n_resamples=4000, **seeded).confidence_interval
    assert (better.low, better.high) == pytest.approx((other.low, other.high), abs=0.03)


def test_undefined_resamples_are_left_out_and_counted():
    values = np.array([0.1, 0.2, np.nan, 0.4, 0.5])
    found = percentile(values, confidence=0.5)
    # quartiles of 0.1, 0.2, 0.4, 0.5: 0.1 + 0.75 · 0.1 and 0.4 + 0.25 · 0.1
    assert (found.low, found.high) == pytest.approx((0.175, 0.425))
    assert found.notes == ("undefined in 1 of 5 resamples, which were left out",)
    mostly = percentile(np.array([0.1, np.nan, np.nan]))
    assert mostly.low is None
    assert mostly.reason == "the coefficient is undefined in 2 of 3 resamples"


def test_sums_of_groups_without_a_row_are_zero():
    rows = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    found = sum_by_group(rows, np.array([1, 0, 1]), 3)
    assert found.tolist() == [[2.0, 20.0], [5.0, 50.0], [0.0, 0.0]]


def test_anyone_can_build_a_coefficient_from_statistics():
    """Share of ratings that are the top category."""

    def rows(patterns):
        return np.stack([patterns.counts[:, -1], patterns.size], axis=1)

    def formula(sums, patterns):
        return sums[..., 0] / sums[..., 1]

    ratings = Ratings.from_array([[4, 4], [4, 0], [2, np.nan]], scale=SCALE)
    found = estimate(ratings, Options(), rows=rows, formula=formula, bounds=(0.0, 1.0), enters_from=1)
    assert found.value == pytest.approx(3 / 5)
    assert found.n_ratings == 5


@pytest.mark.parametrize("clustered", [False, True])
def test_default_interval_covers_the_truth(clustered):
    """Of 300 intervals 285 should cover; 268 and 297 are more than 3 standard errors √(300 · .95 · .05) = 3.8 away."""
    size = 4 if clustered else 1
    hits, truth = 0, population_alpha(clustered)
    for seed in range(300):
        x, cluster = nested(seed, 45, size)
        found = agreement.krippendorff_alpha(x, scale=SCALE, cluster=cluster if clustered else None)
        hits += found.low <= truth <= found.high
    assert 268 <= hits <= 297


def nested(seed, n_clusters, size):
    """Three raters whose errors are larger in some clusters (videos) than in others."""
    rng = np.random.default_rng(seed)
    spread = np.repeat(rng.choice([0.3, 1.4], n_clusters), size)[:, None]
    level = np.repeat(rng.normal(2, 1, n_clusters), size)[:, None] + rng.normal(0, 0.6, (n_clusters * size, 1))
    x = np.clip(np.round(level + spread * rng.normal(size=(n_clusters * size, 3))), 0, 4)
    return x, np.repeat(np.arange(n_clusters), size)


def population_alpha(clustered):
    x, _ = nested(10**6, 60_000, 4 if clustered else 1)
    return agreement.krippendorff_alpha(x, scale=SCALE, interval=None).value


NAN = np.nan


def test_the_unit_of_measurement_does_not_change_a_plain_jackknife():
    x = np.array([1.0, 2.0, 3.0, 4.0]) * 1e-15
    mean = mean_of(x)
    found = plain_jackknife_t(mean.jackknife(), unit=1e-15)
    # 2.5 ± t(3) · 0.6455 = 2.5 ± 3.182 · 0.6455
    assert (found.low / 1e-15, found.high / 1e-15) == pytest.approx((0.446, 4.554), abs=0.001)
    assert plain_jackknife_t(mean.jackknife()).reason == "no group of units differs from another"


def slow_gwet_limits(x, scale, weight, value, slope, chance):
    """Gwet's interval without an end: value ± t(n − 1) · sqrt(Σ (κ_i − κ)² / (n (n − 1)))."""
    units = [[v for v in row if not math.isnan(v)] for row in x]
    units = [u for u in units if u]
    n, paired = len(units), sum(len(u) >= 2 for u in units)
    shares = slow_shares(x, scale)
    own = []
    for u in units:
        agreed = 0.0
        if len(u) >= 2:
            pairs = [weight(a, b) for i, a in enumerate(u) for j, b in enumerate(u) if i != j]
            agreed = (sum(pairs) / len(pairs) - chance) * n / paired
        says = slope([u.count(k) / len(u) for k in scale], shares)
        own.append(agreed / (1 - chance) - 2 * (1 - value) * (says - chance) / (1 - chance))
    error = math.sqrt(sum((k - value) ** 2 for k in own) / (n * (n - 1)))
    reach = float(t_distribution.ppf(0.975, n - 1)) * error
    return value - reach, value + reach


def quadratic(last):
    return lambda a, b: 1 - (a - b) ** 2 / last**2


def test_a_published_interval_of_a_kappa_below_its_usual_range_holds_the_kappa():
    # Four units (0, 2) never agree; twelve single 1s make chance large: shares 1/8, 3/4, 1/8;
    # p_e = 2/64 + 9/16 + 4 · (3/4)(1/8)(3/4) = 0.875, so kappa = −0.875 / 0.125 = −7.
    x = [[0, 2]] * 2 + [[2, 0]] * 2 + [[1, NAN]] * 12
    found = fleiss_kappa(x, scale=range(3), weights="quadratic", interval="analytic")
    assert found.value == pytest.approx(-7)
    weight = quadratic(2)

    def slope(own, shares):
        return sum(weight(k, m) * own[k] * shares[m] for k in range(3) for m in range(3))

    low, high = slow_gwet_limits(x, (0, 1, 2), weight, -7, slope, 0.875)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)
    assert found.low < -7 < found.high


@pytest.mark.parametrize("coefficient", [gwet_ac, brennan_prediger])
def test_a_published_interval_ends_where_the_coefficient_does(coefficient):
    # Quadratic weights of 0 … 4 have the mean 0.75, so the least value is −0.75 / 0.25 = −3.
    rng = np.random.default_rng(8)
    first = rng.integers(0, 2, 14) * 4
    x = np.column_stack([first, 4 - first]).astype(float)
    x[:4] = [[0, 0], [4, 3], [2, 2], [1, 4]]
    found = coefficient(x, scale=range(5), weights="quadratic", interval="analytic")
    weight = quadratic(4)
    observed = slow_observed(x, weight)
    shares = slow_shares(x, range(5))
    if coefficient is gwet_ac:
        spread = 25 * 0.75 / 20  # Σ w / (q (q − 1))
        chance = spread * sum(p * (1 - p) for p in shares)

        def slope(own, shares):
            return spread * sum(a * (1 - p) for a, p in zip(own, shares, strict=True))
    else:
        chance = 0.75

        def slope(own, shares):
            return 0.75

    value = (observed - chance) / (1 - chance)
    low, high = slow_gwet_limits(x.tolist(), range(5), weight, value, slope, chance)
    assert found.value == pytest.approx(value)
    assert (found.low, found.high) == pytest.approx((max(low, -3), min(high, 1)), abs=1e-9)
    assert found.low < -1
