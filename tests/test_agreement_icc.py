"""Intraclass correlations: printed values, McGraw and Wong's limits, missing ratings, clusters, edges."""

from pathlib import Path

import numpy as np
import pytest

from agreement import Ratings, icc, icc_forms
from agreement.coefficients.icc import FORMS, icc_of_totals
from agreement.coefficients.variance_components import rows_of
from agreement.errors import AgreementError

JUDGES = np.genfromtxt(Path(__file__).parent / "vectors" / "shrout_fleiss1979_6x4.csv", delimiter=",", skip_header=1)
NAN = np.nan


@pytest.mark.parametrize(
    # Shrout & Fleiss 1979, table 4, as printed; limits recomputed by two independent packages.
    ("form", "printed", "low", "high"),
    [
        ("1,1", 0.17, -0.13293232487477546, 0.7225600623280606),
        ("2,1", 0.29, 0.018786513374706014, 0.7610843696489764),
        ("3,1", 0.71, 0.3424647650339131, 0.9458582599551798),
        ("1,k", 0.44, -0.8844421552381099, 0.9124154203408877),
        ("2,k", 0.62, 0.07113681530250171, 0.927232040167861),
        ("3,k", 0.91, 0.6756747138163027, 0.9858916781690312),
    ],
)
def test_published_values_and_limits(form, printed, low, high):
    found = icc(JUDGES, form=form)
    assert round(found.value, 2) == printed
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-8)


def mean_squares(x):
    n, k = x.shape
    rows = k * ((x.mean(1) - x.mean()) ** 2).sum() / (n - 1)
    columns = n * ((x.mean(0) - x.mean()) ** 2).sum() / (k - 1)
    error = ((x - x.mean(1, keepdims=True) - x.mean(0) + x.mean()) ** 2).sum() / ((n - 1) * (k - 1))
    within = ((x - x.mean(1, keepdims=True)) ** 2).sum() / (n * (k - 1))
    return rows, columns, error, within


@pytest.mark.parametrize("seed", range(10))
def test_complete_tables_equal_the_mean_square_formulas(seed):
    rng = np.random.default_rng(seed)
    n, k = rng.integers(3, 30), rng.integers(2, 7)
    x = rng.normal(0, 1, (n, 1)) + rng.normal(0, 0.5, k) + rng.normal(0, 1, (n, k)) + 100
    b, j, e, w = mean_squares(x)
    expected = {
        "1,1": (b - w) / (b + (k - 1) * w),
        "2,1": (b - e) / (b + (k - 1) * e + k * (j - e) / n),
        "3,1": (b - e) / (b + (k - 1) * e),
        "1,k": (b - w) / b,
        "2,k": (b - e) / (b + (j - e) / n),
        "3,k": (b - e) / b,
    }
    for form in FORMS:
        assert icc(x, form=form, interval=None).value == pytest.approx(expected[form], abs=1e-10)


@pytest.mark.parametrize("units", [2, 3, 51, 700])
def test_mean_squares_and_variance_components_agree_on_complete_tables(units):
    rng = np.random.default_rng(units)
    x = rng.normal(1e6, 2, (units, 1)) + rng.normal(0, 1, (units, 4)) + np.arange(4)  # far from 0: no digits are lost
    for form, found in icc_forms(x, interval=None).items():
        assert found.value == pytest.approx(float(icc_of_totals(rows_of(x).sum(axis=0)[None, :], form, 4)[0]), abs=1e-8)


def test_missing_ratings_leave_the_estimate_unbiased():
    # Variances: units 1, raters 0.25, error 0.75: ICC(2,1) = 0.5, ICC(3,1) = 1 / 1.75.
    rng = np.random.default_rng(1)
    found = {"2,1": [], "3,1": []}
    for _ in range(120):
        x = rng.normal(0, 1, (80, 1)) + rng.normal(0, 0.5, 12) + rng.normal(0, np.sqrt(0.75), (80, 12))
        x[rng.random(x.shape) < 0.6] = NAN
        for form, values in found.items():
            values.append(icc(x, form=form, interval=None).value)
    assert np.mean(found["2,1"]) == pytest.approx(0.5, abs=0.02)
    assert np.mean(found["3,1"]) == pytest.approx(1 / 1.75, abs=0.02)


@pytest.mark.parametrize("interval", ["jackknife", "bootstrap"])
def test_clustered_intervals_cover(interval):
    # Consistency of these raters: units 0.5 + videos 0.5, error 1: ICC(3,1) = 1 / 2.
    rng = np.random.default_rng(2)
    video = np.repeat(np.arange(50), 3)
    covered = []
    for seed in range(150):
        units = rng.normal(0, np.sqrt(0.5), 150) + rng.normal(0, np.sqrt(0.5), 50)[video]
        x = units[:, None] + rng.normal(0, 1, (150, 4))
        x[rng.random(x.shape) < 0.2] = NAN
        found = icc(x, form="3,1", interval=interval, cluster=video, n_resamples=300, seed=seed)
        covered.append(found.low <= 0.5 <= found.high)
    assert 0.88 <= np.mean(covered) <= 0.99


def test_auto_is_analytic_only_for_complete_tables_of_independent_units():
    assert icc(JUDGES).method == "McGraw & Wong"
    gap = JUDGES.copy()
    gap[0, 0] = NAN
    assert icc(gap).method.startswith("jackknife")
    assert any("Henderson" in note for note in icc(gap).notes)
    assert icc(JUDGES, cluster=[0, 0, 1, 1, 2, 2]).n_clusters == 3
    with pytest.raises(AgreementError, match="missing ratings or clusters"):
        icc(gap, interval="analytic")


def test_order_and_origin_of_the_scale_do_not_matter():
    for form in FORMS:
        one = icc(JUDGES, form=form)
        two = icc(JUDGES[::-1, ::-1] * 10 + 1e6, form=form)
        assert two.value == pytest.approx(one.value, abs=1e-7)


def test_undefined_has_a_reason_and_single_ratings_are_counted():
    alike = icc(np.full((5, 3), 2.0))
    assert alike.value is None
    assert "no variance" in alike.reason
    single = icc([[1, 2], [3, NAN], [NAN, 4]])
    assert "needs two" in single.reason
    assert single.n_dropped == 2
    ratings = Ratings.from_array([[0, 1], [2, 2], [4, 3]], scale=range(5))
    assert icc(ratings).value == pytest.approx(icc(ratings.values()).value)
    with pytest.raises(AgreementError, match="choose one of"):
        icc(JUDGES, form="4,1")


@pytest.mark.parametrize("interval", ["auto", "jackknife", None])
def test_all_forms_at_once_are_what_each_form_gives(interval):
    gap = JUDGES.astype(float).copy()
    gap[0, 1] = NAN
    for table in (JUDGES, gap):
        together = icc_forms(table, interval=interval)
        assert together == {form: icc(table, form=form, interval=interval) for form in FORMS}


@pytest.mark.parametrize("form", ["1,1", "2,1", "3,k"])
def test_two_units_of_which_one_is_left_out_have_a_reason_and_no_warning(form):
    found = icc([[1, 2], [2, 2]], form=form, interval="jackknife")
    assert (found.low, found.high) == (None, None)
    assert "leaving out one group" in found.reason
