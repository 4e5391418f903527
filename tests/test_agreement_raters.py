"""Severity, drift and consensus: recovered from simulation, equal to direct definitions, honest at the edges."""

import tracemalloc

import numpy as np
import pytest

from agreement import (
    AgreementError,
    Ratings,
    alt_test,
    bland_altman,
    dawid_skene,
    noise_ceilings,
    rater_drift,
    rater_severity,
)

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
    found = [e.value for e in rater_severity(y).values()]
    assert found == pytest.approx(beta - beta.mean(), abs=1e-9)


def test_meeting_easier_units_is_not_leniency():
    # Rater 1 rates 1 above rater 0; rater 2 equals rater 0, but saw only the low units.
    truth = np.array([0.0, 0, 0, 4, 4, 4])
    y = np.column_stack([truth, truth + 1, np.where(truth == 0, truth, NAN)])
    found = {name: e.value for name, e in rater_severity(y).items()}
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
        found = rater_severity(y, cluster=video).values()
        covered.append([e.low <= t <= e.high for e, t in zip(found, truth, strict=True)])
    assert 0.91 <= np.mean(covered) <= 0.98


def test_drift_finds_the_rater_who_changes():
    rng = np.random.default_rng(2)
    when = np.argsort(rng.random((200, 3)), axis=0).astype(float)  # every rater has an order of their own
    slope = np.array([0.0, 0.006, 0.0])
    y = rng.normal(2, 1, (200, 1)) + np.array([0.2, 0, -0.2]) + slope * when + rng.normal(0, 0.5, (200, 3))
    found = list(rater_drift(y, when).values())
    for estimate, true in zip(found, slope - slope.mean(), strict=True):
        assert estimate.low < true < estimate.high
    assert found[1].low > 0


def test_raters_without_a_chain_of_units_are_not_compared():
    found = rater_severity([[1, 2, NAN, NAN], [2, 3, NAN, NAN], [NAN, NAN, 1, 1], [NAN, NAN, 4, 3]])
    assert all(e.value is None and "no chain of units" in e.reason for e in found.values())
    alone = rater_severity(
        Ratings.from_array([[1, 2, NAN], [2, 3, NAN], [NAN, NAN, 3]], scale=range(5), raters=list("abc"))
    )
    assert "rated no unit that another" in alone["c"].reason


def test_drift_needs_a_time_for_every_rating():
    with pytest.raises(AgreementError, match="without its time"):
        rater_drift([[1, 2], [2, 3]], [[1, 2], [NAN, 3]])
    with pytest.raises(AgreementError, match="one time each"):
        rater_drift([[1, 2], [2, 3]], [1, 2])


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


@pytest.mark.parametrize("when", [None, "own", "shared"])
def test_leaving_a_group_out_is_leaving_out_its_rows(when):
    """Every left-out value that enters the interval is that of the shorter table, so both standard errors are equal."""
    rng = np.random.default_rng(11)
    x = rng.integers(0, 5, (30, 4)).astype(float)
    x[rng.random(x.shape) < 0.3] = NAN
    video = np.arange(30) % 6
    time = rng.random((30, 4)) if when == "own" else np.arange(30.0)[:, None] * np.ones(4)

    def effects(rows):
        found = rater_severity(x[rows]) if when is None else rater_drift(x[rows], time[rows])
        return np.array([e.value for e in found.values()])

    left = np.array([effects(video != g) for g in range(6)])
    expected = np.sqrt(5 / 6 * np.square(left - left.mean(axis=0)).sum(axis=0))  # (G − 1)/G Σ (v_g − v̄)²
    found = rater_severity(x, cluster=video) if when is None else rater_drift(x, time, cluster=video)
    assert [e.standard_error for e in found.values()] == pytest.approx(expected, abs=1e-9)


def test_a_group_that_alone_joins_a_rater_leaves_no_interval():
    x = np.array([[0, 1, NAN], [2, 2, NAN], [1, 3, NAN], [NAN, 1, 2]])  # only the last unit joins rater 2
    found = rater_severity(x)
    assert all(e.value is not None and e.low is None for e in found.values())
    assert "leaves the statistic undefined" in found["2"].reason


def test_hundreds_of_raters_who_met_few_others():
    """400 raters, 3 at each unit; effects are known up to noise; no array holds units × raters × raters (3.8 GB)."""
    rng = np.random.default_rng(0)
    effect = rng.normal(0, 0.5, 400)
    x = np.full((3000, 400), NAN)
    for row in x:
        some = rng.choice(400, 3, replace=False)
        row[some] = rng.normal() + effect[some] + rng.normal(0, 0.1, 3)
    tracemalloc.start()
    found = np.array([e.value for e in rater_severity(x).values()])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # A rater has 22.5 ratings on average: errors of about 0.1 · sqrt(1.5 / 22.5) = 0.026.
    assert np.sqrt(np.mean(np.square(found - (effect - effect.mean())))) < 0.04
    assert most < 200e6


def test_one_rater_has_nobody_to_be_compared_with():
    for found in (rater_severity(np.ones((60, 1))), rater_drift(np.ones((60, 1)), np.ones((60, 1)))):
        assert found["0"].value is None
        assert "nobody to be compared with" in found["0"].reason


def test_drift_without_a_change_of_time_says_so():
    x = np.random.default_rng(3).integers(0, 5, (20, 2)).astype(float)
    still = rater_drift(x, np.ones((20, 2)))
    assert all("at one time, so no change" in e.reason for e in still.values())
    one = rater_drift(x, np.column_stack([np.arange(20), np.ones(20)]))
    assert "another rater gave all ratings at one time" in one["0"].reason
    assert "at one time, so no change" in one["1"].reason
    apart = [[1, 2, NAN, NAN], [2, 3, NAN, NAN], [NAN, NAN, 1, 1], [NAN, NAN, 4, 3]]
    split = rater_drift(apart, np.arange(4.0)[:, None] * np.ones(4))
    assert all("no chain of units" in e.reason for e in split.values())
    few = rater_drift([[1, 2]], [[0, 1]])
    assert all("at one time" in e.reason for e in few.values())


def test_consensus_says_when_it_did_not_converge():
    _, codes = noisy(4, units=60)
    short = dawid_skene(as_table(codes), max_iterations=2)
    assert short.converged is False
    assert any("not converged after 2 iterations" in note for note in short.notes)
    long = dawid_skene(as_table(codes))
    assert long.converged is True
    assert long.notes == ()


@pytest.mark.parametrize(
    "options",
    [{"smoothing": NAN}, {"smoothing": -1}, {"tolerance": NAN}, {"max_iterations": 0}, {"max_iterations": 10.5}],
)
def test_consensus_refuses_options_that_cannot_be_meant(options):
    with pytest.raises(AgreementError, match=next(iter(options))):
        dawid_skene([[0, 0], [1, 1]], **options)


@pytest.mark.parametrize("multiple", [NAN, np.inf, 0, -1.96, "two"])
def test_limits_of_agreement_need_a_multiple(multiple):
    with pytest.raises(AgreementError, match="how many standard deviations"):
        bland_altman([[1, 2], [2, 2]], multiple=multiple)


def test_differences_that_are_all_alike_have_no_published_interval():
    found = bland_altman([[0.1, 1.1], [1.1, 2.1], [0.3, 1.3]], interval="analytic")  # 1, up to the last bit
    for estimate in (found.mean, found.low, found.high):
        assert estimate.value == pytest.approx(1)
        assert (estimate.low, estimate.high, estimate.standard_error) == (None, None, 0)
        assert "all differences are alike" in estimate.reason
