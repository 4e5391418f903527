"""Rater severity by a mixed model: closed forms on complete tables, planted severities, edges."""

from pathlib import Path

import numpy as np
import pytest

from agreement import Ratings, rater_severity, rater_severity_mixed

JUDGES = np.genfromtxt(Path(__file__).parent / "vectors" / "shrout_fleiss1979_6x4.csv", delimiter=",", skip_header=1)
PLANTED = np.array([0.4, -0.3, 0.1, -0.2])
NAN = np.nan


def planted(seed, n_clusters=20, per_cluster=5, missing=0.3):
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(n_clusters), per_cluster)
    unit = rng.normal(size=(len(cluster), 1)) * 0.8 + rng.normal(size=n_clusters)[cluster][:, None] * 0.6
    table = 2 + unit + PLANTED + rng.normal(size=(len(cluster), len(PLANTED))) * 0.5
    table[rng.random(table.shape) < missing] = NAN
    return table, cluster


def test_a_complete_table_gives_the_analysis_of_variance():
    found = rater_severity_mixed(JUDGES)
    column_means = JUDGES.mean(axis=0) - JUDGES.mean()
    # Shrout & Fleiss 1979, table 3: error mean square 1.02 from 6 targets and 4 judges;
    # a centred column mean has variance MSE · (1 − 1/4) / 6 = 1.0194 · 0.75 / 6 = 0.1274, se 0.357
    for estimate, mean in zip(found.severity.values(), column_means, strict=True):
        assert estimate.value == pytest.approx(mean, abs=1e-8)
        assert estimate.standard_error == pytest.approx(0.357, abs=5e-4)
    assert found.error_sd == pytest.approx(np.sqrt(1.0194), abs=5e-4)
    # between-target mean square 11.24: (11.24 − 1.02) / 4 = 2.556
    assert found.unit_sd == pytest.approx(np.sqrt(2.556), abs=5e-3)
    assert found.cluster_sd is None


def test_it_agrees_with_least_squares_where_units_are_rated_by_most():
    table, cluster = planted(3, missing=0.1)
    exact = rater_severity(table, cluster=cluster)
    for name, estimate in rater_severity_mixed(table, cluster=cluster).severity.items():
        assert estimate.value == pytest.approx(exact[name].value, abs=0.03)


def test_units_with_one_rating_count_too():
    table, _ = planted(5, missing=0.0)
    table[: len(table) // 2, 1:] = NAN
    found = rater_severity_mixed(table).severity["0"]
    assert found.n_ratings == len(table)
    assert rater_severity(table)["0"].n_ratings == len(table) // 2


@pytest.mark.thorough
def test_planted_severities_and_spreads_lie_within_the_intervals():
    held, spreads = [], []
    for seed in range(40):
        table, cluster = planted(seed)
        found = rater_severity_mixed(table, cluster=cluster)
        held += [e.low <= b <= e.high for e, b in zip(found.severity.values(), PLANTED, strict=True)]
        spreads.append((found.unit_sd, found.cluster_sd, found.error_sd))
        assert all(e.n_clusters <= 20 and e.notes for e in found.severity.values())
    # nominal 0.95; 160 intervals of 40 simulations: four standard errors of a share of 40 are 0.14
    assert 0.81 < np.mean(held) <= 1
    assert np.mean(spreads, axis=0) == pytest.approx([0.8, 0.6, 0.5], abs=0.06)


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ([[1], [2], [3]], "nobody to be compared"),
        ([[1, NAN], [2, NAN], [3, NAN]], "no rating at all"),
        ([[1, NAN], [NAN, 2], [3, NAN]], "rated twice"),
        ([[2, 2], [2, 2], [2, 2]], "alike"),
    ],
)
def test_what_cannot_be_fitted_has_a_reason(table, word):
    found = rater_severity_mixed(np.array(table, dtype=float))
    assert (found.unit_sd, found.cluster_sd, found.error_sd) == (None, None, None)
    for estimate in found.severity.values():
        assert estimate.value is None
        assert word in estimate.reason


def test_weights_that_are_not_used_are_told():
    weighted = Ratings.from_array([[0, 1], [2, 3], [1, 3], [4, 4]], scale=range(5), weight=[1, 2, 1, 1])
    for found in (rater_severity(weighted), rater_severity_mixed(weighted).severity):
        assert all(any("weight" in note for note in estimate.notes) for estimate in found.values())
