"""Put the page of ``agree`` into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.errors import InputError
from referee_calib.io import make_folder, write_bytes
from referee_calib.report import SectionPage, render_section_markdown, render_section_page
from referee_calib.table_agreement.page.agreement_page import agreement_page

if TYPE_CHECKING:
    from referee_calib.table_agreement.agreement_table import AgreementTable

HTML, MARKDOWN = (".html", ".htm"), (".md", ".markdown")


def check_page(path: Path) -> None:
    """Refuse a file whose name does not say what kind of page it is to be, before anything is computed."""
    if path.suffix.lower() not in (*HTML, *MARKDOWN):
        raise InputError(
            f"--report {path}", "a page is HTML or Markdown, by the end of its name", f"Type: --report {path}.html"
        )


def write_page(table: AgreementTable, path: Path) -> None:
    """Write the page as HTML, with its forest plot, or as Markdown; whole or not at all.

    Parameters
    ----------
    table : AgreementTable
    path : Path
        Ends in ``.html`` or ``.md``; its folder is made when missing.

    Raises
    ------
    InputError
        When the name ends otherwise.
    StudyError
        When the file cannot be written.
    """
    check_page(path)
    write_sections(agreement_page(table, figures=path.suffix.lower() in HTML), path)


def write_sections(page: SectionPage, path: Path) -> None:
    """Write a page as HTML or as Markdown, by the end of the file's name."""
    text = render_section_page(page) if path.suffix.lower() in HTML else render_section_markdown(page)
    make_folder(path.parent)
    write_bytes(path, text.encode("utf-8", "replace"))
