"""Files of ratings: text of any encoding and separator, Excel, Parquet, JSON; long and wide; several questions."""

import gzip
import json

import pandas as pd
import pytest

from agreement import as_categories
from referee_calib.errors import InputError, MissingExtra
from referee_calib.rating_tables import TableSource, read_rows

TEXT = "unit,rater,value\nu0,ann,1\nu0,bob,2.5\nu1,ann,\nu1,bob,NA\n"
CELLS = ["1", "2.5", "", "NA"]


def written(tmp_path, content, name="ratings.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows(path, **known):
    return read_rows(TableSource(path=path, **known))


def refused(path, **known):
    with pytest.raises(InputError) as caught:
        rows(path, **known)
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\n\n"),
        '"unit","rater","value"\n"u0","ann","1"\n"u0","bob","2.5"\n"u1","ann",""\n"u1","bob","NA"\n',
        gzip.compress(TEXT.encode(), mtime=0),
    ],
)
def test_text_is_read_in_any_form_with_every_cell_as_it_stands(tmp_path, content):
    found = rows(written(tmp_path, content))
    assert found.columns == {"unit": ["u0", "u0", "u1", "u1"], "rater": ["ann", "bob"] * 2, "value": CELLS}
    assert (found.row, found.notes) == ([1, 2, 3, 4], [])


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_other_separators_and_decimal_commas_are_read_and_said(tmp_path, mark, name):
    path = written(tmp_path, TEXT.replace(",", mark).replace("2.5", "2,5"))
    found = rows(path)
    assert found.columns["value"] == ["1", "2,5", "", "NA"]
    assert found.decimal_comma
    assert name in found.notes[0]
    assert "2,5 is 2.5" in found.notes[1]
    assert not rows(written(tmp_path, TEXT.replace(",", mark))).decimal_comma


def test_tables_with_blanks_are_read_with_and_without_the_row_names_of_r(tmp_path):
    plain = rows(written(tmp_path, "rater1 rater2\n3  4\n2 NA\n"), wide="all")
    assert (plain.columns["unit"], plain.columns["value"]) == (["1", "1", "2", "2"], ["3", "4", "2", "NA"])
    named = rows(written(tmp_path, '"rater 1" "rater2"\n"u1" 3 4\n"u2" 2 NA\n'), wide="all")
    assert named.columns["unit"] == ["u1", "u1", "u2", "u2"]
    assert named.columns["rater"] == ["rater 1", "rater2"] * 2
    assert named.columns["value"] == plain.columns["value"]
    assert "blanks" in named.notes[1]


def test_text_that_is_no_utf8_is_read_as_windows_writes_it_and_said(tmp_path):
    found = rows(written(tmp_path, "unit,rater,value\nu0,J\xfcrgen,sch\xf6n\n".encode("cp1252")))
    assert found.columns["rater"] == ["Jürgen"]
    assert "cp1252" in found.notes[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TEXT + "u2,ann\n", "line 6: 2 fields, the header has 3"),
        (TEXT + "u2,ann,1,2\n", "line 6: 4 fields, the header has 3"),
        ('unit,rater,value\n"u\n0",ann,\nu1,ann\n', "line 4: 2 fields, the header has 3"),
        ('unit,rater,value\nu0,ann,"1\n', "cannot be read as a table"),
        ("unit,unit,value\nu0,ann,1\n", "two columns of one name, 'unit'"),
        ("unit,rater,value\n,ann,1\n", "row 1 has no 'unit'"),
        ("", "among no columns at all"),
        (b"\xff\xfe\x00", "is no text in utf-16"),
        (b"\x1f\x8b\x08broken", "cannot be read"),
        ('{"unit": 1}\n[2]\n', "line 2: it holds no object"),
        ('{"unit": 1}\n{"unit"\n', "line 2: it is not JSON"),
        (b"PK\x03\x04broken", "cannot be unpacked"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is no text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Save it as .xlsx"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(tmp_path, content, words):
    assert words in refused(written(tmp_path, content))


def test_rows_that_end_in_empty_cells_are_no_short_rows(tmp_path):
    lines = [f"u{i // 2},{'ab'[i % 2]},{'' if i % 7 == 0 else i % 5}" for i in range(2000)]
    found = rows(written(tmp_path, "unit,rater,value\n" + "\n".join(lines)))
    assert found.columns["value"] == ["" if i % 7 == 0 else str(i % 5) for i in range(2000)]


def test_json_lines_and_arrays_of_objects_are_tables(tmp_path):
    held = [{"unit": 1, "rater": "ann", "value": 10**17 + 1}, {"unit": 2, "rater": "ann"}]
    for content in (json.dumps(held), "\n".join(map(json.dumps, held))):
        found = rows(written(tmp_path, content, "ratings.json"))
        assert found.columns["unit"] == ["1", "2"]
        assert found.columns["value"][0] == 10**17 + 1
    sets = [{"unit": 1, "rater": "ann", "value": ["a", "b"]}]
    assert rows(written(tmp_path, json.dumps(sets), "sets.json")).columns["value"] == [frozenset("ab")]


def test_lists_of_ratings_per_unit_have_their_positions_for_raters_and_their_keys_for_questions(tmp_path):
    """The form of SummEval: a document and a system, and a list with one object per expert."""
    held = [
        {"id": f"d{d}", "model_id": m, "experts": [{"fluency": d, "style": 4}, {"fluency": d + 1, "style": 5}]}
        for d in range(2)
        for m in ("M1", "M2")
    ]
    path = written(tmp_path, "\n".join(map(json.dumps, held)), "annotations.jsonl")
    known = {"unit": "id,model_id", "value": "experts"}
    assert "2 questions: fluency (8), style (8)" in refused(path, **known)
    found = rows(path, **known, question="fluency").columns
    assert found["unit"][:4] == ["d0 / M1", "d0 / M1", "d0 / M2", "d0 / M2"]
    assert found["rater"] == ["1", "2"] * 4
    assert found["value"] == [0, 1, 0, 1, 1, 2, 1, 2]
    plain = written(tmp_path, json.dumps([{"unit": 1, "value": [3, None, 5]}]), "plain.json")
    assert rows(plain).columns["value"][2] == 5
    assert rows(plain).columns["rater"] == ["1", "2", "3"]


FRAME = pd.DataFrame({"unit": ["u0", "u0"], "rater": ["ann", "bob"], "value": pd.Series([3, None], dtype=object)})


def test_excel_is_read_by_sheet(tmp_path):
    path = tmp_path / "ratings.xlsx"
    with pd.ExcelWriter(path) as book:
        FRAME.to_excel(book, sheet_name="first", index=False)
    assert as_categories(rows(path).columns["value"]).values == [3, None]
    with pd.ExcelWriter(path) as book:
        FRAME.to_excel(book, sheet_name="first", index=False)
        FRAME.assign(rater=["x", "y"]).to_excel(book, sheet_name="second", index=False)
    assert "has 2 sheets: first, second" in refused(path)
    assert rows(path, sheet="second").columns["rater"] == ["x", "y"]
    assert "no sheet 'third'" in refused(path, sheet="third")


def test_parquet_keeps_whole_numbers_beside_gaps(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow as pa

    path = tmp_path / "ratings.parquet"
    parquet.write_table(pa.table({"unit": [1, 2], "rater": ["a", "b"], "value": [10**17 + 1, None]}), path)
    assert rows(path).columns["value"] == [10**17 + 1, None]
    assert "cannot be read as Parquet" in refused(written(tmp_path, b"PAR1", "broken.parquet"))


@pytest.mark.parametrize(("package", "name"), [("openpyxl", "r.xlsx"), ("pyarrow", "r.parquet")])
def test_a_package_that_is_missing_is_named_with_its_extra(tmp_path, monkeypatch, package, name):
    path = tmp_path / name
    FRAME.to_excel(path, index=False) if package == "openpyxl" else path.write_bytes(b"PAR1")
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(MissingExtra, match="pip install"):
        rows(path)


WIDE = '"","rater1","rater2","note"\n"1",3,4,x\n"2",,2,y\n'


def test_a_wide_table_is_named_and_read_when_said(tmp_path):
    path = written(tmp_path, "rater1,rater2,rater3\n3,4,5\n2,,1\n")
    assert "If each column is one rater: --wide rater1,rater2,rater3" in refused(path)
    found = rows(path, wide="all")
    assert found.columns["unit"] == ["1"] * 3 + ["2"] * 3
    assert found.columns["rater"] == ["rater1", "rater2", "rater3"] * 2
    assert found.columns["value"] == ["3", "4", "5", "2", "", "1"]
    assert found.row == [1, 1, 1, 2, 2, 2]


def test_a_wide_table_has_its_units_in_a_column_or_in_the_nameless_first_one(tmp_path):
    path = written(tmp_path, WIDE)
    assert rows(path, wide="rater1,rater2").columns["unit"] == ["1", "1", "2", "2"]
    assert rows(path, wide="rater1,rater2", unit="note").columns["unit"] == ["x", "x", "y", "y"]
    assert rows(path, wide="rater1,rater2", cluster="note").columns["cluster"] == ["x", "x", "y", "y"]
    assert "each of 2 columns is one rater: rater1, rater2" in rows(path, wide="rater1,rater2").notes[0]
    identified = written(tmp_path, "Subject,rater1,rater2\nx,3,4\n")
    assert "--unit Subject --wide rater1,rater2" in refused(identified)
    assert "Add --unit Subject" in refused(identified, wide="all")
    assert rows(identified, wide="all", unit="Subject").columns["rater"] == ["rater1", "rater2"]
    assert "no column 'rater9'" in refused(path, wide="rater1,rater9")
    assert "a column twice" in refused(path, wide="rater1,rater1")
    assert "no column 'item'" in refused(path, wide="rater1", unit="item")


def test_one_of_several_questions_is_asked_for(tmp_path):
    lines = ["unit,rater,value,question", *(f"u{i},ann,{i},{'fluency' if i % 3 else 'facts'}" for i in range(6))]
    path = written(tmp_path, "\n".join(lines))
    assert "holds 2 questions: facts (2), fluency (4)" in refused(path)
    assert "no question 'style'" in refused(path, question="style")
    found = rows(path, question="facts")
    assert (found.columns["value"], found.row) == (["0", "3"], [1, 4])
    assert "'facts': 2 of 6 rows" in found.notes[0]
    assert "needs one" in refused(written(tmp_path, TEXT), question="facts")


def test_cells_of_several_labels_are_sets_when_their_mark_is_said(tmp_path):
    path = written(tmp_path, "unit,rater,value\nu0,ann,b; a\nu0,bob,a;b\nu1,ann,\n")
    assert rows(path, sets=";").columns["value"] == [frozenset("ab"), frozenset("ab"), ""]


def test_the_forms_of_the_command_line_are_those_of_the_reader():
    from referee_calib.cli.analysis.agree import command
    from referee_calib.rating_tables import FORMATS

    (form,) = [one for one in command.params if one.name == "form"]
    assert set(form.type.choices) == set(FORMATS)
