"""One look for every figure, and a matplotlib figure turned into SVG that sits inside a page.

The colours are Okabe and Ito's, which stay apart for colour-blind readers; no figure relies on colour alone.
The SVG is the same text for the same input: identifiers are salted, and no date or program name is written.
"""

from __future__ import annotations

import io
import re
import warnings
from contextlib import AbstractContextManager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PEOPLE = "#D55E00"
REFEREE = "#0072B2"
OVERLAP = "#007F5F"  # Okabe-Ito's green, darkened so that text in it is readable on white
NEUTRAL = "#6B7280"
SIMULATED = "#A3457C"  # Okabe-Ito's purple, darkened likewise
FAINT = "#D9DDE3"

SIMULATED_TAG = "simulated ratings"
_PAD_IN = 0.04  # around the whole
_BETWEEN = 0.1  # stacked axes lie so far apart, as a share of their mean height
WIDTH_IN = 4.1  # drawn at one column's width, so that a phone shows it nearly at full size
SMALL_IN = 2.15  # two of them stand side by side on a phone


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished figure."""

    key: str  # unique in the report; also the prefix of every identifier in the SVG
    title: str
    alt: str  # what a reader who cannot see it needs to know: the numbers in a sentence
    svg: str  # an ``<svg>`` element with `title` and `alt` inside
    simulated: bool  # whether simulated ratings feed it; then the figure says so itself


def style() -> AbstractContextManager[None]:
    """Draw in the report's look, without leaving a trace in matplotlib's settings."""
    import matplotlib as mpl

    return mpl.rc_context(fname=Path(__file__).with_name("report.mplstyle"))


def panel(
    height: float, *, rows: tuple[float, ...] = (1.0,), columns: int = 1, share_x: bool = False, width: float = WIDTH_IN
) -> tuple[Figure, list[Axes]]:
    """Return a figure, sizes in inches, with axes stacked in these height ratios, or side by side on shared axes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    ratios = {"height_ratios": list(rows), "hspace": _BETWEEN}
    axes = figure.subplots(
        len(rows), columns, sharex=share_x or columns > 1, sharey=columns > 1, squeeze=False, gridspec_kw=ratios
    )
    return figure, list(axes.flat)


def fit(figure: Figure) -> None:
    """Move the axes inwards until titles, labels and ticks lie within the figure.

    One measurement where a layout engine takes several and a drawing of its own, which is half the time of a report.
    """
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    width, height = figure.bbox.width, figure.bbox.height
    pad = _PAD_IN * figure.dpi
    for axes in figure.axes:
        axes.apply_aspect()
    inner = [axes.get_window_extent(renderer) for axes in figure.axes]
    outer = [
        axes.get_tightbbox(renderer, for_layout_only=True) or box for axes, box in zip(figure.axes, inner, strict=True)
    ]
    pairs = list(zip(inner, outer, strict=True))
    base, roof = min(box.y0 for box in inner), max(box.y1 for box in inner)
    figure.subplots_adjust(
        left=(max(box.x0 - around.x0 for box, around in pairs) + pad) / width,
        right=1 - (max(around.x1 - box.x1 for box, around in pairs) + pad) / width,
        bottom=(max(box.y0 - around.y0 for box, around in pairs if box.y0 <= base) + pad) / height,
        top=1 - (max(around.y1 - box.y1 for box, around in pairs if box.y1 >= roof) + pad) / height,
    )


def _embed(document: str, key: str, title: str, alt: str) -> str:
    """Return an accessible ``<svg>`` element without outside references; `key` begins every identifier."""
    svg = document[document.index("<svg") :].strip()
    for element in ("metadata", "style", "title"):
        svg = re.sub(rf"<{element}\b.*?</{element}>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]+"', "<g", svg)  # nothing refers to groups
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", svg)
    svg = re.sub(r'xlink:href="#([^"]+)"', rf'href="#{key}-\1"', svg)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    opening = svg.index(">")
    box = re.search(r'viewBox="[^"]+"', svg)
    head = f'<svg {box.group(0) if box else ""} role="img" aria-labelledby="{key}-t {key}-d" class="plot">'
    said = f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(alt)}</desc>'
    return head + said + svg[opening + 1 :]


def finish(
    figure: Figure, axes: Axes, *, key: str, title: str, alt: str, simulated: bool, heading: str | None = None
) -> Drawing:
    """Set the title (or a shorter `heading`), mark simulated ratings, and return the drawing."""
    axes.set_title(heading or title, pad=17 if simulated else None)
    if simulated:
        text = axes.annotate(
            SIMULATED_TAG, (1, 1), (0, 3), xycoords="axes fraction", textcoords="offset points",
            ha="right", va="bottom", color=SIMULATED, fontsize=8, fontweight="bold",
        )  # fmt: skip
        text.set_in_layout(False)
    buffer = io.StringIO()
    with warnings.catch_warnings():  # a title in another script stays text, which the page's own fonts show
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from font", category=UserWarning)
        fit(figure)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return Drawing(key, title, alt, _embed(buffer.getvalue(), key, title, alt), simulated)
