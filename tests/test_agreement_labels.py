"""Labels one by one, subsets of them, and sets of labels as ratings."""

import numpy as np
import pytest

from agreement import (
    AgreementError,
    Ratings,
    agreement_by_label,
    cohen_kappa,
    compare,
    gwet_ac,
    jaccard_distance,
    krippendorff_alpha,
    label_presence,
    label_subset,
    masi_distance,
    percent_agreement,
    specific_agreement,
)

NAN = np.nan
SETS = [
    [{"x"}, {"x", "y"}, {"x", "y"}],
    [{"z"}, {"z"}, None],
    [{"x", "y", "z"}, {"y"}, {"y", "z"}],
    [{"y"}, {"y"}, {"x", "y"}],
    [None, {"z"}, {"x", "z"}],
    [{"w"}, {"w", "x"}, {"w"}],
]


@pytest.mark.parametrize(
    # nltk.metrics.agreement.AnnotationTask(distance=masi_distance).alpha() of NLTK 3.10.4; likewise jaccard_distance.
    ("level", "alpha"),
    [("masi", 0.43054357204486593), ("jaccard", 0.5308056872037914)],
)
def test_alpha_of_sets_is_that_of_nltk(level, alpha):
    assert krippendorff_alpha(SETS, level=level).value == pytest.approx(alpha, abs=1e-12)
    frozen = np.empty((6, 3), dtype=object)
    frozen[:] = [[cell if cell is None else frozenset(cell) for cell in row] for row in SETS]
    assert krippendorff_alpha(frozen, level=level).value == pytest.approx(alpha, abs=1e-12)
    scale = sorted({cell for cell in frozen.ravel() if cell is not None}, key=sorted)
    read = Ratings.from_array(frozen, scale=scale)
    by_scale, by_sets = krippendorff_alpha(read, level=level), krippendorff_alpha(SETS, level=level)
    assert (by_scale.value, by_scale.low, by_scale.high) == pytest.approx((by_sets.value, by_sets.low, by_sets.high))


@pytest.mark.parametrize(
    # NLTK 3.10.4: masi_distance, jaccard_distance.
    ("first", "second", "masi", "jaccard"),
    [
        ({1, 2}, {1, 2, 3, 4}, 0.6666666666666667, 0.5),
        ({1, 2}, {1, 2}, 0.0, 0.0),
        ({1, 2}, {2, 3}, 0.8888888888888888, 0.6666666666666666),
        ({1}, {2}, 1.0, 1.0),
        ({1, 2, 3}, {2}, 0.7777777777777778, 0.6666666666666666),
        (set(), set(), 0.0, 0.0),
        (set(), {1}, 1.0, 1.0),
    ],
)
def test_distances_of_sets(first, second, masi, jaccard):
    assert masi_distance(first, second) == masi_distance(second, first) == pytest.approx(masi)
    assert jaccard_distance(first, second) == jaccard_distance(second, first) == pytest.approx(jaccard)


def test_sets_of_one_label_are_nominal_ratings():
    x = np.random.default_rng(0).integers(0, 3, (20, 3))
    sets = [[{int(cell)} for cell in row] for row in x]
    nominal = krippendorff_alpha(x, level="nominal")
    for level in ("masi", "jaccard"):
        found = krippendorff_alpha(sets, level=level)
        assert found.value == pytest.approx(nominal.value, abs=1e-12)


def test_sets_in_clusters_alike_alone_and_not_sets():
    by_video = krippendorff_alpha(SETS, level="masi", cluster=[0, 0, 1, 1, 2, 2])
    assert by_video.n_clusters == 3
    assert by_video.low < by_video.value < by_video.high
    assert "same set" in krippendorff_alpha([[{1}, {1}], [{1}, {1}]], level="masi").reason
    alone = krippendorff_alpha([[{1}, None], [{1}, {2}], [{2}, {2}]], level="jaccard", interval=None)
    assert (alone.n_dropped, alone.n_units) == (1, 2)
    with pytest.raises(AgreementError, match="a rating is a set of labels"):
        krippendorff_alpha([["x", "y"], ["x", "x"]], level="masi")


def test_more_sets_than_a_scale_holds():
    rng = np.random.default_rng(1)
    table = [[set(rng.integers(0, 30, 4).tolist()) for _ in range(2)] for _ in range(150)]
    assert abs(krippendorff_alpha(table, level="jaccard", interval=None).value) < 0.1


def test_specific_agreement_of_two_raters_is_positive_and_negative_agreement():
    # 2 a / (2 a + b + c) and 2 d / (2 d + b + c) of 20 yes-yes, 15 no-no, 5 and 10 that differ.
    table = Ratings.from_contingency([[20, 5], [10, 15]], scale=["yes", "no"])
    found = specific_agreement(table)
    assert found.value == pytest.approx(35 / 50)
    assert found.parts["yes"].value == pytest.approx(40 / 55)
    assert found.parts["no"].value == pytest.approx(30 / 45)
    assert found.parts["yes"].low < 40 / 55 < found.parts["yes"].high


def test_specific_agreement_by_pairs_of_ratings():
    rng = np.random.default_rng(3)
    x = rng.integers(0, 3, (30, 4)).astype(float)
    x[rng.random(x.shape) < 0.2] = NAN
    found = specific_agreement(x, interval=None)
    for k, part in enumerate(found.parts.values()):
        agreeing = pairs = 0
        for row in x:
            given = row[~np.isnan(row)]
            for i, a in enumerate(given):
                for j, b in enumerate(given):
                    if i != j and a == k:
                        pairs, agreeing = pairs + 1, agreeing + (b == k)
        assert part.value == pytest.approx(agreeing / pairs)
    unused = specific_agreement([[1, 1], [2, 1]], scale=(1, 2, 3), interval=None)
    assert "nobody gave the label 3" in unused.parts["3"].reason


def test_specific_agreement_covers():
    rng, held = np.random.default_rng(2), 0
    for _ in range(200):  # both say yes with 0.3 + 0.6 of a third who is right: p = Σ P(yes | t)² / Σ P(yes | t)
        hard = np.where(rng.random((60, 1)) < 0.5, 0.8, 0.2)
        found = specific_agreement((rng.random((60, 3)) < hard).astype(int), scale=(0, 1)).parts["1"]
        held += found.low <= (0.5 * 0.64 + 0.5 * 0.04) / 0.5 <= found.high
    assert 0.9 <= held / 200 <= 0.99


def test_one_label_against_the_rest():
    x = Ratings.from_array([["a", "b"], ["c", "c"], ["a", "a"], ["b", "c"]], scale=["a", "b", "c"])
    merged = label_subset(x, ["a"])
    assert merged.scale == ("a", "other")
    assert merged.codes.tolist() == [[0, 1], [1, 1], [0, 0], [1, 1]]
    assert percent_agreement(merged, interval=None).value == 0.75
    left = label_subset(x, ["b", "a"], rest="missing")
    assert left.scale == ("a", "b")
    assert left.codes.tolist() == [[0, 1], [-1, -1], [0, 0], [1, -1]]
    assert left.n_dropped == 3
    assert label_subset(x, ["a", "b", "c"]) is x


def test_missing_ratings_stay_missing_in_a_subset():
    x = Ratings.from_array([[1, NAN], [2, 3]], scale=(1, 2, 3))
    assert label_subset(x, [1]).codes.tolist() == [[0, -1], [1, 1]]


def test_a_subset_names_labels_of_the_scale():
    x = Ratings.from_array([["a", "b"], ["c", "c"]], scale=["a", "b", "c"])
    for labels in (["d"], [], "a"):
        with pytest.raises(AgreementError, match="labels are a list"):
            label_subset(x, labels)
    with pytest.raises(AgreementError, match="another name"):
        label_subset(x, ["a"], other="a")


@pytest.mark.parametrize("coefficient", [cohen_kappa, gwet_ac])
def test_any_coefficient_by_label(coefficient):
    x = np.random.default_rng(5).integers(0, 3, (40, 2))
    found = agreement_by_label(x, coefficient=coefficient, scale=range(3), interval=None)
    assert found.value == coefficient(x, scale=range(3), interval=None).value
    for k in range(3):
        alone = coefficient((x == k).astype(int), scale=(0, 1), interval=None).value
        assert found.parts[str(k)].value == pytest.approx(alone)


def as_ratings_of_sets(table):
    frozen = np.empty((len(table), len(table[0])), dtype=object)
    frozen[:] = [[cell if cell is None else frozenset(cell) for cell in row] for row in table]
    scale = sorted({cell for cell in frozen.ravel() if cell is not None}, key=sorted)
    return Ratings.from_array(frozen, scale=scale)


def test_each_label_of_sets_is_compared_with_its_absence():
    read = as_ratings_of_sets(SETS)
    table = [[NAN if cell is None else int("x" in cell) for cell in row] for row in SETS]
    assert label_presence(read, "x").codes.tolist() == [[-1 if v != v else v for v in row] for row in table]
    by_label = agreement_by_label(read, interval=None)
    assert list(by_label.parts) == ["w", "x", "y", "z"]
    assert by_label.parts["x"].value == pytest.approx(agreement_by_label(table, interval=None).value)

    pairs = specific_agreement(np.array(table), interval=None).parts["1"].value
    assert specific_agreement(read, interval=None).parts["x"].value == pytest.approx(pairs)
    with pytest.raises(AgreementError, match="no set holds it"):
        label_presence(read, "q")
    with pytest.raises(AgreementError, match="no sets"):
        label_presence(Ratings.from_array([[0, 1]], scale=[0, 1]), 0)


def test_a_referee_of_sets_is_compared_in_alpha_of_sets():
    people = [row[:2] for row in SETS]
    referee = [row[2] for row in SETS]
    read = as_ratings_of_sets(SETS)
    column = np.empty(6, dtype=object)
    column[:] = [None if one is None else frozenset(one) for one in referee]
    found = compare(read.take_raters([0, 1]), column, level="nominal", every=True, n_resamples=0).compared
    for level in ("masi", "jaccard"):
        one = found[f"krippendorff_alpha_{level}"]
        both = [row for row in range(6) if referee[row] is not None and None not in people[row]]
        whole = [people[row] for row in both]
        assert one.ceiling.value == pytest.approx(krippendorff_alpha(whole, level=level, interval=None).value)
        sides = [[[SETS[row][j], referee[row]] for row in both] for j in (0, 1)]
        mean = np.mean([krippendorff_alpha(side, level=level, interval=None).value for side in sides])
        assert one.human_referee.value == pytest.approx(mean)


def test_alpha_of_sets_knows_a_finite_population():
    rng = np.random.default_rng(4)
    table = [[set(rng.integers(0, 4, 2).tolist()) for _ in range(3)] for _ in range(30)]
    wide, narrow, none = (krippendorff_alpha(table, level="masi", population=n) for n in (None, 40, 30))
    assert narrow.standard_error == pytest.approx(wide.standard_error * (1 - 30 / 40) ** 0.5)
    assert none.low is None
    assert "every unit of the population" in none.reason


@pytest.mark.parametrize("level", ["masi", "jaccard"])
def test_sets_that_never_differ_have_the_limits_of_nominal_ratings(level):
    alike = [[{"abc"[u % 3]}] * 2 for u in range(30)]
    found = krippendorff_alpha(alike, level=level)
    nominal = krippendorff_alpha([[u % 3] * 2 for u in range(30)], level="nominal")
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(nominal.low)
    assert found.method == nominal.method
