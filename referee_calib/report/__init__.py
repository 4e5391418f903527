"""Reports: an analysis becomes ``report.json``, and that alone becomes the page.

:func:`build` writes the content of ``report.json`` as a dictionary; :func:`render_html` reads such a dictionary,
new or read back, and nothing else.
"""

from referee_calib.report.document import SCHEMA, build, dumps
from referee_calib.report.html import render_html

__all__ = ["SCHEMA", "build", "dumps", "render_html"]
