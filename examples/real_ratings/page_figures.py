"""The pages' pictures: SVG, in colours that colour-blind readers tell apart, told apart by shape too."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from five_judges import FiveJudges
from matplotlib.figure import Figure
from moment_agreement import GATES, MomentAgreement

from agreement import Estimate

PEOPLE, JUDGE, SECOND, NEUTRAL = "#D55E00", "#0072B2", "#007F5F", "#6B7280"  # Okabe and Ito
STYLE = {
    "svg.fonttype": "path",
    "svg.hashsalt": "real_ratings",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw(judges: FiveJudges, moments: Sequence[MomentAgreement], folder: Path) -> list[Path]:
    """Write the pictures and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    with mpl.rc_context(STYLE):
        made["five_judges.svg"] = _correlations(judges)
        made["error_split.svg"] = _errors(judges)
        made["rejected_pairs.svg"] = _rejected(moments)
        for name, figure in made.items():
            figure.savefig(folder / name, metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    return [folder / name for name in made]


def _correlations(judges: FiveJudges) -> Figure:
    """Draw every judge's and a person's rank correlation with the mean of two people."""
    figure = Figure(figsize=(5.6, 2.5))
    axes = figure.subplots()
    rows: list[tuple[str, Estimate, str, str]] = [("a third person", judges.person, PEOPLE, "s")]
    rows += [(one.name, one.correlations.spearman.judge, JUDGE, "o") for one in judges.judges]
    for place, (_, found, colour, marker) in enumerate(rows):
        axes.plot([found.low, found.high], [place, place], color=colour, linewidth=2)
        axes.plot([found.value], [place], marker, color=colour, markersize=6)
        axes.annotate(f"{found.value:.2f}", (float(found.high or 0), place), xytext=(5, 0), textcoords="offset points",
                      va="center", color=colour)  # fmt: skip
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("Spearman’s rho with the mean of the other two people (95 % intervals over prompts)")
    axes.set_title(f"Alignment with the prompt, {judges.n_videos:,} videos", loc="left", fontsize=10)
    return figure


def _errors(judges: FiveJudges) -> Figure:
    """Draw the squared errors of the best judge and of a second person by how far the others are apart."""
    figure = Figure(figsize=(5.6, 2.8))
    axes = figure.subplots()
    best, worst = judges.judges[0], judges.judges[-1]
    strata = best.split.strata
    sides = (
        (f"{worst.name}", [one.judge for one in worst.split.strata], NEUTRAL, "^", -0.16),
        (f"{best.name}", [one.judge for one in strata], JUDGE, "o", 0.0),
        ("a second person", [one.person for one in strata], PEOPLE, "s", 0.16),
    )
    for label, values, colour, marker, shift in sides:
        places = [place + shift for place in range(len(strata))]
        for place, found in zip(places, values, strict=True):
            axes.plot([place, place], [found.low, found.high], color=colour, linewidth=2)
        axes.plot(places, [found.value for found in values], marker, color=colour, label=label, markersize=6)
    names = [f"{textwrap.fill(one.name, 18)}\n({100 * one.share_of_ratings:.0f} % of ratings)" for one in strata]
    axes.set_xticks(range(len(strata)), names)
    axes.set_ylim(0, None)
    axes.set_ylabel("mean squared error, levels²")
    axes.set_title("Judges err where people agree", loc="left", fontsize=10)
    axes.legend(frameon=False, loc="lower right")
    return figure


def _rejected(moments: Sequence[MomentAgreement]) -> Figure:
    """Draw the share of people's pairs that a tIoU gate refuses."""
    figure = Figure(figsize=(5.6, 2.8))
    axes = figure.subplots()
    for one, colour, marker in zip(moments, (JUDGE, PEOPLE), ("o", "s"), strict=True):
        found = [one.rejected(gate) for gate in GATES]
        axes.fill_between(
            GATES,
            [float(e.low or 0) for e in found],
            [float(e.high or 0) for e in found],
            color=colour,
            alpha=0.25,
            linewidth=0,
        )
        axes.plot(GATES, [e.value for e in found], marker=marker, markersize=4, color=colour, label=one.title)
    axes.axvline(0.5, color=NEUTRAL, linestyle=":", linewidth=1)
    axes.annotate("the usual 0.5", (0.5, 0.97), xytext=(4, 0), textcoords="offset points", color=NEUTRAL, va="top")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel("gate: least overlap (tIoU) that is accepted")
    axes.set_ylabel("share of people’s pairs refused")
    axes.set_title("What a gate on tIoU does to people", loc="left", fontsize=10)
    axes.legend(frameon=False, loc="lower right")
    return figure
