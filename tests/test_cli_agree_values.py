"""``referee-calib agree`` and the values of real files: words, signs for missing, separators, many raters."""

import numpy as np
import pytest
from helpers_agree import asked, run, said, write

from agreement import krippendorff_alpha

NUMBERS = np.random.default_rng(5).integers(0, 5, (30, 2))


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "ratings.csv", NUMBERS)


def with_word(tmp_path, word):
    values = NUMBERS.astype(object)
    values[3, 1] = word  # the eighth row: two per unit
    return write(tmp_path / "word.csv", values)


@pytest.mark.parametrize("word", ["?", "inf", "1_0", "high"])
@pytest.mark.parametrize("scale", [(), ("--scale", "0:4"), ("--scale", "0,1,2,3,4")])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_word_among_numbers_is_named_and_not_the_numbers(tmp_path, word, scale, form):
    line = said(run(with_word(tmp_path, word), *scale, *form))
    assert f"1 of 60 values is no number, first {word!r} in row 8" in line


def test_words_and_numbers_together_are_categories_where_the_scale_or_the_level_says_so(tmp_path):
    path = with_word(tmp_path, "high")
    assert asked(path, "--scale", "0,1,2,3,4,high")["counts"]["ratings"] == 60
    assert "0, 1, 2, 3, 4, high" in asked(path, "--level", "nominal")["notes"][0]


def test_words_are_no_numbers_of_the_scale(tmp_path):
    path = write(tmp_path / "words.csv", [["good", "bad"], ["bad", "good"]])
    assert "4 of 4 values are no numbers, first 'good' in row 1: --scale lists numbers" in said(
        run(path, "--scale", "0:4")
    )


def test_a_category_called_none_is_rated_and_not_missing(tmp_path):
    words = np.array(["none", "mild", "severe"])[np.minimum(NUMBERS, 2)]
    path = write(tmp_path / "none.csv", words)
    found = asked(path, "--scale", "none,mild,severe")
    assert (found["counts"]["ratings"], found["counts"]["dropped"], found["notes"]) == (60, 0, [])
    expected = krippendorff_alpha(np.minimum(NUMBERS, 2), level="ordinal", scale=range(3)).value
    assert found["people"]["krippendorff_alpha_ordinal"]["value"] == pytest.approx(expected)
    without = asked(path, "--scale", "mild,severe")
    n = int((NUMBERS == 0).sum())
    assert without["counts"]["dropped"] == n
    assert f"taken for missing: 'none' ({n}); name a category of that name in --scale" in without["notes"]


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--scale", ""], "--scale '': a scale has two categories"),
        (["--scale", "1_0:2_0"], "two whole numbers, lowest first"),
        (["--scale", "0:1000000000000"], "leave it out, and type --level interval"),
        (["--cluster", ""], "no column ''"),
        (["--referee", ""], "--referee '': the raters are r0, r1"),
    ],
)
def test_empty_and_boundless_options_are_refused_in_words(file, options, words, form):
    assert words in said(run(file, *options, *form))


def test_far_apart_whole_numbers_are_a_scale_of_what_occurs(tmp_path):
    path = write(tmp_path / "far.csv", [[0, 10**12], [10**12, 10**12], [0, 0]])
    assert "the categories that occur are taken for the scale: 0, 1000000000000" in asked(path)["notes"][0]


def test_a_table_of_many_raters_is_refused_until_it_is_said_to_be_wide(tmp_path):
    values = np.random.default_rng(2).integers(0, 5, (4, 30))
    path = write(tmp_path / "wide.csv", values)
    line = said(run(path, "--scale", "0:4"))
    assert "Swap --unit and --rater, or add --many-raters if it is so." in line
    assert "x.T" not in line
    assert asked(path, "--scale", "0:4", "--many-raters")["counts"]["raters"] == 30
    swapped = asked(path, "--scale", "0:4", "--unit", "rater", "--rater", "unit")
    assert (swapped["counts"]["units"], swapped["counts"]["raters"]) == (30, 4)


@pytest.mark.parametrize("referee", [(), ("--referee", "r1")])
def test_few_clusters_are_said_once(tmp_path, referee):
    values = np.random.default_rng(3).integers(0, 5, (40, 4))
    path = write(tmp_path / "few.csv", values, cluster=[u % 5 for u in range(40)])
    notes = asked(path, "--scale", "0:4", *referee)["notes"]
    assert len([note for note in notes if "5 clusters" in note]) == 1
    printed = run(path, "--scale", "0:4", *referee).stdout
    assert printed.count("Only 5 clusters") == 1
    assert "only 5 clusters" not in printed
