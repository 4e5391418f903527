"""Intraclass correlations: printed values, McGraw and Wong's limits, missing ratings, clusters, edges."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import f as f_distribution

from agreement import AgreementError, Ratings, icc, icc_forms
from agreement.coefficients.intraclass import icc_table
from agreement.coefficients.intraclass.complete_totals import rows_of_complete
from agreement.coefficients.intraclass.icc import FORMS
from agreement.coefficients.intraclass.mean_squares import anova_icc
from agreement.coefficients.intraclass.rating_sums import RatingSums
from agreement.coefficients.intraclass.reml import reml

JUDGES = np.genfromtxt(Path(__file__).parent / "vectors" / "shrout_fleiss1979_6x4.csv", delimiter=",", skip_header=1)
NAN = np.nan
GAP = JUDGES.copy()  # the table of the case icc_shrout_fleiss_3_missing
GAP[0, 1] = GAP[3, 3] = GAP[5, 0] = NAN


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
        assert found.value == pytest.approx(float(anova_icc(rows_of_complete(x).sum(axis=0), form)), abs=1e-8)


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


def test_auto_is_analytic_for_independent_units_and_by_cluster_elsewhere():
    assert icc(JUDGES).method == "McGraw & Wong"
    assert icc(GAP).method == "McGraw & Wong, mean squares of REML"
    assert icc(GAP, form="3,1").method == "exact F (Wald; Harville & Fenech)"
    assert any("REML" in note for note in icc(GAP).notes)
    assert icc(JUDGES, cluster=[0, 0, 1, 1, 2, 2]).n_clusters == 3
    assert icc(GAP, cluster=[0, 0, 1, 1, 2, 2]).method.startswith("two-way jackknife")
    assert icc(GAP, form="3,1", cluster=[0, 0, 1, 1, 2, 2]).method.startswith("jackknife")
    with pytest.raises(AgreementError, match="with clusters"):
        icc(GAP, interval="analytic", cluster=[0, 0, 1, 1, 2, 2])


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


CROSSED = [[1, 0], [1, 1], [1, 1], [0, 1], [0, 1], [1, 1], [1, 1]]


def table_seven(x, confidence=0.95):
    """McGraw and Wong's limits of ICC(A,k), as printed in their table 7, with the divisors left visible."""
    n, k = x.shape
    units, raters, error, _ = mean_squares(x)
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


def test_resamples_do_not_push_an_interval_above_one():
    rng = np.random.default_rng(6)
    x = rng.normal(size=(9, 1)) + 0.5 * rng.normal(size=(9, 3))
    x[rng.random(x.shape) < 0.2] = NAN
    assert icc(x, form="3,1", interval="bootstrap", n_resamples=500).high <= 1


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


def test_counts_have_the_one_way_forms_only():
    x = np.random.default_rng(7).integers(0, 5, (60, 3))
    counts = Ratings.from_counts(np.stack([(x == k).sum(axis=1) for k in range(5)], axis=1), scale=range(5))
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


def test_a_scale_is_checked_and_orders_words():
    words = [["bad", "good"], ["good", "good"], ["fair", "fair"], ["bad", "bad"]]
    scale = ["bad", "fair", "good"]
    numbers = [[1, 3], [3, 3], [2, 2], [1, 1]]
    assert icc(words, scale=scale) == icc(numbers, scale=(1, 2, 3))
    assert icc(numbers, scale=(1, 2, 3)).value == icc(numbers).value
    with pytest.raises(AgreementError, match="outside the scale"):
        icc(numbers, scale=(1, 2))


@pytest.mark.parametrize(
    # R 4.2, lme4: lmer(value ~ 1 + (1|unit)), lmer(value ~ 1 + (1|unit) + (1|rater)), lmer(value ~ rater + (1|unit)),
    # the variance of units over the sum of all; the second also is psych 2.2.9: ICC(x, lmer=TRUE, missing=FALSE).
    ("form", "value"),
    [("1,1", 0.3140057), ("2,1", 0.3306109), ("3,1", 0.7721696)],
)
def test_ratings_that_are_missing_give_the_values_of_lme4(form, value):
    assert icc(GAP, form=form).value == pytest.approx(value, abs=1e-6)


def test_a_shift_of_one_rater_leaves_consistency_as_it_is():
    # psych takes raters as random there too, so its ICC(3,1) moves from .774 to .771.
    shifted = GAP + np.array([0, 10, 0, 0])
    assert icc(GAP, form="3,1").value == pytest.approx(0.774, abs=0.01)
    assert icc(shifted, form="3,1").value == pytest.approx(0.771, abs=0.01)
    for form in ("3,1", "3,k"):
        one, two = icc(GAP, form=form), icc(shifted, form=form)
        assert (two.value, two.low, two.high) == pytest.approx((one.value, one.low, one.high), abs=1e-7)
    assert icc(shifted, form="2,1").value == pytest.approx(0.1745285, abs=1e-6)  # lme4, as above


def test_limits_with_gaps_are_near_those_of_psych_and_wider_for_want_of_its_freedom():
    # psych 2.2.9 counts the error's freedom as if nothing were missing: 15, where 21 − 6 − 4 + 1 = 12 are left.
    # [.4375, .9590] and [.0276, .7925] by ICC(x, lmer=TRUE, missing=FALSE) of R 4.2.
    consistency, agreement = icc(GAP, form="3,1"), icc(GAP, form="2,1")
    assert 0.4375 - 0.05 < consistency.low < 0.4375
    assert consistency.high == pytest.approx(0.9590, abs=0.001)
    assert (agreement.low, agreement.high) == pytest.approx((0.0276, 0.7925), abs=0.01)


@pytest.mark.parametrize("seed", range(6))
def test_reml_is_the_analysis_of_variance_on_complete_tables(seed):
    rng = np.random.default_rng(seed)
    n, k = rng.integers(4, 40), rng.integers(2, 6)
    x = rng.normal(0, rng.choice([0.2, 1]), (n, 1)) + 2 * rng.normal(size=k) + rng.normal(size=(n, k))
    sums = RatingSums.of(x)
    for form in FORMS:
        fitted = float(reml(sums, form[0]).icc(form, sums.harmonic_k))
        assert fitted == pytest.approx(icc(x, form=form).value, abs=2e-6), form


def exact_f(x, theta, *, fixed):
    """Return F of units at a ratio of variances from the definition, with whole covariance matrices."""
    unit, rater = np.nonzero(~np.isnan(x))
    y, z = x[unit, rater], np.eye(len(x))[unit]
    design = np.eye(x.shape[1])[rater] if fixed else np.ones((len(y), 1))

    def residual(weight, columns):
        beta = np.linalg.lstsq(weight @ columns, weight @ y, rcond=None)[0]
        return np.square(weight @ (y - columns @ beta)).sum()

    whole = np.linalg.cholesky(np.linalg.inv(np.eye(len(y)) + theta * z @ z.T)).T
    everything = np.concatenate([design, z], axis=1)
    rank, own = np.linalg.matrix_rank(everything), np.linalg.matrix_rank(design)
    error, free = residual(np.eye(len(y)), everything), len(y) - rank
    return (residual(whole, design) - error) / (rank - own) / (error / free), rank - own, free


@pytest.mark.parametrize("form", ["1,1", "3,1"])
def test_exact_limits_are_where_the_f_statistic_meets_its_quantiles(form):
    found = icc(GAP, form=form, confidence=0.9)
    for limit, share in ((found.low, 0.95), (found.high, 0.05)):
        f, r, free = exact_f(GAP, limit / (1 - limit), fixed=form == "3,1")
        assert f_distribution.cdf(f, r, free) == pytest.approx(share, abs=1e-6)


@pytest.mark.parametrize("form", FORMS)
def test_limits_with_gaps_become_those_of_complete_tables(form):
    rng = np.random.default_rng(11)
    x = rng.normal(size=(300, 1)) + 0.5 * rng.normal(size=4) + rng.normal(size=(300, 4))
    gap = x.copy()
    gap[7, 2] = NAN
    one, two = icc(x, form=form), icc(gap, form=form)
    assert (two.value, two.low, two.high) == pytest.approx((one.value, one.low, one.high), abs=0.006)


def test_exact_limits_cover_with_few_units_and_many_gaps():
    # ICC(3,1) = 1 / (1 + 1); ICC(1,1) of unlike raters is of their model: units 1, the rest 1 + 0.
    rng, held = np.random.default_rng(4), {"1,1": 0, "3,1": 0}
    for _ in range(200):
        x = rng.normal(size=(15, 1)) + rng.normal(size=(15, 3))
        x[rng.random(x.shape) < 0.25] = NAN
        for form in held:
            found = icc(x, form=form)
            held[form] += found.low <= 0.5 <= found.high
    assert all(0.91 <= n / 200 <= 0.985 for n in held.values()), held


def test_a_mean_of_raters_says_how_many():
    assert icc(JUDGES, form="2,k").averaged_over == 4
    assert icc(JUDGES, form="2,1").averaged_over is None
    assert icc(GAP, form="3,k").averaged_over == pytest.approx(6 / (3 / 4 + 3 / 3))  # three units of 4, three of 3


def test_limits_say_whom_they_speak_of():
    people = {form: icc(GAP, form=form).population for form in ("1,1", "2,1", "3,1")}
    assert people == {"1,1": "raters like these", "2,1": "raters like these", "3,1": "these raters"}
    assert icc(GAP, form="2,1", interval="jackknife").population == "raters like these"
    assert icc(GAP, form="2,1", raters="fixed").population == "these raters"


def test_raters_who_share_no_unit_leave_two_way_forms_undefined():
    nested = np.full((4, 8), NAN)
    for i, pair in enumerate(([1, 2], [3, 3], [5, 4], [2, 2])):
        nested[i, 2 * i : 2 * i + 2] = pair
    assert icc(nested, form="1,1").value is not None
    assert "too few ratings are shared" in icc(nested, form="2,1").reason
    assert "too few ratings are shared" in icc(nested, form="3,1").reason


def test_raters_who_never_differ_are_consistent():
    x = np.array([[1.0, 3, 2], [2, 4, NAN], [4, NAN, 5], [5, 7, 6]])  # the second is 2 higher, the third 1
    found = icc(x, form="3,1")
    assert found.value == pytest.approx(1, abs=1e-6)
    assert "no error variance" in found.reason


def test_a_negative_variance_of_units_is_noted():
    found = icc(GAP + np.array([0, 10, 0, 0]), form="1,1")  # lme4 stops at 0 there
    assert found.value < 0
    assert any("below zero" in note for note in found.notes)


def test_clusters_with_gaps_are_left_out_as_a_whole():
    rng = np.random.default_rng(8)
    video = np.repeat(np.arange(12), 4)
    x = rng.normal(size=(48, 1)) + rng.normal(size=12)[video][:, None] + rng.normal(size=(48, 3))
    x[rng.random(x.shape) < 0.15] = NAN
    table = icc_table.IccTable.read(x, None, video, 0.95, anonymous=False)
    used = (~np.isnan(x)).sum(axis=1) >= 2
    left = [icc(x[used & (video != v)], form="2,1", interval=None).value for v in range(12)]
    assert table.jackknife("2,1", seed=0).replicates == pytest.approx(np.array(left), abs=1e-4)
    assert icc(x, form="2,1", cluster=video).n_clusters == 12


def crowd(rng, units, raters, each, severity=0.5):
    x, shift = np.full((units, raters), NAN), severity * rng.normal(size=raters)
    for row in x:
        who = rng.choice(raters, each, replace=False)
        row[who] = rng.normal() + shift[who] + rng.normal(size=each)
    return x


@pytest.mark.parametrize("form", ["2,1", "3,1", "2,k"])
def test_fits_to_first_order_are_near_the_fits_of_all_resamples(form, monkeypatch):
    x, video = crowd(np.random.default_rng(1), 120, 12, 5), np.repeat(np.arange(40), 3)
    table = icc_table.IccTable.read(x, None, video, 0.95, anonymous=False)
    every = table.jackknife(form, seed=0)
    monkeypatch.setattr(icc_table, "MOST_WORK", 0)
    first = table.jackknife(form, seed=0)
    assert first.point == pytest.approx(every.point, abs=1e-9)
    assert first.replicates == pytest.approx(every.replicates, abs=0.1 * np.ptp(every.replicates))
    assert first.standard_error() == pytest.approx(every.standard_error(), rel=0.1)


@pytest.mark.thorough
def test_intervals_to_first_order_cover_in_a_crowd(monkeypatch):
    # Variances: units 1, error 1: ICC(3,1) = 1/2.
    monkeypatch.setattr(icc_table, "MOST_WORK", 0)
    rng, held = np.random.default_rng(3), 0
    for _ in range(60):
        found = icc(crowd(rng, 120, 40, 4), form="3,1", interval="jackknife")
        held += found.low <= 1 / 2 <= found.high
    assert held >= 52


def test_who_rated_does_not_matter_one_way():
    x = crowd(np.random.default_rng(2), 50, 30, 3)
    shuffled = np.array([np.random.default_rng(i).permutation(row) for i, row in enumerate(x)])
    one, two = icc(x, form="1,1"), icc(shuffled, form="1,1")
    assert (one.value, one.low, one.high) == pytest.approx((two.value, two.low, two.high), abs=1e-9)


def test_limits_for_raters_as_a_sample_remark_how_few_they_are():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20, 1)) + rng.normal(size=(20, 4))
    noted = {k: any("only" in note and "raters" in note for note in icc(x[:, :k]).notes) for k in (3, 4)}
    assert noted == {3: True, 4: False}
    assert icc(x[:, :3], form="3,1").notes == ()
