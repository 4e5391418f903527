"""Reports: an analysis becomes ``report.json``, and that alone becomes the page.

:func:`build` writes the content of ``report.json`` as a dictionary; :func:`render_html` reads such a dictionary,
new or read back, and nothing else; :func:`write_report` puts both into a folder.
"""

from referee_calib.report.document import SCHEMA, build, dumps
from referee_calib.report.html import render_html
from referee_calib.report.tables_files import write_tables
from referee_calib.report.write import write_report

__all__ = ["SCHEMA", "build", "dumps", "render_html", "write_report", "write_tables"]
