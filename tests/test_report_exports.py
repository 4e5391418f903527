"""Markdown and tidy tables: the numbers of report.json, untrusted text harmless, files whole or not there."""

import sys

import pytest
from helpers_report import SCRIPT, read, small_report

from referee_calib.analysis.human_agreement.agreement_results import ExcludedRows
from referee_calib.errors import MissingExtra, StudyError
from referee_calib.report.html_page import render_html
from referee_calib.report.markdown import escape, render_markdown
from referee_calib.report.sections import sections
from referee_calib.report.table_files import data_files, write_tables
from referee_calib.report.wording.number_format import p_value


def test_markdown_holds_every_cell_that_the_page_shows(report):
    text = render_markdown(report)
    tables = [table for section in sections(report) for table in section.tables() if not table.file_only]
    cells = [cell for table in tables for row in table.rows for cell in row.cells]
    assert len(cells) > 300
    for cell in cells:
        assert escape(f"{cell.text} {cell.interval} ").strip() in text
    assert report["headline"]["sentence"] in text
    assert "1,530 simulated" in text


def test_every_markdown_table_has_as_many_cells_in_each_row_as_in_its_header(report):
    width = None
    for line in render_markdown(report).splitlines():
        cells = line.replace("\\|", "").count("|")
        width = (width or cells) if line.startswith("|") else None
        assert width is None or cells == width, line


def test_marks_that_turn_text_around_are_out_of_force(report):
    turned = {**report, "title": "red \u202ellab \ud800"}
    for text in (render_markdown(turned), render_html(turned)):
        assert "red ⟨U+202E⟩llab ⟨U+D800⟩" in text
        assert "\u202e" not in text


def test_text_of_models_is_no_markup(report):
    text = render_markdown(report)
    assert SCRIPT not in text
    assert "\\<script\\>" in text  # the reason of a failed score quotes it
    assert escape("a|b\n# c [d](e)") == "a\\|b \\# c \\[d\\](e)"


@pytest.mark.parametrize(
    ("p", "said"), [(0.0004, "< 0.001"), (0.0, "< 0.001"), (0.001, "0.001"), (0.0496, "0.050"), (None, "not defined")]
)
def test_no_p_value_reads_as_zero(p, said):
    assert p_value(p) == said


def test_tables_are_tidy_and_hold_the_numbers_of_the_json(report, tmp_path):
    paths = write_tables(report, tmp_path / "new" / "tables")
    assert {path.name for path in paths} == {f"{name}.csv" for name in data_files(report)}
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
    assert len(read(tmp_path / "new" / "tables" / "excluded_rows.csv")) == 3 + 50  # one row per name


def test_every_line_of_a_data_file_has_its_columns_and_plain_values(report):
    for name, records in data_files(report).items():
        assert len({tuple(record) for record in records}) == 1, name
        assert not any(isinstance(value, (list, dict)) for record in records for value in record.values())


def test_a_spreadsheet_runs_no_formula_from_a_table(tmp_path):
    lost = ExcludedRows("", "claim", '=HYPERLINK("http://x")', ("+1", "c2"))
    write_tables(small_report(losses=(lost,)), tmp_path)
    assert [(r["reason"], r["name"]) for r in read(tmp_path / "excluded_rows.csv")] == [
        ("'=HYPERLINK(\"http://x\")", "'+1"), ("'=HYPERLINK(\"http://x\")", "c2"),
    ]  # fmt: skip


def test_parquet_holds_what_csv_holds(report, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    written = write_tables(report, tmp_path, parquet=True)
    found = {path.stem: parquet.read_table(path).to_pydict() for path in written}
    for name, records in data_files(report).items():
        assert found[name] == {key: [record[key] for record in records] for key in records[0]}


def test_parquet_without_pyarrow_is_one_clear_line_and_writes_nothing(report, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r'pip install "referee-calib\[parquet\]"'):
        write_tables(report, tmp_path / "tables", parquet=True)
    assert not (tmp_path / "tables").exists()


def test_a_file_in_the_place_of_the_folder_is_one_clear_error(report, tmp_path):
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(StudyError, match="cannot be written"):
        write_tables(report, tmp_path / "taken")
