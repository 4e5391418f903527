"""Draw the pictures of docs/explanation/robustness.md: one small SVG per measure, of a made-up reward beside exact IoU.

python docs/make_robustness_pictures.py
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from referee_calib.report.figures import svg_figure as fig

PICTURES = Path(__file__).with_name("pictures") / "robustness"
X = np.linspace(0, 1, 101)
INK = "#1C2430"  # of text in the report's style sheet
IOU = (1 - X) / (1 + X)
REWARD = np.clip(1 - (X - 0.15) / 0.45, 0, 1)
SHIFT = "shift, in widths of the object"


def main() -> None:
    """Draw all of them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, (title, draw) in DRAWN.items():
        with fig.style():
            figure, (axes,) = fig.panel(1.9, width=3.0)
            draw(axes)
            svg = fig.finish(figure, axes, key=name, title=title, alt=title, simulated=False).svg
        svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" width="288" height="182" ', 1)
        svg = re.sub(r' class="plot"', ' style="background:#fff;font-family:sans-serif"', svg, count=1)
        (PICTURES / f"{name}.svg").write_text(svg, encoding="utf-8")


def curve(axes: Axes) -> None:
    """Draw two response curves with the small changes shaded."""
    axes.axvspan(0, 0.064, color=fig.FAINT, alpha=0.6, lw=0)
    both(axes)


def both(axes: Axes) -> None:
    """Draw the reward and IoU against a shift."""
    axes.plot(X, REWARD, color=fig.REFEREE)
    axes.plot(X, IOU, color=fig.OVERLAP, linestyle=(0, (5, 2)))
    axes.text(0.33, 0.72, "reward", color=fig.REFEREE, fontsize=8)
    axes.text(0.62, 0.3, "IoU", color=fig.OVERLAP, fontsize=8)
    frame(axes)


def frame(axes: Axes) -> None:
    """Label the axes of a curve."""
    axes.set(xlim=(0, 1), ylim=(-0.05, 1.1), yticks=[0, 1])
    axes.set_xlabel(SHIFT, fontsize=8)


def area(axes: Axes) -> None:
    """Shade what is lost up to D."""
    both(axes)
    axes.fill_between(X, REWARD, 1, where=(X <= 0.4), color=fig.REFEREE, alpha=0.25, lw=0)
    axes.axvline(0.4, color=fig.NEUTRAL, linewidth=0.8)
    axes.text(0.41, 1.0, "D", fontsize=8)


def slope(axes: Axes) -> None:
    """Draw the slope of IoU at 0."""
    both(axes)
    axes.plot((0, 0.5), (1, 0), color=fig.PEOPLE, linewidth=1.2)
    axes.text(0.02, 0.12, "slope −2", color=fig.PEOPLE, fontsize=8)


def plateau(axes: Axes) -> None:
    """Mark the width at which 0.05 is lost."""
    both(axes)
    end = 0.15 + 0.05 * 0.45
    axes.axhline(0.95, color=fig.NEUTRAL, linewidth=0.7, linestyle=(0, (3, 3)))
    axes.annotate("", (end, 0.5), (0, 0.5), arrowprops={"arrowstyle": "<->", "color": fig.PEOPLE})
    axes.text(0.03, 0.54, "width", color=fig.PEOPLE, fontsize=8)
    axes.plot((end, end), (0.5, 0.95), color=fig.PEOPLE, linewidth=0.7)


def half(axes: Axes) -> None:
    """Mark where half is gone, and the stretch from 0.9 to 0.1."""
    both(axes)
    where = 0.15 + 0.5 * 0.45
    axes.plot((where, where, 0), (0, 0.5, 0.5), color=fig.PEOPLE, linewidth=0.9)
    axes.text(where + 0.01, 0.02, "d50", color=fig.PEOPLE, fontsize=8)
    axes.plot((0.195, 0.555), (0.9, 0.1), color=fig.PEOPLE, linewidth=4, alpha=0.25)


def normalised(axes: Axes) -> None:
    """Show a scale between the wrong place and the truth."""
    axes.barh([1, 0], [0.9, 0.2], color=[fig.NEUTRAL, fig.PEOPLE], alpha=0.75, height=0.5)
    axes.set_yticks([1, 0], ["the truth", "wrong place"], fontsize=8)
    for place, text in ((0.2, "0"), (0.9, "1")):
        axes.axvline(place, color=INK, linewidth=0.8, linestyle=(0, (3, 3)))
        axes.text(place, 1.45, text, ha="center", fontsize=9, fontweight="bold")
    axes.set(xlim=(0, 1.05), ylim=(-0.5, 1.7))
    axes.set_xlabel("paid", fontsize=8)


def separation(axes: Axes) -> None:
    """Draw slips and wrong evidence of three claims, one of which is paid the wrong way round."""
    for i, (slips, wrong) in enumerate((([0.95, 0.9], [0.1]), ([0.7, 0.6], [0.05]), ([0.8, 0.75], [0.9]))):
        axes.plot(slips, [i] * len(slips), "o", color=fig.REFEREE, markersize=6)
        axes.plot(wrong, [i] * len(wrong), "X", color=fig.PEOPLE, markersize=7)
    axes.set_yticks([0, 1, 2], ["claim 1", "claim 2", "claim 3"], fontsize=8)
    axes.set(xlim=(0, 1.05), ylim=(-0.6, 2.6))
    axes.set_xlabel("● slips   × wrong: 4 of 6 pairs right", fontsize=8)


def miss(axes: Axes) -> None:
    """Draw the cut halfway between wrong place and truth."""
    axes.axvline(0.5, color=INK, linewidth=1)
    axes.text(0.51, 1.55, "cut", fontsize=8)
    axes.plot([0.05, 0.1, 0.2, 0.12], [1] * 4, "X", color=fig.PEOPLE, markersize=7)
    axes.plot([0.05, 0.15, 0.8, 0.1], [0] * 4, "X", color=fig.PEOPLE, markersize=7)
    axes.set_yticks([1, 0], ["blank", "wrong name"], fontsize=8)
    axes.set(xlim=(0, 1.05), ylim=(-0.7, 1.8))
    axes.set_xlabel("normalised reward: missed 0 and 1 of 4", fontsize=8)


def flips(axes: Axes) -> None:
    """Draw claims that cross the cut when they slip."""
    axes.axhline(0.5, color=INK, linewidth=1)
    for before, after in ((0.95, 0.9), (0.8, 0.7), (0.62, 0.4), (0.9, 0.88)):
        crosses = (before >= 0.5) != (after >= 0.5)
        axes.plot((0, 1), (before, after), color=fig.PEOPLE if crosses else fig.REFEREE, marker="o", markersize=4)
    axes.set_xticks([0, 1], ["the truth", "after a slip"], fontsize=8)
    axes.set(xlim=(-0.3, 1.3), ylim=(0, 1.05), yticks=[0, 0.5, 1])


def margin(axes: Axes) -> None:
    """Draw what a slip and what wrong evidence cost."""
    axes.barh([1, 0], [0.06, 0.84], color=[fig.REFEREE, fig.PEOPLE], alpha=0.8, height=0.5)
    axes.set_yticks([1, 0], ["a slip costs", "wrong costs"], fontsize=8)
    axes.set(xlim=(0, 1.05), ylim=(-0.5, 1.5))
    axes.set_xlabel("0.84 / 0.06 = 14 times as much", fontsize=8)


def ranks(axes: Axes) -> None:
    """Draw the order of candidates before and after a slip."""
    before, after = np.arange(5), np.array([0, 2, 1, 3, 4])
    for b, a in zip(before, after, strict=True):
        axes.plot((0, 1), (b, a), color=fig.REFEREE if b == a else fig.PEOPLE, marker="o", markersize=4)
    axes.set_xticks([0, 1], ["before", "after a slip"], fontsize=8)
    axes.set_yticks([0, 4], ["worst", "best"], fontsize=8)
    axes.set(xlim=(-0.3, 1.3))


def tied(axes: Axes) -> None:
    """Draw eight candidates that are paid alike beside eight that are not."""
    axes.bar(np.arange(8), [0.9] * 8, color=fig.NEUTRAL, width=0.7)
    axes.bar(np.arange(8) + 10, [0.9, 0.85, 0.7, 0.66, 0.5, 0.4, 0.2, 0.1], color=fig.REFEREE, width=0.7)
    axes.set_xticks([3.5, 13.5], ["teaches nothing", "teaches"], fontsize=8)
    axes.set(ylim=(0, 1.05), yticks=[0, 1])


def asymmetry(axes: Axes) -> None:
    """Draw IoU of growing against shrinking."""
    axes.plot(X, (1 + X) ** -2.0, color=fig.OVERLAP, linestyle=(0, (5, 2)))
    axes.plot(X, (1 - X) ** 2, color=fig.OVERLAP)
    axes.fill_between(X, (1 + X) ** -2.0, (1 - X) ** 2, where=(X <= 0.5), color=fig.OVERLAP, alpha=0.2, lw=0)
    axes.text(0.55, 0.46, "IoU, grown", fontsize=8)
    axes.text(0.3, 0.1, "IoU, shrunk", fontsize=8)
    frame(axes)
    axes.set_xlabel("grown or shrunk by", fontsize=8)


def people(axes: Axes) -> None:
    """Draw the distance of a reward's curve from people's."""
    theirs = np.clip(1 - (X - 0.2) / 0.6, 0, 1)
    axes.plot(X, theirs, color=fig.PEOPLE)
    axes.plot(X, REWARD, color=fig.REFEREE)
    axes.fill_between(X, theirs, REWARD, color=fig.NEUTRAL, alpha=0.25, lw=0)
    axes.text(0.62, 0.4, "people", color=fig.PEOPLE, fontsize=8)
    axes.text(0.2, 0.35, "reward", color=fig.REFEREE, fontsize=8)
    frame(axes)


DRAWN: dict[str, tuple[str, Callable[[Axes], None]]] = {
    "curve": ("What is left of the reward", curve),
    "normalised": ("0 is the wrong place, 1 the truth", normalised),
    "area": ("Area lost up to D", area),
    "slope": ("Slope", slope),
    "plateau": ("Width of the plateau", plateau),
    "half": ("Half gone, and how sharply", half),
    "separation": ("Slips above wrong evidence", separation),
    "miss": ("Wrong evidence that is accepted", miss),
    "flips": ("A slip changes the decision", flips),
    "margin": ("Cost of wrong over cost of a slip", margin),
    "ranks": ("Does the order hold?", ranks),
    "tied": ("Groups of eight", tied),
    "asymmetry": ("One direction or the other", asymmetry),
    "people": ("Distance from people", people),
}


if __name__ == "__main__":
    main()
