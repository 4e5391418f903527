"""People beside people with a referee: against single pairs computed one by one, by simulation, and at the edges."""

import json
from functools import partial
from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from helpers_agreement import slow_alpha

import agreement as ag
from agreement import AgreementError, Ratings, cohen_kappa, compare, krippendorff_alpha
from agreement.comparison.compare import _averaging
from agreement.comparison.rater_pair_estimates import ComparisonPlan, estimates

NAN = np.nan
OF_PAIRS = {
    "percent_agreement": ag.percent_agreement,
    "cohen_kappa_quadratic": partial(ag.cohen_kappa, weights="quadratic"),
    "krippendorff_alpha_ordinal": ag.krippendorff_alpha,
    "gwet_ac2_quadratic": partial(ag.gwet_ac, weights="quadratic"),
    "fleiss_kappa": ag.fleiss_kappa,
    "conger_kappa": ag.conger_kappa,
    "brennan_prediger": ag.brennan_prediger,
    "cohen_kappa": ag.cohen_kappa,
    "gwet_ac1": ag.gwet_ac,
    "krippendorff_alpha_nominal": partial(ag.krippendorff_alpha, level="nominal"),
    "cohen_kappa_linear": partial(ag.cohen_kappa, weights="linear"),
    "icc_1_1": partial(ag.icc, form="1,1"),
    "icc_2_1": ag.icc,
    "icc_3_1": partial(ag.icc, form="3,1"),
    "kendall_w": ag.kendall_w,
    "kendall_tau_b": ag.kendall_tau_b,
    "spearman": ag.spearman,
    "pearson": ag.pearson,
    "lin_ccc": ag.lin_ccc,
}
NAMES = tuple(OF_PAIRS)[:4]


def made(seed, units=120, people=3, videos=30, missing=0.0, severity=0.0, lenient=0.0):
    """Ratings of people and of a referee who is one more of them, plus ``lenient``; units nested in videos."""
    rng = np.random.default_rng(seed)
    video = np.arange(units) % videos
    truth = 2 + rng.normal(0, 1, units) + rng.normal(0, 0.7, videos)[video]
    shift = rng.normal(0, severity, people + 1)
    shift[-1] += lenient
    levels = np.clip(np.round(truth[:, None] + shift + rng.normal(0, 0.7, (units, people + 1))), 0, 4)
    humans = levels[:, :people]
    humans[rng.random(humans.shape) < missing] = NAN
    return humans, levels[:, people], video


def quick(humans, referee, video, interval, seed=0):
    """The comparison without slices and noise ceilings, so that it can be repeated."""
    codes = np.where(np.isnan(levels := np.column_stack([humans, referee])), -1, levels).astype(np.int8)
    plan = ComparisonPlan(tuple(range(5)), (), "ordinal", interval, 0.95, 200, seed)
    found, tests = estimates(codes, video, plan, _averaging(codes))
    return [found["difference", i] for i in range(4)], [test.p_value for test in tests]


def of_pair(name, a, b):
    shared = ~np.isnan(a) & ~np.isnan(b)  # a unit of one rating would enter the shares of AC2
    both = Ratings.from_array(np.stack([a, b], axis=1)[shared], scale=range(5))
    return OF_PAIRS[name](both, interval=None).value


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_both_sides_are_means_over_pairs_computed_one_by_one(missing):
    humans, referee, video = made(11, missing=missing, severity=0.5)
    referee[:7] = NAN
    scored = np.where(np.isnan(referee)[:, None], NAN, humans)
    found = compare(humans, referee, every=True, cluster=video)
    assert found.averaging == "pairs"
    assert list(found.compared) == list(found.leave_one_out[0].agreement) == list(OF_PAIRS)
    for name, c in found.compared.items():
        ceiling = np.mean([of_pair(name, scored[:, j], scored[:, k]) for j, k in combinations(range(3), 2)])
        beside = np.mean(
            [
                of_pair(name, np.where(np.isnan(scored[:, k]), NAN, scored[:, j]), referee)
                for j, k in permutations(range(3), 2)
            ]
        )  # (j, referee) on the units that j and k share
        assert (c.ceiling.value, c.human_referee.value) == pytest.approx((ceiling, beside), abs=1e-12)
        assert c.difference.value == pytest.approx(beside - ceiling, abs=1e-12)
        assert c.difference.low < c.difference.value < c.difference.high
        assert 0 < c.p_value <= 1
        whole = np.mean([of_pair(name, humans[:, j], humans[:, k]) for j, k in combinations(range(3), 2)])
        alone = np.mean([of_pair(name, humans[:, j], referee) for j in range(3)])
        of_all = c.all_units.people.value, c.all_units.referee.value
        assert of_all == pytest.approx((whole, alone), abs=1e-12)


def test_every_coefficient_leaves_the_four_as_they_are():
    humans, referee, video = made(12)
    few, every = (compare(humans, referee, cluster=video, every=each) for each in (False, True))
    assert few.compared == {name: every.compared[name] for name in NAMES}
    assert few.slices == every.slices


def test_every_coefficient_of_words_or_of_two_units_has_no_correlation():
    words = Ratings.from_array(np.array([["a", "b"], ["b", "b"], ["c", "a"]] * 9), scale=("a", "b", "c"))
    found = compare(words, np.array(["a", "b", "c"] * 9), every=True)
    assert "cohen_kappa_linear" in found.compared
    assert "icc_2_1" not in found.compared
    assert "pearson" not in found.compared
    two = compare([[0, 1], [4, 4]], [0, 4], every=True, scale=range(5))
    assert two.human_referee["pearson"].value is None
    assert two.human_referee["cohen_kappa_linear"].value is not None


def test_pair_kappas_equal_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    humans, referee, _ = made(2)
    expected = np.mean(
        [metrics.cohen_kappa_score(humans[:, j], referee, weights="quadratic", labels=range(5)) for j in range(3)]
    )
    assert compare(humans, referee).human_referee["cohen_kappa_quadratic"].value == pytest.approx(expected, abs=1e-12)


def test_ceiling_is_kappa_of_the_people_with_the_same_interval():
    humans, referee, video = made(3)
    alone = cohen_kappa(Ratings.from_array(humans, scale=range(5)), weights="quadratic", cluster=video)
    ceiling = compare(humans, referee, cluster=video).ceiling["cohen_kappa_quadratic"]
    assert (ceiling.value, ceiling.low, ceiling.high) == pytest.approx((alone.value, alone.low, alone.high))
    assert ceiling.method == alone.method


def test_the_referee_never_enters_the_ceiling():
    humans, referee, video = made(4)
    good, bad = compare(humans, referee, cluster=video), compare(humans, 4 - referee, cluster=video)
    assert good.ceiling == bad.ceiling
    assert bad.difference["cohen_kappa_quadratic"].high < good.difference["cohen_kappa_quadratic"].low


def test_leave_one_out_rows_stand_beside_the_referee():
    humans, referee, _ = made(5)
    found = compare(humans, referee, interval=None)
    rows = found.leave_one_out
    assert [row.rater for row in rows] == ["0", "1", "2", "referee"]
    for name in NAMES:
        with_others = np.mean([of_pair(name, humans[:, 1], humans[:, k]) for k in (0, 2)])
        assert rows[1].agreement[name].value == pytest.approx(with_others, abs=1e-12)
        assert np.mean([row.agreement[name].value for row in rows[:3]]) == pytest.approx(found.ceiling[name].value)


def test_leniency_is_the_mean_difference_over_pairs():
    # Differences referee - person: unit 1: 2-1, 2-0; unit 2: 3-4; unit 3 has no referee. (1 + 2 - 1) / 3 = 2/3.
    # Person a: (1 - 1) / 2 = 0; person b: 2.
    humans = Ratings.from_array([[1, 0], [4, NAN], [0, 0]], scale=range(5), raters=["a", "b"])
    found = compare(humans, [2, 3, NAN], interval=None)
    assert found.leniency.value == pytest.approx(2 / 3)
    assert found.leniency_by_rater["a"].value == 0
    assert found.leniency_by_rater["b"].value == 2


def test_leniency_interval_is_a_t_interval_of_means_where_units_are_independent():
    stats = pytest.importorskip("scipy.stats")
    humans, referee, _ = made(6, people=1)
    apart = referee - humans[:, 0]
    half = stats.t.ppf(0.975, len(apart) - 1) * apart.std(ddof=1) / np.sqrt(len(apart))
    found = compare(humans, referee).leniency
    assert (found.low, found.high) == pytest.approx((apart.mean() - half, apart.mean() + half))


@pytest.mark.parametrize(("people", "missing"), [(3, 0.0), (4, 0.4), (14, 0.82)])
def test_a_referee_who_is_one_more_person_differs_by_nothing_on_average(people, missing):
    apart = []
    for seed in range(120):
        humans, referee, video = made(seed, units=150, people=people, missing=missing, severity=0.3)
        kept = (~np.isnan(humans)).any(axis=1)
        apart.append([d.value for d in quick(humans[kept], referee[kept], video[kept], None)[0]])
    apart = np.array(apart)
    assert (np.abs(apart.mean(axis=0)) < 3 * apart.std(axis=0) / np.sqrt(120)).all()
    assert compare(humans, referee).averaging == ("pooled" if people == 14 else "pairs")


def test_a_worse_referee_is_found_worse():
    humans, referee, video = made(7, units=400, videos=80)
    worse = np.where(np.random.default_rng(0).random(400) < 0.3, 4 - referee, referee)
    for found in compare(humans, worse, cluster=video).compared.values():
        assert found.difference.high < 0
        assert found.p_value < 0.01


def test_pooled_pairs_are_raw_agreement_and_alpha_of_the_people():
    humans, referee, _ = made(8, units=150, people=14, missing=0.82)
    found = compare(humans, referee, interval=None)
    ratings = Ratings.from_array(humans, scale=range(5))
    assert found.averaging == "pooled"
    assert found.ceiling["krippendorff_alpha_ordinal"].value == pytest.approx(
        krippendorff_alpha(ratings, interval=None).value, abs=1e-12
    )
    assert any("so pairs were pooled" in note for note in found.notes)


def test_pooled_and_single_pair_agree_for_one_person():
    humans, referee, _ = made(9, people=1)
    codes = np.stack([humans[:, 0], referee], axis=1).astype(np.int8)
    plan = ComparisonPlan(tuple(range(5)), (), "ordinal", None, 0.95, 0, 0)
    pairs, pooled = estimates(codes, None, plan, "pairs")[0], estimates(codes, None, plan, "pooled")[0]
    for i in range(3):
        assert pairs["referee", i].value == pytest.approx(pooled["referee", i].value)


@pytest.mark.parametrize("interval", ["jackknife", "bootstrap"])
def test_order_of_people_and_units_does_not_matter_and_the_seed_decides(interval):
    humans, referee, video = made(10)
    order = np.random.default_rng(1).permutation(len(referee))
    first = compare(humans, referee, cluster=video, interval=interval)
    again = compare(humans, referee, cluster=video, interval=interval)
    moved = compare(humans[order][:, [2, 0, 1]], referee[order], cluster=video[order], interval=interval)
    assert json.dumps(first.to_json(), allow_nan=False) == json.dumps(again.to_json())
    for name in NAMES:
        assert moved.difference[name].value == pytest.approx(first.difference[name].value)
        assert moved.difference[name].low == pytest.approx(first.difference[name].low, abs=0.02)


def test_reversing_the_scale_leaves_agreement_and_turns_leniency_round():
    humans, referee, video = made(11, missing=0.2)
    one, two = compare(humans, referee, cluster=video), compare(4 - humans, 4 - referee, cluster=video)
    for name in NAMES:
        assert two.difference[name].value == pytest.approx(one.difference[name].value)
    assert two.leniency.value == pytest.approx(-one.leniency.value)


def test_nominal_level_ignores_order():
    humans, referee, _ = made(12)
    swap = np.array([3, 0, 4, 1, 2, NAN])
    relabelled = [swap[np.nan_to_num(x, nan=5).astype(int)] for x in (humans, referee)]
    one, two = compare(humans, referee, level="nominal"), compare(*relabelled, level="nominal")
    assert list(one.compared) == ["percent_agreement", "cohen_kappa", "krippendorff_alpha_nominal", "gwet_ac1"]
    for name in one.compared:
        assert two.difference[name].value == pytest.approx(one.difference[name].value)


def test_slices_compare_their_own_units():
    humans, referee, video = made(13)
    source = np.where(video < 10, "indoor", "street")
    found = compare(humans, referee, cluster=video, slices={"source": source})
    street = next(row for row in found.slices if row.value == "street")
    own = source == "street"
    alone = compare(humans[own], referee[own], cluster=video[own], n_resamples=0)  # slices are not tested
    assert street.n_units == own.sum()
    for name in NAMES:
        assert street.compared[name].difference == alone.difference[name]


def test_agreement_by_human_uncertainty_has_no_ceiling():
    humans = [[1, 1], [2, 2], [1, 2], [0, 4], [3, 3]]
    rows = {row.value: row for row in compare(humans, [1, 2, 1, 3, 0]).slices}
    values = ["people agree", "people differ by 1 level", "people differ by 2 or more"]
    assert [rows[value].n_units for value in values] == [3, 1, 1]
    agree = rows["people agree"].compared["percent_agreement"]
    assert agree.human_referee.value == pytest.approx(2 / 3)
    assert agree.ceiling.value is None
    assert "chosen by" in agree.ceiling.reason


def test_what_is_undefined_is_none_with_a_reason_in_words():
    humans, referee, _ = made(14)
    constant = compare(humans, np.full(120, 2))
    assert constant.human_referee["cohen_kappa_quadratic"].value is None
    assert "one level to every unit" in constant.human_referee["cohen_kappa_quadratic"].reason
    assert constant.human_referee["percent_agreement"].value is not None
    one = compare(humans[:, :1], referee)
    assert one.ceiling["percent_agreement"].value is None
    assert "rated by two people" in one.difference["percent_agreement"].reason
    assert "rated by two people" in one.human_referee["percent_agreement"].reason
    assert one.all_units["percent_agreement"].referee.value is not None
    assert one.leniency.value is not None
    nothing = compare(humans, np.full(120, NAN))
    assert "no unit has both" in nothing.leniency.reason
    alike = compare(np.full((10, 3), 2), np.full(10, 2))
    assert alike.ceiling["krippendorff_alpha_ordinal"].value is None
    for found in (constant, one, nothing, alike):
        said = json.dumps(found.to_json(), allow_nan=False)
        assert "perfect agreement" not in said


def test_lost_units_are_counted_and_named():
    humans, referee, _ = made(15)
    referee[:5] = NAN
    humans[10:14] = NAN
    humans[20, 1:] = NAN
    found = compare(humans, referee)
    assert (found.n_units, found.n_single, found.n_dropped) == (110, 1, 9)
    assert "5 rated units have no level of the referee and enter neither side" in found.notes
    assert "4 units that the referee scored have no rating" in found.notes
    assert any(note.startswith("1 units with one rating are in neither side") for note in found.notes)


def test_few_clusters_are_said():
    humans, referee, video = made(16, videos=12)
    assert any("only 12 clusters" in note for note in compare(humans, referee, cluster=video).notes)


@pytest.mark.parametrize(
    ("referee", "options", "words"),
    [
        ([0, 1], {}, "one level per unit"),
        ([0, 1, 2.5], {"scale": range(5)}, "outside the scale"),
        ([0, 1, 2], {"interval": "wald"}, "choose one of 'jackknife'"),
        ([0, 1, 2], {"confidence": 95}, "between 0 and 1"),
        ([0, 1, 2], {"cluster": [1, 2]}, "one cluster label each"),
        ([0, 1, 2], {"slices": {"source": ["a"]}}, "one slice 'source' label each"),
        ([0, 1, 2], {"n_resamples": -1}, "0 or more"),
        ([0, 1, 2], {"n_resamples": 1, "interval": "bootstrap"}, "2 or more"),
        ([0, 1, 2], {"scale": (-1, 0, 1, 2), "level": "ratio"}, "without negative values"),
        (["a", "b", "a"], {"scale": ("a", "b"), "level": "interval"}, "words"),
    ],
)
def test_what_cannot_be_meant_is_refused(referee, options, words):
    with pytest.raises(AgreementError, match=words):
        compare([["a", "b"]] * 3 if referee[0] == "a" else [[0, 1], [1, 1], [2, 2]], referee, **options)


PEOPLE = np.random.default_rng(0).integers(0, 3, (40, 3))


@pytest.mark.parametrize("level", ["Ordinal", "nominal ", "cardinal", ""])
def test_an_unknown_level_of_a_comparison_is_refused(level):
    with pytest.raises(AgreementError, match="choose 'nominal', 'ordinal', 'interval' or 'ratio'"):
        compare(PEOPLE, PEOPLE[:, 0], scale=range(3), level=level)
    with pytest.raises(AgreementError, match="or a function"):
        krippendorff_alpha(PEOPLE, scale=range(3), level=level)


def test_a_comparison_without_swaps_says_why_it_has_no_p_value():
    none, some = (compare(PEOPLE, PEOPLE[:, 0], scale=range(3), n_resamples=n) for n in (0, 100))
    assert all(c.p_value is None and c.test.reason for c in none.compared.values())
    assert [any("no p-values" in note for note in found.notes) for found in (none, some)] == [True, False]


def test_a_scale_that_was_read_off_the_data_is_said():
    # Levels 1 to 3 of 0 to 4: quadratic weights and the number of levels differ, so AC2 does.
    people = PEOPLE + 1
    guessed, declared = compare(people, people[:, 0]), compare(people, people[:, 0], scale=range(5))
    assert any("read off the data, (1, 2, 3)" in note for note in guessed.notes)
    assert not any("read off the data" in note for note in declared.notes)
    ac2 = [c.ceiling["gwet_ac2_quadratic"].value for c in (guessed, declared)]
    assert ac2[0] < ac2[1] - 0.05


@pytest.mark.parametrize(
    ("people", "referee", "words"),
    [
        ([["a", "b"], ["b", "b"]], ["a", "b"], "words among the levels"),
        ([[0, 1], [1, 1]], ["a", "b"], "words among the levels"),
        ([[NAN, NAN]], [NAN], "nothing but missing ratings"),
        ([[np.inf, 1], [1, 1]], [1, 1], "infinite"),
        ([[0, 1], [1, 1]], [1, -np.inf], "infinite"),
    ],
)
def test_levels_that_make_no_scale_are_refused(people, referee, words):
    with pytest.raises(AgreementError, match=words):
        compare(people, referee)


def test_missing_levels_of_pandas_are_missing():
    people = np.array([[0, 1], [pd.NA, 1], [2, 2], [1, pd.NA]], dtype=object)
    plain = [[0, 1], [NAN, 1], [2, 2], [1, NAN]]
    one = compare(people, np.array([0, 1, pd.NA, 1], dtype=object))
    assert one.to_json() == compare(plain, [0, 1, NAN, 1]).to_json()


@pytest.mark.parametrize(
    "labels",
    [
        ["a", NAN, None, pd.NA, "", "b"],
        np.array(["a", NAN, None, pd.NA, "", "b"], dtype=object),
        np.ma.MaskedArray(["a", "x", "x", "x", "x", "b"], mask=[0, 1, 1, 1, 1, 0]),
        np.array(["2020-01-01", *["NaT"] * 4, "2020-01-02"], dtype="datetime64[D]"),
    ],
)
def test_units_without_a_label_are_in_no_slice(labels):
    rows = compare(PEOPLE[:6], PEOPLE[:6, 0], scale=range(3), slices={"s": labels}).slices
    assert [(row.value, row.n_units) for row in rows if row.by == "s"] == [(str(labels[i]), 1) for i in (0, 5)]


def test_leniency_has_an_interval_in_any_unit():
    x = np.random.default_rng(6).integers(0, 3, (40, 3))
    one = compare(x[:, :2], x[:, 2], scale=(0, 1, 2)).leniency
    two = compare(x[:, :2] * 1e-13, x[:, 2] * 1e-13, scale=np.arange(3) * 1e-13).leniency
    assert (two.value, two.low, two.high) == pytest.approx(
        (one.value * 1e-13, one.low * 1e-13, one.high * 1e-13), rel=1e-9
    )


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_comparing_uses_the_level_that_its_names_say(level):
    rng = np.random.default_rng(1)
    x = rng.integers(0, 3, (60, 3))
    found = compare(x, x[:, 0], scale=range(3), level=level, interval=None)
    pairs = [slow_alpha(x[:, list(pair)], level) for pair in combinations(range(3), 2)]
    assert found.ceiling[f"krippendorff_alpha_{level}"].value == pytest.approx(np.mean(pairs), abs=1e-12)
