"""Draw docs/pictures/audit.svg: false alarms of simulated runs, and how soon an exploit is found, by way of watching.

    python benchmarks/audit.py --out benchmarks/results/audit.json && python docs/make_audit_picture.py

It reads what the benchmark wrote.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from referee_calib.report import svg_figure as fig

PICTURE = Path(__file__).with_name("pictures") / "audit.svg"
RESULTS = Path(__file__).parents[1] / "benchmarks" / "results" / "audit.json"
ALPHA = 0.05
LOOKS = {  # colour, mark and stroke: told apart without colour
    "audit": (fig.REFEREE, "o", "-"),
    "one e-process": (fig.OVERLAP, "^", "--"),
    "z-tests, Bonferroni": (fig.PEOPLE, "s", "-."),
    "z-test per window": (fig.NEUTRAL, "x", ":"),
    "mean gap, top fifth": ("#111827", "D", ":"),
}
EXPLOITS = {"5 % jump while it improves": "5 % exploit, policy improves", "2 % jump": "2 % exploit"}


def main() -> None:
    """Draw it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("results", type=Path, nargs="?", default=RESULTS)
    told = json.loads(parser.parse_args().results.read_text(encoding="utf-8"))
    with fig.style():
        figure = Figure(figsize=(9.6, 3.0))
        FigureCanvasAgg(figure)
        panels = figure.subplots(1, 3, gridspec_kw={"wspace": 0.28})
        draw_alarms(panels[0], told["scenarios"]["at the border"])
        for axes, (name, title) in zip(panels[1:], EXPLOITS.items(), strict=True):
            draw_found(axes, told["scenarios"][name], title)
        panels[1].legend(frameon=False, fontsize=7, loc="lower right", bbox_to_anchor=(1.0, 0.06))
        panels[1].set_ylabel("share of runs found")
        svg = fig.finish(
            figure, panels[0], key="audit", title="False alarms at the limit", alt=described(told["scenarios"]),
            simulated=True,
        ).svg  # fmt: skip
    svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" width="960" height="300" ', 1)
    PICTURE.write_text(
        re.sub(r' class="plot"', ' style="background:#fff;font-family:sans-serif"', svg), encoding="utf-8"
    )


def draw_alarms(axes: Axes, row: dict[str, Any]) -> None:
    """Draw a bar of false alarms for each way to watch."""
    places = range(len(LOOKS))
    shares = [row[name]["alarms"] for name in LOOKS]
    axes.barh(places, shares, color=[colour for colour, _, _ in LOOKS.values()], height=0.6)
    for place, share in zip(places, shares, strict=True):
        axes.annotate(
            f"{100 * share:.1f} %",
            (max(share, ALPHA), place),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    axes.axvline(ALPHA, color="#111827", linewidth=0.8, linestyle="--")
    axes.set_yticks(list(places), list(LOOKS))
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    axes.set_xlabel("share of runs with an alarm (dashed: α)")


def draw_found(axes: Axes, row: dict[str, Any], title: str) -> None:
    """Draw the share of runs in which an exploit was found within so many windows."""
    for name, (colour, mark, stroke) in LOOKS.items():
        within = row[name]["within"]
        axes.plot(
            range(1, len(within) + 1), within, color=colour, marker=mark, linestyle=stroke, markersize=3.5,
            linewidth=1.2, label=name,
        )  # fmt: skip
    axes.set_ylim(-0.02, 1.02)
    axes.set_xticks(range(2, 15, 2))
    axes.set_xlabel("windows since it began")
    axes.set_title(title, pad=6)


def described(scenarios: dict[str, Any]) -> str:
    """Say in words what the picture shows."""
    alarms = ", ".join(f"{name} {scenarios['at the border'][name]['alarms']:.1%}" for name in LOOKS)
    found = "; ".join(
        f"{title}: " + ", ".join(f"{name} {scenarios[key][name]['found']:.0%}" for name in LOOKS)
        for key, title in EXPLOITS.items()
    )
    return f"Simulated runs whose rates are exactly at their limits alarm: {alarms}. Found in the end: {found}."


if __name__ == "__main__":
    main()
