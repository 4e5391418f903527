"""Judges with scores in any unit: correlations, levels recalibrated out of fold, and what is remarked of scores."""

import numpy as np
import pytest
from helpers_continuous_judge import SCALE, odd_unit, people_and_merit
from scipy import stats

import agreement as ag
from agreement.continuous_judge.association import ASSOCIATIONS


def codes(notes):
    return {note.code.name for note in notes}


def test_coefficients_are_scipys_of_the_mean_rating():
    people, merit, _ = people_and_merit()
    score = merit + np.random.default_rng(1).normal(0, 1, len(merit))
    found = ag.judge_correlations(score, people)
    mean = people.mean(axis=1)
    assert found.pearson.with_mean.value == pytest.approx(stats.pearsonr(score, mean).statistic, abs=1e-12)
    assert found.spearman.with_mean.value == pytest.approx(stats.spearmanr(score, mean).statistic, abs=1e-12)
    assert found.kendall_tau_b.with_mean.value == pytest.approx(stats.kendalltau(score, mean).statistic, abs=1e-12)


def test_judge_and_person_are_held_against_the_same_means_of_the_others():
    people, merit, _ = people_and_merit(n_clusters=30)
    score = odd_unit(merit)
    found = ag.judge_correlations(score, people).spearman
    others = [np.delete(people, j, axis=1).mean(axis=1) for j in range(3)]
    judge = np.mean([stats.spearmanr(score, other).statistic for other in others])
    person = np.mean([stats.spearmanr(people[:, j], other).statistic for j, other in enumerate(others)])
    assert found.judge.value == pytest.approx(judge, abs=1e-12)
    assert found.person.value == pytest.approx(person, abs=1e-12)
    assert found.difference.value == pytest.approx(judge - person, abs=1e-12)


@pytest.mark.parametrize("name", list(ASSOCIATIONS))
def test_influences_say_what_leaving_a_unit_out_does(name):
    rng = np.random.default_rng(4)
    x = rng.integers(0, 6, 300).astype(float)
    y = np.rint(x + rng.normal(0, 2, 300))
    value, influence = ASSOCIATIONS[name](x, y)
    left = np.array([value - ASSOCIATIONS[name](np.delete(x, i), np.delete(y, i))[0] for i in range(60)])
    assert influence.sum() == pytest.approx(0, abs=1e-9)  # no weight matters where all grow alike
    # to first order a unit's influence is what the statistic loses without it; the rest is of order 1/n of it
    np.testing.assert_allclose(influence[:60], left, atol=0.03 * np.abs(left).max())


def test_an_increasing_unit_changes_nothing_but_pearson_and_an_affine_one_not_even_that():
    people, merit, cluster = people_and_merit()
    score = merit + np.random.default_rng(2).normal(0, 0.8, len(merit))
    asked = {"scale": SCALE, "cluster": cluster}
    plain, odd = (ag.recalibrated_levels(one, people, **asked) for one in (score, odd_unit(score)))
    np.testing.assert_array_equal(plain.levels, odd.levels)
    np.testing.assert_array_equal(plain.expected, odd.expected)
    curves = [ag.score_curve(one, people, n_resamples=20, **asked) for one in (score, odd_unit(score))]
    np.testing.assert_array_equal(curves[0].fitted, curves[1].fitted)
    np.testing.assert_array_equal(curves[0].low, curves[1].low)
    assert curves[0].thresholds[2].auc == curves[1].thresholds[2].auc
    assert curves[0].rps_explained == curves[1].rps_explained
    first, second, affine = (
        ag.judge_correlations(one, people, cluster=cluster) for one in (score, odd_unit(score), 1e6 * score - 7)
    )
    assert first.spearman == second.spearman
    assert first.kendall_tau_b == second.kendall_tau_b
    assert affine.pearson.difference.value == pytest.approx(first.pearson.difference.value, abs=1e-9)


def test_a_person_in_another_unit_agrees_as_that_person_does():
    people, _, cluster = people_and_merit(n_clusters=200, n_raters=4)
    person, others = people[:, 0], people[:, 1:]
    found = ag.recalibrated_levels(odd_unit(person), others, scale=SCALE, cluster=cluster)
    own, recalibrated = (
        ag.compare(others, levels, scale=SCALE, cluster=cluster, n_resamples=0).compared["cohen_kappa_quadratic"]
        for levels in (person, found.levels)
    )
    assert recalibrated.human_referee.value == pytest.approx(own.human_referee.value, abs=0.01)


def test_levels_are_as_frequent_as_people_give_them_and_expected_levels_are_without_bias():
    people, merit, cluster = people_and_merit(n_clusters=300)
    for score in (odd_unit(merit), -50 + np.random.default_rng(3).normal(0, 1, len(merit))):  # good, and useless
        found = ag.recalibrated_levels(score, people, scale=SCALE, cluster=cluster)
        assert found.expected.mean() == pytest.approx(people.mean(), abs=0.02)
        assert found.levels.mean() == pytest.approx(people.mean(), abs=0.02)
        shares = [(found.levels == level).mean() - (people == level).mean() for level in SCALE]
        assert np.abs(shares).max() < 0.01


def test_no_unit_is_recalibrated_by_the_ratings_of_its_own_cluster():
    people, merit, cluster = people_and_merit(n_clusters=20)
    before = ag.recalibrated_levels(merit, people, scale=SCALE, cluster=cluster)
    changed = people.copy()
    changed[cluster == 7] = 6 - changed[cluster == 7]
    after = ag.recalibrated_levels(merit, changed, scale=SCALE, cluster=cluster)
    fold = before.fold[cluster == 7]
    assert len(set(fold)) == 1
    same = before.fold == fold[0]
    np.testing.assert_array_equal(before.levels[same], after.levels[same])
    np.testing.assert_array_equal(before.expected[same], after.expected[same])
    assert not np.array_equal(before.expected[~same], after.expected[~same])


def test_units_that_nobody_rated_get_levels_by_all_rated_ones():
    people, merit, cluster = people_and_merit(n_clusters=100)
    some = people.copy()
    some[::4] = np.nan
    found = ag.recalibrated_levels(odd_unit(merit), some, scale=SCALE, cluster=cluster)
    assert (found.fold[::4] == -1).all()
    assert np.isfinite(found.levels).all()
    assert found.levels[::4].mean() == pytest.approx(np.nanmean(some), abs=0.15)  # 75 units, standard error 0.14
    assert np.corrcoef(found.expected[::4], people[::4].mean(axis=1))[0, 1] > 0.7


def test_a_permuted_judge_is_useless():
    people, merit, cluster = people_and_merit()
    score = np.random.default_rng(6).permutation(merit)
    correlation = ag.judge_correlations(score, people, cluster=cluster).spearman
    assert correlation.with_mean.low < 0 < correlation.with_mean.high
    assert correlation.difference.high < -0.4
    levels = ag.recalibrated_levels(score, people, scale=SCALE, cluster=cluster).levels
    kappa = ag.compare(people, levels, scale=SCALE, cluster=cluster).compared["cohen_kappa_quadratic"]
    assert kappa.human_referee.low < 0 < kappa.human_referee.high
    auc = ag.score_curve(score, people, scale=SCALE, cluster=cluster, n_resamples=0).thresholds[2].auc
    assert auc.low < 0.5 < auc.high


def test_a_reversed_judge_is_asked_whether_low_is_good():
    people, merit, cluster = people_and_merit()
    assert "REVERSED_JUDGE" in codes(ag.judge_correlations(-merit, people, cluster=cluster).notes)
    assert "REVERSED_JUDGE" not in codes(ag.judge_correlations(merit, people, cluster=cluster).notes)


def test_what_is_no_finite_number_is_counted_and_does_not_enter():
    people, merit, _ = people_and_merit(n_clusters=20)
    score, rated = merit.copy(), people.copy()
    score[:3], score[3:5], rated[7] = np.nan, [np.inf, -np.inf], np.nan
    shape = ag.score_shape(score, rated)
    assert (shape.n_rated, shape.n_scored, shape.n_missing, shape.n_infinite, shape.n_unrated) == (59, 54, 3, 2, 1)
    assert {"UNSCORED_UNITS", "INFINITE_SCORES"} <= codes(shape.notes)
    assert ag.judge_correlations(score, rated).n_units == 54
    assert np.isnan(ag.recalibrated_levels(score, rated, scale=SCALE).levels[:5]).all()


def test_ties_mass_at_an_end_and_a_restricted_range_are_remarked():
    people, merit, _ = people_and_merit(n_clusters=100)
    rounded = np.round(merit, 1)  # tied, but with no more than a few per cent at one score
    assert codes(ag.score_shape(rounded, people).notes) == {"TIED_SCORES"}
    capped = np.minimum(merit, np.quantile(merit, 0.7))  # 30 % of the units at the top
    found = ag.score_shape(capped, people)
    assert found.highest_share == pytest.approx(0.3, abs=0.01)
    assert "SATURATED_SCORES" in codes(found.notes)
    only_good = np.where(merit > 3.2, merit, np.nan)  # half of people's range
    found = ag.score_shape(only_good, people)
    assert found.variance_ratio < 0.6
    assert "RANGE_RESTRICTION" in codes(found.notes)
    assert codes(ag.score_shape(merit, people).notes) == set()
    assert "SATURATED_SCORES" in codes(ag.score_shape(np.ones(len(merit)), people).notes)


def test_a_constant_judge_one_person_and_nothing_have_reasons():
    people, merit, cluster = people_and_merit(n_clusters=10)
    constant = ag.judge_correlations(np.ones(len(merit)), people, cluster=cluster).spearman
    assert constant.with_mean.reason == "the judge gave one score to every unit"
    alone = ag.judge_correlations(merit, people[:, :1], cluster=cluster).spearman
    assert alone.with_mean.value is not None
    assert "rated by two people" in alone.person.reason
    nothing = np.full(len(merit), np.nan)
    assert "no unit has both" in ag.judge_correlations(nothing, people).pearson.with_mean.reason
    assert ag.recalibrated_levels(nothing, people, scale=SCALE).reason
    assert ag.recalibrated_levels(merit, people, scale=SCALE, cluster=np.zeros(len(merit))).reason
    assert ag.score_shape(nothing, people).lowest is None
    assert ag.score_curve(nothing, people, scale=SCALE, n_resamples=0).reason


def test_what_cannot_be_read_is_refused():
    people, merit, _ = people_and_merit(n_clusters=5)
    with pytest.raises(ag.AgreementError, match="one score per unit"):
        ag.judge_correlations(merit[:-1], people)
    with pytest.raises(ag.AgreementError, match="outside the scale"):
        ag.recalibrated_levels(merit, people, scale=(1, 2))
    with pytest.raises(ag.AgreementError, match="at least 2"):
        ag.recalibrated_levels(merit, people, n_folds=1)


@pytest.mark.thorough
def test_intervals_hold_an_exchangeable_judges_difference_of_nothing():
    held = 0
    for seed in range(40):
        people, _, cluster = people_and_merit(n_clusters=40, n_raters=4, seed=seed)
        found = ag.judge_correlations(odd_unit(people[:, 0]), people[:, 1:], cluster=cluster).spearman.difference
        held += found.low <= 0 <= found.high
    assert held >= 34  # of 40 at 95 %: 38, standard deviation 1.4


def test_results_become_frames_and_json():
    people, merit, cluster = people_and_merit(n_clusters=10)
    found = ag.judge_correlations(merit, people, cluster=cluster)
    frame = found.to_frame()
    assert found.spearman.person.value in frame["value"].tolist()
    assert found.ceilings.rho_perfect.value in frame["value"].tolist()
    levels = ag.recalibrated_levels(merit, people, scale=SCALE, cluster=cluster)
    assert list(levels.to_frame().columns) == ["levels", "expected", "fold"]
    assert levels.to_json()["name"] == "levels recalibrated out of fold"
