"""Marks of the figures about perturbed claims: lines with bands, labels that keep apart, colours by role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from referee_calib.report.figures import svg_figure as fig

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Json = Mapping[str, Any]
Box = tuple[float, float, float, float]
SHIPPED = "#8A6200"  # Okabe-Ito's orange, darkened so that text in it is readable on white


def line(
    axes: Axes,
    x: Sequence[float],
    curve: Json,
    name: str,
    role: str,
    label: str,
    ends: list[tuple[float, str, str, float]],
) -> None:
    """Draw one reward's curve with its band, and note where it ends for its name."""
    known = [i for i, value in enumerate(curve["mean"]) if value is not None]
    if not known:
        return
    across, y = [x[i] for i in known], [curve["mean"][i] for i in known]
    shade, stroke = colour(role), dashes(name, role)
    thin = role == "overlap" and name not in ("iou", "tiou")
    axes.plot(across, y, color=shade, linestyle=stroke, linewidth=1.1 if thin else 2.0)
    if not thin and all(curve["low"][i] is not None and curve["high"][i] is not None for i in known):
        low, high = [curve["low"][i] for i in known], [curve["high"][i] for i in known]
        axes.fill_between(across, low, high, color=shade, alpha=0.15, lw=0)
    ends.append((y[-1], label, shade, across[-1]))


def name_lines(axes: Axes, ends: Sequence[tuple[float, str, str, float]]) -> None:
    """Name lines at the right edge; lines that end together share one place."""
    edge = max((x for _, _, _, x in ends), default=1.0)
    taken = -9.0
    for y, label, shade, _ in sorted(ends, key=lambda end: end[0]):
        at = max(y, taken + 0.062)
        taken = at
        axes.annotate(
            label, (edge, at), (6, 0), textcoords="offset points", va="center", color=shade, fontsize=7.5,
            fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def name_points(
    axes: Axes, points: Sequence[tuple[float, str, str, float]], right: float, drawn: Sequence[Box] = ()
) -> None:
    """Name points beside them, where a name meets no marker, no other name or its line, and nothing else drawn.

    Parameters
    ----------
    axes : Axes
        About 1.5 times `right` wide and about 1 high.
    points : sequence of tuple
        x, name, colour and y.
    right : float
    drawn : sequence of tuple
        Left, lower, right and upper end of what is drawn beside the markers: intervals, lines.
    """
    taken = [(left / right, low, end / right, high) for left, low, end, high in drawn]
    taken += [(x / right - 0.022, y - 0.03, x / right + 0.022, y + 0.03) for x, _, _, y in points]
    # from below, and from the right where points lie side by side: so the lines to the names do not cross
    for x, label, shade, y in sorted(points, key=lambda point: (round(point[3], 1), -point[0])):
        box, line, side = _free(x / right, y, 0.025 * len(label), taken)
        taken += [box, *line]
        near = box[0] if side == "left" else box[2]
        axes.annotate(
            label, (x, y), (near * right, (box[1] + box[3]) / 2), textcoords="data", ha=side, va="center",
            color=shade, fontsize=7.5,
            arrowprops={"arrowstyle": "-", "color": shade, "lw": 0.5, "alpha": 0.6, "shrinkA": 0, "shrinkB": 2},
        )  # fmt: skip


def _free(x: float, y: float, width: float, taken: Sequence[Box]) -> tuple[Box, list[Box], str]:
    """Return the nearest free place of a name, its line's points and the side of the name that the line meets.

    The first place tried is taken where none is free.
    """
    tried: list[tuple[Box, list[Box], str]] = []
    others = [one for one in taken if not _meet(one, (x, y, x, y))]
    for step in (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, 6, 7, 8):
        for side, left in (("left", x + 0.045), ("right", x - 0.045 - width)):
            at = y + 0.08 * step
            box = (left, at - 0.036, left + width, at + 0.036)
            near = box[0] if side == "left" else box[2]
            line = [(x + t * (near - x), y + t * (at - y)) * 2 for t in (0.2, 0.4, 0.6, 0.8, 1.0)]
            tried.append((box, line, side))
            inside = left >= 0 and left + width <= 1.49 and -0.03 <= at <= 1.05
            if inside and not any(_meet(box, one) for one in taken) and not _cross(line, others):
                return tried[-1]
    return tried[0]


def _cross(line: Sequence[Box], others: Sequence[Box]) -> bool:
    return any(_meet(point, one) for point in line for one in others)


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def base(name: str) -> str:
    """Return a reward's name without the referee's, where several stand side by side."""
    return name.partition(":")[0]


def colour(role: str) -> str:
    """Return the colour of a role."""
    known = {"referee": fig.REFEREE, "overlap": fig.OVERLAP, "shipped": SHIPPED, "people": fig.PEOPLE}
    return known.get(role, fig.NEUTRAL)


def marker(role: str) -> str:
    """Return the marker of a role, so that colour alone tells nothing."""
    return {"referee": "D", "overlap": "s", "shipped": "^", "people": "o"}.get(role, "v")


DASHES: dict[str, Any] = {
    "iou": (0, (5, 2)),
    "tiou": (0, (5, 2)),
    "giou": (0, (3, 1, 1, 1)),
    "diou": (0, (1, 1)),
    "ciou": (0, (6, 1, 1, 1, 1, 1)),
    "time-r1": (0, (3, 1, 1, 1)),
    "open-o3-shipped": (0, (7, 2)),
    "open-o3-meant": (0, (2, 2)),
    "constant": (0, (1, 2)),
    "whole-frame": (0, (1, 4)),
}


def dashes(name: str, role: str) -> Any:
    """Return the dashes of a reward's line."""
    return "-" if role in ("referee", "people") else DASHES.get(name, (0, (6, 2, 1, 2)))


def last(values: Sequence[float | None]) -> float | None:
    """Return the last known value."""
    return next((value for value in reversed(values) if value is not None), None)
