"""Response curves: what rewards pay for evidence that is perturbed step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from referee_calib.report.figures import svg_figure as fig
from referee_calib.report.schema.report_schema import ResponseJson, Summary
from referee_calib.report.wording.number_format import number
from referee_calib.report.wording.perturbation_terms import FAMILIES, FIRST, family_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHIPPED = "#8A6200"  # Okabe-Ito's orange, darkened so that text in it is readable on white
_COLOURS = {"referee": fig.REFEREE, "overlap": fig.OVERLAP, "shipped": SHIPPED, "people": fig.PEOPLE}
_DASHES: dict[str, tuple[int, ...]] = {
    "iou": (5, 2), "tiou": (5, 2), "giou": (3, 1, 1, 1), "diou": (1, 1), "ciou": (6, 1, 1, 1, 1, 1),
    "time-r1": (3, 1, 1, 1), "open-o3-shipped": (7, 2), "open-o3-meant": (2, 2), "constant": (1, 2),
    "whole-frame": (1, 4),
}  # fmt: skip
_OTHER = (6, 2, 1, 2)
_PLAIN = ("iou", "tiou")  # of several overlap rewards these are drawn with a band, the others thin


@dataclass(frozen=True, slots=True)
class RewardLook:
    """How one reward is drawn: label, colour and dashes, which tell it apart without colour too."""

    name: str
    label: str
    colour: str
    dashes: tuple[int, ...]

    @property
    def stroke(self) -> Any:
        """Line style for matplotlib."""
        return (0, self.dashes) if self.dashes else "-"


def reward_looks(summary: Summary) -> dict[str, RewardLook]:
    """Return how each reward of a summary is drawn, and people."""
    found = {row["name"]: _look(row["name"], row["label"], row["role"]) for row in summary["rewards"]}
    return found | {"people": _look("people", "People", "people")}


def _look(name: str, label: str, role: str) -> RewardLook:
    dashes = () if role in ("referee", "people") else _DASHES.get(name, _OTHER)
    return RewardLook(name, label, _COLOURS.get(role, fig.NEUTRAL), dashes)


def reward_legend(summary: Summary) -> list[tuple[str, str, str]]:
    """Return label, colour and SVG dashes of every reward, for one legend under all small figures."""
    shown = any(about["people"] for about in summary["about"])
    looks = [look for look in reward_looks(summary).values() if look.name != "people" or shown]
    return [(look.label, look.colour, " ".join(map(str, look.dashes))) for look in looks]


def response_keys(summary: Summary) -> dict[str, str]:
    """Return the keys of all response figures in the order in which a page shows them; they need no captions."""
    keys: list[str] = []
    for about in summary["about"]:
        by = dict.fromkeys(part["by"] for row in about["rewards"] for part in row["strata"])
        keys += [f"robust-overlap-{about['on']}", *(f"robust-response-{name}" for name in _families(about))]
        keys += [f"robust-strata-{one}" for one in by]
    return dict.fromkeys(keys, "")


def _families(about: Summary) -> list[str]:
    names = [curve["family"] for curve in about["rewards"][0]["curves"] if curve["kind"] in ("graded", "time")]
    return sorted(names, key=lambda name: name != FIRST[about["on"]])


def response_figures(summary: Summary | None) -> list[fig.Drawing]:
    """Draw everything that a summary of ``perturb`` has response curves for."""
    if not summary:
        return []
    looks = reward_looks(summary)
    drawn: list[fig.Drawing | None] = []
    for about in summary["about"]:
        drawn.append(_by_overlap(about, looks, lead=not drawn))
        drawn += [_family(about, looks, name) for name in _families(about)]
        by = dict.fromkeys(part["by"] for row in about["rewards"] for part in row["strata"])
        drawn += [_stratum(about, looks, one) for one in by]
    return [one for one in drawn if one]


def _known(values: Sequence[float | None]) -> list[int]:
    return [i for i, value in enumerate(values) if value is not None]


def _line(axes: Axes, x: Sequence[float], curve: Mapping[str, Any], look: RewardLook) -> None:
    """Draw one reward's curve with its band."""
    known = _known(curve["mean"])
    thin = look.colour == fig.OVERLAP and look.name not in _PLAIN
    across, y = [x[i] for i in known], [curve["mean"][i] for i in known]
    axes.plot(across, y, color=look.colour, linestyle=look.stroke, linewidth=1.1 if thin else 1.8)
    if curve["low"] and not thin and all(None not in (curve["low"][i], curve["high"][i]) for i in known):
        low, high = [curve["low"][i] for i in known], [curve["high"][i] for i in known]
        axes.fill_between(across, low, high, color=look.colour, alpha=0.15, lw=0)


def _name_lines(axes: Axes, ends: Sequence[tuple[float, str, str]]) -> None:
    """Name lines at the right edge, moved apart where they end together."""
    edge, taken = axes.get_xlim()[1], -9.0
    low, high = axes.get_ylim()
    for y, label, shade in sorted(ends):
        at = taken = max(y, taken + 0.062 * (high - low))
        axes.annotate(
            label, (edge, at), (4, 0), textcoords="offset points", va="center", color=shade, fontsize=8,
            fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def _last(values: Sequence[float | None]) -> float | None:
    return next((value for value in reversed(values) if value is not None), None)


def _by_overlap(about: Summary, looks: Mapping[str, RewardLook], *, lead: bool) -> fig.Drawing | None:
    """Draw all rewards against the overlap that perturbations leave, as paid; the first one leads, on page one."""
    rows = [row for row in about["rewards"] if len(_known(row["by_overlap"]["raw"]["mean"])) > 1]
    if not rows:
        return None
    figure, (axes,) = fig.panel(2.5) if lead else fig.panel(1.75, width=fig.SMALL_IN)
    for row in rows:
        _line(axes, [1 - one for one in row["by_overlap"]["overlap"]], row["by_overlap"]["raw"], looks[row["name"]])
    rated = about["people"]
    if rated and rated["pooled"]:
        _line(axes, [1 - one for one in rated["pooled"]["overlap"]], rated["pooled"], looks["people"])
    over = "IoU" if about["on"] == "boxes" else "tIoU"
    means = {row["name"]: row["by_overlap"]["raw"]["mean"] for row in rows}
    lowest = min(0.0, *(value for mean in means.values() for value in mean if value is not None))
    axes.set(xlim=(0, 1), ylim=(lowest - 0.05, 1.08))
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["1", "0.75", "0.5", "0.25", "0"])
    axes.set_xlabel(f"{over} with the truth (right: less)", fontsize=9 if lead else 8)
    if lead:
        axes.set_ylabel("mean reward, as paid")
        named = means | ({"people": rated["pooled"]["mean"]} if rated and rated["pooled"] else {})
        _name_lines(axes, [(_last(mean) or 0.0, looks[name].label, looks[name].colour) for name, mean in named.items()])
    alt = "; ".join(
        f"{looks[name].label}: {number(mean[0])} at {over} 1, {number(_last(mean))} at the least"
        for name, mean in means.items()
    )
    return fig.finish(
        figure, axes, key=f"robust-overlap-{about['on']}", simulated=bool(rated and rated["simulated"]),
        title=f"Reward against {over} with the truth", heading=None if lead else f"Against {over}", alt=f"{alt}.",
    )  # fmt: skip


def _family(about: Summary, looks: Mapping[str, RewardLook], name: str) -> fig.Drawing | None:
    """Draw all rewards against the magnitude of one family, normalised, with bands over videos."""
    curves = [
        (looks[row["name"]], curve, curve["normal"] or curve["raw"])
        for row in about["rewards"]
        for curve in row["curves"]
        if curve["family"] == name
    ]
    curves = [(look, curve, band) for look, curve, band in curves if len(_known(band["mean"])) > 1]
    if not curves:
        return None
    figure, (axes,) = fig.panel(1.75, width=fig.SMALL_IN)
    for look, curve, band in curves:
        _line(axes, curve["deltas"], band, look)
    rated = about["people"] or {"curves": [], "simulated": False}
    people = [curve for curve in rated["curves"] if curve["family"] == name]
    for curve in people:
        _line(axes, curve["deltas"], curve, looks["people"])
    if small := curves[0][1]["small"]:
        axes.axvspan(0, small, color=fig.FAINT, alpha=0.55, lw=0, zorder=0)
    axes.set_ylim(-0.12, 1.08)
    axes.set_xlabel(FAMILIES.get(name, (name, name))[1], fontsize=8)
    raw = "" if all(curve["normal"] for _, curve, _ in curves) else " (some as paid)"
    alt = "; ".join(f"{look.label}: {number(_last(band['mean']))} at the largest" for look, _, band in curves)
    return fig.finish(
        figure, axes, key=f"robust-response-{name}", simulated=bool(people and rated["simulated"]),
        title=f"{family_title(name)}: what is left of the reward, 1 the truth, 0 the wrong place{raw}",
        heading=family_title(name), alt=f"{alt}.",
    )  # fmt: skip


def _stratum(about: Summary, looks: Mapping[str, RewardLook], by: str) -> fig.Drawing | None:
    """Draw the first family's curves of referee and overlap by size of the object, or by length of the span."""
    rows = [row for row in about["rewards"] if row["name"].startswith("semantic") or row["name"] in _PLAIN]
    parts = [(row["name"], part) for row in rows for part in row["strata"] if part["by"] == by and part["curves"]]
    values = list(dict.fromkeys(part["value"] for _, part in parts))
    if not values:
        return None
    figure, panels = fig.panel(1.75, columns=len(values), width=fig.SMALL_IN)
    for axes, value in zip(panels, values, strict=True):
        its = [(name, part) for name, part in parts if part["value"] == value]
        for name, part in its:
            curve = part["curves"][0]
            _line(axes, curve["deltas"], curve["normal"] or curve["raw"], looks[name])
        shown = f"{value}\n{max(part['n_claims'] for _, part in its)} claims"
        axes.text(0.97, 0.97, shown, transform=axes.transAxes, ha="right", va="top", fontsize=8)
        axes.set(xlim=(0, 1), ylim=(-0.12, 1.08), xticks=[0, 0.5])
    panels[0].set_xlabel(FAMILIES[FIRST[about["on"]]][1], fontsize=8, loc="left")
    what = "size of the object" if by == "size" else "length of the span"
    told = "; ".join(
        f"{part['value']}, {looks[name].label}: {number(part['whole']['small_loss']['value'])}" for name, part in parts
    )
    return fig.finish(
        figure, panels[0], key=f"robust-strata-{by}", simulated=False,
        title=f"{family_title(FIRST[about['on']])}, by {what}", heading=f"By {what}",
        alt=f"Loss over small perturbations: {told}.",
    )  # fmt: skip


def short_response(item: ResponseJson) -> fig.Drawing | None:
    """Draw mean reward against the size of a perturbation, one line per reward, with video bands."""
    lines = [line for line in item["rewards"] if _known(line["mean"])]
    if not lines:
        return None
    figure, (axes,) = fig.panel(2.5)
    roles = {line["role"]: "overlap" if line["role"] in _PLAIN else line["role"] for line in lines}
    looks = {line["role"]: _look(line["role"], line["label"], roles[line["role"]]) for line in lines}
    for line in lines:
        _line(axes, item["deltas"], line, looks[line["role"]])
    axes.set(xlim=(0, max(item["deltas"])), ylim=(-0.04, 1.06))
    axes.set_xlabel(item["x_label"])
    axes.set_ylabel("mean reward (0 to 1)")
    _name_lines(axes, [(_last(line["mean"]) or 0.0, line["label"], looks[line["role"]].colour) for line in lines])
    alt = "; ".join(
        f"{line['label']}: {number(line['mean'][0])} at 0, {number(_last(line['mean']))} at the largest"
        for line in lines
    )
    return fig.finish(figure, axes, key=f"response-{item['key']}", simulated=False, title=item["title"], alt=f"{alt}.")
