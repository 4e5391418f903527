"""What must hold for every table of ratings."""

import numpy as np
import pytest
from helpers_agreement import EVERY
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import agreement
from agreement.cross_tables import pools_pairs

SCALE = (0, 1, 2, 3, 4)
LEVELS = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, float("nan")])
TABLES = st.tuples(st.integers(2, 14), st.integers(2, 5)).flatmap(lambda shape: arrays(float, shape, elements=LEVELS))


def value(name, x, **options):
    return getattr(agreement, name)(x, scale=SCALE, interval=None, **(EVERY[name] | options)).value


def pools(x):
    return pools_pairs(np.where(np.isnan(x), -1, x).astype(np.int8))


@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=40, deadline=None)
@given(TABLES, st.randoms())
def test_order_of_raters_and_units_does_not_matter(name, x, shuffler):
    raters, units = list(range(x.shape[1])), list(range(x.shape[0]))
    shuffler.shuffle(raters)
    shuffler.shuffle(units)
    assert value(name, x) == pytest.approx(value(name, x[units][:, raters]), abs=1e-12)


@pytest.mark.parametrize("name", [n for n in EVERY if n != "krippendorff_alpha"])
@settings(max_examples=30, deadline=None)
@given(TABLES, st.integers(2, 4))
def test_units_repeated_do_not_change_the_value(name, x, times):
    if name == "cohen_kappa":  # ten units of one pair are too few for a kappa of that pair, forty are not
        assume(pools(x) == pools(np.tile(x, (times, 1))))
    assert value(name, x) == pytest.approx(value(name, np.tile(x, (times, 1))), abs=1e-12)


@pytest.mark.parametrize("name", ["cohen_kappa", "fleiss_kappa", "conger_kappa", "gwet_ac", "krippendorff_alpha"])
@settings(max_examples=30, deadline=None)
@given(TABLES, st.permutations(SCALE))
def test_names_of_nominal_categories_do_not_matter(name, x, names):
    option = {"level": "nominal"} if name == "krippendorff_alpha" else {"weights": None}
    renamed = np.append(np.array(names, float), np.nan)[np.where(np.isnan(x), 5, x).astype(int)]
    assert value(name, x, **option) == pytest.approx(value(name, renamed, **option), abs=1e-12)


@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=30, deadline=None)
@given(TABLES)
def test_a_reversed_scale_gives_the_same_value(name, x):
    assert value(name, x) == pytest.approx(value(name, 4 - x), abs=1e-12)


@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=30, deadline=None)
@given(TABLES)
def test_values_stay_below_one_and_reach_it_where_nobody_differs(name, x):
    found = value(name, x)
    assume(found is not None)
    assert found <= 1 + 1e-12
    alike = np.where(np.isnan(x), np.nan, np.arange(len(x))[:, None] % 5)
    same = value(name, alike)
    assert same is None or same == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=25, deadline=None)
@given(TABLES, st.sampled_from(["jackknife", "bootstrap", "bca", "pigeonhole"]), st.integers(1, 4))
def test_any_table_gives_numbers_or_a_reason(name, x, interval, size):
    found = getattr(agreement, name)(
        x, scale=SCALE, interval=interval, n_resamples=25, cluster=np.arange(len(x)) // size, **EVERY[name]
    )
    if found.value is None or found.low is None:
        assert found.reason
    else:
        assert found.low <= found.high
    assert found.n_ratings + found.n_dropped == np.count_nonzero(~np.isnan(x))


@pytest.mark.parametrize("name", [n for n in EVERY if n != "percent_agreement"])
def test_raters_who_do_not_know_each_other_agree_at_chance_level(name):
    x = np.random.default_rng(21).integers(0, 5, (40_000, 3))
    # the standard error of kappa at 0 with three raters is about √(2 / (3 · 2 · n (q − 1))) ≈ 0.0014 for q = 5
    assert value(name, x) == pytest.approx(0, abs=0.02)


@settings(max_examples=30, deadline=None)
@given(TABLES, st.integers(2, 4))
def test_units_repeated_change_alpha_only_by_its_small_sample_term(x, times):
    """With n ratings 1 − alpha is (n − 1) D: repeated, (t n − 1)/t D, so the ratio is (t n − 1)/(t (n − 1))."""
    n = x[(~np.isnan(x)).sum(axis=1) >= 2]
    n = np.count_nonzero(~np.isnan(n))
    once = value("krippendorff_alpha", x, level="nominal")
    assume(once is not None)
    again = value("krippendorff_alpha", np.tile(x, (times, 1)), level="nominal")
    assert (1 - again) == pytest.approx((1 - once) * (times * n - 1) / (times * (n - 1)), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(TABLES, st.floats(0.1, 10), st.floats(-5, 5))
def test_interval_alpha_does_not_know_unit_and_zero_of_the_scale(x, unit, zero):
    plain = value("krippendorff_alpha", x, level="interval")
    other = agreement.krippendorff_alpha(
        x * unit + zero, scale=[v * unit + zero for v in SCALE], level="interval", interval=None
    )
    assert plain == pytest.approx(other.value, abs=1e-9)
