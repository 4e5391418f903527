"""Reports: an analysis becomes ``report.json``, and that alone becomes page, Markdown and data files.

:func:`build` writes the content of ``report.json`` as a dictionary; everything else reads such a dictionary, new or
read back by :func:`read_report`, and nothing else.
"""

from referee_calib.report.document.report_document import build, dumps, read_report
from referee_calib.report.document.verdict_document import checks
from referee_calib.report.html_page import render_html
from referee_calib.report.markdown import render_markdown
from referee_calib.report.report_files import write_report
from referee_calib.report.schema.report_schema import SCHEMA, ReportJson, VerdictJson
from referee_calib.report.table_files import write_tables
from referee_calib.report.wording.human_curve_terms import people_sentences
from referee_calib.report.wording.number_format import interval, signed
from referee_calib.report.wording.threshold_record_terms import threshold_record_text

__all__ = [
    "SCHEMA",
    "ReportJson",
    "VerdictJson",
    "build",
    "checks",
    "dumps",
    "interval",
    "people_sentences",
    "read_report",
    "render_html",
    "render_markdown",
    "signed",
    "threshold_record_text",
    "write_report",
    "write_tables",
]
