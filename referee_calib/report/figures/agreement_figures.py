"""The report's figures, each drawn from a piece of ``report.json``.

A function here takes plain dictionaries and returns a :class:`~referee_calib.report.figures.svg_figure.Drawing`;
nothing is computed that the dictionary does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from referee_calib.report.document.number_format import interval, number, signed
from referee_calib.report.figures import marks
from referee_calib.report.figures import svg_figure as fig
from referee_calib.report.figures.ablation_figures import ablation_figures
from referee_calib.report.figures.response_figures import robustness_figures
from referee_calib.report.figures.slice_figures import slice_figures

Json = Mapping[str, Any]
_Drawn = fig.Drawing | list[fig.Drawing] | None
FEW_SCORES = 12  # a curve over more is drawn without dots, and its histogram in quarters of a level


def all_figures(report: Json) -> dict[str, fig.Drawing]:
    """Draw every figure of a report; what is undefined has no figure.

    Parameters
    ----------
    report : dict
        The content of ``report.json``.

    Returns
    -------
    dict
        Drawings by key: ``difference``, and per dimension ``agreement-…``, ``leave-one-out-…``, ``leniency-…``,
        ``confusion-…``, ``calibration-…``, ``slices-difference-…``, ``slices-leniency-…``; ``response-…`` per
        perturbation; ``robust-…`` of the last perturbation; ``rewards``; ``ablation-…`` per pair of referees.
    """
    return some_figures(report, 0, 1)


def some_figures(report: Json, first: int, step: int) -> dict[str, fig.Drawing]:
    """Draw a share of the figures, so that several processes may draw one report.

    Parameters
    ----------
    report : dict
        The content of ``report.json``.
    first, step : int
        Drawn are the pieces numbered ``first``, ``first + step``, … of the report.

    Returns
    -------
    dict
        As of :func:`all_figures`.
    """
    simulated = bool(report["ratings"]["simulated"])
    pieces: list[Callable[[], _Drawn]] = [partial(difference, report["dimensions"], simulated)]
    for item in report["dimensions"]:
        pieces += [partial(plot, item, simulated) for plot in (leave_one_out, leniency, confusion, calibration)]
        pieces.append(partial(slice_figures, item, simulated))
    pieces += [partial(response, item) for item in report["responses"]]
    pieces.append(partial(robustness_figures, report["robustness"]["summary"]))
    pieces.append(partial(rewards, report["rewards"]))
    pieces.append(partial(ablation_figures, report["ablation"], simulated))
    with fig.style():
        drawn = [piece() for piece in pieces[first::step]]
    flat = [one for some in drawn for one in (some if isinstance(some, list) else [some])]
    return {drawing.key: drawing for drawing in flat if drawing}


def difference(dimensions: Sequence[Json], simulated: bool) -> fig.Drawing | None:
    """Referee-people minus people-people agreement per dimension, in kappa and in alpha, around zero."""
    rows = [
        (f"{item['title']}, {short}", _coefficient(item, name)["difference"], short)
        for item in dimensions
        for short, name in (("kappa", "cohen_kappa_quadratic"), ("alpha", "krippendorff_alpha_ordinal"))
    ]
    rows = [row for row in rows if row[1]["value"] is not None]
    if not rows:
        return None
    figure, (axes,) = fig.panel(1.05 + 0.34 * len(rows))
    for colour, marker, which in ((fig.REFEREE, "D", "kappa"), (fig.INK, "s", "alpha")):
        chosen = [(name, e if short == which else None) for name, e, short in rows]
        marks.intervals(axes, chosen, colour, marker, signed)
    axes.axvline(0, color=fig.NEUTRAL, linewidth=1)
    marks.room(axes, [0.0, -0.2, 0.1])
    axes.set_xlabel("referee minus people (quadratic kappa, ordinal alpha)")
    alt = "; ".join(f"{name}: {signed(e['value'])} {interval(e)}" for name, e, _ in rows)
    return fig.finish(
        figure, axes, key="difference", simulated=simulated,
        title="How far the referee is from one more person", heading="Distance from one more person",
        alt=f"Difference of agreement, referee with people minus people with people. {alt}.",
    )  # fmt: skip


def leave_one_out(item: Json, simulated: bool) -> fig.Drawing | None:
    """Each person, and the referee, against the (other) people."""
    rows = [(row["rater"], row["estimate"], False) for row in item["leave_one_out"]]
    rows.append(("Referee", _coefficient(item, "cohen_kappa_quadratic")["referee"], True))
    rows = [row for row in rows if row[1]["value"] is not None]
    if len(rows) < 2 or not rows[-1][2]:
        return None
    figure, (axes,) = fig.panel(1.05 + 0.34 * len(rows))
    for colour, marker, mine in ((fig.PEOPLE, "o", False), (fig.REFEREE, "D", True)):
        marks.intervals(axes, [(name, e) if own is mine else (name, None) for name, e, own in rows], colour, marker)
    marks.room(axes, [0.0, 1.0])
    axes.set_xlabel("quadratic kappa with the others (1 = the same)")
    alt = "; ".join(f"{name}: {number(e['value'])} {interval(e)}" for name, e, _ in rows)
    return fig.finish(
        figure, axes, key=f"leave-one-out-{item['dimension']}", simulated=simulated,
        title=f"{item['title']}: each person, and the referee, against the other people",
        heading=f"{item['title']}: one against the others", alt=f"{alt}.",
    )  # fmt: skip


def leniency(item: Json, simulated: bool) -> fig.Drawing | None:
    """How many levels the referee gives above each person."""
    rows = [(row["rater"], row["estimate"]) for row in item["leniency"]["raters"]]
    rows.append(("All people", item["leniency"]["overall"]))
    rows = [row for row in rows if row[1]["value"] is not None]
    if not rows:
        return None
    figure, (axes,) = fig.panel(1.05 + 0.34 * len(rows))
    marks.intervals(axes, rows, fig.REFEREE, "D", signed)
    axes.axvline(0, color=fig.NEUTRAL, linewidth=1)
    marks.room(axes, [-0.5, 0.5])
    axes.set_xlabel("referee minus person, in levels (right: more lenient)")
    alt = "; ".join(f"{name}: {signed(e['value'])} {interval(e)}" for name, e in rows)
    return fig.finish(
        figure, axes, key=f"leniency-{item['dimension']}", simulated=simulated,
        title=f"{item['title']}: how lenient the referee is towards each person's ratings",
        heading=f"{item['title']}: leniency", alt=f"{alt} levels.",
    )  # fmt: skip


def confusion(item: Json, simulated: bool) -> fig.Drawing | None:
    """Pairs of a person's and the referee's level, counted; shading is the share of the row."""
    counts = item["confusion"]["counts"]
    if not sum(map(sum, counts)):
        return None
    figure, (axes,) = fig.panel(3.3)
    size = range(len(counts))
    for row in size:
        total = sum(counts[row])
        for column in size:
            marks.cell(axes, column, row, counts[row][column], counts[row][column] / total if total else 0.0)
    axes.set(xlim=(-0.5, len(counts) - 0.5), ylim=(-0.5, len(counts) - 0.5), aspect="equal")
    axes.set_xticks(list(size))
    axes.set_yticks(list(size))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("referee's level (0 worst, 4 best)")
    axes.set_ylabel("person's level (0 worst, 4 best)")
    same = sum(counts[i][i] for i in size)
    return fig.finish(
        figure, axes, key=f"confusion-{item['dimension']}", simulated=simulated,
        title=f"{item['title']}: level by level", heading=f"{item['title']}: level by level",
        alt=f"{same} of {sum(map(sum, counts))} pairs of one rating and one score lie on the same level.",
    )  # fmt: skip


def calibration(item: Json, simulated: bool) -> fig.Drawing | None:
    """People's mean rating given the referee's score, both bands, and how often each score was given."""
    curve = item["calibration"]
    if not curve["fitted"]:
        return None
    figure, (main, below) = fig.panel(3.9, rows=(4, 1), share_x=True)
    x = curve["scores"]
    main.plot((0, 4), (0, 4), color=fig.NEUTRAL, linewidth=1, linestyle=(0, (4, 3)))
    drawn = {band: marks.band(main, x, curve, band, colour) for band, colour in marks.CALIBRATION_BANDS.items()}
    main.plot(x, curve["fitted"], color=fig.REFEREE, marker="o" if len(x) <= FEW_SCORES else "", markersize=4.5)
    main.set(xlim=(-0.15, 4.15), ylim=(-0.15, 4.15), aspect="auto")
    main.set_yticks(range(5))
    main.set_ylabel("people's mean rating (level)")
    main.legend(handles=marks.calibration_keys(drawn), loc="lower right", fontsize=8, frameon=False, borderaxespad=0.2)
    below.bar(*_claims_at(curve), width=0.2, color=fig.REFEREE, alpha=0.75)
    below.set_ylabel("claims")
    below.set_xticks(range(5))
    below.set_xlabel("referee's score (level)")
    alt = "; ".join(f"score {number(a, 1)}: people's mean {number(b)}" for a, b in zip(x, curve["fitted"], strict=True))
    return fig.finish(
        figure, main, key=f"calibration-{item['dimension']}", simulated=simulated,
        title=f"{item['title']}: what a score means to people", heading=f"{item['title']}: what a score means",
        alt=f"{alt}." if len(x) <= FEW_SCORES else f"Curve over {len(x)} scores; the values are in report.json.",
    )  # fmt: skip


def response(item: Json) -> fig.Drawing | None:
    """Mean reward against the size of a perturbation, one line per reward, with video bands."""
    lines = [line for line in item["rewards"] if any(v is not None for v in line["mean"])]
    if not lines:
        return None
    figure, (axes,) = fig.panel(2.9)
    ends = []
    for line, (colour, dashes) in zip(lines, marks.line_styles(lines), strict=True):
        known = [i for i, value in enumerate(line["mean"]) if value is not None]
        x, y = [item["deltas"][i] for i in known], [line["mean"][i] for i in known]
        axes.plot(x, y, color=colour, linestyle=dashes)
        if line["low"] and all(line["low"][i] is not None for i in known):
            low, high = [line["low"][i] for i in known], [line["high"][i] for i in known]
            axes.fill_between(x, low, high, color=colour, alpha=0.18, lw=0)
        ends.append((y[-1], line["label"], colour, x[-1]))
    marks.end_labels(axes, ends)
    axes.set_ylim(-0.04, 1.06)
    axes.set_xlabel(item["x_label"])
    axes.set_ylabel("mean reward (0 to 1)")
    alt = "; ".join(f"{line['label']}: {number(line['mean'][0])} at 0, {_last(line)} at the largest" for line in lines)
    return fig.finish(
        figure, axes, key=f"response-{item['key']}", simulated=False, title=item["title"],
        heading=item["heading"], alt=f"{alt}.",
    )  # fmt: skip


def rewards(item: Json) -> fig.Drawing | None:
    """Each rollout's reward by the referee against its reward by overlap."""
    points = [
        (row["iou"], row["referee"]) for row in item["rollouts"] if None not in (row["iou"], row["referee"])
    ]  # fmt: skip
    if not points:
        return None
    figure, (axes,) = fig.panel(3.3)
    axes.plot((0, 1), (0, 1), color=fig.NEUTRAL, linewidth=1, linestyle=(0, (4, 3)))
    axes.scatter([x for x, _ in points], [y for _, y in points], s=26, color=fig.REFEREE, alpha=0.45, linewidths=0)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.06))
    axes.set_xlabel("reward by overlap, IoU (0 to 1)")
    axes.set_ylabel("reward by the referee (0 to 1)")
    higher = sum(referee > overlap for overlap, referee in points)
    return fig.finish(
        figure, axes, key="rewards", simulated=False, title="What each rollout would have been paid",
        alt=f"{len(points)} rollouts; the referee pays more than overlap for {higher} of them.",
    )  # fmt: skip


def _coefficient(item: Json, name: str) -> Json:
    found: Json = next(row for row in item["coefficients"] if row["name"] == name)
    return found


def _claims_at(curve: Json) -> tuple[list[float], list[float]]:
    """Claims behind each score, or behind each quarter of a level where there are many scores.

    Each claim weighs the same in the curve, however many people rated it.
    """
    total = sum(curve["weight"])
    counts: dict[float, float] = {}
    for score, weight in zip(curve["scores"], curve["weight"], strict=True):
        at = score if len(curve["scores"]) <= FEW_SCORES else round(4 * score) / 4
        counts[at] = counts.get(at, 0.0) + weight / total * curve["n_units"]
    return list(counts), list(counts.values())


def _last(line: Json) -> str:
    return number(next((value for value in reversed(line["mean"]) if value is not None), None))
