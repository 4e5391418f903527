"""``referee-calib agree``: any table of ratings, as a table and as JSON; refusals in one line."""

import json

import numpy as np
import pytest
from helpers_agree import asked, run, said, write

from agreement import Ratings, compare, gwet_ac, icc, krippendorff_alpha

FIELDS = ("value", "low", "high", "method", "reason", "population", "averaged_over", "n_units", "n_clusters")


NAMES = ("anna", "ben", "chris", "gpt")
RNG = np.random.default_rng(1)
SEEN = RNG.normal(2, 1.1, (60, 1)) + RNG.normal(0, 0.7, (60, 4)) + [0, 0, 0, 0.4]
LEVELS = np.clip(SEEN.round(), 0, 4).astype(int)
VIDEO = [f"v{u % 31}" for u in range(60)]
WORDS = np.array(["poor", "fair", "good", "fine", "best"])[LEVELS]


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "ratings.csv", LEVELS.tolist(), NAMES, video=VIDEO)


def test_json_holds_each_coefficient_under_its_functions_name(file):
    found = asked(file, "--referee", "gpt", "--scale", "0:4", "--cluster", "video")
    assert set(found) >= {"people", "referee", "difference", "leniency", "raters", "counts", "notes"}
    people, levels = Ratings.from_array(LEVELS[:, :3], scale=range(5), cluster=VIDEO, raters=NAMES[:3]), LEVELS[:, 3]
    for name, estimate in (
        ("krippendorff_alpha_ordinal", krippendorff_alpha(people, level="ordinal")),
        ("gwet_ac2_quadratic", gwet_ac(people, weights="quadratic")),
        ("icc_2_1", icc(people, form="2,1", interval="jackknife")),
    ):
        assert [found["people"][name][k] for k in FIELDS] == [getattr(estimate, k) for k in FIELDS]
    assert list(found["referee"]) == list(found["ceiling"]) == list(found["difference"]) == list(found["people"])
    expected = compare(people, levels, every=True)
    assert {name for name, row in found["referee"].items() if row["value"] is None} == {
        *("icc_1_k", "icc_2_k", "icc_3_k", "unanimous_agreement")
    }
    assert "the mean of k people" in found["difference"]["icc_2_k"]["reason"]
    assert "all people at once" in found["difference"]["unanimous_agreement"]["reason"]
    assert (found["ceiling"]["icc_1_k"]["value"], found["difference"]["icc_3_k"]["p_value"]) == (None, None)
    for name, c in expected.compared.items():
        assert found["referee"][name]["value"] == c.human_referee.value
        assert found["difference"][name]["low"] == c.difference.low
        assert found["difference"][name]["p_value"] == c.p_value
        assert found["difference"][name]["test"]["null"] == "difference = 0"
    assert found["leniency"]["value"] == expected.leniency.value
    assert found["raters"]["ben"]["leniency"]["value"] == expected.leniency_by_rater["ben"].value
    counts = {"units": 60, "units_rated_twice": 60, "raters": 3, "ratings": 180, "missing": 0}
    counts |= {"clusters": 31, "dropped": 0}
    assert found["counts"] == counts | {"referee_levels": 60, "compared": 60, "single": 0}


def test_without_a_referee_there_is_only_people_with_people(file):
    found = asked(file, "--scale", "0:4")
    assert found["referee"] is None
    assert found["difference"] is None
    assert list(found["raters"]) == ["anna", "ben", "chris", "gpt"]


def test_the_table_reads_in_words(file):
    result = run(file, "--referee", "gpt", "--scale", "0:4", "--cluster", "video")
    assert result.exit_code == 0
    assert "60 units in 31 clusters; 3 people; 180 ratings, none missing; referee gpt: 60 levels" in result.stdout
    for words in ("Krippendorff's alpha, ordinal", "PEOPLE WITH THE REFEREE", "gpt minus rater", "  chris"):
        assert words in result.stdout
    assert result.stderr == ""


def test_columns_are_renamed_and_a_cluster_column_is_found(tmp_path, file):
    other = tmp_path / "other.csv"
    other.write_text(file.read_text().replace("unit,rater,value,video", "item,who,stars,cluster"))
    renamed = asked(other, "--unit", "item", "--rater", "who", "--value", "stars", "--scale", "0:4")
    assert renamed == asked(file, "--cluster", "video", "--scale", "0:4")


def test_words_need_an_order_or_the_nominal_level(tmp_path, file):
    path = write(tmp_path / "words.csv", WORDS.tolist(), NAMES)
    assert "needs their order" in said(run(path))
    nominal = asked(path, "--level", "nominal", "--referee", "gpt")
    chosen = {"percent_agreement", "cohen_kappa", "krippendorff_alpha_nominal", "gwet_ac1"}
    others = {"fleiss_kappa", "conger_kappa", "brennan_prediger", "unanimous_agreement"}
    assert set(nominal["difference"]) == chosen | others
    ordered = asked(path, "--scale", "poor,fair,good,fine,best")
    numbers = asked(file, "--scale", "0:4")
    for name in ("cohen_kappa_quadratic", "krippendorff_alpha_ordinal"):
        assert ordered["people"][name]["value"] == pytest.approx(numbers["people"][name]["value"])
    assert "icc_2_1" not in ordered["people"]


def test_missing_values_are_counted_and_a_guessed_scale_is_said(tmp_path):
    gaps = LEVELS.astype(object)
    gaps[0, 0] = gaps[1, 3] = np.nan
    path = write(tmp_path / "gaps.csv", gaps, NAMES)
    found = asked(path, "--referee", "gpt")
    assert found["counts"]["dropped"] == 2
    assert any("no --scale given: 0:4 is taken" in note for note in found["notes"])
    assert any("1 rated units have no level of the referee" in note for note in found["notes"])


def test_parquet_is_read_or_said_to_need_pyarrow(tmp_path, file):
    path = tmp_path / "ratings.parquet"
    try:
        from pyarrow import csv, parquet
    except ImportError:
        path.write_bytes(b"PAR1")
        assert "pip install pyarrow" in said(run(path))
        return
    parquet.write_table(csv.read_csv(file), path)
    assert asked(path, "--scale", "0:4") == asked(file, "--scale", "0:4")


def test_undefined_coefficients_are_null_with_a_reason(tmp_path):
    path = write(tmp_path / "same.csv", [[3, 3]] * 5, "ab")
    found = asked(path, "--scale", "0:4", "--referee", "b")
    assert found["people"]["krippendorff_alpha_ordinal"]["value"] is None
    assert "only one rater" in found["people"]["krippendorff_alpha_ordinal"]["reason"]
    assert found["difference"]["percent_agreement"]["value"] is None
    assert "not defined (" in run(path, "--scale", "0:4").stdout


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (None, [], "No such file"),
        ("", [], "no column 'unit'"),
        ("unit,rater\na,b\n", [], "no column 'value' among unit, rater"),
        ("unit,rater,value\na,b\n", [], "line 2: 2 fields, the header has 3"),
        ("unit,rater,value\na,b,1\n,b,2\n", [], "row 2 has no 'unit'"),
        ("unit,unit,value\na,b,1\n", [], "two columns of one name"),
        ("unit,rater,value\na,b,7\na,c,1\n", ["--scale", "0:4"], "outside the scale"),
        ("unit,rater,value\na,b,1\na,b,2\n", [], "more than once"),
        ("unit,rater,value\na,b,1\na,c,2\n", ["--referee", "z"], "the raters are b, c"),
        ("unit,rater,value\na,b,1\na,c,2\n", ["--scale", "4:0"], "lowest first"),
        ("unit,rater,value\na,b,1\na,c,2\n", ["--scale", "good"], "two categories or more"),
        ("unit,rater,value\na,b,\na,c,\n", [], "nothing to compare"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_code_2(tmp_path, content, options, words):
    path = tmp_path / "ratings.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert words in said(run(path, *options))


def test_json_lines_are_a_table_where_they_have_its_columns(tmp_path, file):
    path = tmp_path / "ratings.jsonl"
    path.write_text("{}\n")
    assert "no column 'unit'" in said(run(path))
    header, *lines = [line.split(",") for line in file.read_text().splitlines()]
    path.write_text("\n".join(json.dumps(dict(zip(header, line, strict=True))) for line in lines))
    assert asked(path, "--scale", "0:4") == asked(file, "--scale", "0:4")
