"""``referee-calib agree`` on small files whose right values are known: categories, codes, the referee's labels."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers_agree import asked, run, said, write

pytestmark = pytest.mark.thorough

TABLES = Path(__file__).parent / "tables"


def people(name, *options):
    found = asked(TABLES / name, *options, "--interval", "none")
    return {row: one["value"] for row, one in found["people"].items()}, " ".join(found["notes"])


def test_values_that_occur_are_the_categories_and_not_every_number_between():
    found, notes = people("steps_of_25_random.csv")
    named, _ = people("steps_of_25_random.csv", "--scale", "0,25,50,75,100")
    assert (found["gwet_ac1"], found["gwet_ac2_quadratic"]) == pytest.approx((-0.029, -0.032), abs=5e-4)
    assert found == named
    assert "0, 25, 50, 75, 100" in notes


@pytest.mark.parametrize(
    ("seen", "level", "scale"),
    [
        ([0, 1, 3], "ordinal", "0:3 is taken from the values that occur; nobody gave 2"),
        ([0, 1, 3, 4, 6], "ordinal", "0:6 is taken"),
        ([0, 1, 3], "interval", "for the scale: 0, 1, 3"),
        ([0, 1, 3], "nominal", "for the scale: 0, 1, 3"),
        ([0, 1, 4], "ordinal", "for the scale: 0, 1, 4"),
        ([0, 2, 4], "ordinal", "for the scale: 0, 2, 4"),
        ([0, 0.5, 1], "ordinal", "for the scale: 0, 0.5, 1"),
    ],
)
def test_single_missing_whole_numbers_are_filled_up_where_they_have_an_order(tmp_path, seen, level, scale):
    path = write(tmp_path / "r.csv", [[v, w] for v in seen for w in seen])
    assert scale in asked(path, "--level", level, "--interval", "none")["notes"][0]


def test_a_referees_labels_do_not_change_what_peoples_agreement_is():
    alone, _ = people("people_only.csv", "--level", "nominal")
    beside, notes = people("free_text_referee.csv", "--level", "nominal", "--referee", "gpt")
    assert beside == alone
    # 6 emotions, raw agreement of 3 people 0.4944: Brennan and Prediger (0.4944 - 1/6) / (5/6) = 0.3933
    assert alone["brennan_prediger"] == pytest.approx((alone["percent_agreement"] - 1 / 6) / (5 / 6))
    assert "only the referee gave 30 of the categories: 'free text 0'" in notes


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_nothing_that_a_referee_says_moves_people(tmp_path, level):
    rng = np.random.default_rng(6)
    values = rng.integers(1, 5, (30, 3))
    referee = rng.choice([-3, 0, 2, 4, 7], (30, 1))  # three are none of people's four levels
    alone = asked(write(tmp_path / "people.csv", values), "--level", level, "--interval", "none")
    table = write(tmp_path / "all.csv", np.hstack([values, referee]), ["r0", "r1", "r2", "ref"])
    beside = asked(table, "--level", level, "--referee", "ref", "--interval", "none")
    for name, one in alone["people"].items():
        assert beside["people"][name]["value"] == one["value"], name
    assert any("only the referee gave 3 of the categories" in note for note in beside["notes"])


def test_codes_of_eighteen_digits_are_no_floats():
    assert people("big_codes.csv", "--level", "nominal")[0]["percent_agreement"] == pytest.approx(0.617, abs=5e-4)


def test_float_noise_is_no_disagreement():
    found, notes = people("float_noise_identical.csv")
    assert found["percent_agreement"] == found["cohen_kappa"] == 1.0
    assert "0.3 ('0.30000000000000004', '0.3')" in notes


def test_a_number_is_itself_however_it_is_written_beside_words_too():
    found, notes = people("number_spelt_two_ways.csv", "--level", "nominal")
    assert found["percent_agreement"] == pytest.approx(0.62, abs=0.01)
    assert "read as one category: 1 ('1', '1.0')" in notes


def test_words_that_differ_in_case_alone_are_remarked():
    found, notes = people("case_differs.csv", "--level", "nominal")
    assert found["percent_agreement"] == 0
    assert "'Yes' and 'yes' differ only in case" in notes


def test_a_code_for_missing_is_asked_about_and_can_be_said():
    found, notes = people("minus1_means_missing.csv")
    assert found["cohen_kappa_quadratic"] == pytest.approx(0.529, abs=1e-3)
    assert "-1 (18) looks like a code for a missing rating" in notes
    assert "--missing=-1" in notes
    for option in (["--missing=-1"], ["--missing", "-1"], ["--missing", "-9,-1"]):
        found, notes = people("minus1_means_missing.csv", *option)
        assert found["cohen_kappa_quadratic"] == pytest.approx(0.907, abs=1e-3)
        assert "taken for missing: '-1' (18)" in notes
        assert "looks like" not in notes


def test_codes_with_zeros_are_names_in_a_nominal_comparison_and_numbers_elsewhere(tmp_path):
    path = write(tmp_path / "r.csv", [["1.1", "1.10"], ["1.10", "1.10"], ["2.0", "2"]])
    nominal = asked(path, "--level", "nominal", "--interval", "none")
    assert nominal["people"]["percent_agreement"]["value"] == pytest.approx(2 / 3)
    assert any("'1.1' and '1.10' differ only in zeros" in note for note in nominal["notes"])
    declared = asked(path, "--level", "nominal", "--scale", "1.1,1.10,2", "--interval", "none")
    assert declared["people"]["percent_agreement"]["value"] == pytest.approx(2 / 3)
    assert asked(path, "--interval", "none")["people"]["percent_agreement"]["value"] == 1.0


def test_a_declared_scale_far_wider_than_the_ratings_is_remarked(tmp_path):
    path = write(tmp_path / "r.csv", np.random.default_rng(0).integers(0, 5, (40, 2)))
    assert any("101 categories" in note for note in asked(path, "--scale", "0:100", "--interval", "none")["notes"])
    assert asked(path, "--scale", "0:4", "--interval", "none")["notes"] == []


def test_a_cluster_a_rater_or_a_unit_called_na_is_asked_about(tmp_path):
    path = write(tmp_path / "r.csv", [[0, 1], [1, 1], [1, 1]], ["ann", "NA"], cluster=["v1", "NA", "NA"])
    notes = " ".join(asked(path, "--scale", "0:1", "--interval", "none")["notes"])
    assert "the cluster 'NA' (2) reads like a missing value" in notes
    assert "the rater 'NA' (1) reads like a missing value" in notes


def test_cells_of_several_labels_are_compared_as_sets_where_labels_are_names(tmp_path):
    path = write(tmp_path / "r.csv", [["a;b", "b; a"], ["a", "a;b"], ["c", "c"]])
    found = asked(path, "--sets", ";", "--level", "nominal", "--interval", "none")
    assert found["people"]["percent_agreement"]["value"] == pytest.approx(2 / 3)
    assert "{a, b}" in found["notes"][0]
    assert "--level nominal" in said(run(path, "--sets", ";"))


def test_a_wide_table_an_export_and_a_long_table_of_the_same_ratings_agree(tmp_path):
    values = np.random.default_rng(3).integers(1, 7, (20, 3))
    long = write(tmp_path / "long.csv", values, ["rater1", "rater2", "rater3"])
    wide, export, book = tmp_path / "wide.csv", tmp_path / "tasks.json", tmp_path / "wide.xlsx"
    frame = pd.DataFrame(values, columns=["rater1", "rater2", "rater3"])
    frame.to_csv(wide, index=False)
    frame.to_excel(book, index=False)
    tasks = [
        {"id": u, "data": {}, "annotations": [
            {"completed_by": f"rater{j + 1}", "result": [{"from_name": "q", "value": {"rating": int(v)}}]}
            for j, v in enumerate(row)]}
        for u, row in enumerate(values)
    ]  # fmt: skip
    export.write_text(json.dumps(tasks))
    expected = asked(long, "--scale", "1:6")["people"]
    assert asked(wide, "--wide", "all", "--scale", "1:6")["people"] == expected
    assert asked(book, "--wide", "rater1,rater2,rater3", "--scale", "1:6")["people"] == expected
    assert asked(export, "--scale", "1:6")["people"] == expected
    assert asked(export, "--format", "label-studio", "--scale", "1:6")["people"] == expected
