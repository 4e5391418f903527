"""What a harmless change of a table may change, and that it changes nothing else.

Units that one person rated: change their count, leniency, the figures of all units, and the category shares of Fleiss,
Conger and AC, which single ratings enter; not both sides and their difference, leave-one-out, noise ceilings, raw
agreement, kappa, alpha or correlations.
Units that nobody judged: their count alone.
A referee: nothing of people, whatever its levels; where it gave none, which units are compared.
A category that nobody used: AC and Brennan-Prediger, whose chance knows the number of categories; nothing else.
A constant added to all levels: nothing. Added to the referee: its agreement and leniency, not its correlations.
Names of nominal categories: nothing.
A rater twice: the means over pairs, and a remark; no pair of the others, and nobody's leniency.
Order of units, people and rows: the order.
"""

from dataclasses import fields
from functools import partial

import numpy as np
import pandas as pd
import pytest

import agreement as ag
from agreement import NoteCode, Ratings, compare

NAN = np.nan
SCALE = (0, 1, 2, 3, 4)
COEFFICIENTS = {
    "percent_agreement": ag.percent_agreement,
    "cohen_kappa": ag.cohen_kappa,
    "cohen_kappa_quadratic": partial(ag.cohen_kappa, weights="quadratic"),
    "cohen_kappa_linear": partial(ag.cohen_kappa, weights="linear"),
    "light_kappa": ag.light_kappa,
    "krippendorff_alpha": ag.krippendorff_alpha,
    "krippendorff_alpha_nominal": partial(ag.krippendorff_alpha, level="nominal"),
    "icc_1_1": partial(ag.icc, form="1,1"),
    "icc_2_1": ag.icc,
    "pearson": ag.pearson,
    "spearman": ag.spearman,
    "kendall_tau_b": ag.kendall_tau_b,
    "lin_ccc": ag.lin_ccc,
    "fleiss_kappa": ag.fleiss_kappa,
    "conger_kappa": ag.conger_kappa,
    "scott_pi": ag.fleiss_kappa,
    "gwet_ac2": partial(ag.gwet_ac, weights="quadratic"),
    "brennan_prediger": ag.brennan_prediger,
}
WITH_SHARES = {"fleiss_kappa", "conger_kappa", "scott_pi", "gwet_ac2"}  # a single rating counts in category shares
OF_THE_SCALE = {"gwet_ac2", "brennan_prediger"}
TABLES = [(seed, kind) for seed in range(2) for kind in ("complete", "missing", "crowd")]


def made(seed, kind, units=60):
    """People, referee and clusters: everybody on every unit, gaps at random, or a crowd of nine with 2 or 3 a unit."""
    rng = np.random.default_rng(seed)
    people = {"complete": 3, "missing": 4, "crowd": 9}[kind]
    truth = rng.integers(0, 5, (units, 1))
    levels = np.where(rng.random((units, people + 1)) < 0.6, truth, rng.integers(0, 5, (units, people + 1)))
    levels = levels.astype(float)
    humans = levels[:, :-1]
    if kind == "missing":
        humans[rng.random(humans.shape) < 0.25] = NAN
    if kind == "crowd":
        order = np.argsort(rng.random(humans.shape), axis=1).argsort(axis=1)
        humans[order >= rng.integers(2, 4, (units, 1))] = NAN
    levels[rng.random(units) < 0.1, -1] = NAN
    return humans, levels[:, -1], np.arange(units) // 3


def rated(humans, scale=SCALE, cluster=None):
    return Ratings.from_array(humans, scale=scale, cluster=cluster, wide=True)


def values(humans, scale=SCALE):
    ratings = rated(humans, scale)
    return {name: function(ratings, interval=None).value for name, function in COEFFICIENTS.items()}


def sides(found):
    """Everything that a comparison says on like units."""
    said = {(name, side): getattr(c, side).value for name, c in found.compared.items() for side in SIDES}
    rows = {
        (row.rater, side, name): one.value
        for row in found.leave_one_out
        for side in ("agreement", "referee_instead")
        for name, one in getattr(row, side).items()
    }
    return {**said, **rows, "averaging": found.averaging, "n_units": found.n_units}


SIDES = ("ceiling", "human_referee", "difference")


def noise(found):
    return {one.name: getattr(found.noise, one.name).value for one in fields(found.noise)}


def of_all(found):
    return {
        (name, side): getattr(c, side).value for name, c in found.all_units.items() for side in ("people", "referee")
    }


def near(found, expected, but=()):
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        if key not in but:
            assert found[key] == pytest.approx(value, abs=1e-9), key


every = partial(compare, scale=SCALE, every=True, interval=None)


@pytest.mark.parametrize(("seed", "kind"), TABLES)
def test_units_that_one_person_rated_change_only_what_is_about_all_units(seed, kind):
    humans, referee, _ = made(seed, kind)
    rng = np.random.default_rng(seed)
    lone = np.full((50, humans.shape[1]), NAN)
    lone[np.arange(50), rng.integers(0, humans.shape[1], 50)] = rng.integers(0, 5, 50)
    more, longer = np.vstack([humans, lone]), np.append(referee, rng.integers(0, 5, 50))
    near(values(more), values(humans), but=WITH_SHARES)
    one, two = every(humans, referee), every(more, longer)
    near(sides(two), sides(one))
    near(noise(two), noise(one), but=("spearman_brown", "spearman_disattenuated"))  # halves drawn anew
    near(of_all(two), of_all(one), but=[key for key in of_all(one) if key[1] == "referee"])
    assert two.n_single == one.n_single + 50
    assert two.leniency.n_units == one.leniency.n_units + 50


@pytest.mark.parametrize(("seed", "kind"), TABLES)
def test_units_that_nobody_judged_change_only_their_count(seed, kind):
    humans, referee, _ = made(seed, kind)
    empty = np.full((7, humans.shape[1]), NAN)
    one, two = every(humans, referee), every(np.vstack([humans, empty]), np.append(referee, [NAN] * 7))
    near(sides(two), sides(one))
    near(noise(two), noise(one))
    near(of_all(two), of_all(one))
    assert (two.n_dropped - one.n_dropped, two.leniency.value) == (7, one.leniency.value)


@pytest.mark.parametrize(("seed", "kind"), TABLES)
def test_a_referee_changes_nothing_of_people(seed, kind):
    humans, referee, _ = made(seed, kind)
    one, two = every(humans, referee), every(humans, np.where(np.isnan(referee), NAN, (referee * 3 + 1) % 5))
    alone = every(humans, np.where(np.arange(len(referee)) == 0, 0, NAN))  # it scored one unit
    for name, c in one.compared.items():
        assert two.ceiling[name].value == pytest.approx(c.ceiling.value)
        assert alone.all_units[name].people.value == pytest.approx(c.all_units.people.value)
    above = values(humans)
    both = [
        "cohen_kappa",
        "cohen_kappa_quadratic",
        "cohen_kappa_linear",
        "pearson",
        "spearman",
        "kendall_tau_b",
        "lin_ccc",
    ]
    for name in both:  # one estimator on both halves of a page: mean over pairs, of a crowd pooled pairs
        assert one.all_units[name].people.value == pytest.approx(above[name], abs=1e-12)
    if kind == "crowd":
        assert one.averaging == "pooled"
        for name in ("percent_agreement", "krippendorff_alpha_nominal", "fleiss_kappa", "brennan_prediger"):
            assert one.all_units[name].people.value == pytest.approx(above[name], abs=1e-12)


@pytest.mark.parametrize(("seed", "kind"), TABLES)
def test_a_category_that_nobody_used_changes_only_what_counts_categories(seed, kind):
    humans, referee, _ = made(seed, kind)
    wider = (*SCALE, 5, 6)
    near(values(humans, wider), values(humans), but=OF_THE_SCALE)
    one, two = every(humans, referee), every(humans, referee, scale=wider)
    counting = ("gwet_ac1", "gwet_ac2_quadratic", "brennan_prediger")
    near(sides(two), sides(one), but=[key for key in sides(one) if any(name in key for name in counting)])
    near(noise(two), noise(one))
    assert two.leniency == one.leniency


@pytest.mark.parametrize(("seed", "kind"), TABLES)
def test_a_constant_added_to_every_level_changes_nothing(seed, kind):
    humans, referee, _ = made(seed, kind)
    up = tuple(level + 10 for level in SCALE)
    near(values(humans + 10, up), values(humans))
    one, two = every(humans, referee), every(humans + 10, referee + 10, scale=up)
    near(sides(two), sides(one))
    near(noise(two), noise(one))
    assert two.leniency.value == pytest.approx(one.leniency.value)


@pytest.mark.parametrize(("seed", "kind"), TABLES)
def test_a_constant_added_to_the_referee_moves_leniency_and_leaves_correlations(seed, kind):
    humans, referee, _ = made(seed, kind)
    wider = (*SCALE, 5, 6)
    one, two = (every(humans, levels, scale=wider) for levels in (referee, referee + 2))
    assert two.leniency.value == pytest.approx(one.leniency.value + 2)
    near(noise(two), noise(one))
    for name, c in two.compared.items():
        assert c.ceiling.value == pytest.approx(one.ceiling[name].value)
        if name in ("pearson", "spearman", "kendall_tau_b"):
            assert c.difference.value == pytest.approx(one.difference[name].value, abs=1e-9)
    assert two.human_referee["percent_agreement"].value < one.human_referee["percent_agreement"].value


@pytest.mark.parametrize(("seed", "kind"), TABLES)
def test_names_of_nominal_categories_change_nothing(seed, kind):
    humans, referee, _ = made(seed, kind)
    new = np.array([3.0, 0.0, 4.0, 1.0, 2.0, NAN])
    turned = [new[np.where(np.isnan(x), 5, x).astype(int)] for x in (humans, referee)]
    one, two = (every(*each, level="nominal") for each in ((humans, referee), turned))
    near(sides(two), sides(one))
    near(of_all(two), of_all(one))


@pytest.mark.parametrize(("seed", "kind"), TABLES)
def test_a_rater_twice_changes_means_over_pairs_and_is_remarked(seed, kind):
    humans, referee, _ = made(seed, kind, units=200)
    twice = np.column_stack([humans, humans[:, 0]])
    one, two = (ag.cohen_kappa(rated(each), interval=None).parts for each in (humans, twice))
    for pair, kappa in one.items():
        assert two[pair].value == kappa.value
    first, second = every(humans, referee), every(twice, referee)
    assert second.ceiling["percent_agreement"].value > first.ceiling["percent_agreement"].value
    for rater, lenient in first.leniency_by_rater.items():
        assert second.leniency_by_rater[rater].value == lenient.value
    remarks = [
        [getattr(note, "code", None) for note in found.notes].count(NoteCode.RATERS_IDENTICAL)
        for found in (first, second)
    ]
    assert remarks == [0, 1]
    assert [(pair.first, pair.second, pair.is_referee) for pair in second.identical] == [
        ("0", str(humans.shape[1]), False)
    ]


@pytest.mark.parametrize(("seed", "kind"), TABLES)
def test_order_of_units_people_and_rows_changes_nothing(seed, kind):
    humans, referee, video = made(seed, kind)
    rng = np.random.default_rng(seed)
    units, people = rng.permutation(len(humans)), rng.permutation(humans.shape[1])
    names = np.array([f"r{j}" for j in range(humans.shape[1])])
    one = compare(
        Ratings.from_array(humans, scale=SCALE, raters=names, cluster=video, wide=True), referee, n_resamples=0
    )
    moved = Ratings.from_array(
        humans[units][:, people], scale=SCALE, raters=names[people], cluster=video[units], wide=True
    )
    two = compare(moved, referee[units], n_resamples=0)
    near(sides(two), sides(one))
    for name, c in one.compared.items():
        again = two.compared[name].difference
        assert (again.low, again.high) == pytest.approx((c.difference.low, c.difference.high), abs=1e-9)
    unit, rater = np.nonzero(~np.isnan(humans))
    long = pd.DataFrame({"unit": unit, "rater": rater, "value": humans[unit, rater].astype(int)})
    long = long.sample(frac=1, random_state=seed)
    table = Ratings.from_long(long, unit="unit", rater="rater", value="value", scale=SCALE, wide=True)
    for name, function in COEFFICIENTS.items():
        assert function(table, interval=None).value == pytest.approx(values(humans)[name], abs=1e-7), name
