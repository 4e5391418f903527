"""The experiment's pictures: SVG, in colours that colour-blind readers tell apart, and told apart by shape too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from experiment_results import Results
from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#007F5F", "#A3457C", "#6B7280"  # Okabe and Ito
STYLE = {
    "svg.fonttype": "path",
    "svg.hashsalt": "controlled_training",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_LOOKS: dict[str, tuple[str, str, str]] = {  # colour, line, marker
    "semantic": (BLUE, "-", "o"),
    "iou": (GREEN, "-", "s"),
    "jittered": (GREEN, "--", "D"),
    "open-o3": (ORANGE, "-", "^"),
    "constant": (GREY, "-", "x"),
    "chance": (GREY, "--", "+"),
    "noise": (BLUE, "--", "v"),
    "lenient": (PURPLE, "-", "<"),
    "plateau": (PURPLE, "--", ">"),
    "nameless": (ORANGE, "--", "p"),
    "corner": ("#111827", "-", "*"),
    "corner-half": ("#111827", "--", "P"),
}
_AXES = {
    "iou": "overlap with the true box (IoU)",
    "relevance": "relevance, share of the scale",
    "answer": "right answers, share",
    "exploit": "replies that use the exploit, share",
}
REWARDS = ("semantic", "iou", "jittered", "open-o3", "chance", "constant")
FAULTS = ("semantic", "noise", "lenient", "plateau", "nameless", "corner", "corner-half")


def draw(found: Results, folder: Path) -> list[Path]:
    """Write the pictures and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        made = {
            "rewards.svg": _curves(found, REWARDS),
            "faults.svg": _curves(found, FAULTS),
            "beforehand.svg": _beforehand(found),
        }
        for name, figure in made.items():
            figure.savefig(folder / name, metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    return [folder / name for name in made]


def _curves(found: Results, conditions: Sequence[str]) -> Figure:
    """Draw four outcomes over the steps, with bands over seeds."""
    figure = Figure(figsize=(7.2, 5.4))
    for axes, (outcome, label) in zip(figure.subplots(2, 2, sharex=True).flat, _AXES.items(), strict=True):
        for name in (one for one in conditions if one in found.labels):
            _curve(axes, found, name, outcome)
        axes.set_ylabel(label)
        axes.set_ylim(-0.02, 1.02)
    for axes in figure.axes[2:]:
        axes.set_xlabel("training step")
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper center", ncols=2, frameon=False, bbox_to_anchor=(0.5, 0.0))
    figure.suptitle(f"Held-out clips, {found.facts['seeds']} seeds (simulated: shapes)", x=0.08, ha="left", fontsize=10)
    figure.tight_layout()
    return figure


def _curve(axes: Axes, found: Results, name: str, outcome: str) -> None:
    colour, line, marker = _LOOKS[name]
    curve = found.curve(name, outcome)
    axes.plot(found.steps, [one.value for one in curve], color=colour, linestyle=line, marker=marker, markersize=4,
              markevery=2, linewidth=1.3, label=found.labels[name])  # fmt: skip
    if curve[0].low is not None:
        low, high = ([getattr(one, side) for one in curve] for side in ("low", "high"))
        axes.fill_between(found.steps, low, high, color=colour, alpha=0.15, linewidth=0)


def _beforehand(found: Results) -> Figure:
    """Draw the gain of training against four figures from before it."""
    figure = Figure(figsize=(7.2, 5.6))
    kinds = {
        "kappa": "agreement with people’s levels (quadratic kappa)",
        "spearman": "agreement in rank (Spearman’s rho)",
        "best_of_8": "policy improvement, best of eight (quality)",
        "exploit_gain": "exploit gain",
    }
    for axes, (kind, label) in zip(figure.subplots(2, 2, sharey=True).flat, kinds.items(), strict=True):
        for name in found.labels:
            _point(axes, found, name, kind)
        axes.axhline(0, color=GREY, linewidth=0.7)
        axes.set_xlabel(label)
    for axes in figure.axes[::2]:
        axes.set_ylabel("gain of training (quality)")
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper center", ncols=3, frameon=False, bbox_to_anchor=(0.5, 0.0))
    figure.suptitle("What was known before training, and what training gave (simulated: shapes)", x=0.08, ha="left",
                    fontsize=10)  # fmt: skip
    figure.tight_layout()
    return figure


def _point(axes: Axes, found: Results, name: str, kind: str) -> None:
    value = found.examined[name][kind]
    value = value["value"] if isinstance(value, dict) else value
    colour, line, marker = _LOOKS[name]
    gain, fill = found.gain(name), colour if line == "-" else "white"
    if gain.low is not None and value is not None:
        axes.plot([value, value], [gain.low, gain.high], color=colour, linewidth=1)
    place = np.nan if value is None else value
    axes.plot([place], [gain.value], marker, color=colour, markerfacecolor=fill, markersize=7, label=found.labels[name])
