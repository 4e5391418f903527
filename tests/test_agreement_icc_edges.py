"""Intraclass correlations at the edge: poles, negative variances, units of measurement, counts, masks and words."""

import numpy as np
import pytest
from scipy.stats import f as f_distribution

from agreement import Ratings, compare, icc, icc_forms
from agreement.coefficients.icc import FORMS
from agreement.errors import AgreementError

NAN = np.nan
CROSSED = [[1, 0], [1, 1], [1, 1], [0, 1], [0, 1], [1, 1], [1, 1]]
GAPS = [
    [1, 1, NAN, 1],
    [0, NAN, 0, 0],
    [0, NAN, NAN, 0],
    [NAN, 0, 0, 0],
    [0, 0, 0, 0],
    [1, 1, NAN, NAN],
    [0, 0, NAN, 0],
    [0, 0, NAN, NAN],
    [NAN, 1, NAN, 1],
]


def table_seven(x, confidence=0.95):
    """McGraw and Wong's limits of ICC(A,k), as printed in their table 7, with the divisors left visible."""
    n, k = x.shape
    units = k * ((x.mean(1) - x.mean()) ** 2).sum() / (n - 1)
    raters = n * ((x.mean(0) - x.mean()) ** 2).sum() / (k - 1)
    error = ((x - x.mean(1, keepdims=True) - x.mean(0) + x.mean()) ** 2).sum() / ((n - 1) * (k - 1))
    r = (units - error) / (units + (k - 1) * error + k * (raters - error) / n)  # of one rater, for the freedom
    a, b = k * r / (n * (1 - r)), 1 + k * r * (n - 1) / (n * (1 - r))
    free = (a * raters + b * error) ** 2 / ((a * raters) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1)))
    tail = (1 + confidence) / 2
    upper, lower = f_distribution.ppf(tail, n - 1, free), f_distribution.ppf(tail, free, n - 1)
    above = (n * (units - upper * error), n * (lower * units - error))
    below = (upper * (raters - error) + n * units, raters - error + n * lower * units)
    return above, below


def test_limits_of_a_mean_of_raters_equal_the_printed_formula_where_it_has_no_pole():
    rng = np.random.default_rng(2)
    for _ in range(20):
        x = rng.normal(0, 1, (12, 1)) + rng.normal(0, 0.7, 3) + rng.normal(0, 1, (12, 3))
        above, below = table_seven(x)
        found = icc(x, form="2,k")
        assert min(below) > 0
        assert (found.low, found.high) == pytest.approx((above[0] / below[0], above[1] / below[1]), abs=1e-9)


def test_the_lower_limit_of_a_mean_of_raters_is_unbounded_beyond_the_pole():
    # Sums of units 1, 2, 2, 1, 1, 2, 2 and of raters 5, 6 give MSR = 1/7, MSC = 1/14, MSE = 5/21, so the value is
    # (MSR − MSE) / (MSR + (MSC − MSE)/7) = (−2/21) / (5/42) = −4/5.
    x = np.array(CROSSED, dtype=float)
    above, below = table_seven(x)
    assert below[0] < 0  # the lower limit would be above[0] / below[0] = 276
    assert above[0] / below[0] == pytest.approx(276.037, abs=0.001)
    found = icc(x, form="2,k")
    assert found.value == pytest.approx(-0.8)
    assert found.low is None
    assert found.high == pytest.approx(above[1] / below[1], abs=1e-9)
    assert "unbounded" in found.reason
    found.to_json()


def test_limits_are_in_order_and_around_the_value():
    rng = np.random.default_rng(3)
    unbounded = 0
    for _ in range(400):
        for found in icc_forms(rng.integers(0, 2, (10, 2))).values():
            if found.value is None:
                continue
            assert found.value <= 1 + 1e-9
            assert found.low is None or found.low <= found.value + 1e-9
            assert found.high is None or found.value <= found.high + 1e-9
            unbounded += found.low is None and found.high is not None
    assert unbounded


def test_a_mean_of_raters_whose_variance_is_not_above_zero_has_no_reliability():
    # Units have one mean, MSR = MSC = 0: (0 − MSE) / (0 + (0 − MSE)/4) would be 4.
    found = icc_forms([[1, 0], [0, 1], [1, 0], [0, 1]])
    assert found["2,k"].value is None
    assert "not above zero" in found["2,k"].reason
    assert found["3,1"].value == -1  # −MSE / MSE
    assert (found["3,1"].low, found["3,1"].high) == (None, None)


def henderson(x):
    """Variances by Henderson's method I: quadratic forms yᵀAy and the traces of A times each covariance."""
    unit, rater = np.nonzero(~np.isnan(x))
    y = x[unit, rater]
    z = [np.eye(len(x))[unit], np.eye(x.shape[1])[rater]]
    z = [m[:, m.any(axis=0)] for m in z]
    means = [m @ np.linalg.inv(m.T @ m) @ m.T for m in z]
    n = len(y)
    forms = [np.eye(n) - means[0], np.eye(n) - means[1], np.eye(n) - np.full((n, n), 1 / n)]
    covariances = [z[0] @ z[0].T, z[1] @ z[1].T, np.eye(n)]
    return np.linalg.solve([[np.trace(a @ v) for v in covariances] for a in forms], [y @ a @ y for a in forms])


def test_a_negative_error_variance_leaves_consistency_undefined():
    units, _, error = henderson(np.array(GAPS))
    assert error < 0
    assert units / (units + error) == pytest.approx(1.034, abs=0.001)  # what ICC(3,1) would be
    found = icc_forms(GAPS)
    assert found["3,1"].value is None
    assert "below zero" in found["3,1"].reason
    assert found["3,k"].value is None
    assert all(e.value is None or e.value <= 1 for e in found.values())


def test_resamples_with_a_negative_error_variance_do_not_push_an_interval_above_one():
    rng = np.random.default_rng(6)  # with them the upper limit would be 1.3
    x = rng.normal(size=(9, 1)) + 0.5 * rng.normal(size=(9, 3))
    x[rng.random(x.shape) < 0.2] = NAN
    found = icc(x, form="3,1", interval="bootstrap", n_resamples=500)
    units, _, error = henderson(x[(~np.isnan(x)).sum(axis=1) >= 2])
    assert found.value == pytest.approx(units / (units + error))
    assert found.high <= 1


@pytest.mark.parametrize("factor", [1e-12, 1e-7, 1e-6, 1e9])
@pytest.mark.parametrize("gap", [False, True])
def test_the_unit_of_measurement_does_not_change_an_intraclass_correlation(factor, gap):
    x = np.random.default_rng(5).integers(0, 5, (40, 3)).astype(float)
    if gap:
        x[3, 1] = NAN
    for form, one in icc_forms(x).items():
        two = icc(x * factor, form=form)
        assert (two.value, two.low, two.high) == pytest.approx((one.value, one.low, one.high), rel=1e-9)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e-9, 1e9])
def test_ratings_that_differ_by_rounding_only_are_alike(value):
    for found in icc_forms(np.full((50, 3), value)).values():
        assert "all ratings are alike" in found.reason
    if value:
        off = np.full((50, 3), value)
        off[7, 1] = np.nextafter(value, np.inf)
        assert "all ratings are alike" in icc(off).reason


def counted_by_position(x):
    codes = np.asarray(x)
    return np.stack([(codes == k).sum(axis=1) for k in range(5)], axis=1)


def test_counts_have_the_one_way_forms_only():
    x = np.random.default_rng(7).integers(0, 5, (60, 3))
    counts = Ratings.from_counts(counted_by_position(x), scale=range(5))
    of_people, of_counts = icc_forms(x), icc_forms(counts)
    for form in FORMS:
        if form.startswith("1"):
            assert of_counts[form].value == pytest.approx(of_people[form].value, abs=1e-12)
            assert icc(counts, form=form) == of_counts[form]
        else:
            assert of_counts[form].value is None
            assert "do not say who rated" in of_counts[form].reason
            with pytest.raises(AgreementError, match="do not say who rated"):
                icc(counts, form=form)


def test_masked_ratings_are_missing_ratings():
    x = np.array([[1.0, 1], [2, 2], [99, 3], [4, 4], [2, 3]])
    masked = np.ma.masked_equal(x, 99)
    # Units 1, 2, 4 and (2, 3) remain: within 1/2/4 = 1/8, between 2·var(1, 2, 4, 2.5) = 2 · 4.6875/3 = 3.125;
    # (3.125 − 0.125) / (3.125 + 0.125) = 12/13.
    assert icc(masked, form="1,1", interval=None).value == pytest.approx(12 / 13)
    referee = np.ma.masked_equal([1, 2, 3, 4, 99], 99)
    found = compare(masked, referee, scale=(1, 2, 3, 4))
    assert (found.n_units, found.n_ratings, found.n_dropped) == (4, 7, 1)


def test_a_scale_is_checked_and_orders_words():
    words = [["bad", "good"], ["good", "good"], ["fair", "fair"], ["bad", "bad"]]
    scale = ["bad", "fair", "good"]
    numbers = [[1, 3], [3, 3], [2, 2], [1, 1]]
    assert icc(words, scale=scale) == icc(numbers, scale=(1, 2, 3))
    assert icc(numbers, scale=(1, 2, 3)).value == icc(numbers).value
    with pytest.raises(AgreementError, match="outside the scale"):
        icc(numbers, scale=(1, 2))
