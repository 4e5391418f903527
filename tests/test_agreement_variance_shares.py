"""Finn's coefficient, Robinson's A, iota and tolerance: against each other, with gaps, coverage, what is refused."""

import numpy as np
import pytest

from agreement import (
    AgreementError,
    Ratings,
    conger_kappa,
    finn,
    finn_test,
    icc,
    iota,
    lin_ccc,
    percent_agreement,
    robinson_a,
    tolerance_agreement,
)

NAN = np.nan
RNG = np.random.default_rng(0)
X = np.clip(np.round(2 + RNG.normal(size=(40, 1)) + 0.8 * RNG.normal(size=(40, 3))), 0, 4)


def test_iota_is_congers_kappa_and_lins_concordance():
    assert iota(X, level="nominal").value == pytest.approx(conger_kappa(X, interval=None).value)
    assert iota(X[:, :2]).value == pytest.approx(lin_ccc(X[:, :2], interval=None).value)


def test_iota_from_its_definition():
    a, b = X[:12], RNG.normal(size=(12, 3))
    observed = expected = 0.0
    for r in range(3):
        for s in range(r + 1, 3):
            observed += sum((v[i, r] - v[i, s]) ** 2 for v in (a, b) for i in range(12)) / 12
            expected += sum((v[i, r] - v[j, s]) ** 2 for v in (a, b) for i in range(12) for j in range(12)) / 144
    assert iota([a, b]).value == pytest.approx(1 - observed / expected)


def test_iota_of_nominal_variables_counts_those_that_differ():
    colour, kind = RNG.integers(0, 3, (15, 2)), RNG.integers(0, 2, (15, 2))
    observed = np.mean((colour[:, 0] != colour[:, 1]) + (kind[:, 0] != kind[:, 1]).astype(float))
    expected = np.mean(
        [(colour[i, 0] != colour[j, 1]) + float(kind[i, 0] != kind[j, 1]) for i in range(15) for j in range(15)]
    )
    assert iota([colour, kind], level="nominal").value == pytest.approx(1 - observed / expected)


def test_a_standardized_iota_does_not_know_the_unit():
    one, two = iota([X, X * RNG.random(40)[:, None]], standardize=True), None
    two = iota([X, X], standardize=True)
    scaled = iota([X, 1000 * X], standardize=True)
    assert (scaled.value, scaled.low) == pytest.approx((two.value, two.low))
    assert one.value != two.value


def test_iota_leaves_out_units_with_gaps_and_counts_them():
    gap = X.copy()
    gap[0, 1] = NAN
    found = iota([gap, X])
    assert (found.value, found.n_dropped, found.n_raters) == (pytest.approx(iota([X[1:], X[1:]]).value), 5, 3)
    with pytest.raises(AgreementError, match="same units and raters"):
        iota([X, X[:, :2]])
    assert "every rating is the same" in iota(np.ones((5, 2))).reason


def test_finn_is_one_less_the_share_of_chance_variance():
    values = finn(X, scale=range(5))
    within = X.var(axis=1, ddof=1).mean()
    assert values.value == pytest.approx(1 - within / 2)  # (5² − 1) / 12 = 2
    shifted = X + np.array([0, 1, 2])
    assert finn(shifted, model="two-way", scale=range(7)).value == pytest.approx(
        1 - (1 - finn(X, model="two-way", scale=range(5)).value) * 2 / 4  # (7² − 1) / 12 = 4
    )


def test_finn_with_gaps_takes_least_squares():
    gap = X.copy()
    gap[RNG.random(X.shape) < 0.2] = NAN
    used = gap[(~np.isnan(gap)).sum(axis=1) >= 2]
    unit, rater = np.nonzero(~np.isnan(used))
    y = used[unit, rater]
    design = np.concatenate([np.eye(len(used))[unit], np.eye(3)[rater]], axis=1)
    rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    free = len(y) - np.linalg.matrix_rank(design)
    assert finn(gap, model="two-way", scale=range(5)).value == pytest.approx(1 - rest @ rest / free / 2)
    assert finn_test(gap, model="two-way", scale=range(5)).degrees_of_freedom == (free,)


def test_finns_test_holds_its_size_where_levels_are_many():
    rng = np.random.default_rng(3)
    p = [finn_test(rng.integers(0, 20, (15, 3)), scale=range(20)).p_value for _ in range(300)]
    assert np.mean(np.array(p) <= 0.05) <= 0.08  # uniform ratings have lighter tails than normal ones


def test_finn_needs_a_scale():
    with pytest.raises(AgreementError, match="scale"):
        finn(X)
    with pytest.raises(AgreementError, match="do not say who rated"):
        finn(Ratings.from_counts([[2, 1], [0, 3]]), model="two-way")
    assert "no unit was rated by two" in finn([[1, NAN], [NAN, 2]], scale=(1, 2)).reason


def test_robinsons_a_is_a_line_in_the_icc_of_centred_ratings():
    found = robinson_a(X)
    within = icc(X - X.mean(axis=0), form="1,1", interval=None).value
    n, k = X.shape
    # (MSR − MSW) / (MSR + (k − 1) MSW) with SS over n (k − 1) and n − 1; Robinson divides both by n.
    msr = k * np.square((X - X.mean(axis=0)).mean(axis=1)).sum() / (n - 1)
    ratio = (1 - within) / (1 + (k - 1) * within)  # MSW / MSR
    msw = msr * ratio
    assert found.value == pytest.approx(msr * (n - 1) / (msr * (n - 1) + msw * n * (k - 1)))
    assert "up to the raters' means" in robinson_a([[1, 2], [1, 2], [1, 2]]).reason


def test_tolerance_of_pairs_and_of_units():
    table = [[1, 2, 3], [4, 4, NAN], [0, 3, NAN], [5, NAN, NAN]]
    pairs = tolerance_agreement(table, interval=None)
    units = tolerance_agreement(table, of="units", interval=None)
    assert pairs.value == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert units.value == pytest.approx(1 / 3)
    assert (units.n_units, units.n_dropped) == (3, 1)
    assert tolerance_agreement(X, tolerance=0, interval=None).value == pytest.approx(
        percent_agreement(X, interval=None).value
    )


def test_a_tolerance_of_decimals_is_not_lost_to_rounding():
    assert tolerance_agreement([[0.1, 0.3], [0.3, 0.1]], tolerance=0.2, interval=None).value == 1
    with pytest.raises(AgreementError, match="0 or more"):
        tolerance_agreement(X, tolerance=-1)


@pytest.mark.parametrize("measure", ["finn", "robinson", "iota", "tolerance"])
def test_intervals_cover(measure):
    functions = {
        "finn": lambda x: finn(x, scale=range(5)),
        "robinson": robinson_a,
        "iota": iota,
        "tolerance": tolerance_agreement,
    }

    def study(rng, n):
        return np.clip(np.round(2 + rng.normal(size=(n, 1)) + np.array([0, 0.3, -0.3]) + rng.normal(size=(n, 3))), 0, 4)

    truth = functions[measure](study(np.random.default_rng(1), 20_000)).value
    rng, held = np.random.default_rng(2), 0
    for _ in range(100):
        found = functions[measure](study(rng, 40))
        held += found.low <= truth <= found.high
    assert 0.88 <= held / 100 <= 0.99
