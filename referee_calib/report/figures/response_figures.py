"""Response curves of rewards to perturbed claims, and the order of all figures about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from referee_calib.report.document.number_format import number
from referee_calib.report.document.perturbation_terms import FAMILIES, FIRST, family, labels_of
from referee_calib.report.figures import response_marks as robust
from referee_calib.report.figures import svg_figure as fig
from referee_calib.report.figures.hard_negative_figures import asymmetry, holes, ranks, tied, wrong

if TYPE_CHECKING:
    pass

Json = Mapping[str, Any]


def robustness_figures(summary: Json | None) -> list[fig.Drawing]:
    """Draw everything that a summary has numbers for.

    Parameters
    ----------
    summary : dict or None
        The content of ``perturb/summary.json``.
    """
    if not summary:
        return []
    labels = labels_of(summary)
    drawn: list[fig.Drawing | None] = []
    for about in summary["about"]:
        roles = {row["name"]: row["role"] for row in summary["rewards"]}
        drawn += [
            holes(about, labels, roles),
            *(response(about, labels, roles, name) for name in _families(about)),
            by_overlap(about, labels, roles),
            wrong(about, labels),
            tied(about, labels, roles),
            asymmetry(about, labels, roles),
            ranks(about, labels, roles),
            *strata(about, labels, roles),
        ]
    return [one for one in drawn if one]


def _families(about: Json) -> list[str]:
    names = [curve["family"] for curve in about["rewards"][0]["curves"] if curve["kind"] in ("graded", "time")]
    return sorted(names, key=lambda name: name != FIRST[about["on"]])


def response(about: Json, labels: Mapping[str, str], roles: Mapping[str, str], name: str) -> fig.Drawing | None:
    """Draw all rewards against the magnitude of one family, normalised, with bands over videos."""
    lines = []
    for row in about["rewards"]:
        curve = next((one for one in row["curves"] if one["family"] == name), None)
        if curve is not None:
            lines.append((row["name"], curve["deltas"], curve["normal"] or curve["raw"], bool(curve["normal"]), curve))
    lines = [line for line in lines if sum(v is not None for v in line[2]["mean"]) > 1]
    if not lines:
        return None
    people = next((c for c in (about["people"] or {"curves": []})["curves"] if c["family"] == name), None)
    figure, (axes,) = fig.panel(3.2)
    ends: list[tuple[float, str, str, float]] = []
    for reward, x, curve, normal, _ in lines:
        robust.line(axes, x, curve, reward, roles[reward], labels[reward] + ("" if normal else " (as paid)"), ends)
    if people:
        robust.line(axes, people["deltas"], people, "people", "people", "People", ends)
    small = lines[0][4]["small"]
    if small:
        axes.axvspan(0, small, color=fig.FAINT, alpha=0.55, lw=0, zorder=0)
    robust.name_lines(axes, ends)
    axes.set_ylim(-0.12, 1.08)
    axes.set_xlabel(FAMILIES.get(name, (name, name))[1])
    axes.set_ylabel("1 = the truth, 0 = the wrong place")
    alt = "; ".join(f"{labels[r]}: {number(robust.last(c['mean']))} at the largest" for r, _, c, _, _ in lines)
    return fig.finish(
        figure, axes, key=f"robust-response-{name}", simulated=bool(people and about["people"]["simulated"]),
        title=f"{family(name)}: what is left of the reward", heading=family(name), alt=f"{alt}.",
    )  # fmt: skip


def by_overlap(about: Json, labels: Mapping[str, str], roles: Mapping[str, str]) -> fig.Drawing | None:
    """Draw all rewards against the overlap that slips of any kind leave, as paid."""
    rows = [row for row in about["rewards"] if sum(v is not None for v in row["by_overlap"]["raw"]["mean"]) > 1]
    if not rows:
        return None
    figure, (axes,) = fig.panel(3.1)
    ends: list[tuple[float, str, str, float]] = []
    for row in rows:
        x = [1 - one for one in row["by_overlap"]["overlap"]]
        robust.line(axes, x, row["by_overlap"]["raw"], row["name"], roles[row["name"]], labels[row["name"]], ends)
    robust.name_lines(axes, ends)
    axes.set_ylim(-0.45 if any(row["name"] in ("giou", "diou", "ciou") for row in rows) else -0.05, 1.08)
    over = "IoU" if about["on"] == "boxes" else "tIoU"
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["1", "0.75", "0.5", "0.25", "0"])
    axes.set_xlabel(f"{over} with the truth, slips of all kinds (right: less)")
    axes.set_ylabel("mean reward, as paid")
    alt = "; ".join(
        f"{labels[row['name']]}: {number(robust.last(row['by_overlap']['raw']['mean']))} at none" for row in rows
    )
    return fig.finish(
        figure, axes, key=f"robust-overlap-{about['on']}", simulated=False,
        title=f"Reward against overlap with the truth ({about['on']})", heading=f"Reward against {over}",
        alt=f"{alt}.",
    )  # fmt: skip


def strata(about: Json, labels: Mapping[str, str], roles: Mapping[str, str]) -> list[fig.Drawing]:
    """Draw the first family's curves by size of the object, and by length of the span, side by side."""
    slicings = dict.fromkeys(part["by"] for row in about["rewards"] for part in row["strata"])
    return [drawing for by in slicings if (drawing := _stratum(about, labels, roles, by))]


def _stratum(about: Json, labels: Mapping[str, str], roles: Mapping[str, str], by: str) -> fig.Drawing | None:
    rows = [row for row in about["rewards"] if row["name"].startswith("semantic") or row["name"] in ("iou", "tiou")]
    values = list(dict.fromkeys(p["value"] for row in rows for p in row["strata"] if p["by"] == by and p["curves"]))
    if not values:
        return None
    figure, panels = fig.side_by_side(2.1, len(values))
    told = []
    for axes, value in zip(panels, values, strict=True):
        for row in rows:
            part = next((p for p in row["strata"] if (p["by"], p["value"]) == (by, value) and p["curves"]), None)
            if part is None:
                continue
            curve = part["curves"][0]
            line = curve["normal"] or curve["raw"]
            robust.line(axes, curve["deltas"], line, row["name"], roles[row["name"]], labels[row["name"]], [])
            told.append(f"{value}, {labels[row['name']]}: {number(part['whole']['small_loss']['value'])}")
        shown = f"{value}\n{_claims(rows, by, value)} claims"
        axes.text(0.97, 0.97, shown, transform=axes.transAxes, ha="right", va="top", fontsize=8)
        axes.set(xlim=(0, 1), ylim=(-0.12, 1.08), xticks=[0, 0.5, 1])
    panels[0].set_ylabel("1 = truth, 0 = wrong place", fontsize=8)
    names = ", ".join(
        f"{labels[row['name']]} {'solid' if roles[row['name']] == 'referee' else 'dashed'}" for row in rows
    )
    panels[-1].set_xlabel(FAMILIES[FIRST[about["on"]]][1], fontsize=8, loc="right")
    what = "size of the object" if by == "size" else "length of the span"
    return fig.finish(
        figure, panels[0], key=f"robust-strata-{by}", simulated=False,
        title=f"{family(FIRST[about['on']])}, by {what}: {names}", heading=f"By {what}",
        alt=f"Loss over small slips: {'; '.join(told)}.",
    )  # fmt: skip


def _claims(rows: Sequence[Json], by: str, value: str) -> int:
    return max(int(p["n_claims"]) for row in rows for p in row["strata"] if (p["by"], p["value"]) == (by, value))
