"""The marks that figures are made of: dots with intervals, squares, keys and labels at the ends of lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from referee_calib.report.document.number_format import number
from referee_calib.report.figures import svg_figure as fig

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Json = Mapping[str, Any]

LONGEST = 20  # letters of a name beside a row
CALIBRATION_BANDS = {"consistency": fig.NEUTRAL, "confidence": fig.REFEREE}  # in the order of drawing


def intervals(
    axes: Axes,
    rows: Sequence[tuple[str, Json | None]],
    colour: str,
    marker: str,
    write: Callable[[float | None], str] = number,
) -> None:
    """Draw one dot with its interval per row, the first row on top, and its value beside it."""
    for place, (_, estimate) in enumerate(reversed(rows)):
        if estimate is None:
            continue
        if estimate["low"] is not None:
            axes.plot((estimate["low"], estimate["high"]), (place, place), color=colour, linewidth=2.2)
        axes.plot(estimate["value"], place, marker=marker, markersize=6.5, color=colour, markeredgecolor="white")
        axes.annotate(
            write(estimate["value"]), (estimate["value"], place), (0, 6), textcoords="offset points",
            ha="center", va="bottom", fontsize=8, color=colour, bbox={"fc": "white", "ec": "none", "pad": 1.2},
        )  # fmt: skip
    name_rows(axes, [name for name, _ in rows])


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Name rows of dots, the first on top, above a grid of the x axis."""
    axes.set_yticks(range(len(names)), short_names(names)[::-1])
    axes.set_ylim(-0.55, len(names) - 0.25)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=fig.FAINT, linewidth=0.6)
    axes.set_axisbelow(True)


def room(axes: Axes, show: Sequence[float]) -> None:
    """Widen the x axis so that the given values are in it."""
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, *show), max(high, *show))
    axes.locator_params(axis="x", nbins=6)


def cell(axes: Axes, x: int, y: int, count: int, share: float) -> None:
    """Draw one square of a table of counts, the darker the larger its share of the row."""
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, facecolor=fig.REFEREE, alpha=0.06 + 0.86 * share, lw=0))
    ink = "white" if share > 0.5 else fig.INK
    axes.text(x, y, f"{count}", ha="center", va="center", color=ink, fontsize=9)


def band(axes: Axes, x: Sequence[float], curve: Json, name: str, colour: str) -> bool:
    """Shade a curve's band where both its ends are known; return whether that is anywhere."""
    ends = zip(curve[f"{name}_low"], curve[f"{name}_high"], strict=True)
    known = [low is not None and high is not None for low, high in ends]
    if any(known):
        low, high = ([math.nan if v is None else v for v in curve[f"{name}_{end}"]] for end in ("low", "high"))
        axes.fill_between(x, low, high, where=known, color=colour, alpha=0.22, lw=0)
    return any(known)


def calibration_keys(drawn: Mapping[str, bool]) -> list[Any]:
    """Return the legend's entries for the curve and the bands that were drawn."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    said = {"confidence": "confidence band: where it may lie", "consistency": "consistency band: if calibrated"}
    return [
        Line2D([], [], color=fig.REFEREE, marker="o", markersize=4.5, label="people's mean, given the score"),
        *(
            Patch(color=CALIBRATION_BANDS[name], alpha=0.22, lw=0, label=label)
            for name, label in said.items()
            if drawn[name]
        ),
    ]


def line_styles(lines: Sequence[Json]) -> list[tuple[str, Any]]:
    """Return colour and dashes of each reward's line; the dashes tell them apart without colour too."""
    known = {
        "referee": (fig.REFEREE, "-"),
        "iou": (fig.OVERLAP, (0, (5, 2))),
        "tiou": (fig.OVERLAP, (0, (5, 2))),
        "constant": (fig.NEUTRAL, (0, (1, 2))),
    }
    return [known.get(line["role"], (fig.INK, (0, (6, 2, 1, 2)))) for line in lines]


def end_labels(axes: Axes, ends: list[tuple[float, str, str, float]]) -> None:
    """Name each line at its right end, moved apart where two lines end together."""
    taken = -1.0
    for y, label, colour, x in sorted(ends):
        at = max(y, taken + 0.075)
        taken = at
        axes.annotate(
            f" {label}", (x, at), (4, 0), textcoords="offset points", va="center", color=colour,
            fontsize=8.5, fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def shorten(name: str, keep: int | None = None) -> str:
    """Cut a long name in its middle: its end tells a rater, a count or a fingerprint.

    Parameters
    ----------
    name : str
    keep : int, optional
        Place of a letter that has to stay beside beginning and end.

    Examples
    --------
    >>> shorten("annotator-university-of-oslo-anna")
    'annotator-…oslo-anna'
    >>> shorten("from runs/run-17/rollouts/part.jsonl (64)", keep=15)
    'from…-17/rol…nl (64)'
    """
    if len(name) <= LONGEST:
        return name
    if keep is None:
        return f"{name[: LONGEST - 10]}…{name[-9:]}"
    start = min(max(4, keep - 2), len(name) - 14)
    return f"{name[:4]}…{name[start : start + 7]}…{name[-7:]}"


def short_names(names: Sequence[str]) -> list[str]:
    """Shorten names that stand together, so that different ones still look different."""
    short = [shorten(name) for name in names]
    for same in _alike(names, short):
        letters = zip(*(names[i] for i in same), strict=False)
        differs = sum(1 for _ in takewhile(lambda its: len(set(its)) == 1, letters))
        for i in same:
            short[i] = shorten(names[i], keep=differs)
    for same in _alike(names, short):  # they differ in several places: the number of the row says which is which
        for i in same:
            short[i] = f"{i + 1}: {names[i][:6]}…{names[i][-9:]}"
    return short


def _alike(names: Sequence[str], short: Sequence[str]) -> list[list[int]]:
    """Return the places of different names that were shortened to the same one."""
    places: dict[str, list[int]] = {}
    for i, shown in enumerate(short):
        places.setdefault(shown, []).append(i)
    return [its for its in places.values() if len({names[i] for i in its}) > 1]
