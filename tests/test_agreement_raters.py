"""Severity, drift and consensus: recovered from simulation, equal to direct definitions, honest at the edges."""

import numpy as np
import pytest

from agreement import Ratings, alt_test, bland_altman, dawid_skene, drift, noise_ceilings, severity
from agreement.errors import AgreementError

NAN = np.nan


def test_severity_is_least_squares_with_units_as_factors():
    rng = np.random.default_rng(0)
    y = rng.normal(0, 1, (30, 4)) + rng.normal(0, 1, (30, 1)) + np.array([0, 0.5, -0.5, 1])
    y[rng.random(y.shape) < 0.4] = NAN
    unit, rater = np.nonzero(~np.isnan(y))
    design = np.zeros((len(unit), 34))
    design[np.arange(len(unit)), unit] = 1
    design[np.arange(len(unit)), 30 + rater] = 1
    beta = np.linalg.lstsq(design, y[unit, rater], rcond=None)[0][30:]
    found = [e.value for e in severity(y).values()]
    assert found == pytest.approx(beta - beta.mean(), abs=1e-9)


def test_meeting_easier_units_is_not_leniency():
    # Rater 1 rates 1 above rater 0; rater 2 equals rater 0, but saw only the low units.
    truth = np.array([0.0, 0, 0, 4, 4, 4])
    y = np.column_stack([truth, truth + 1, np.where(truth == 0, truth, NAN)])
    found = {name: e.value for name, e in severity(y).items()}
    assert found["1"] - found["0"] == pytest.approx(1)
    assert found["2"] - found["0"] == pytest.approx(0)
    assert sum(found.values()) == pytest.approx(0)


def test_severity_intervals_cover_with_videos():
    rng = np.random.default_rng(1)
    truth = np.array([-0.4, 0.1, 0.3])
    video = np.repeat(np.arange(40), 4)
    covered = []
    for _ in range(120):
        y = rng.normal(0, 1, (160, 1)) + truth + rng.normal(0, 0.5, (40, 3))[video] + rng.normal(0, 0.7, (160, 3))
        y[rng.random(y.shape) < 0.2] = NAN
        found = severity(y, cluster=video).values()
        covered.append([e.low <= t <= e.high for e, t in zip(found, truth, strict=True)])
    assert 0.91 <= np.mean(covered) <= 0.98


def test_drift_finds_the_rater_who_changes():
    rng = np.random.default_rng(2)
    when = np.argsort(rng.random((200, 3)), axis=0).astype(float)  # every rater has an order of their own
    slope = np.array([0.0, 0.006, 0.0])
    y = rng.normal(2, 1, (200, 1)) + np.array([0.2, 0, -0.2]) + slope * when + rng.normal(0, 0.5, (200, 3))
    found = list(drift(y, when).values())
    for estimate, true in zip(found, slope - slope.mean(), strict=True):
        assert estimate.low < true < estimate.high
    assert found[1].low > 0


def test_raters_without_a_chain_of_units_are_not_compared():
    found = severity([[1, 2, NAN, NAN], [2, 3, NAN, NAN], [NAN, NAN, 1, 1], [NAN, NAN, 4, 3]])
    assert all(e.value is None and "no chain of units" in e.reason for e in found.values())
    alone = severity(Ratings.from_array([[1, 2, NAN], [2, 3, NAN], [NAN, NAN, 3]], scale=range(5), raters=list("abc")))
    assert "rated no unit that another" in alone["c"].reason


def test_drift_needs_a_time_for_every_rating():
    with pytest.raises(AgreementError, match="without its time"):
        drift([[1, 2], [2, 3]], [[1, 2], [NAN, 3]])
    with pytest.raises(AgreementError, match="one time each"):
        drift([[1, 2], [2, 3]], [1, 2])


def slow_dawid_skene(codes, q, steps):
    n, raters = codes.shape
    posterior = np.array([[np.mean(row[row >= 0] == k) for k in range(q)] for row in codes])
    for _ in range(steps):
        prior = posterior.mean(axis=0)
        confusion = np.zeros((raters, q, q))
        for i in range(n):
            for j in range(raters):
                if codes[i, j] >= 0:
                    confusion[j, :, codes[i, j]] += posterior[i]
        confusion += 0.01
        confusion /= confusion.sum(axis=2, keepdims=True)
        for i in range(n):
            joint = prior.copy()
            for j in range(raters):
                if codes[i, j] >= 0:
                    joint *= confusion[j, :, codes[i, j]]
            posterior[i] = joint / joint.sum()
    return posterior, confusion


def noisy(seed, units=300):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, units)
    skill = np.array([0.9, 0.8, 0.45, 0.45, 0.45])
    codes = np.where(rng.random((units, 5)) < skill, truth[:, None], rng.integers(0, 3, (units, 5)))
    codes[rng.random(codes.shape) < 0.2] = -1
    codes[:, 0] = np.where(codes.max(axis=1) < 0, truth, codes[:, 0])
    return truth, codes


def as_table(codes):
    return Ratings.from_array(np.where(codes < 0, NAN, codes), scale=range(3))


def test_consensus_equals_the_algorithm_written_out():
    _, codes = noisy(0, units=40)
    found = dawid_skene(as_table(codes), max_iterations=7, tolerance=0)
    posterior, confusion = slow_dawid_skene(codes, 3, 7)
    np.testing.assert_allclose(found.posterior, posterior, atol=1e-10)
    np.testing.assert_allclose(found.confusion, confusion, atol=1e-10)
    assert not found.converged


def test_consensus_beats_the_majority_and_finds_the_skilled():
    truth, codes = noisy(1)
    found = dawid_skene(as_table(codes))
    majority = np.array([np.bincount(row[row >= 0], minlength=3).argmax() for row in codes])
    assert found.converged
    assert np.mean(np.array(found.labels) == truth) > np.mean(majority == truth) + 0.02
    right = np.trace(found.confusion, axis1=1, axis2=2) / 3
    assert right.argsort()[::-1][:2].tolist() == [0, 1]


def test_likelihood_never_falls_without_smoothing():
    _, codes = noisy(2, units=80)
    steps = [dawid_skene(as_table(codes), smoothing=0, tolerance=0, max_iterations=n) for n in range(1, 15)]
    assert (np.diff([s.log_likelihood for s in steps]) >= -1e-9).all()


def test_relabelling_categories_relabels_the_consensus():
    _, codes = noisy(3, units=60)
    swap = np.array([2, 0, 1, -1])
    one, two = dawid_skene(as_table(codes)), dawid_skene(as_table(swap[codes]))
    assert [int(swap[label]) for label in one.labels] == list(two.labels)


def test_units_without_ratings_have_no_label():
    found = dawid_skene([[0, 0], [NAN, NAN], [1, 1]], scale=(0, 1))
    assert found.labels == (0, None, 1)
    assert np.isnan(found.posterior[1]).all()
    with pytest.raises(AgreementError, match="nothing to find"):
        dawid_skene([[NAN, NAN]], scale=(0, 1))
    with pytest.raises(AgreementError, match="who rated"):
        dawid_skene(Ratings.from_counts([[1, 2], [3, 0]]))


def test_every_statistic_that_leaves_weights_out_says_so():
    levels = np.random.default_rng(5).integers(0, 3, (40, 2))
    given = Ratings.from_array(levels, scale=range(3), weight=np.linspace(1, 2, 40))
    plain = Ratings.from_array(levels, scale=range(3))
    words = "the sampling weights of the units were not used here"
    for function in (
        lambda r: alt_test(r, levels[:, 0]).notes,
        lambda r: bland_altman(r).low.notes,
        lambda r: dawid_skene(r).notes,
        lambda r: noise_ceilings(r, levels[:, 0]).spearman.notes,
    ):
        assert words in function(given)
        assert words not in function(plain)
