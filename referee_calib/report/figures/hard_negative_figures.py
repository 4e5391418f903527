"""Figures about wrong evidence and about groups of candidates, drawn from a summary's numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from referee_calib.report.document.number_format import interval, number
from referee_calib.report.document.perturbation_terms import FAMILIES, FIRST, HOLES, family
from referee_calib.report.figures import marks
from referee_calib.report.figures import response_marks as robust
from referee_calib.report.figures import svg_figure as fig

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Json = Mapping[str, Any]
PLAIN = ("iou", "tiou", "time-r1", "open-o3-shipped")  # of the figure of directions, which the others would repeat
SOME = ("semantic", "iou", "open-o3-shipped", "open-o3-meant")  # of the figure that comes first


def holes(about: Json, labels: Mapping[str, str], roles: Mapping[str, str]) -> fig.Drawing | None:
    """Draw what is paid for three claims that are plainly wrong."""
    rows = []
    for key, (title, _) in HOLES.items():
        paid = {row["name"]: _paid(row, key) for row in about["rewards"] if robust.base(row["name"]) in SOME}
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
            colour = robust.colour(roles[name])
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
    found = next((one for one in (*row["exploits"], *row["wrong"]) if one["family"] == key), None)
    return None if found is None else found["mean"]["value"]


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
    drawn = [(-far, 0.2, 2 * far, 0.2)]  # the line of 20 %
    for name, plateau, spread in points:
        colour, x = robust.colour(roles[name]), plateau["value"] if plateau["value"] is not None else far
        if plateau["low"] is not None and plateau["high"] is not None:
            axes.plot((plateau["low"], plateau["high"]), (spread["value"],) * 2, color=colour, linewidth=1.2)
            drawn.append((plateau["low"], spread["value"], plateau["high"], spread["value"]))
        if spread["low"] is not None:
            drawn.append((x, spread["low"], x, spread["high"]))
            axes.plot((x, x), (spread["low"], spread["high"]), color=colour, linewidth=1.2)
        axes.plot(
            x, spread["value"], marker=robust.marker(roles[name]), color=colour, markersize=6, markeredgecolor="white"
        )
        labelled.append(
            (x, f"{labels[name]}{'' if plateau['value'] is not None else ': no end'}", colour, spread["value"])
        )
    robust.name_points(axes, labelled, far, drawn)
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
        if one["estimate"]["value"] is not None and (roles[row["name"]] == "referee" or row["name"] in PLAIN)
    ]
    if not rows:
        return None
    figure, (axes,) = fig.panel(1.05 + 0.2 * len(rows))
    for place, (_, estimate, name) in enumerate(reversed(rows)):
        colour = robust.colour(roles[name])
        if estimate["low"] is not None:
            axes.plot((estimate["low"], estimate["high"]), (place, place), color=colour, linewidth=1.8)
        axes.plot(estimate["value"], place, marker=robust.marker(roles[name]), markersize=5, color=colour)
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
        for estimate, colour, marker in ((tau, robust.colour(roles[name]), "o"), (flips, fig.PEOPLE, "x")):
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
