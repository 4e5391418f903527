"""What may enter, and what is refused at the door with a sentence that says what to do."""

import numpy as np
import pandas as pd
import pytest

from agreement import AgreementError, Ratings, agreement_weights, as_ratings, krippendorff_alpha

NAN = float("nan")


def test_an_array_becomes_codes_on_the_declared_scale():
    r = Ratings.from_array([[1, 3, NAN], [5, 1, 1]], scale=(1, 3, 5))
    assert r.codes.tolist() == [[0, 1, -1], [2, 0, 0]]
    assert r.codes.dtype == np.int8
    assert (r.n_units, r.n_raters, r.n_ratings, r.n_clusters) == (2, 3, 5, None)
    assert r.values()[0, :2].tolist() == [1.0, 3.0]
    assert np.isnan(r.values()[0, 2])


def test_a_descending_scale_keeps_its_order():
    assert Ratings.from_array([[4, 0, 2]], scale=(4, 2, 0)).codes.tolist() == [[0, 2, 1]]


@pytest.mark.parametrize("scale", [(-1, 0, 1), (1, 0, -1), (0, 0.5, 2), (0, 0.5, 1), (3,), (0, 1, 2)])
def test_every_way_to_look_up_a_position_finds_the_same(scale):
    rng = np.random.default_rng(7)
    x = rng.choice([*scale, NAN], (70_000, 2))
    codes = Ratings.from_array(x, scale=scale).codes
    expected = [[scale.index(v) if v == v else -1 for v in row] for row in x[-40:].tolist()]
    assert codes[-40:].tolist() == expected
    for wrong in (min(scale) - 1, max(scale) + 1, 0.25, float("inf")):
        with pytest.raises(AgreementError, match=r"1 value\(s\) outside the scale"):
            Ratings.from_array(np.append(x, [[scale[0], wrong]], axis=0), scale=scale)


def test_words_keep_the_order_of_the_scale():
    r = Ratings.from_array([["good", None], ["bad", "fair"], [NAN, "bad"]], scale=("bad", "fair", "good"))
    assert r.codes.tolist() == [[2, -1], [0, 1], [-1, 0]]


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.float32, object])
def test_number_types_do_not_matter(dtype):
    assert Ratings.from_array(np.array([[0, 4], [2, 2]], dtype=dtype), scale=range(5)).codes.tolist() == [
        [0, 4],
        [2, 2],
    ]


def test_an_undeclared_scale_is_what_occurs():
    r = Ratings.from_array([[7, 3], [NAN, 3]])
    assert r.scale == (3.0, 7.0)
    assert not r.declared


def test_a_table_with_more_rows_than_a_conversion_step_holds():
    x = np.tile(np.arange(5.0), 30_001)[:, None] * np.ones(2)
    x[140_000, 1] = NAN
    r = Ratings.from_array(x, scale=range(5))
    assert r.codes[140_000].tolist() == [0, -1]  # 140,000 is a multiple of 5
    assert r.n_ratings == 2 * 150_005 - 1


@pytest.mark.parametrize(
    ("x", "words"),
    [
        ([[0, 5], [1, 1]], r"1 value\(s\) outside the scale, first 5, unit 0, rater 1"),
        ([[0, -1], [1, 1]], "If it marks a missing rating, write NaN"),
        ([["1", "high"]], "first 'high'"),
        ([[0, 0.5], [1, 1]], "first 0.5"),
        ([1, 2, 3], r"shape \(3,\)"),
        (np.empty((0, 2)), r"shape \(0, 2\)"),
        (np.ones((4, 12)), "looks transposed"),
    ],
)
def test_arrays_that_cannot_be_meant_are_refused(x, words):
    with pytest.raises(AgreementError, match=words):
        Ratings.from_array(x, scale=range(5))


def test_many_raters_are_accepted_when_said():
    assert Ratings.from_array(np.ones((4, 12)), scale=range(5), wide=True).n_raters == 12


def long_frame():
    return pd.DataFrame(
        {
            "claim": ["c2", "c2", "c1", "c1", "c3"],
            "who": ["ann", "bob", "bob", "ann", "cem"],
            "level": [4, 3, 0, None, 2],
            "video": ["v1", "v1", "v1", "v1", "v2"],
            "w": [2.0, 2.0, 1.0, 1.0, 1.0],
        }
    )


def test_a_long_table_keeps_the_order_of_first_appearance():
    r = Ratings.from_long(
        long_frame(), unit="claim", rater="who", value="level", cluster="video", weight="w", scale=range(5)
    )
    assert list(r.units) == ["c2", "c1", "c3"]
    assert list(r.raters) == ["ann", "bob", "cem"]
    assert r.codes.tolist() == [[4, 3, -1], [-1, 0, -1], [-1, -1, 2]]
    assert r.cluster.tolist() == [0, 0, 1]
    assert r.weight.tolist() == [1.5, 0.75, 0.75]  # scaled to mean 1: 2, 1, 1 over 4/3
    assert r.n_dropped == 1


def test_a_long_table_may_be_columns_or_rows():
    columns = {"unit": [1, 1], "rater": ["a", "b"], "value": [2, 3]}
    rows = [{"unit": 1, "rater": "a", "value": 2}, {"unit": 1, "rater": "b", "value": 3}]
    for table in (columns, rows):
        assert Ratings.from_long(table, scale=range(5)).codes.tolist() == [[2, 3]]


def test_rows_without_a_rating_are_counted_in_the_estimate():
    frame = long_frame().rename(columns={"claim": "unit", "who": "rater", "level": "value"})
    frame.loc[len(frame)] = ["c3", "ann", 2, "v2", 1.0]
    found = krippendorff_alpha(Ratings.from_long(frame), interval=None)
    # c2 and c3 have two ratings each; c1 has a lone 0 and a row without a rating
    assert (found.n_units, found.n_ratings, found.n_dropped) == (2, 4, 2)
    assert any("1 row(s) held no rating" in note for note in found.notes)
    assert any("1 rating(s) could not be compared" in note for note in found.notes)


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"who": ["ann", "ann", "bob", "ann", "cem"]}, {}, "1 pair.* more than once, first unit 'c2' by 'ann'"),
        ({"level": [9, 3, 0, 1, 2]}, {"scale": range(5)}, "outside the scale, first 9.0, unit 'c2', rater 'ann'"),
        ({"level": ["4", "3", "0", "1", "high"]}, {"scale": range(5)}, "outside the scale, first 'high'"),
        ({"claim": ["c2", None, "c1", "c1", "c3"]}, {}, "1 missing entries in 'claim'"),
        ({"video": ["v1", "v2", "v1", "v1", "v2"]}, {"cluster": "video"}, "unit 'c2' has more than one 'video'"),
        ({"video": ["v1", "v1", "v1", "v1", None]}, {"cluster": "video"}, "missing entries in 'video'"),
        ({"w": [-1.0, -1.0, 1.0, 1.0, 1.0]}, {"weight": "w"}, "not a positive number"),
        ({}, {"cluster": "movie"}, "no column 'movie': the table has claim, who"),
    ],
)
def test_long_tables_that_cannot_be_meant_are_refused(change, options, words):
    frame = long_frame().assign(**change)
    with pytest.raises(AgreementError, match=words):
        Ratings.from_long(frame, unit="claim", rater="who", value="level", **options)


def test_a_row_without_a_rating_does_not_stand_against_one_with_a_rating():
    for values in ([None, 3, 1], [3, None, 1]):
        r = Ratings.from_long(
            {"unit": ["a", "a", "a"], "rater": ["ann", "ann", "bob"], "value": values}, scale=range(5)
        )
        assert r.codes.tolist() == [[3, 1]]
        assert r.n_dropped == 1


def test_a_cross_table_is_two_raters():
    r = Ratings.from_contingency([[2, 1, 0], [0, 0, 0], [3, 0, 1]], scale=(0, 1, 2))
    table = np.zeros((3, 3), int)
    np.add.at(table, tuple(r.codes.T), 1)
    assert table.tolist() == [[2, 1, 0], [0, 0, 0], [3, 0, 1]]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([[1, 2, 3], [4, 5, 6]], "same categories"),
        ([[1, -2], [3, 4]], "negative or not whole"),
        ([[1.5, 2], [3, 4]], "negative or not whole"),
        ([[0, 0], [0, 0]], "no rating"),
        ([1, 2], "two dimensions"),
    ],
)
def test_cross_tables_that_cannot_be_meant_are_refused(table, words):
    with pytest.raises(AgreementError, match=words):
        Ratings.from_contingency(table)


def test_counts_know_no_raters():
    r = Ratings.from_counts([[0, 2, 1], [1, 0, 0]], scale=("no", "maybe", "yes"), cluster=["v", "w"])
    assert r.codes.tolist() == [[1, 1, 2], [0, -1, -1]]
    assert not r.identified
    assert r.n_clusters == 2


SWAPPED = {"unit": ["ann", "bob"] * 15, "rater": [f"c{i // 2}" for i in range(30)], "value": [1] * 30}
BINARY = Ratings.from_array([[1, 1], [0, 1]], scale=(0, 1))


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (lambda: Ratings.from_array([[NAN, NAN]]), "without a single rating"),
        (lambda: Ratings.from_array(np.random.default_rng(0).normal(size=(100, 2))), "For measurements use icc"),
        (lambda: Ratings.from_array([[1, 1], [0, 1]], cluster=[1, 2, 3]), "there are 2 units"),
        (lambda: Ratings.from_array([[1, 1], [0, 1]], cluster=[1.0, NAN]), "1 missing entries in 'cluster'"),
        (lambda: Ratings.from_long({"unit": [], "rater": [], "value": []}), "empty"),
        (lambda: Ratings.from_long(SWAPPED), "2 units rated by 15 raters.*swap unit= and rater="),
        (lambda: Ratings.from_counts([[0, 2, 1]], scale=("no", "yes")), "the table counts 3"),
        (lambda: as_ratings(BINARY, scale=[0, 1, 2]), "already have the scale"),
        (lambda: agreement_weights("ratio", (-1, 0, 1)), "negative values"),
    ],
)
def test_what_makes_no_ratings_is_refused(read, words):
    with pytest.raises(AgreementError, match=words):
        read()


def test_the_scale_that_ratings_have_may_be_said_again():
    assert as_ratings(BINARY, scale=[0, 1]) is BINARY


def test_what_is_counted_once_is_never_stale():
    ratings = Ratings.from_array([[0, 1], [1, 1], [2, 2], [0, 0]], scale=range(3))
    first = krippendorff_alpha(ratings, interval=None)
    assert krippendorff_alpha(ratings, interval=None) == first
    assert krippendorff_alpha(ratings.take_raters([0, 0]), interval=None).value == 1
    grouped = krippendorff_alpha(ratings.with_cluster([0, 0, 1, 1]))
    assert grouped.n_clusters == 2
    with pytest.raises(ValueError, match="read-only"):
        ratings.codes[0, 0] = 2


def test_chosen_raters_keep_their_names():
    r = Ratings.from_array([[0, 1, 2]], scale=range(3), raters=("ann", "bob", "cem")).take_raters((2, 0))
    assert list(r.raters) == ["cem", "ann"]
    assert r.codes.tolist() == [[2, 0]]


def test_weights_of_gwet_on_four_levels():
    names = {
        "identity": [0, 0, 0],
        "linear": [2 / 3, 1 / 3, 0],  # 1 − 1/3, 1 − 2/3, 1 − 3/3
        "quadratic": [8 / 9, 5 / 9, 0],  # 1 − 1/9, 1 − 4/9
        "radical": [1 - (1 / 3) ** 0.5, 1 - (2 / 3) ** 0.5, 0],
        "ordinal": [5 / 6, 1 / 2, 0],  # pairs among 2, 3, 4 categories: 1, 3, 6
        "circular": [0.5, 0, 0.5],  # sin² of 45°, 90°, 135°
        "ratio": [1 - (1 / 9) / (9 / 25), 1 - (1 / 4) / (9 / 25), 0],  # ((x − 1)/(x + 1))² against (3/5)²
        "bipolar": [1 - 1 / 5, 1 - 4 / 8, 0],  # 1/(1 · 5), 4/(2 · 4), 9/(3 · 3)
    }
    for name, row in names.items():
        matrix = agreement_weights(name, (1, 2, 3, 4))
        assert matrix[0] == pytest.approx([1, *row]), name
        assert (matrix == matrix.T).all()


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ("cubic", "no such weights"),
        (np.eye(2), "the scale has 3 categories"),
        ([[1, 0.5, 0], [0.4, 1, 0.5], [0, 0.5, 1]], "not symmetric"),
        ([[1, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 1]], "with diagonal"),
        ([[0, -1, 1], [-1, 0, 1], [1, 1, 0]], "below 0"),
        ([[1, 2, 0], [2, 1, 0], [0, 0, 1]], "nothing above it"),
    ],
)
def test_weights_that_cannot_be_meant_are_refused(weights, words):
    with pytest.raises(AgreementError, match=words):
        agreement_weights(weights, (0, 1, 2))
