"""Both sides of a comparison on the same people and units: exactly, by simulation, and what is said about the rest."""

import csv
import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

import agreement as ag
from agreement import NoteCode, Ratings, compare
from agreement.comparison.rater_pair_estimates import ComparisonPlan, estimates
from agreement.cross_tables import pools_pairs, sparse_pairs

NAN = np.nan
SCALE = (0, 1, 2, 3, 4)
CASES = Path(__file__).parent / "vectors" / "cases"
NAMES = ("percent_agreement", "cohen_kappa_quadratic", "krippendorff_alpha_ordinal", "gwet_ac2_quadratic")


def case(name, referee):
    """Ratings of people with clusters, and levels of the referee, of a long table in order of appearance."""
    rows = list(csv.DictReader((CASES / name).read_text().splitlines()))
    units, raters = (list(dict.fromkeys(row[key] for row in rows)) for key in ("unit", "rater"))
    table = np.full((len(units), len(raters)), NAN)
    cluster = [""] * len(units)
    for row in rows:
        table[units.index(row["unit"]), raters.index(row["rater"])] = float(row["value"])
        cluster[units.index(row["unit"])] = row.get("video", row["unit"])
    at = raters.index(referee)
    people = Ratings.from_array(
        np.delete(table, at, axis=1),
        scale=SCALE,
        raters=[r for r in raters if r != referee],
        cluster=cluster,
        wide=True,
    )
    return people, table[:, at]


def differences(codes, averaging, every=True):
    plan = ComparisonPlan(SCALE, (), "ordinal", None, 0.95, 0, 0, every=every)
    found, _ = estimates(codes, None, plan, averaging)
    return {name: found["difference", i].value for i, name in enumerate(plan.names)}


def test_second_opinions_on_hard_units_alone_make_no_referee_better():
    # The referee is simulated as one more person. Of 160 units the 60 hard ones have two people: these are the ones
    # compared, so both files give the same. Before, easy units with one person were in the referee's side: +0.225.
    found = compare(*case("second_opinion_on_hard.csv", "ref"))
    hard = compare(*case("second_opinion_hard_only.csv", "ref"))
    for name, c in found.compared.items():
        assert c.difference.value == pytest.approx(hard.difference[name].value, abs=1e-12)
        assert c.difference.low < 0 < c.difference.high
        assert [getattr(c, side).n_units for side in ("ceiling", "human_referee", "difference")] == [60, 60, 60]
        assert c.all_units.referee.n_units == 160
    assert found.difference["percent_agreement"].value == pytest.approx(0.008, abs=5e-4)
    assert (found.n_units, found.n_single, found.n_dropped) == (60, 100, 0)
    assert NoteCode.SINGLE_RATED in codes_of(found)
    assert NoteCode.SINGLE_RATED not in codes_of(hard)


def codes_of(found):
    return [getattr(note, "code", None) for note in found.notes]


@pytest.mark.parametrize("seed", range(3))
def test_differences_of_all_who_could_be_the_referee_cancel_exactly(seed):
    # Let each of four columns of levels be the referee's and the people's in every order, while who rated what stays.
    # Every pair of columns is then as often (j, k) as (j, referee) on every set of units: the differences sum to 0.
    rng = np.random.default_rng(seed)
    levels = rng.integers(0, 5, (90, 1)) + rng.integers(-1, 2, (90, 4)) * (rng.random((90, 4)) < [0.2, 0.4, 0.6, 0.9])
    codes = np.clip(levels, 0, 4).astype(np.int8)
    absent = np.column_stack([rng.random((90, 3)) < (0.1, 0.3, 0.5), np.zeros(90, dtype=bool)])
    total = dict.fromkeys(differences(codes, "pairs"), 0.0)
    for order in permutations(range(4)):
        for name, value in differences(np.where(absent, -1, codes[:, order]).astype(np.int8), "pairs").items():
            total[name] += value
    assert len(total) == 19
    assert list(total.values()) == pytest.approx([0.0] * 19, abs=1e-10)


def test_pooled_raw_agreement_cancels_exactly_too():
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 5, (40, 5)).astype(np.int8)
    absent = np.column_stack([rng.random((40, 4)) < 0.5, np.zeros(40, dtype=bool)])
    total = sum(
        differences(np.where(absent, -1, codes[:, order]).astype(np.int8), "pooled")["percent_agreement"]
        for order in permutations(range(5))
    )
    assert total == pytest.approx(0, abs=1e-10)


def second_opinion_on_hard(rng, hard):
    asked = np.ones((len(hard), 2), dtype=bool)
    asked[~hard, rng.integers(0, 2, (~hard).sum())] = False
    return asked


def unequal_overlap(rng, hard):
    asked = np.ones((len(hard), 3), dtype=bool)
    asked[:, 1], asked[:, 2] = hard, rng.random(len(hard)) < 0.4
    return asked


def at_random(rng, hard):
    return rng.random((len(hard), 3)) < 0.7


def crowd(rng, hard):
    return np.argsort(rng.random((len(hard), 12)), axis=1).argsort(axis=1) < np.where(hard, 3, 1)[:, None]


@pytest.mark.parametrize("asked", [second_opinion_on_hard, unequal_overlap, at_random, crowd])
def test_one_more_person_differs_by_nothing_whoever_was_asked(asked):
    # 150 studies of 150 units; the standard error of a mean of differences is about .1 / sqrt(150) = .008.
    apart = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        hard = rng.random(150) < 0.5
        rates = asked(rng, hard)
        seen = rng.normal(2, 1.2, (150, 1)) + np.where(hard, 1.3, 0.4)[:, None] * rng.normal(
            size=(150, rates.shape[1] + 1)
        )
        codes = np.clip(np.round(seen), 0, 4).astype(np.int8)
        codes[:, :-1][~rates] = -1
        found = differences(codes, "pooled" if pools_pairs(codes[:, :-1]) else "pairs", every=False)
        apart.append(list(found.values()))
    apart = np.array(apart)
    assert (np.abs(apart.mean(axis=0)) < 3 * apart.std(axis=0) / np.sqrt(150)).all()


def test_each_person_stands_beside_the_referee_in_that_persons_place():
    humans, referee = [[0, 1, NAN], [1, 1, 3], [2, 3, 2], [4, NAN, 4], [3, 3, 0], [0, 0, 1]], [0, 1, 3, 4, 2, 0]
    found = compare(humans, referee, scale=SCALE, interval=None)
    first = found.leave_one_out[0]
    # Person 0 with person 1: units 1, 2, 3, 5, 6 agree on 2, 5, 6: 3/5.
    # With person 2: 2, 3, 4, 5, 6 agree on 3, 4: 2/5.
    assert first.agreement["percent_agreement"].value == pytest.approx((3 / 5 + 2 / 5) / 2)
    # The referee with person 1 on the same units agrees on 2, 3, 6: 3/5; with person 2 on 4: 1/5.
    assert first.referee_instead["percent_agreement"].value == pytest.approx((3 / 5 + 1 / 5) / 2)
    assert found.leave_one_out[-1].referee_instead == {}
    instead = np.mean([row.referee_instead["percent_agreement"].value for row in found.leave_one_out[:-1]])
    assert found.human_referee["percent_agreement"].value == pytest.approx(instead)


def test_a_pair_without_a_coefficient_enters_neither_side_and_is_named():
    # Persons a and b gave 2 to every unit they share, and the referee too: no kappa. The other pairs have one.
    rng = np.random.default_rng(1)
    a, c = rng.integers(0, 5, 40).astype(float), rng.integers(0, 5, 40).astype(float)
    b = np.where(np.arange(40) < 20, 2.0, NAN)
    a[:20], a[30:] = 2.0, NAN
    c[:5] = NAN
    a[20:30] = rng.integers(0, 5, 10)
    referee = np.where(np.arange(40) < 20, 2, rng.integers(0, 5, 40))
    people = Ratings.from_array(np.column_stack([a, b, c]), scale=SCALE, raters=["a", "b", "c"])
    kappa = compare(people, referee, interval=None).compared["cohen_kappa_quadratic"]
    note = next(note for note in kappa.ceiling.notes if note.code is NoteCode.UNDEFINED_PAIRS)
    assert "a & b" in note
    assert kappa.ceiling.n_units == kappa.human_referee.n_units == kappa.difference.n_units < 40
    assert kappa.ceiling.notes == kappa.difference.notes


def test_a_referee_that_is_one_of_the_people_is_remarked():
    people, referee = case("referee_is_ann.csv", "ref")
    found = compare(people, referee)
    assert [(one.first, one.second, one.n_units, one.is_referee) for one in found.identical] == [
        ("ann", "referee", 40, True)
    ]
    assert codes_of(found).count(NoteCode.REFEREE_EQUALS_RATER) == 1
    assert found.to_json()["identical"] == [{"first": "ann", "second": "referee", "n_units": 40, "is_referee": True}]
    changed = np.where(np.arange(40) == 7, (referee + 1) % 5, referee)
    assert compare(people, changed).identical == ()


def test_a_constant_referee_is_remarked_and_is_a_copy_of_nobody():
    found = compare(np.random.default_rng(0).integers(0, 5, (30, 2)), np.full(30, 3), scale=SCALE)
    assert NoteCode.REFEREE_CONSTANT in codes_of(found)
    alike = compare(np.full((30, 2), 3), np.full(30, 3), scale=SCALE)
    assert alike.identical == ()
    assert json.dumps(alike.to_json(), allow_nan=False)


def test_a_crowd_has_one_kappa_on_both_halves():
    # 12 people, two of them on the 4 units of a video: a pair shares at most 16 of 240 units. By construction two
    # people reach 0.598; the mean over pairs is 0.397.
    people, referee = case("crowd_pairs.csv", "gpt")
    kappa = ag.cohen_kappa(people, weights="quadratic")
    found = compare(people, referee)
    ceiling = found.ceiling["cohen_kappa_quadratic"]
    assert found.averaging == "pooled"
    assert (kappa.value, kappa.low, kappa.high) == pytest.approx((ceiling.value, ceiling.low, ceiling.high))
    assert kappa.value == pytest.approx(0.587, abs=5e-4)
    assert kappa.low < 0.598 < kappa.high
    assert NoteCode.POOLED_PAIRS in codes_of(found)
    assert NoteCode.POOLED_PAIRS in codes_of(kappa)
    assert ag.light_kappa(people, weights="quadratic").value == pytest.approx(0.397, abs=5e-4)
    assert NoteCode.SPARSE_PAIRS in codes_of(ag.light_kappa(people, weights="quadratic"))
    for function in (ag.pearson, ag.spearman, ag.kendall_tau_b, ag.lin_ccc):
        assert NoteCode.POOLED_PAIRS in codes_of(function(people))
    assert ag.lin_ccc(people).value == pytest.approx(ag.pearson(people).value)  # both orders: equal margins


def test_pooled_kappa_is_fleiss_of_the_units_with_two_ratings():
    rng = np.random.default_rng(4)
    humans = rng.integers(0, 5, (80, 10)).astype(float)
    humans[np.argsort(rng.random((80, 10)), axis=1).argsort(axis=1) >= rng.integers(1, 5, (80, 1))] = NAN
    several = Ratings.from_array(humans[(~np.isnan(humans)).sum(axis=1) > 1], scale=SCALE, wide=True)
    for weights in (None, "linear", "quadratic"):
        kappa = ag.cohen_kappa(Ratings.from_array(humans, scale=SCALE, wide=True), weights=weights)
        fleiss = ag.fleiss_kappa(several, weights=weights)
        assert (kappa.value, kappa.low, kappa.high) == pytest.approx((fleiss.value, fleiss.low, fleiss.high))


def test_pooled_correlations_are_those_of_both_orders_of_every_pair():
    # Two ratings per unit: every unit adds two points, which is what double entry of twins has always done.
    rng = np.random.default_rng(5)
    humans = np.full((90, 9), NAN)
    for unit, level in enumerate(rng.integers(0, 4, 90)):
        humans[unit, rng.choice(9, 2, replace=False)] = level + rng.integers(0, 2, 2)
    given = np.array([row[~np.isnan(row)] for row in humans])
    x, y = np.concatenate([given, given[:, ::-1]]).T
    expected = np.corrcoef(x, y)[0, 1]
    assert ag.pearson(humans, interval=None).value == pytest.approx(expected)
    measured = humans + np.where(np.isnan(humans), NAN, rng.normal(0, 1e-9, humans.shape))  # too many values to count
    assert ag.pearson(measured, interval=None).value == pytest.approx(expected, abs=1e-6)
    bootstrapped = ag.pearson(humans, interval="bootstrap", n_resamples=200)
    assert bootstrapped.low < expected < bootstrapped.high


@pytest.mark.parametrize(
    ("shared", "units", "sparse"),
    [
        (19, 60, 2),  # fewer than 20, and than half of 60: the pairs of the third rater
        (20, 60, 0),  # 2 √60 = 15.5
        (28, 200, 2),  # 2 √200 = 28.3
        (29, 200, 0),
        (8, 8, 0),  # everybody rated everything: no crowd
        (8, 16, 0),  # half of the units
        (7, 16, 2),
    ],
)
def test_pairs_are_pooled_where_some_share_too_few_units(shared, units, sparse):
    codes = np.zeros((units, 3), dtype=np.int8)
    codes[shared:, 2] = -1
    assert sparse_pairs(codes)[0] == sparse
    assert pools_pairs(codes) is (sparse > 0)


def test_two_raters_are_never_pooled():
    codes = np.zeros((100, 2), dtype=np.int8)
    codes[5:, 1] = -1
    assert not pools_pairs(codes)


def test_a_slice_says_how_many_units_have_one_person():
    humans = np.random.default_rng(2).integers(0, 5, (60, 2)).astype(float)
    humans[::3, 1] = NAN
    where = np.where(np.arange(60) < 30, "in", "out")
    found = compare(humans, np.random.default_rng(3).integers(0, 5, 60), scale=SCALE, slices={"place": where})
    rows = {row.value: row for row in found.slices if row.by == "place"}
    assert {name: (row.n_units, row.n_single) for name, row in rows.items()} == {"in": (20, 10), "out": (20, 10)}
    assert rows["in"].compared["percent_agreement"].all_units.referee.n_units == 30
    assert rows["in"].leniency.n_units == 30
