"""Referees side by side: against a slow direct computation, by simulated coverage, and at the edges."""

import json
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from agreement import AgreementError, ablation, calibration_curve, compare
from agreement.intervals.multiple_testing import holm

NAN = np.nan
COEFFICIENTS = ("percent_agreement", "cohen_kappa_quadratic", "krippendorff_alpha_ordinal", "gwet_ac2_quadratic")


def made(seed, units=130, people=3, videos=26, noise=(0.6, 0.8, 1.0), shift=(0.0, 0.0, 0.0)):
    """Ratings of people, and referees that see the same truth with more and more noise; units nested in videos."""
    dice = np.random.default_rng(seed)
    video = np.arange(units) % videos
    truth = 2 + dice.normal(0, 1, units) + dice.normal(0, 0.6, videos)[video]
    humans = np.clip(np.round(truth[:, None] + dice.normal(0, 0.7, (units, people))), 0, 4)
    referees = {
        name: np.clip(np.round(truth + s + dice.normal(0, n, units)), 0, 4)
        for name, n, s in zip("abc", noise, shift, strict=True)
    }
    return humans, referees, video


def directly(humans, level, score):
    """All measures of one referee by the package's other functions."""
    found = compare(humans, level, scale=range(5), interval=None)
    values = {name: found.all_units[name].referee.value for name in COEFFICIENTS}
    curve = calibration_curve(score, humans, n_resamples=0)
    return values | {"leniency": found.leniency.value, "msc": curve.msc}


@pytest.mark.thorough
def test_differences_and_intervals_equal_a_direct_jackknife():
    humans, referees, video = made(1)
    humans[5:30, 1] = NAN
    referees["b"][3:9] = NAN
    cost = {name: np.abs(np.random.default_rng(i).normal(3, 1, 130)) for i, name in enumerate("abc")}
    found = ablation(humans, referees, costs={"seconds": cost}, cluster=video)
    kept = ~np.isnan(referees["b"])
    assert found.n_units == 124

    def each(inside):
        return {n: directly(humans[inside], levels[inside], levels[inside]) for n, levels in referees.items()}

    whole = each(kept)
    without = [each(kept & (video != v)) for v in range(26)]
    for one in found.differences:
        if one.measure == "seconds":
            continue
        d = whole[one.second][one.measure] - whole[one.first][one.measure]
        left = np.array([w[one.second][one.measure] - w[one.first][one.measure] for w in without])
        error = np.sqrt(25 / 26 * ((left - left.mean()) ** 2).sum())
        assert one.estimate.standard_error == pytest.approx(error, abs=1e-12), one.measure
        if one.measure != "msc":  # of which the value is corrected for fitting to noise
            assert one.estimate.value == pytest.approx(d, abs=1e-12)
        # Swaps of the two referees, and few clusters that vary, can only make interval and p-value larger.
        assert one.estimate.high - one.estimate.value >= stats.t.ppf(0.975, 25) * error - 1e-12
        assert one.p_value >= 2 * stats.t.sf(abs(one.estimate.value) / error, 25) - 1e-12
        assert (one.p_value <= 0.05) != (one.estimate.low <= 0 <= one.estimate.high)


def test_miscalibration_is_the_corrected_one_of_the_curve():
    humans, referees, video = made(2)
    scores = {name: np.clip(levels + 0.4, 0, 4) for name, levels in referees.items()}
    found = ablation(humans, referees, scores=scores, cluster=video)
    for name in referees:
        curve = calibration_curve(scores[name], humans, cluster=video, n_resamples=0)
        assert found.values["msc"][name].value == pytest.approx(curve.msc_corrected, abs=1e-12)


def test_a_cost_is_a_paired_difference_over_videos():
    # per video the second takes 1 and 3 seconds more: mean 2; leaving out one leaves 3 or 1, se = sqrt(1/2 · 2) = 1
    humans = [[1.0], [2.0], [3.0], [4.0]]
    level = np.array([1.0, 2, 3, 4])
    cost = {"a": [1.0, 1, 1, 1], "b": [2.0, 2, 4, 4]}
    found = ablation(humans, {"a": level, "b": level}, costs={"seconds": cost}, cluster=[0, 0, 1, 1])
    (one,) = (d for d in found.differences if d.measure == "seconds")
    assert (one.estimate.value, one.estimate.standard_error) == pytest.approx((2, 1))
    assert one.estimate.low == pytest.approx(2 - stats.t.ppf(0.975, 1))


def test_costs_count_failed_units_too():
    humans, referees, video = made(3)
    referees["b"][:26] = NAN
    failed = {name: np.isnan(levels).astype(float) for name, levels in referees.items()}
    found = ablation(humans, referees, costs={"failed": failed}, cluster=video)
    assert found.n_units == 104
    assert found.values["failed"]["b"].value == pytest.approx(26 / 130)
    assert found.values["failed"]["b"].n_units == 130
    assert found.n_dropped == {"a": 0, "b": 26, "c": 0}
    assert "26 rated units that not every referee scored are left out" in found.notes


def test_every_pair_is_there_and_holm_is_over_all():
    humans, referees, video = made(4)
    found = ablation(humans, referees, cluster=video)
    pairs = {(d.first, d.second) for d in found.differences}
    assert pairs == set(combinations("abc", 2))
    assert len(found.differences) == 3 * 6  # four coefficients, leniency and miscalibration
    assert [d.p_holm for d in found.differences] == holm([d.p_value for d in found.differences])


@pytest.mark.parametrize("seed", range(50))
def test_holm_equals_statsmodels(seed):
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    rng = np.random.default_rng(seed)
    p_values = rng.random(rng.integers(1, 30)) ** 3
    p_values[rng.random(len(p_values)) < 0.2] = 0.01  # ties
    expected = multitest.multipletests(p_values, method="holm")[1].tolist()
    assert holm(p_values.tolist()) == pytest.approx(expected, rel=0, abs=1e-12)


def test_a_difference_is_found_and_has_its_sign():
    humans, referees, video = made(5, units=300, videos=60, shift=(0.0, 0.0, 0.8))
    found = {(d.measure, d.first, d.second): d for d in ablation(humans, referees, cluster=video).differences}
    assert found["leniency", "a", "c"].estimate.low > 0.3
    assert found["leniency", "a", "c"].p_holm < 0.001
    assert found["cohen_kappa_quadratic", "a", "c"].estimate.high < 0
    assert found["msc", "a", "c"].estimate.low > 0


def test_the_same_referee_twice_differs_by_nothing_and_has_no_interval():
    humans, referees, video = made(6)
    for one in ablation(humans, {"a": referees["a"], "again": referees["a"]}, cluster=video).differences:
        assert one.estimate.value == 0
        assert one.estimate.low is None
        assert one.estimate.reason == "no difference in any group of units"
        assert one.p_value is one.p_holm is None


def test_a_referee_of_one_level_has_no_kappa_and_a_reason():
    humans, referees, video = made(7)
    found = ablation(humans, {"a": referees["a"], "flat": np.full(130, 3.0)}, cluster=video)
    by = {d.measure: d for d in found.differences}
    assert by["cohen_kappa_quadratic"].estimate.reason == "it gave one level to every unit"
    assert by["leniency"].estimate.value is not None
    json.dumps([d.to_json() for d in found.differences], allow_nan=False)


def test_few_shared_units_pool_people():
    humans, referees, video = made(8, people=14)
    humans[np.random.default_rng(1).random(humans.shape) < 0.9] = NAN
    found = ablation(humans, referees, cluster=video)
    pooled = compare(humans, referees["a"], scale=range(5), interval=None)
    assert pooled.averaging == "pooled"
    assert any("pairs with people were pooled" in note for note in found.notes)
    assert found.values["cohen_kappa_quadratic"]["a"].value == pytest.approx(
        pooled.all_units["cohen_kappa_quadratic"].referee.value, abs=1e-12
    )
    for name in ("percent_agreement", "krippendorff_alpha_ordinal", "gwet_ac2_quadratic"):
        assert found.values[name]["a"].value == pytest.approx(pooled.all_units[name].referee.value, abs=1e-12)
    assert found.values["leniency"]["a"].value == pytest.approx(pooled.leniency.value, abs=1e-12)


def test_nothing_in_common_and_one_video_are_said_not_computed():
    humans, referees, video = made(9)
    apart = {"a": np.where(video < 13, referees["a"], NAN), "b": np.where(video < 13, NAN, referees["b"])}
    found = ablation(humans, apart, cluster=video)
    assert found.differences == ()
    assert found.notes == ("no rated unit was scored by every referee",)
    alone = ablation(humans, referees, cluster=np.zeros(130))
    assert {d.estimate.reason for d in alone.differences} == {
        "only 1 independent group of units, an interval needs two"
    }


def test_an_unknown_cost_has_a_reason():
    humans, referees, video = made(10)
    found = ablation(humans, referees, costs={"tokens": {n: np.full(130, NAN) for n in "abc"}}, cluster=video)
    assert found.values["tokens"]["a"].reason == "it is not known of every referee"


def test_one_referee_is_no_comparison():
    with pytest.raises(AgreementError, match="at least two"):
        ablation([[1], [2]], {"a": [1, 2]})
