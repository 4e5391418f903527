"""Marks of the figures about perturbed claims: lines with bands, labels that keep apart, colours by role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from referee_calib.report import figure as fig

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Json = Mapping[str, Any]
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


def name_points(axes: Axes, points: Sequence[tuple[float, str, str, float]], right: float) -> None:
    """Name points on their right, moved apart where two lie together."""
    taken: list[tuple[float, float]] = []
    for x, label, shade, y in sorted(points, key=lambda point: (point[3], point[0])):
        at = y
        while any(abs(at - other) < 0.08 and abs(x - across) < 0.3 * right for across, other in taken):
            at += 0.08
        taken.append((x, at))
        axes.annotate(
            label, (x, y), (x + 0.045 * right, at), textcoords="data", va="center", color=shade, fontsize=7.5,
            arrowprops={"arrowstyle": "-", "color": shade, "lw": 0.5, "alpha": 0.6, "shrinkA": 0, "shrinkB": 2},
        )  # fmt: skip


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
