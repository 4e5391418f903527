"""One page of sections that stands on its own, without a study: as HTML that asks nobody for anything, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from referee_calib.report.blocks import Section
from referee_calib.report.figures.svg_figure import Drawing
from referee_calib.report.html_page import environment, sections_in_runs
from referee_calib.report.markdown import escape, section_lines

TEMPLATE = "section_page.html.j2"


@dataclass(frozen=True, slots=True)
class SectionPage:
    """What stands on the page: a heading with what leads to it, a figure beside it, then the sections.

    All texts may come from a file: none is taken for markup.
    """

    title: str
    kicker: str  # above the heading: what kind of page, and of what
    headline: str
    lead: Sequence[str]  # sentences below the heading
    facts: Sequence[str]  # counts, in small print
    sections: Sequence[Section]
    figures: Mapping[str, Drawing] = field(default_factory=dict)
    first: str = ""  # key of the figure that stands beside the heading
    footer: str = ""


def render_section_page(page: SectionPage) -> str:
    """Render the page as one complete HTML document: no script, no outside style, font or picture.

    Parameters
    ----------
    page : SectionPage

    Returns
    -------
    str
    """
    from markupsafe import Markup

    return (
        environment()
        .get_template(TEMPLATE)
        .render(
            page=page,
            sections=sections_in_runs(page.sections, page.first),
            # The SVG is our own drawing; matplotlib escapes the texts in it, and `svg_figure` title and description.
            figures={key: Markup(drawing.svg) for key, drawing in page.figures.items()},  # noqa: S704
        )
    )


def render_section_markdown(page: SectionPage) -> str:
    """Render the page as Markdown, without its figures.

    Parameters
    ----------
    page : SectionPage

    Returns
    -------
    str
        Texts are escaped: they are neither markup nor HTML.
    """
    head = [f"# {escape(page.title)}", "", f"**{escape(page.headline)}**", ""]
    head += [line for text in page.lead for line in (escape(text), "")]
    head += [escape(" · ".join(page.facts)), ""]
    lines = [*head, *(line for section in page.sections for line in section_lines(section)), escape(page.footer)]
    return "\n".join(lines).rstrip() + "\n"
