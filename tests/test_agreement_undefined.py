"""A coefficient that the ratings do not define is None, with a reason that a person understands."""

import json

import numpy as np
import pytest
from helpers_agreement import EVERY

import agreement
from agreement import AgreementError, Estimate, Ratings

NAN = float("nan")
SCALE = (0, 1, 2, 3, 4)
CHANCE_CORRECTED = ["cohen_kappa", "light_kappa", "conger_kappa", "fleiss_kappa", "krippendorff_alpha", "scott_pi"]
ALL = [*EVERY, "light_kappa", "scott_pi"]
INTERVALS = ["jackknife", "bootstrap", "bca", "pigeonhole", None]


def undefined(name, x, words, interval="jackknife", scale=SCALE):
    found = getattr(agreement, name)(x, scale=scale, interval=interval, n_resamples=20)
    assert (found.value, found.low, found.high) == (None, None, None)
    assert words in found.reason
    json.dumps(found.to_json(), allow_nan=False)


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("x", "words"),
    [
        ([[1], [2], [4]], "only one rater"),
        ([[1, NAN], [NAN, 2], [4, NAN]], "no unit was rated by two raters"),
        ([[NAN, NAN], [NAN, NAN]], "no unit was rated by two raters"),
    ],
)
def test_ratings_that_cannot_be_compared(name, interval, x, words):
    undefined(name, x, words, interval)


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("name", CHANCE_CORRECTED)
def test_one_category(name, interval):
    undefined(name, [[3, 3], [3, 3], [3, 3]], "all compared ratings are 3", interval)
    for other in ("gwet_ac", "brennan_prediger"):
        undefined(other, [[3, 3], [3, 3]], "a single category", interval, scale=(3,))


@pytest.mark.parametrize(
    ("name", "low"),
    # 0.025^(1/3) = 0.2924 of the units at least; of five categories raters who guess evenly agree in a fifth
    [("gwet_ac", 0.2924), ("brennan_prediger", (0.2924 - 0.2) / 0.8), ("percent_agreement", 0.2924)],
)
def test_one_category_is_agreement_where_chance_does_not_follow_the_ratings(name, low):
    found = getattr(agreement, name)([[3, 3], [3, 3], [3, 3]], scale=SCALE)
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(low, abs=1e-4)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("interval", ["jackknife", "bootstrap", "bca"])
def test_agreement_everywhere_has_an_exact_lower_limit(name, interval):
    x = np.repeat(np.arange(5.0), 8)[:, None] * np.ones(2)
    found = getattr(agreement, name)(x, scale=SCALE, interval=interval, n_resamples=30)
    # none of 40 units differs: 0.025^(1/40) = 0.9119; five even categories agree by luck in a fifth
    low = 0.025 ** (1 / 40)
    low = low if name == "percent_agreement" else (low - 0.2) / 0.8
    assert (found.value, found.high, found.method) == (pytest.approx(1), 1.0, "exact, no disagreement seen")
    assert found.low == pytest.approx(low, abs=1e-12)


def test_an_exact_lower_limit_counts_clusters_and_knows_the_confidence():
    x = np.repeat(np.arange(5.0), 8)[:, None] * np.ones(2)
    found = agreement.percent_agreement(x, cluster=np.arange(40) % 8, confidence=0.9)
    assert found.low == pytest.approx(0.05 ** (1 / 8))
    alone = agreement.percent_agreement(x, cluster=np.zeros(40))
    assert (alone.low, alone.reason) == (None, "only 1 independent group of units, an interval needs two")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("interval", [None, "pigeonhole", "analytic"])
def test_agreement_everywhere_shows_no_scatter(name, interval):
    x = np.repeat(np.arange(5.0), 8)[:, None] * np.ones(2)
    options = {"level": "nominal"} if name == "krippendorff_alpha" else {}
    found = getattr(agreement, name)(x, scale=SCALE, interval=interval, n_resamples=30, **options)
    assert (found.value, found.low, found.high) == (pytest.approx(1), None, None)
    assert (found.reason is None) == (interval is None)


def test_a_constant_referee_has_kappa_zero_because_it_says_nothing():
    assert agreement.cohen_kappa([[0, 2], [1, 2], [2, 2], [4, 2]], scale=SCALE, weights="quadratic").value == 0.0


def test_a_unit_with_one_rating_never_counts_as_agreement():
    x = [[0, 1], [2, 2], [4, 3], [1, 1]]
    more = [*x, *[[4, NAN]] * 50]
    for name in ("krippendorff_alpha", "percent_agreement", "cohen_kappa", "scott_pi", "light_kappa"):
        function = getattr(agreement, name)
        first, second = function(x, scale=SCALE, interval=None), function(more, scale=SCALE, interval=None)
        assert first.value == second.value, name
        assert second.n_dropped == 50, name
        assert (first.n_units, second.n_units) == (4, 4), name


def test_a_pair_of_raters_without_a_common_unit_is_named():
    x = [[0, 0, NAN], [1, 0, NAN], [2, 2, 2], [3, 3, 3], [NAN, 1, 1], [4, NAN, NAN], [0, NAN, 1]]
    x[2][2] = x[3][2] = NAN
    x[6][0] = NAN
    ratings = Ratings.from_array(x, scale=SCALE, raters=("ann", "bob", "cem"))
    found = agreement.cohen_kappa(ratings, interval=None)  # bob and cem share one unit of five, so pairs are pooled
    assert found.parts["ann & cem"].reason == "these two have no unit in common"
    assert any("ann & cem" in note for note in agreement.light_kappa(ratings, interval=None).notes)


def test_leaving_out_the_only_unit_that_differs():
    found = agreement.krippendorff_alpha([[0, 0], [0, 0], [1, 0]], interval="jackknife")
    assert found.value is not None
    assert found.reason == "leaving out one group of units leaves the coefficient undefined"


def test_one_cluster_has_no_interval():
    found = agreement.fleiss_kappa([[0, 1], [1, 1], [0, 0]], cluster=["v", "v", "v"])
    assert found.value is not None
    assert found.reason == "only 1 independent group of units, an interval needs two"
    assert found.notes == ("only 1 cluster: no interval can be made from it",)


def test_raw_agreement_that_never_happened_has_an_exact_upper_limit():
    # none of ten units: at most 1 − 0.025^(1/10) = 0.3085 of all
    found = agreement.percent_agreement([[1, 2]] * 10)
    assert (found.value, found.low, found.high) == (0.0, 0.0, pytest.approx(0.3085, abs=1e-4))


def test_one_disagreement_has_an_interval_by_the_delta_method():
    x = np.repeat([[0.0, 0.0], [1.0, 1.0]], 20, axis=0)
    x[0, 1] = 1  # leaving this unit out gives 1, where atanh is infinite
    found = agreement.krippendorff_alpha(x, level="nominal", scale=(0, 1))
    assert 0 < found.low < found.value < found.high < 1


@pytest.mark.parametrize("name", ["gwet_ac", "brennan_prediger"])
def test_formulas_with_the_number_of_categories_need_the_scale(name):
    with pytest.raises(AgreementError, match=r"Pass all categories in order, such as scale="):
        getattr(agreement, name)([[1, 2], [2, 2]])


@pytest.mark.parametrize("name", [n for n in ALL if n != "krippendorff_alpha"])
def test_weights_need_the_scale(name):
    with pytest.raises(AgreementError, match="without a declared scale"):
        getattr(agreement, name)([[1, 2], [2, 2]], weights="quadratic")


def test_scott_pi_is_for_two():
    with pytest.raises(AgreementError, match="Use fleiss_kappa"):
        agreement.scott_pi([[1, 1, 0], [0, 0, 1]])


def test_an_estimate_is_never_nan():
    with pytest.raises(ValueError, match="None with a reason"):
        Estimate(NAN, None, None)
    with pytest.raises(ValueError, match="say why"):
        Estimate(None, None, None)
    with pytest.raises(ValueError, match="low is inf"):
        Estimate(0.5, float("inf"), None)


def test_an_estimate_reads_well():
    assert str(Estimate(0.51234, 0.4, 0.6)) == "0.512 [0.400, 0.600]"
    assert str(Estimate(0.51234, None, None)) == "0.512"
    nested = Estimate(0.5, None, None, parts={"a & b": Estimate(None, None, None, reason="no unit")})
    assert nested.to_json()["parts"]["a & b"]["reason"] == "no unit"
