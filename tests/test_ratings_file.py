"""Ratings files: which values are numbers, which are missing, and what a file is told that is none."""

import csv
import datetime

import pytest

from referee_calib.errors import InputError
from referee_calib.io import ratings_table

COLUMNS = {name: name for name in ("unit", "rater", "value")}


def table(tmp_path, values, **form):
    path = tmp_path / "ratings.csv"
    with path.open("w", newline="", encoding=form.pop("encoding", "utf-8")) as stream:
        lines = csv.writer(stream, **form)
        lines.writerow(COLUMNS)
        lines.writerows((f"u{i // 2}", "ab"[i % 2], value) for i, value in enumerate(values))
    return path


def values_of(path, scale=()):
    columns, missing = ratings_table.read(path, COLUMNS, {}, scale)
    return columns["value"], missing


def test_empty_cells_and_the_words_for_missing_are_none_and_the_words_are_counted(tmp_path):
    values, missing = values_of(table(tmp_path, ["1", "", "NA", "2.5", "-", "NA"]))
    assert values == [1, None, None, 2.5, None, None]
    assert missing == {"NA": 2, "-": 1}


def test_a_word_that_the_scale_names_is_a_category_however_it_is_written(tmp_path):
    path = table(tmp_path, ["none", "mild", "None", "NA", "", "severe"])
    assert values_of(path, ["none", "mild", "severe"]) == (["none", "mild", "None", None, None, "severe"], {"NA": 1})
    assert values_of(path, ["na", "mild", "severe"]) == (
        [None, "mild", None, "NA", None, "severe"],
        {"none": 1, "None": 1},
    )


@pytest.mark.parametrize("form", [{"encoding": "utf-8-sig"}, {"quoting": csv.QUOTE_ALL}])
def test_a_byte_order_mark_and_quoted_numbers_are_read(tmp_path, form):
    assert values_of(table(tmp_path, ["1", "4.0"], **form)) == ([1, 4], {})


@pytest.mark.parametrize(
    "word",
    ["1_0", "inf", "-Infinity", "1e999", "?", "nan", [1], datetime.date(2026, 1, 1), pytest.param(10**400, id="huge")],
)
def test_a_number_is_finite_and_not_written_as_in_python(word):
    with pytest.raises(ValueError, match="is no number"):
        ratings_table.number(word)


def test_whole_numbers_are_int_and_others_stay():
    assert [ratings_table.number(v) for v in ("3", "3.0", 2, 2.5, "-1e1")] == [3, 3, 2, 2.5, -10]


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_another_separator_is_named(tmp_path, mark, name):
    with pytest.raises(InputError, match=f"separated by {name}"):
        values_of(table(tmp_path, ["1", "2,5"], delimiter=mark))
