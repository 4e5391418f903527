"""Figures about perturbed claims: what slips and wrong evidence are paid, drawn from a summary's numbers alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from referee_calib.report import figure as fig
from referee_calib.report import marks
from referee_calib.report.words import interval, number
from referee_calib.report.words_robustness import FAMILIES, HOLES, family, labels_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Json = Mapping[str, Any]
SHIPPED = "#8A6200"  # Okabe-Ito's orange, darkened so that text in it is readable on white
FIRST = {"boxes": "shift_x", "span": "span_late"}
SOME = ("semantic", "iou", "open-o3-shipped", "open-o3-meant")  # of the figure that comes first


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


def holes(about: Json, labels: Mapping[str, str], roles: Mapping[str, str]) -> fig.Drawing | None:
    """Draw what is paid for three claims that are plainly wrong."""
    rows = []
    for key, (title, _) in HOLES.items():
        paid = {row["name"]: _paid(row, key) for row in about["rewards"] if _base(row["name"]) in SOME}
        if any(value is not None for value in paid.values()):
            rows.append((title, {name: value for name, value in paid.items() if value is not None}))
    if not rows:
        return None
    names = list(dict.fromkeys(name for _, paid in rows for name in paid))
    figure, (axes,) = fig.panel(0.95 + 0.17 * len(names) * len(rows) + 0.1 * len(rows))
    step = 0.8 / max(1, len(names))
    for place, (_, paid) in enumerate(reversed(rows)):
        for i, name in enumerate(names):
            if name not in paid:
                continue
            y = place + 0.4 - (i + 0.5) * step
            colour = _colour(roles[name])
            axes.barh(y, paid[name], height=step * 0.78, color=colour, alpha=0.9 if i % 2 == 0 else 0.55)
            axes.annotate(
                f"{number(paid[name])}  {labels[name]}", (paid[name], y), (4, 0), textcoords="offset points",
                va="center", fontsize=7.5, color=colour,
            )  # fmt: skip
    axes.set_yticks(range(len(rows)), [title for title, _ in reversed(rows)])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlim(0, 1.62)
    axes.set_xticks([0, 0.5, 1])
    axes.set_xlabel("mean reward (0 to 1; the truth earns up to 1)")
    alt = "; ".join(
        f"{title}: {', '.join(f'{labels[name]} {number(value)}' for name, value in paid.items())}"
        for title, paid in rows
    )
    return fig.finish(
        figure, axes, key=f"robust-holes-{about['on']}", simulated=False,
        title="What is paid for claims that are plainly wrong", heading="Paid for plainly wrong claims", alt=f"{alt}.",
    )  # fmt: skip


def _paid(row: Json, key: str) -> float | None:
    found = next((one for one in (*row["holes"], *row["wrong"]) if one["family"] == key), None)
    return None if found is None else found["mean"]["value"]


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
        _line(axes, x, curve, reward, roles[reward], labels[reward] + ("" if normal else " (as paid)"), ends)
    if people:
        _line(axes, people["deltas"], people, "people", "people", "People", ends)
    small = lines[0][4]["small"]
    if small:
        axes.axvspan(0, small, color=fig.FAINT, alpha=0.55, lw=0, zorder=0)
    _end_labels(axes, ends)
    axes.set_ylim(-0.12, 1.08)
    axes.set_xlabel(FAMILIES.get(name, (name, name))[1])
    axes.set_ylabel("1 = the truth, 0 = the wrong place")
    alt = "; ".join(f"{labels[r]}: {number(_last(c['mean']))} at the largest" for r, _, c, _, _ in lines)
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
        _line(axes, x, row["by_overlap"]["raw"], row["name"], roles[row["name"]], labels[row["name"]], ends)
    _end_labels(axes, ends)
    axes.set_ylim(-0.45 if any(row["name"] in ("giou", "diou", "ciou") for row in rows) else -0.05, 1.08)
    over = "IoU" if about["on"] == "boxes" else "tIoU"
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["1", "0.75", "0.5", "0.25", "0"])
    axes.set_xlabel(f"{over} with the truth, slips of all kinds (right: less)")
    axes.set_ylabel("mean reward, as paid")
    alt = "; ".join(f"{labels[row['name']]}: {number(_last(row['by_overlap']['raw']['mean']))} at none" for row in rows)
    return fig.finish(
        figure, axes, key=f"robust-overlap-{about['on']}", simulated=False,
        title=f"Reward against overlap with the truth ({about['on']})", heading=f"Reward against {over}",
        alt=f"{alt}.",
    )  # fmt: skip


def wrong(about: Json, labels: Mapping[str, str]) -> fig.Drawing | None:
    """Draw what each reward pays for each kind of wrong evidence, in a table of shades."""
    errors = list(dict.fromkeys(one["family"] for row in about["rewards"] for one in row["wrong"]))
    if not errors:
        return None
    rows = about["rewards"]
    figure, (axes,) = fig.panel(1.25 + 0.27 * len(rows))
    for y, row in enumerate(reversed(rows)):
        by_error = {one["family"]: one["mean"]["value"] for one in row["wrong"]}
        for x, error in enumerate(["truth", *errors]):
            value = row["truth"]["value"] if error == "truth" else by_error.get(error)
            _shade(axes, x, y, value, true=error == "truth")
    axes.set(xlim=(-0.5, len(errors) + 0.5), ylim=(-0.5, len(rows) - 0.5))
    axes.set_yticks(range(len(rows)), [labels[row["name"]] for row in reversed(rows)], fontsize=8)
    axes.set_xticks(
        range(len(errors) + 1), ["the truth", *(family(e) for e in errors)], rotation=35, ha="right", fontsize=8
    )
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    said = "; ".join(
        f"{labels[row['name']]}: "
        + ", ".join(f"{family(one['family'])} {number(one['mean']['value'])}" for one in row["wrong"])
        for row in rows
    )
    return fig.finish(
        figure, axes, key=f"robust-wrong-{about['on']}", simulated=False,
        title=f"Mean reward for wrong evidence ({about['on']})", heading="Paid for wrong evidence", alt=f"{said}.",
    )  # fmt: skip


def _shade(axes: Axes, x: int, y: int, value: float | None, *, true: bool) -> None:
    from matplotlib.patches import Rectangle

    if value is None:
        axes.text(x, y, "–", ha="center", va="center", color=fig.NEUTRAL, fontsize=8)
        return
    share = min(1.0, max(0.0, value))
    colour = fig.NEUTRAL if true else fig.PEOPLE
    axes.add_patch(Rectangle((x - 0.48, y - 0.45), 0.96, 0.9, facecolor=colour, alpha=0.05 + 0.8 * share, lw=0))
    ink = "white" if share > 0.6 else fig.INK
    axes.text(x, y, number(value), ha="center", va="center", color=ink, fontsize=7.5)


def tied(about: Json, labels: Mapping[str, str], roles: Mapping[str, str]) -> fig.Drawing | None:
    """Draw the price of a plateau: groups of eight that are tied throughout, against the plateau's width."""
    points = []
    for row in about["rewards"]:
        curve = next((one for one in row["curves"] if one["family"] == FIRST[about["on"]]), None)
        spread = next((one["estimate"] for one in row["zero_variance"] if one["spread"] == 0.1), None)
        if curve is not None and spread is not None and spread["value"] is not None:
            points.append((row["name"], curve["metrics"]["plateau"], spread))
    if not points:
        return None
    far = 1.25 * max([0.1, *(p["value"] or 0.0 for _, p, _ in points)])
    figure, (axes,) = fig.panel(2.9)
    labelled: list[tuple[float, str, str, float]] = []
    for name, plateau, spread in points:
        colour, x = _colour(roles[name]), plateau["value"] if plateau["value"] is not None else far
        if plateau["low"] is not None and plateau["high"] is not None:
            axes.plot((plateau["low"], plateau["high"]), (spread["value"],) * 2, color=colour, linewidth=1.2)
        if spread["low"] is not None:
            axes.plot((x, x), (spread["low"], spread["high"]), color=colour, linewidth=1.2)
        axes.plot(x, spread["value"], marker=_marker(roles[name]), color=colour, markersize=6, markeredgecolor="white")
        labelled.append(
            (x, f"{labels[name]}{'' if plateau['value'] is not None else ': no end'}", colour, spread["value"])
        )
    _point_labels(axes, labelled, far)
    axes.axhline(0.2, color=fig.NEUTRAL, linewidth=1, linestyle=(0, (4, 3)))
    axes.set(xlim=(-0.02 * far, 1.5 * far), ylim=(-0.06, 1.08))
    axes.set_xlabel(f"plateau: {FAMILIES[FIRST[about['on']]][1]} that costs nothing")
    axes.set_ylabel("groups of 8 tied, slips up to 0.1")
    alt = "; ".join(f"{labels[n]}: plateau {number(p['value'])}, tied {number(s['value'])}" for n, p, s in points)
    return fig.finish(
        figure, axes, key=f"robust-tied-{about['on']}", simulated=False,
        title=f"What a plateau costs: groups without any difference ({about['on']})",
        heading="What a plateau costs", alt=f"{alt}. The dashed line marks 20 %.",
    )  # fmt: skip


def asymmetry(about: Json, labels: Mapping[str, str], roles: Mapping[str, str]) -> fig.Drawing | None:
    """Draw whether one direction costs more than the other, as areas under the sensitivity curve."""
    rows = [
        (
            f"{labels[row['name']]}: {family(one['first'])} – {family(one['second']).lower()}",
            one["estimate"],
            row["name"],
        )
        for row in about["rewards"]
        for one in row["asymmetry"]
        if one["estimate"]["value"] is not None
    ]
    if not rows:
        return None
    figure, (axes,) = fig.panel(1.05 + 0.2 * len(rows))
    for place, (_, estimate, name) in enumerate(reversed(rows)):
        colour = _colour(roles[name])
        if estimate["low"] is not None:
            axes.plot((estimate["low"], estimate["high"]), (place, place), color=colour, linewidth=1.8)
        axes.plot(estimate["value"], place, marker=_marker(roles[name]), markersize=5, color=colour)
    axes.set_yticks(range(len(rows)), [name for name, _, _ in reversed(rows)], fontsize=7.5)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=fig.FAINT, linewidth=0.6)
    axes.axvline(0, color=fig.NEUTRAL, linewidth=1)
    marks.room(axes, [-0.1, 0.1])
    axes.set_xlabel("area difference (right: first costs more)", fontsize=8)
    alt = "; ".join(f"{name} {number(e['value'])} {interval(e)}" for name, e, _ in rows)
    return fig.finish(
        figure, axes, key=f"robust-asymmetry-{about['on']}", simulated=False,
        title=f"Whether one direction costs more than the other ({about['on']})", heading="One direction or the other",
        alt=f"{alt}.",
    )  # fmt: skip


def ranks(about: Json, labels: Mapping[str, str], roles: Mapping[str, str]) -> fig.Drawing | None:
    """Draw whether the order of eight candidates holds when each slips a little."""
    rows = [(row["name"], row["whole"]["rank_tau"], row["whole"]["best_flips"]) for row in about["rewards"]]
    known = [row for row in rows if row[1]["value"] is not None]
    if not known:
        return None
    figure, (axes,) = fig.panel(1.15 + 0.27 * len(rows))
    for place, (name, tau, flips) in enumerate(reversed(rows)):
        for estimate, colour, marker in ((tau, _colour(roles[name]), "o"), (flips, fig.PEOPLE, "x")):
            if estimate["value"] is None:
                continue
            if estimate["low"] is not None:
                axes.plot((estimate["low"], estimate["high"]), (place, place), color=colour, linewidth=1.6, alpha=0.7)
            axes.plot(estimate["value"], place, marker=marker, markersize=5.5, color=colour)
        if tau["value"] is None:
            axes.annotate(
                "all tied: no order", (0, place), (4, 0), textcoords="offset points", va="center", fontsize=8,
                color=fig.NEUTRAL,
            )  # fmt: skip
    marks.name_rows(axes, [labels[name] for name, _, _ in rows])
    axes.set_xlim(-0.05, 1.05)
    axes.set_xlabel("● tau-b with itself after slips, × best one changes", fontsize=8)
    alt = "; ".join(
        f"{labels[n]}: tau-b {number(t['value'])}, best changes in {number(f['value'])}" for n, t, f in known
    )
    return fig.finish(
        figure, axes, key=f"robust-ranks-{about['on']}", simulated=False,
        title=f"Whether the order of eight candidates holds when each slips a little ({about['on']})",
        heading="Does the order hold?", alt=f"{alt}.",
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
            _line(axes, curve["deltas"], line, row["name"], roles[row["name"]], labels[row["name"]], [])
            told.append(f"{value}, {labels[row['name']]}: {number(part['whole']['small_loss']['value'])}")
        shown = f"{value}\n{_claims(rows, by, value)} claims"
        axes.text(0.97, 0.97, shown, transform=axes.transAxes, ha="right", va="top", fontsize=8)
        axes.set(ylim=(-0.12, 1.08), xticks=[0, 1, 2])
    panels[0].set_ylabel("1 = truth, 0 = wrong place", fontsize=8)
    names = ", ".join(
        f"{labels[row['name']]} {'solid' if roles[row['name']] == 'referee' else 'dashed'}" for row in rows
    )
    panels[0].set_xlabel(FAMILIES[FIRST[about["on"]]][1], fontsize=8, loc="left")
    what = "size of the object" if by == "size" else "length of the span"
    return fig.finish(
        figure, panels[0], key=f"robust-strata-{by}", simulated=False,
        title=f"{family(FIRST[about['on']])}, by {what}: {names}", heading=f"By {what}",
        alt=f"Loss over small slips: {'; '.join(told)}.",
    )  # fmt: skip


def _claims(rows: Sequence[Json], by: str, value: str) -> int:
    return max(int(p["n_claims"]) for row in rows for p in row["strata"] if (p["by"], p["value"]) == (by, value))


def _line(
    axes: Axes,
    x: Sequence[float],
    curve: Json,
    name: str,
    role: str,
    label: str,
    ends: list[tuple[float, str, str, float]],
) -> None:
    known = [i for i, value in enumerate(curve["mean"]) if value is not None]
    if not known:
        return
    across, y = [x[i] for i in known], [curve["mean"][i] for i in known]
    colour, dashes = _colour(role), _dashes(name, role)
    thin = role == "overlap" and name not in ("iou", "tiou")
    axes.plot(across, y, color=colour, linestyle=dashes, linewidth=1.1 if thin else 2.0)
    if not thin and all(curve["low"][i] is not None and curve["high"][i] is not None for i in known):
        low, high = [curve["low"][i] for i in known], [curve["high"][i] for i in known]
        axes.fill_between(across, low, high, color=colour, alpha=0.15, lw=0)
    ends.append((y[-1], label, colour, across[-1]))


def _end_labels(axes: Axes, ends: Sequence[tuple[float, str, str, float]]) -> None:
    """Name lines at the right edge; lines that end together share one place."""
    edge = max((x for _, _, _, x in ends), default=1.0)
    taken = -9.0
    for y, label, colour, _ in sorted(ends, key=lambda end: end[0]):
        at = max(y, taken + 0.062)
        taken = at
        axes.annotate(
            label, (edge, at), (6, 0), textcoords="offset points", va="center", color=colour, fontsize=7.5,
            fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def _point_labels(axes: Axes, points: Sequence[tuple[float, str, str, float]], right: float) -> None:
    """Name points on their right, moved apart where two lie together."""
    taken: list[tuple[float, float]] = []
    for x, label, colour, y in sorted(points, key=lambda point: (point[3], point[0])):
        at = y
        while any(abs(at - other) < 0.08 and abs(x - across) < 0.3 * right for across, other in taken):
            at += 0.08
        taken.append((x, at))
        axes.annotate(
            label, (x, y), (x + 0.045 * right, at), textcoords="data", va="center", color=colour, fontsize=7.5,
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.5, "alpha": 0.6, "shrinkA": 0, "shrinkB": 2},
        )  # fmt: skip


def _base(name: str) -> str:
    return name.partition(":")[0]


def _colour(role: str) -> str:
    known = {"referee": fig.REFEREE, "overlap": fig.OVERLAP, "shipped": SHIPPED, "people": fig.PEOPLE}
    return known.get(role, fig.NEUTRAL)


def _marker(role: str) -> str:
    return {"referee": "D", "overlap": "s", "shipped": "^", "people": "o"}.get(role, "v")


_DASHES: dict[str, Any] = {
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


def _dashes(name: str, role: str) -> Any:
    return "-" if role in ("referee", "people") else _DASHES.get(name, (0, (6, 2, 1, 2)))


def _last(values: Sequence[float | None]) -> float | None:
    return next((value for value in reversed(values) if value is not None), None)
