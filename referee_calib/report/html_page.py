"""One self-contained page from the content of ``report.json``.

The page asks nobody for anything: no outside style, font, picture or script, and a content security policy that would
stop them. Its one script opens a section that is linked to; the policy names it by its hash. Texts from models, files
and people are escaped by the template engine.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from referee_calib.report.blocks import Section, Table
from referee_calib.report.figures.report_figures import all_figures
from referee_calib.report.overview import overview
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.sections import sections
from referee_calib.report.wording.number_format import number
from referee_calib.unseen_characters import shown
from referee_calib.verdict_state import VerdictState

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATE = "report.html.j2"


def render_html(report: ReportJson, *, full: bool = False) -> str:
    """Render the page.

    Parameters
    ----------
    report : dict
        The content of ``report.json``, as built or as read back from the file.
    full : bool
        Whether every section is open, on the screen and on paper.

    Returns
    -------
    str
        A complete HTML document.
    """
    from markupsafe import Markup

    drawn = all_figures(report)
    first = overview(report, drawn)
    return (
        environment()
        .get_template(TEMPLATE)
        .render(
            r=report,
            first=first,
            sections=sections_in_runs(sections(report), first.curve),
            # The SVG is our own drawing; matplotlib escapes the texts in it, and `svg_figure` title and description.
            figures={key: Markup(drawing.svg) for key, drawing in drawn.items()},  # noqa: S704
            full=full,
        )
    )


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the template engine with what the templates use; it keeps templates it has read."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("referee_calib.report"),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(number=number, percent="{:.3%}".format, place=_place, sha256=_sha256)
    made.globals.update(symbol=lambda state: VerdictState(state).symbol)
    return made


def _shown(value: object) -> object:
    """Take what nobody sees out of force in texts; markup is our own."""
    return shown(value) if type(value) is str else value


def sections_in_runs(found: Sequence[Section], elsewhere: str) -> list[dict[str, Any]]:
    """Return sections for the template; the figure `elsewhere` stands above them and not in its section."""
    return [{"section": section, "runs": _runs(section), "elsewhere": elsewhere} for section in found]


def _runs(section: Section) -> list[tuple[bool, list[Any]]]:
    """Return its blocks in runs: small tables that follow each other stand side by side."""
    runs: list[tuple[bool, list[Any]]] = []
    for block in section.blocks:
        if isinstance(block, Table) and (block.file_only or not block.rows):
            continue
        beside = isinstance(block, Table) and block.compact
        if runs and beside and runs[-1][0]:
            runs[-1][1].append(block)
        else:
            runs.append((beside, [block]))
    return runs


def _sha256(script: str) -> str:
    """Return what the content security policy calls a script by."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _place(value: float, domain: tuple[float, float]) -> str:
    """Place a value on the scale of a mark, from 3 to 97."""
    low, high = domain
    return f"{3 + 94 * (value - low) / ((high - low) or 1):.1f}"
