"""Reports: an analysis becomes ``report.json``, and that alone becomes page, Markdown and data files.

:func:`build` writes the content of ``report.json`` as a dictionary; everything else reads such a dictionary, new or
read back by :func:`read_report`, and nothing else.
"""

from referee_calib.report.blocks import (
    Block,
    Bullets,
    Claims,
    Column,
    Figures,
    Item,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    count_cell,
    estimate_cell,
    number_cell,
    text_cell,
)
from referee_calib.report.document.claim_rows import disagreement as disagreement_row
from referee_calib.report.document.judges.continuous_judge_document import continuous_judge_rows
from referee_calib.report.document.judges.error_by_agreement import error_by_agreement_rows
from referee_calib.report.document.report_document import build, dumps, read_report
from referee_calib.report.document.reward_behaviour.improvement_document import improvement_document
from referee_calib.report.document.verdict_document import checks, value_and_interval
from referee_calib.report.figures import svg_figure
from referee_calib.report.figures.error_figure import error_curve
from referee_calib.report.figures.raw_score_figure import raw_score_curve
from referee_calib.report.figures.svg_figure import Drawing
from referee_calib.report.html_page import render_html
from referee_calib.report.improvement_text import improvement_text, write_improvement_figures
from referee_calib.report.markdown import render_markdown, table_lines
from referee_calib.report.report_files import write_report
from referee_calib.report.schema.judge_error_schema import ContinuousJudgeJson, ErrorByAgreementJson
from referee_calib.report.schema.report_schema import SCHEMA, DisagreementJson, ReportJson, VerdictJson
from referee_calib.report.section_page import SectionPage, render_section_markdown, render_section_page
from referee_calib.report.sections.continuous_judge_section import continuous_judge_section
from referee_calib.report.sections.error_by_agreement_section import error_section
from referee_calib.report.sections.localization_section import localization_sections, with_split_note
from referee_calib.report.table_files import write_tables
from referee_calib.report.wording.human_curve_terms import people_sentences
from referee_calib.report.wording.method_notes import LIMITS as GENERAL_LIMITS
from referee_calib.report.wording.number_format import count, interval, listed, number, p_value, signed, upper_first
from referee_calib.report.wording.threshold_record_terms import threshold_record_text
from referee_calib.report.wording.tolerance_terms import tolerance_lines
from referee_calib.report.wording.verdict_terms import GROUPS as CHECK_GROUPS
from referee_calib.report.wording.verdict_terms import check_column_title

__all__ = [
    "CHECK_GROUPS",
    "GENERAL_LIMITS",
    "SCHEMA",
    "Block",
    "Bullets",
    "Claims",
    "Column",
    "ContinuousJudgeJson",
    "DisagreementJson",
    "Drawing",
    "ErrorByAgreementJson",
    "Figures",
    "Item",
    "ReportJson",
    "Row",
    "Section",
    "SectionPage",
    "Table",
    "TableCell",
    "Text",
    "VerdictJson",
    "build",
    "check_column_title",
    "checks",
    "continuous_judge_rows",
    "continuous_judge_section",
    "count",
    "count_cell",
    "disagreement_row",
    "dumps",
    "error_by_agreement_rows",
    "error_curve",
    "error_section",
    "estimate_cell",
    "improvement_document",
    "improvement_text",
    "interval",
    "listed",
    "localization_sections",
    "number",
    "number_cell",
    "p_value",
    "people_sentences",
    "raw_score_curve",
    "read_report",
    "render_html",
    "render_markdown",
    "render_section_markdown",
    "render_section_page",
    "signed",
    "svg_figure",
    "table_lines",
    "text_cell",
    "threshold_record_text",
    "tolerance_lines",
    "upper_first",
    "value_and_interval",
    "with_split_note",
    "write_improvement_figures",
    "write_report",
    "write_tables",
]
