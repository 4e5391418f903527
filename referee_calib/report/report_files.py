"""Put a report into a folder."""

from __future__ import annotations

from pathlib import Path

from referee_calib.io import make_folder, write_bytes
from referee_calib.report.document.report_document import dumps
from referee_calib.report.html_page import render_html
from referee_calib.report.markdown import render_markdown
from referee_calib.report.schema.report_schema import ReportJson

PAGE, TEXT, DATA = "report.html", "report.md", "report.json"


def write_report(report: ReportJson, folder: Path | str, *, full: bool = False) -> tuple[Path, Path]:
    """Write ``report.html``, ``report.md`` and ``report.json``, each whole or not at all.

    The JSON comes last: where it lies, the others lie too.

    Parameters
    ----------
    report : dict
        As built by :func:`referee_calib.report.build`.
    folder : Path or str
        Made when missing.
    full : bool
        True for a page on which every section is open.

    Returns
    -------
    page, data : Path

    Raises
    ------
    StudyError
        When the folder is read-only, full, or no folder; what stood there before is untouched.
    """
    folder = Path(folder)
    page, text, data = render_html(report, full=full), render_markdown(report), dumps(report)
    make_folder(folder)
    write_bytes(folder / PAGE, page.encode("utf-8", "replace"))
    write_bytes(folder / TEXT, text.encode("utf-8", "replace"))
    write_bytes(folder / DATA, data.encode("utf-8"))
    return folder / PAGE, folder / DATA
