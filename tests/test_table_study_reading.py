"""Two tables are read, checked and joined: what is wrong is one line, what is left out is counted and named."""

import json

import pandas as pd
import pytest
from helpers_judged_tables import run, write_rows

from referee_calib.errors import InputError
from referee_calib.table_study import TableStudyOptions, open_table_study, read_table_study

LONG = ("unit", "rater", "dimension", "value", "prompt")
RATED = [(f"u{i}", who, "fit", 1 + (i + j) % 5, f"p{i // 2}") for i in range(6) for j, who in enumerate("ab")]
SCORED = [(f"u{i}", "gpt", "fit", 1 + i % 5) for i in range(6)]


def tables(folder, rated=RATED, scored=SCORED, header=LONG, scores=("unit", "judge", "dimension", "score"), **more):
    """Write both tables and read them."""
    ratings, judged = write_rows(folder / "r.csv", header, rated), write_rows(folder / "s.csv", scores, scored)
    return read_table_study(TableStudyOptions(ratings=ratings, scores=judged, **more))


def changed(rows, at, column, cell):
    """Return rows with one cell changed."""
    return [tuple(cell if (i, j) == (at, column) else old for j, old in enumerate(row)) for i, row in enumerate(rows)]


def test_units_clusters_scales_and_judges_are_those_of_the_tables(tmp_path):
    found = tables(tmp_path, cluster="prompt")
    assert found.scales == {"fit": (1, 2, 3, 4, 5)}
    assert [(unit.id, unit.video) for unit in found.units[:3]] == [("u0", "p0"), ("u1", "p0"), ("u2", "p1")]
    assert {name: len(its) for name, its in found.scores.items()} == {"gpt": 6}
    assert (found.nouns.item, found.nouns.cluster) == ("unit", "prompt")
    assert [digest.rows for digest in found.inputs] == [12, 6]


def test_without_clusters_every_unit_stands_alone_and_that_is_said(tmp_path):
    found = tables(tmp_path)
    assert all(unit.video == unit.id for unit in found.units)
    assert any("every unit counts as independent" in note for note in found.notes)


def test_a_column_video_is_the_cluster_unless_another_is_named(tmp_path):
    header = (*LONG[:4], "video")
    assert tables(tmp_path, header=header).units[0].video == "p0"
    assert tables(tmp_path, header=header).nouns.cluster == "video"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rated": changed(RATED, 3, 3, "good")}, ("1 of 12 cells of 'value' is no number", "'good'", "row 4")),
        ({"scored": changed(SCORED, 1, 3, "no idea")}, ("s.csv", "'no idea'", "row 2", "--missing")),
        ({"rated": changed(RATED, 3, 3, 99)}, ("99 (1 times) among the levels on fit", "--missing=99", "--scale")),
        ({"rated": changed(RATED, 3, 3, -1)}, ("-1 (1 times) among the levels on fit", "--missing=-1")),
        (
            {
                "rated": [(*row[:2], row[3], row[4]) for row in [*RATED, ("u0", "a", "style", 5, "p0")]],
                "header": ("unit", "rater", "value", "prompt"),
            },
            ("row 13 has 5 of a", "the column that says so dimension"),
        ),
        ({"rated": changed(RATED, 3, 3, 9), "scales": ("1:5",)}, ("1 of 12 levels on fit", "1 to 5", "first 9 of b")),
        ({"scored": changed(SCORED, 2, 3, 9)}, ("1 of 6 scores of gpt", "1 to 5", "first 9", "u2")),
        ({"rated": [*RATED, ("u0", "a", "fit", 5, "p0")]}, ("row 13 has 5 of a for 'u0'", "an earlier row has 1")),
        ({"scored": [*SCORED, ("u0", "gpt", "fit", 5)]}, ("gpt has two scores for 'u0'", "sample")),
        ({"rated": changed(RATED, 1, 4, "p9"), "cluster": "prompt"}, ("u0", "'p9'", "'p0'")),
        ({"rated": changed(RATED, 1, 0, "")}, ("row 2 has no 'unit'",)),
        ({"cluster": "scene"}, ("--cluster scene", "neither table", "prompt")),
        ({"slices": ("system",)}, ("--slice system", "neither table")),
        ({"unit": "clip"}, ("no column 'clip'", "--unit")),
        ({"header": ("unit", "person", "dimension", "value", "prompt")}, ("no column 'rater'", "--rater")),
        ({"dimensions": ("fun",)}, ("--dimension fun", "people rated fit")),
        ({"judges": "claude"}, ("--judges claude", "gpt")),
        ({"judges": "gpt=fun"}, ("--judges", "fun", "fit")),
        ({"judges": "gpt="}, ("no dimension follows",)),
        ({"scales": ("fun=1:5",)}, ("--scale fun=1:5", "people rated fit")),
        ({"scales": ("5,4,3",)}, ("--scale 5,4,3", "lowest first")),
        ({"scales": ("0:100",)}, ("--scale 0:100", "2 to 11")),
        ({"scored": [(f"x{i}", "gpt", "fit", 3) for i in range(4)]}, ("no unit in common", "u0", "x0")),
        ({"scored": []}, ("s.csv: no row",)),
        ({"rated": [(*row[:3], 3, row[4]) for row in RATED]}, ("people gave 1 different levels",)),
        ({"rated": [(*row[:3], "", row[4]) for row in RATED]}, ("nobody gave a level",)),
    ],
)
def test_what_is_wrong_with_a_table_is_one_line(tmp_path, options, words):
    with pytest.raises(InputError) as error:
        tables(tmp_path, **options)
    said = str(error.value)
    assert all(word in said for word in words), said
    assert "\n" not in said


def test_two_dimensions_and_scores_without_one_are_asked_about(tmp_path):
    rated = [*RATED, *((u, r, "style", v, p) for u, r, _, v, p in RATED)]
    wide = {"scored": [(f"u{i}", 1 + i % 5, 2) for i in range(6)], "scores": ("unit", "gpt", "clip")}
    with pytest.raises(InputError, match="which dimension gpt, clip judges") as error:
        tables(tmp_path, rated, **wide)
    assert "--judges gpt=fit,clip=fit" in str(error.value)
    said = tables(tmp_path, rated, **wide, judges="gpt=fit,clip=style")
    assert {name: its[0].dimension for name, its in said.scores.items()} == {"gpt": "fit", "clip": "style"}
    one = tables(tmp_path, rated, **wide, dimensions=("style",))
    assert {score.dimension for its in one.scores.values() for score in its} == {"style"}


def test_a_wide_table_takes_columns_of_numbers_for_judges_and_names_the_others(tmp_path):
    rows = [(f"u{i}", 1 + i % 5, f"a cat {i}", 2) for i in range(6)]
    found = tables(tmp_path, scored=rows, scores=("unit", "gpt", "prompt text", "clip"))
    assert list(found.scores) == ["gpt", "clip"]
    assert any("gpt, clip; no numbers in prompt text" in note for note in found.notes)


def test_columns_that_both_tables_have_and_those_of_raters_are_no_judges(tmp_path):
    rated = [(*row[:4], i) for i, row in enumerate(RATED)]
    scored = [(f"u{i}", i // 2, 1 + i % 5) for i in range(6)]
    found = tables(
        tmp_path, [(*row[:4], 0) for row in rated], [(u, 0, v) for u, _, v in scored], scores=("unit", "prompt", "gpt")
    )
    assert list(found.scores) == ["gpt"]
    assert any("the ratings too have prompt" in note for note in found.notes)
    both = write_rows(
        tmp_path / "all.csv", ("unit", "anna", "ben", "gpt"), [(f"u{i}", 1 + i % 5, 1, 2) for i in range(6)]
    )
    found = read_table_study(TableStudyOptions(ratings=both, scores=both, wide="anna,ben"))
    assert list(found.scores) == ["gpt"]


def test_ratings_with_a_column_per_person(tmp_path):
    rows = [(f"u{i}", 1 + i % 5, 5 - i % 5, f"p{i}") for i in range(6)]
    found = tables(tmp_path, rows, header=("unit", "anna", "ben", "prompt"), wide="anna,ben", dimensions=("fit",))
    assert [(r.rater, r.level) for r in found.ratings if r.claim == "u1"] == [("anna", 2), ("ben", 4)]


def test_empty_cells_are_no_levels_and_failed_scores(tmp_path):
    found = tables(tmp_path, changed(RATED, 0, 3, ""), changed(SCORED, 1, 3, "NA"))
    assert (found.ratings[0].level, found.ratings[0].reason) == (None, "the cell is empty")
    assert found.scores["gpt"][1].status == "error"
    coded = tables(tmp_path, changed(RATED, 0, 3, -1), changed(SCORED, 1, 3, "refused"), missing="-1,refused")
    assert (coded.ratings[0].level, coded.scores["gpt"][1].level) == (None, None)


def test_repeated_rows_and_scores_on_something_else_are_counted_and_named(tmp_path):
    found = tables(tmp_path, [*RATED, RATED[0]], [*SCORED, SCORED[2], ("u1", "gpt", "fun", 4)])
    assert [(lost.what, lost.names) for lost in found.losses] == [
        ("repeated rating", ("u0/a",)),
        ("repeated score", ("u2/gpt",)),
        ("score on another dimension", ("u1/gpt",)),
    ]


def test_scores_in_a_unit_of_their_own_are_said_to_be_so(tmp_path):
    found = tables(tmp_path, scored=[(unit, judge, name, value / 10) for unit, judge, name, value in SCORED])
    assert (
        "gpt scores fit in a unit of its own: 6 of 6 scores are no levels of the scale 1 to 5, first 0.1 for u0."
        in (found.notes)
    )


def test_a_code_among_levels_is_one_that_a_scale_can_state_and_among_scores_it_is_asked_about(tmp_path):
    rated = changed(RATED, 3, 3, -1)
    assert tables(tmp_path, rated, scales=("-1:5",)).scales["fit"][0] == -1
    assert tables(tmp_path, rated, missing="-1").scales["fit"] == (1, 2, 3, 4, 5)
    raw = [(unit, judge, name, 10.5 * level) for unit, judge, name, level in SCORED]
    coded = tables(tmp_path, scored=changed(raw, 2, 3, -1))
    assert any("-1 reads like a code for a failed score" in note and "--missing=-1" in note for note in coded.notes)
    assert not any("reads like a code" in note for note in tables(tmp_path, scored=raw).notes)


def test_units_that_differ_in_zeros_alone_are_asked_about(tmp_path):
    zeros = [(f"{i:04d}", *row[1:]) for i, row in enumerate(RATED)]
    with pytest.raises(InputError, match="no unit in common") as error:
        tables(tmp_path, zeros, [(f"{i}", *row[1:]) for i, row in enumerate(SCORED)])
    assert "0000 and 0 differ in zeros" in str(error.value)
    found = tables(tmp_path, zeros, [("0000", *SCORED[0][1:]), ("7", *SCORED[1][1:])])
    assert "Units 0007 and 7 differ in zeros, case or blanks alone" in " ".join(found.notes)
    assert not any("differ in zeros" in note for note in tables(tmp_path).notes)


def test_both_tables_may_be_sheets_of_one_workbook(tmp_path):
    book, scored = tmp_path / "book.xlsx", ["unit", "judge", "dimension", "score"]
    with pd.ExcelWriter(book) as writer:
        pd.DataFrame(RATED, columns=LONG).to_excel(writer, sheet_name="people", index=False)
        pd.DataFrame(SCORED, columns=scored).to_excel(writer, sheet_name="judges", index=False)
    with pytest.raises(InputError, match="2 sheets") as error:
        read_table_study(TableStudyOptions(ratings=book, scores=book))
    assert "--ratings-sheet" in str(error.value)
    sheets = ("--ratings-sheet", "people", "--scores-sheet", "judges")
    done = run(["init", tmp_path / "study", "--from-tables", "--ratings", book, "--scores", book, *sheets])
    assert done.exit_code == 0, done.output
    assert set(open_table_study(tmp_path / "study").scores) == {"gpt"}


def test_samples_are_numbered_in_a_column(tmp_path):
    rows = [(f"u{i}", "gpt", "fit", 1 + (i + k) % 5, k) for i in range(6) for k in range(2)]
    found = tables(tmp_path, scored=rows, scores=("unit", "judge", "dimension", "score", "sample"))
    assert [score.sample for score in found.scores["gpt"]] == [0, 1] * 6


def test_a_scale_for_one_dimension_and_levels_that_do_not_start_at_0(tmp_path):
    rated = [*RATED, *((u, r, "seen", v % 2, p) for u, r, _, v, p in RATED)]
    scored = [*SCORED, *((u, j, "seen", v % 2) for u, j, _, v in SCORED)]
    found = tables(tmp_path, rated, scored, scales=("fit=-2:6",))
    assert found.scales == {"fit": tuple(range(-2, 7)), "seen": (0, 1)}


def test_json_lines_and_an_export_of_a_tool_are_read(tmp_path):
    lines = tmp_path / "r.jsonl"
    lines.write_text("".join(json.dumps(dict(zip(LONG, row, strict=True))) + "\n" for row in RATED))
    scores = write_rows(tmp_path / "s.csv", ("unit", "judge", "score"), [(u, j, v) for u, j, _, v in SCORED])
    plain = read_table_study(TableStudyOptions(ratings=lines, scores=scores))
    assert len(plain.ratings) == 12
    tasks = [
        {"text": f"u{i}", "meta": {}, "_input_hash": i, "_task_hash": i, "_session_id": who, "_view_id": "choice",
         "options": [{"id": str(k), "text": str(k)} for k in range(1, 6)], "accept": [str(1 + (i + j) % 5)],
         "answer": "accept", "_annotator_id": who}
        for i in range(6) for j, who in enumerate("ab")
    ]  # fmt: skip
    export = tmp_path / "prodigy.jsonl"
    export.write_text("".join(json.dumps(task) + "\n" for task in tasks))
    known = [(u, j, v) for u, j, _, v in SCORED]
    found = read_table_study(
        TableStudyOptions(
            ratings=export, scores=write_rows(tmp_path / "t.csv", ("text", "judge", "score"), known), unit="text"
        )
    )
    assert sorted((r.claim, r.rater, r.level) for r in found.ratings) == sorted(
        (r.claim, r.rater, r.level) for r in plain.ratings
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["report"], "Missing argument 'STUDY', or two tables"),
        (["report", "--ratings", "r.csv"], "add --scores FILE"),
        (["report", "--scores", "s.csv"], "add --ratings FILE"),
        (["report", "study", "--cluster", "prompt"], "--cluster is about tables"),
        (["report", "study", "--title", "x"], "--title"),
        (["report", "--ratings", "r.csv", "--scores", "s.csv", "study"], "unexpected extra argument (study)"),
        (["report", "--ratings", "none.csv", "--scores", "none.csv"], "none.csv cannot be read"),
        (["init", "study", "--from-tables"], "add --ratings FILE --scores FILE"),
        (["init", "study", "--ratings", "r.csv", "--scores", "s.csv"], "add --from-tables"),
    ],
)
def test_a_half_typed_command_is_told_what_is_missing(tmp_path, monkeypatch, typed, said):
    monkeypatch.chdir(tmp_path)
    done = run(typed)
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output
