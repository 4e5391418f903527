"""Markdown and tidy tables: the numbers of report.json, untrusted text harmless, files whole or not there."""

import builtins
import csv
import json

import pytest
from helpers_report import SCRIPT, make_analysis, make_small
from referee_calib.report.markdown import escape
from referee_calib.report.markdown.report_markdown import _ablation, render_markdown
from referee_calib.report.table_files import write_tables
from referee_calib.report.tables.tidy_tables import tables

from referee_calib.analysis.results import Loss
from referee_calib.errors import MissingExtra, StudyError
from referee_calib.report import build, dumps
from referee_calib.report.document.number_format import interval, number, p_value, signed
from referee_calib.rubric import load


@pytest.fixture(scope="module")
def report():
    return json.loads(dumps(build(make_analysis(), load())))


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_markdown_holds_every_agreement_and_leniency(report):
    text = render_markdown(report)
    for item in report["dimensions"]:
        for row in item["coefficients"]:
            for side in ("people", "referee"):
                assert plain(f"{number(row[side]['value'])} {interval(row[side])}") in text
            assert plain(f"{signed(row['difference']['value'])} {interval(row['difference'])}") in text
        for row in item["leniency"]["raters"]:
            assert plain(f"{signed(row['estimate']['value'])} {interval(row['estimate'])}") in text
    assert report["headline"]["sentence"] in text
    assert "1,530 simulated" in text


def test_every_markdown_table_has_as_many_cells_in_each_row_as_in_its_header(report):
    width = None
    for line in render_markdown(report).splitlines():
        cells = line.replace("\\|", "").count("|")
        width = (width or cells) if line.startswith("|") else None
        assert width is None or cells == width, line


def test_text_of_models_is_no_markup(report):
    text = render_markdown(report)
    assert SCRIPT not in text
    assert "\\<script\\>" in text  # the reason of a failed score quotes it
    assert plain("a|b\n# c [d](e)") == "a\\|b \\# c \\[d\\](e)"


@pytest.mark.parametrize(
    ("p", "said"), [(0.0004, "< 0.001"), (0.0, "< 0.001"), (0.001, "0.001"), (0.0496, "0.050"), (None, "not defined")]
)
def test_no_p_value_reads_as_zero(p, said):
    assert p_value(p) == said
    row = {"title": "Kappa", "label": "b minus a", "digits": 2, "p_holm": p,
           "estimate": {"value": 0.1, "low": None, "high": None}}  # fmt: skip
    found = {"note": "", "referees": [], "dimensions": [{"title": "Relevance", "differences": [row]}]}
    assert "".join(_ablation({"ablation": found})).endswith(f"| {plain(said)} |")


def test_tables_are_tidy_and_hold_the_numbers_of_the_json(report, tmp_path):
    paths = write_tables(report, tmp_path / "new" / "tables")
    assert {path.name for path in paths} >= {"agreement.csv", "leniency.csv", "calibration_curve.csv", "losses.csv"}
    rows = read(tmp_path / "new" / "tables" / "agreement.csv")
    assert len(rows) == 3 * 4 * 3  # dimensions × coefficients × people, referee, difference
    found = next(
        r for r in rows if (r["dimension"], r["coefficient"], r["side"]) == ("timing", "gwet_ac2_quadratic", "referee")
    )
    expected = report["dimensions"][2]["coefficients"][3]["referee"]
    assert float(found["value"]) == expected["value"]
    assert float(found["low"]) == expected["low"]
    assert found["reason"] == ""
    assert len(read(tmp_path / "new" / "tables" / "by_level.csv")) == 3 * 7  # dimensions × measures
    assert len(read(tmp_path / "new" / "tables" / "losses.csv")) == 3 + 50  # one row per name


def test_every_row_has_the_columns_of_its_table(report):
    for table in tables(report):
        assert len(set(table.columns)) == len(table.columns), table.name
        assert {len(row) for row in table.rows} == {len(table.columns)}
        assert not any(isinstance(value, (list, dict)) for row in table.rows for value in row)


def test_a_spreadsheet_runs_no_formula_from_a_table(tmp_path):
    lost = Loss("", "claim", '=HYPERLINK("http://x")', ("+1", "c2"))
    write_tables(build(make_small(losses=(lost,)), load()), tmp_path)
    assert [(r["reason"], r["name"]) for r in read(tmp_path / "losses.csv")] == [
        ("'=HYPERLINK(\"http://x\")", "'+1"), ("'=HYPERLINK(\"http://x\")", "c2"),
    ]  # fmt: skip


def test_parquet_holds_what_csv_holds(report, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    written = write_tables(report, tmp_path, parquet=True)
    found = {path.stem: parquet.read_table(path).to_pydict() for path in written}
    for table in tables(report):
        assert tuple(found[table.name]) == table.columns
        assert list(zip(*found[table.name].values(), strict=True)) == list(table.rows)


def test_parquet_without_pyarrow_is_one_clear_line_and_writes_nothing(report, tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.partition(".")[0] == "pyarrow":
            raise ModuleNotFoundError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=r'pip install "referee-calib\[parquet\]"'):
        write_tables(report, tmp_path / "tables", parquet=True)
    assert not (tmp_path / "tables").exists()


def test_a_file_in_the_place_of_the_folder_is_one_clear_error(report, tmp_path):
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(StudyError, match="cannot be written"):
        write_tables(report, tmp_path / "taken")
