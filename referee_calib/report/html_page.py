"""One self-contained page from the content of ``report.json``.

The page asks nobody for anything: no script, no outside style, font or picture, and a content security policy
that would stop them. Texts from models, files and people are escaped by the template engine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from referee_calib.report.document import exploits
from referee_calib.report.document import perturbation_terms as robust
from referee_calib.report.document.number_format import count, interval, number, p_value, response_caption, signed
from referee_calib.report.document.verdict_text import checks
from referee_calib.report.figures.agreement_figures import all_figures
from referee_calib.report.section_registry import sections

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATE = "report.html.j2"
MOST_ROWS = 60  # reasons listed in one table; a referee whose every failure reads differently has thousands


def render_html(report: Mapping[str, Any], draw: Callable[[Mapping[str, Any]], dict[str, Any]] = all_figures) -> str:
    """Render the page.

    Parameters
    ----------
    report : dict
        The content of ``report.json``, as built or as read back from the file.
    draw : callable
        Draws the report's figures.

    Returns
    -------
    str
        A complete HTML document.
    """
    figures = {key: _figure(drawing) for key, drawing in draw(report).items()}
    return environment().get_template(TEMPLATE).render(r=report, figures=figures, sections=sections(report))


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the template engine with what the templates use; it keeps templates it has read."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("referee_calib.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        number=number, p_value=p_value, signed=signed, interval=interval, pretty=_pretty, percent=_percent
    )
    made.globals.update(
        count=count,
        response_caption=response_caption,
        verdict_checks=checks,
        most_rows=MOST_ROWS,
        robust_labels=robust.labels_of,
        robust_captions=robust.captions,
        robust_columns=robust.COLUMNS,
        robust_evidence=robust.EVIDENCE,
        robust_named=robust.named,
        probe_labels=exploits.labels_of,
        probe_evidence=exploits.EVIDENCE,
        probe_groups=exploits.grouped,
        probe_symbols=exploits.SYMBOLS,
        probe_shown=exploits.shown,
        probe_hits=exploits.hits,
        probe_rewards=exploits.measured,
    )
    return made


def _figure(drawing: Any) -> dict[str, Any]:
    from markupsafe import Markup

    # The SVG is our own drawing; matplotlib escapes the texts in it, `to_svg` the title and description.
    return {"title": drawing.title, "svg": Markup(drawing.svg), "simulated": drawing.simulated}  # noqa: S704


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)


def _percent(share: float) -> str:
    """Write a share as a CSS percentage."""
    return f"{100 * share:.3f}%"
