"""Reports: an analysis becomes ``report.json``, and that alone becomes the page.

:func:`build` writes the content of ``report.json`` as a dictionary; :func:`render_html` reads such a dictionary,
new or read back, and nothing else; :func:`write_report` puts both into a folder.
"""

from referee_calib.report.document.report_document import SCHEMA, build, dumps
from referee_calib.report.html_page import render_html
from referee_calib.report.report_files import write_report
from referee_calib.report.tables.table_files import write_tables

__all__ = ["SCHEMA", "build", "dumps", "render_html", "write_report", "write_tables"]
