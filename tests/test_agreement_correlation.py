"""Correlations and limits of agreement against SciPy and printed values."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from agreement import AgreementError, bland_altman, compare, icc, kendall_tau_b, kendall_w, lin_ccc, pearson, spearman

PEFR = np.genfromtxt(Path(__file__).parent / "vectors" / "bland_altman1986_pefr_17x2.csv", delimiter=",", skip_header=1)
NAN = np.nan
ALL = (pearson, spearman, kendall_tau_b, lin_ccc, kendall_w)


def table(seed, units=40, raters=3, missing=0.0):
    rng = np.random.default_rng(seed)
    x = np.clip(np.round(rng.normal(2, 1, (units, 1)) + rng.normal(0, 0.7, (units, raters))), 0, 4)
    x[rng.random(x.shape) < missing] = NAN
    return x


def test_lin_ccc_of_the_peak_flow_meters():
    assert lin_ccc(PEFR, interval=None).value == pytest.approx(0.9427424314274846, abs=1e-12)
    assert lin_ccc(PEFR, ddof=1, interval=None).value == pytest.approx(0.9427524674224534, abs=1e-12)


def test_bland_altman_of_the_peak_flow_meters():
    # Bland & Altman 1986, Lancet: Wright minus mini Wright: mean -2.1, sd 38.8, limits -79.7 and 75.5 (2 sd).
    found = bland_altman(PEFR[:, ::-1], multiple=2, interval="analytic")
    assert round(found.mean.value, 1) == -2.1
    assert round(found.sd.value, 1) == 38.8
    # The printed limits were made from the rounded numbers: -2.1 - 77.6 = -79.7, unrounded -2.118 - 77.530 = -79.648.
    assert found.low.value == pytest.approx(-79.7, abs=0.06)
    assert found.high.value == pytest.approx(75.5, abs=0.1)
    # Standard error of the mean: 38.765 / sqrt(17) = 9.402; t(16) = 2.120: -2.118 -+ 19.931.
    assert (found.mean.low, found.mean.high) == pytest.approx((-22.049, 17.814), abs=1e-3)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("continuous", [False, True])
def test_pairs_equal_scipy_on_the_units_both_rated(seed, continuous):
    stats = pytest.importorskip("scipy.stats")
    x = table(seed, missing=0.25)
    x += continuous * np.random.default_rng(seed).normal(size=x.shape)  # takes the route over columns
    for ours, theirs in ((pearson, stats.pearsonr), (spearman, stats.spearmanr), (kendall_tau_b, stats.kendalltau)):
        found = ours(x, interval=None)
        each = []
        for j, k in ((0, 1), (0, 2), (1, 2)):
            both = ~np.isnan(x[:, [j, k]]).any(axis=1)
            each.append(theirs(x[both, j], x[both, k]).statistic)
            assert found.parts[f"{j} & {k}"].value == pytest.approx(each[-1], abs=1e-12)
        assert found.value == pytest.approx(np.mean(each), abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_tables_and_columns_give_the_same_value_and_interval(seed):
    # A grain of 1e-9 makes every value distinct without moving a rank between levels: the slow route is taken.
    x = table(seed, units=60, missing=0.2)
    video = np.arange(60) // 3
    for coefficient in (pearson, lin_ccc):
        fast = coefficient(x, cluster=video)
        slow = coefficient(x + np.arange(60)[:, None] * 1e-9, cluster=video)
        for name in ("value", "low", "high"):
            assert getattr(fast, name) == pytest.approx(getattr(slow, name), abs=1e-6)
        for pair, part in fast.parts.items():
            assert part.n_units == slow.parts[pair].n_units
            assert part.low == pytest.approx(slow.parts[pair].low, abs=1e-6)


def test_kendall_w_is_the_stepped_down_mean_rank_correlation_without_ties():
    # mean Spearman rho = (m W - 1) / (m - 1), an identity without ties
    rng = np.random.default_rng(3)
    x = rng.normal(size=(25, 4))
    w = kendall_w(x, interval=None).value
    assert spearman(x, interval=None).value == pytest.approx((4 * w - 1) / 3, abs=1e-12)


def test_kendall_w_leaves_out_units_with_gaps_and_counts_them():
    x = table(4)
    gap = np.vstack([x, [[1, NAN, 2], [NAN, NAN, 3]]])
    assert kendall_w(gap).value == kendall_w(x).value
    assert kendall_w(gap).n_dropped == 3


@pytest.mark.parametrize("coefficient", ALL)
def test_identical_columns_reach_one_and_reversal_keeps_the_value(coefficient):
    x = table(5)
    same = np.repeat(x[:, :1], 3, axis=1)
    assert coefficient(same, interval=None).value == pytest.approx(1)
    assert coefficient(same).low is None
    assert coefficient(4 - x, interval=None).value == pytest.approx(coefficient(x, interval=None).value)


@pytest.mark.parametrize("coefficient", ALL)
@pytest.mark.parametrize("interval", ["jackknife", "bootstrap"])
def test_intervals_widen_with_clusters_and_follow_the_seed(coefficient, interval):
    x = np.repeat(table(6, units=30), 4, axis=0)
    options = {"interval": interval, "n_resamples": 60, "seed": 1}
    alone = coefficient(x, **options)
    together = coefficient(x, cluster=np.repeat(np.arange(30), 4), **options)
    assert together.value == alone.value
    assert together.high - together.low > 1.4 * (alone.high - alone.low)  # four copies: twice as wide
    assert coefficient(x, **options) == alone


def test_jackknife_of_pearson_covers_with_clusters():
    rng = np.random.default_rng(7)
    video = np.repeat(np.arange(40), 3)
    covered = []
    for _ in range(120):
        shared = rng.normal(0, 0.7, 120) + rng.normal(0, 0.7, 40)[video]  # variance 0.98
        x = shared[:, None] + rng.normal(0, 0.7, (120, 2)) + rng.normal(0, 0.7, (40, 2))[video]  # and 0.98 of noise
        found = pearson(x, cluster=video)
        covered.append(found.low <= 0.5 <= found.high)
    assert 0.88 <= np.mean(covered) <= 0.99


def test_many_units_are_left_out_in_blocks():
    x = table(8, units=3000, raters=2)
    found = spearman(x)
    # Bonett & Wright 2000: standard error of atanh(rho) is sqrt((1 + rho^2 / 2) / (n - 3)).
    se = (1 - found.value**2) * np.sqrt((1 + found.value**2 / 2) / 2997)
    assert found.standard_error == pytest.approx(se, rel=0.25)


def test_undefined_correlations_say_why():
    for coefficient in (pearson, spearman, kendall_tau_b):
        assert "one value to every unit" in coefficient([[1, 2], [1, 3], [1, 4]]).reason
        assert "only one rater" in coefficient([[1], [2], [3]]).reason
        assert "3 are needed" in coefficient([[1, 2], [NAN, 3], [4, NAN]]).reason
    assert "W needs three units" in kendall_w([[1, 2], [2, NAN], [NAN, 1]]).reason
    lost = pearson([[1, 1, 2], [2, 1, 3], [3, 1, 5], [4, 1, 3]], interval=None)
    assert lost.value == pytest.approx(np.corrcoef([1, 2, 3, 4], [2, 3, 5, 3])[0, 1])
    assert any("undefined for 2 pair(s)" in note for note in lost.notes)


def test_options_that_do_not_apply_are_refused():
    with pytest.raises(AgreementError, match="choose one of 'jackknife', 'bootstrap', None"):
        pearson(PEFR, interval="analytic")
    with pytest.raises(AgreementError, match="compare two"):
        bland_altman([[1, 2, 3]])
    with pytest.raises(AgreementError, match="divided by n"):
        lin_ccc(PEFR, ddof=2)
    few = bland_altman([[1, 2], [NAN, 3]])
    assert few.mean.value is None
    assert "needs two" in few.sd.reason


def test_a_constant_rater_has_no_correlation():
    # The mean of forty-six times 0.1 is not 0.1 to the last digit, so deviations are not zero.
    steps = np.arange(46.0)
    x = np.column_stack([np.full(46, 0.1), steps, np.sin(steps)])
    found = pearson(x, interval=None)
    assert found.parts["0 & 1"].value is None
    assert found.value == found.parts["1 & 2"].value == pytest.approx(np.corrcoef(steps, np.sin(steps))[0, 1])
    alike = lin_ccc(np.column_stack([np.full(46, 0.1), np.full(46, 0.1), steps]), interval=None)
    assert alike.parts["0 & 1"].value is None
    assert (
        lin_ccc(np.column_stack([np.full(46, 0.1), np.full(46, 0.3), steps]), interval=None).parts["0 & 1"].value == 0
    )


@pytest.mark.parametrize("factor", [1e-6, 1e-12])
def test_the_unit_of_measurement_does_not_change_a_correlation_of_few_values(factor):
    x = np.random.default_rng(9).integers(0, 5, (60, 3))
    for coefficient in (pearson, lin_ccc):
        one, two = coefficient(x), coefficient(x * factor)
        assert (two.value, two.low, two.high) == pytest.approx((one.value, one.low, one.high), rel=1e-9)
    expected = np.mean([np.corrcoef(x[:, j], x[:, k])[0, 1] for j, k in combinations(range(3), 2)])
    assert pearson(x * factor, interval=None).value == pytest.approx(expected, abs=1e-12)
    scale = np.arange(5) * factor
    every = compare(x[:, :2] * factor, x[:, 2] * factor, scale=scale, every=True, interval=None).ceiling
    assert every["icc_2_1"].value == pytest.approx(icc(x[:, :2], interval=None).value, abs=1e-9)
    assert every["pearson"].value == pytest.approx(np.corrcoef(x[:, 0], x[:, 1])[0, 1], abs=1e-12)
