"""How a cell becomes a category: one rule for text and for Python's values, and what is asked about the result."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import agreement as ag
from agreement import AgreementError, NoteCode, Ratings, as_categories


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["3", "3.0", " 3 ", 3, 3.0, np.int64(3), Decimal("3.00")], [3] * 7),
        (["0.30000000000000004", "0.3", 0.1 + 0.2, np.float64(0.3)], [0.3] * 4),
        (["100000000000000001", 10**17 + 1, np.int64(10**17 + 1)], [10**17 + 1] * 3),
        (["1.5e3", "-1e1", "+2", ".5", "5."], [1500, -10, 2, 0.5, 5]),
        (
            ["1_0", "inf", "-Infinity", "1e999", "0x10", "1,5", "٣"],
            ["1_0", "inf", "-Infinity", "1e999", "0x10", "1,5", "٣"],
        ),
        (["Yes", "yes", " yes"], ["Yes", "yes", "yes"]),
        (["", " ", None, float("nan"), pd.NA, np.nan, "NA", "n/a", "-"], [None] * 9),
        ([True, np.bool_(False), "True"], [True, False, "True"]),
        ([{"b", "a"}, frozenset("ab")], [frozenset("ab")] * 2),
        (["1.10", "007"], [1.1, 7]),
    ],
)
def test_a_cell_is_the_number_it_spells_or_the_word_it_is(cells, values):
    found = as_categories(cells).values
    assert found == values
    assert [type(one) for one in found] == [type(one) for one in values]


def test_names_keep_the_zeros_that_no_program_adds():
    cells = ["1.1", "1.10", "7", "07", "007", "3", "3.0", "0.50", "0.5", "12e5", "0", "0.0", "-0"]
    assert as_categories(cells, names=True).values == [1.1, "1.10", 7, "07", "007", 3, 3, "0.50", 0.5, "12e5", 0, 0, 0]


def test_what_becomes_one_category_is_named_and_what_is_missing_counted():
    found = as_categories(["3", "3.0", "NA", "-1", "-1.0", "", "yes", "yes "], missing=["-1"])
    assert found.values == [3, 3, None, None, None, None, "yes", "yes"]
    assert found.missing == {"NA": 1, "-1": 1, "-1.0": 1}
    (note,) = found.notes
    assert note.code is NoteCode.MERGED_SPELLINGS
    assert "3 ('3', '3.0'); yes ('yes', 'yes ')" in note
    assert as_categories([3.0, 3, np.int64(3)]).notes == ()  # one number, in three types of Python


def test_a_set_of_one_word_for_missing_is_missing_and_truth_values_may_be_declared():
    found = as_categories([frozenset({"NA"}), frozenset({"NA", "a"}), frozenset({"a"})])
    assert (found.values, found.missing) == ([None, frozenset({"NA", "a"}), frozenset({"a"})], {"NA": 1})
    assert as_categories([True, False], scale=["False", "True"]).values == ["True", "False"]
    with pytest.raises(AgreementError, match="a set of labels"):
        as_categories([["a", "b"]])


def test_a_declared_category_is_one_whatever_else_it_looks_like():
    assert as_categories(["none", "NA", "None"], scale=["none", "mild"]).values == ["none", None, "None"]
    assert as_categories(["1.10", "1.1"], scale=["1.1", "1.10"]).values == ["1.10", "1.1"]


@pytest.mark.parametrize("as_array", [np.array, list, lambda rows: np.array(rows, dtype=object)])
def test_text_and_numbers_in_python_follow_the_same_rule(as_array):
    table = as_array([["3", "3.0"], ["0.3", "0.30000000000000004"], ["unsure", "unsure"]])
    read = Ratings.from_array(table)
    assert read.scale == (0.3, 3, "unsure")
    assert read.codes.tolist() == [[1, 1], [0, 0], [2, 2]]
    assert [note.code for note in read.remarks()] == [NoteCode.MERGED_SPELLINGS]
    assert ag.percent_agreement(table, interval=None).value == 1.0


@pytest.mark.parametrize("dtype", [np.int64, object])
def test_codes_of_eighteen_digits_are_told_apart(dtype):
    codes = np.array([[10**17, 10**17 + 1], [10**17 + 2, 10**17 + 2]], dtype=dtype)
    assert Ratings.from_array(codes).codes.tolist() == [[0, 1], [2, 2]]
    assert Ratings.from_array(codes, scale=[10**17, 10**17 + 1, 10**17 + 2]).codes.tolist() == [[0, 1], [2, 2]]
    assert ag.percent_agreement(codes, interval=None).value == 0.5
    long = {"unit": [1, 1, 2], "rater": ["a", "b", "a"], "value": [10**17, 10**17 + 1, None]}
    assert Ratings.from_long(long).codes.tolist() == [[0, 1], [-1, -1]]


def test_float_noise_is_no_category_of_its_own_with_and_without_a_scale():
    noisy = np.array([[0.1 + 0.2, 0.3], [0.7, 0.1 * 7], [np.nan, 0.3]])
    for read in (Ratings.from_array(noisy), Ratings.from_array(noisy, scale=(0.3, 0.7))):
        assert read.scale == (0.3, 0.7)
        assert read.codes.tolist() == [[0, 0], [1, 1], [-1, 0]]
    with pytest.raises(AgreementError, match=r"first 0\.3000001"):
        Ratings.from_array([[0.3, 0.3000001]], scale=(0.3, 0.7))


def test_labels_that_are_sets_are_categories():
    table = np.empty((2, 2), dtype=object)
    table[:] = [[frozenset("ab"), frozenset("ba")], [frozenset("a"), None]]
    read = Ratings.from_array(table)
    assert read.codes.tolist() == [[1, 1], [0, -1]]
    assert ag.percent_agreement(read, interval=None).value == 1.0


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([["Yes", "yes"]], "'Yes' and 'yes' differ only in case"),
        ([["very good", "very  Good"]], "differ only in case and blanks"),
        ([["1.1", "1.10"]], None),  # one number here; two names in a nominal comparison of a file
        ([["yes", "no"]], None),
        ([[1, 2]], None),
    ],
)
def test_categories_that_look_alike_are_remarked(table, words):
    found = [note for note in Ratings.from_array(table).remarks() if note.code is NoteCode.SIMILAR_CATEGORIES]
    assert [words in note for note in found] == ([True] if words else [])


def test_names_that_differ_in_zeros_are_remarked_where_they_are_declared():
    read = Ratings.from_array([["1.1", "1.10"], ["1.10", "1.10"]], scale=("1.1", "1.10"))
    assert read.codes.tolist() == [[0, 1], [1, 1]]
    assert "differ only in zeros" in read.remarks()[0]


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ([-1, 0, 1, 2, 3], "-1"),
        ([-9, 1, 2, 3], "-9"),
        ([99, 1, 2, 5], "99"),
        ([999, 99, 1, 2], "99,999"),
        ([-99.0, 0.5, 1.5], "-99"),
        ([-2, -1, 0, 1, 2], None),  # a scale with negative levels
        ([97, 98, 99, 100], None),
        ([7, 8, 9, 10], None),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9], None),
    ],
)
def test_codes_that_lie_apart_are_asked_about(values, asked):
    read = Ratings.from_array([[v, v] for v in values])
    found = [note for note in read.remarks() if note.code is NoteCode.CODE_FOR_MISSING]
    assert [f"--missing={asked} " in note for note in found] == ([True] if asked else [])
    assert not Ratings.from_array([[v, v] for v in values], scale=sorted(values)).remarks()


def test_a_scale_far_wider_than_what_occurs_is_remarked():
    levels = np.random.default_rng(0).integers(0, 5, (30, 3))
    (note,) = Ratings.from_array(levels, scale=range(101)).remarks()
    assert note.code is NoteCode.WIDE_SCALE
    assert "101 categories, and every rating lies within 5" in note
    for scale in (range(5), range(11), range(19)):
        assert Ratings.from_array(levels, scale=scale).remarks() == ()


def test_no_scale_counts_as_declared_that_nobody_declared():
    flips = np.random.default_rng(1).integers(0, 2, (40, 2))
    long = {"unit": np.repeat(range(40), 2), "rater": ["a", "b"] * 40, "value": flips.ravel()}
    read = Ratings.from_long(long)
    assert (read.scale, read.declared) == ((0, 1), False)
    with pytest.raises(AgreementError, match="without a declared scale"):
        ag.gwet_ac(read, weights="quadratic", interval=None)
    declared = ag.gwet_ac(Ratings.from_long(long, scale=(0, 1)), weights="quadratic", interval=None).value
    assert abs(declared) < 0.4  # 0.94 on 0 … 4, which nobody named


def test_an_unused_category_may_be_added_and_one_in_use_not_taken_away():
    read = Ratings.from_array([[0, 2], [2, None]], scale=(0, 2))
    wider = read.on_scale((0, 1, 2))
    assert wider.codes.tolist() == [[0, 2], [2, -1]]
    assert wider.on_scale((0, 2)).codes.tolist() == read.codes.tolist()
    with pytest.raises(AgreementError, match="the category 2"):
        read.on_scale((0, 1))
