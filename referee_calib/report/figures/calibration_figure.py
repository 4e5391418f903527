"""People's mean rating given the referee's score, with both bands, and how often each score was given."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from referee_calib.item_nouns import ItemNouns, plural
from referee_calib.report.figures import svg_figure as fig
from referee_calib.report.schema.dimension_schema import CalibrationJson, DimensionJson
from referee_calib.report.wording.number_format import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STUDY_NOUNS = ItemNouns()
FEW_SCORES = 12  # a curve over more is drawn without dots, and its histogram in sixteenths of the scale
_BANDS = {"consistency": fig.NEUTRAL, "confidence": fig.REFEREE}  # in the order of drawing
_LABELS = {"confidence": "confidence band: where it may lie", "consistency": "consistency band: if calibrated"}


def calibration(item: DimensionJson, simulated: bool, nouns: ItemNouns = STUDY_NOUNS) -> fig.Drawing | None:
    """Draw one dimension's curve; nothing where it is undefined."""
    curve = item["calibration"]
    if not curve["fitted"]:
        return None
    figure, (main, below) = fig.panel(3.5, rows=(4, 1), share_x=True)
    x = curve["scores"]
    low, high = item["scale"][0], item["scale"][-1]
    margin = 0.0375 * (high - low)
    main.plot((low, high), (low, high), color=fig.NEUTRAL, linewidth=1, linestyle=(0, (4, 3)))
    drawn = [name for name, colour in _BANDS.items() if _band(main, curve, name, colour)]
    main.plot(x, curve["fitted"], color=fig.REFEREE, marker="o" if len(x) <= FEW_SCORES else "", markersize=4.5)
    main.set(xlim=(low - margin, high + margin), ylim=(low - margin, high + margin), aspect="auto")
    main.set_yticks(item["scale"])
    main.set_ylabel("people's mean rating (level)")
    main.legend(handles=_keys(drawn), loc="lower right", fontsize=8, frameon=False, borderaxespad=0.2)
    below.bar(*_claims_at(curve, (high - low) / 16), width=(high - low) / 20, color=fig.REFEREE, alpha=0.75)
    below.set_ylabel(plural(nouns.item))
    below.set_xticks(item["scale"])
    below.set_xlabel("referee's score (level)")
    alt = "; ".join(f"score {number(a, 1)}: people's mean {number(b)}" for a, b in zip(x, curve["fitted"], strict=True))
    return fig.finish(
        figure, main, key=f"calibration-{item['dimension']}", simulated=simulated,
        title=f"{item['title']}: what a score means to people", heading=f"{item['title']}: what a score means",
        alt=f"{alt}." if len(x) <= FEW_SCORES else f"Curve over {len(x)} scores; the values are in report.json.",
    )  # fmt: skip


def _band(axes: Axes, curve: CalibrationJson, name: str, colour: str) -> bool:
    """Shade a band where both its ends are known; return whether that is anywhere."""
    lows, highs = (curve[f"{name}_{end}"] for end in ("low", "high"))  # type: ignore[literal-required]
    known = [low is not None and high is not None for low, high in zip(lows, highs, strict=True)]
    if any(known):
        low, high = ([math.nan if value is None else value for value in ends] for ends in (lows, highs))
        axes.fill_between(curve["scores"], low, high, where=known, color=colour, alpha=0.22, lw=0)
    return any(known)


def _keys(drawn: list[str]) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    line = Line2D([], [], color=fig.REFEREE, marker="o", markersize=4.5, label="people's mean, given the score")
    return [
        line,
        *(Patch(color=_BANDS[name], alpha=0.22, lw=0, label=text) for name, text in _LABELS.items() if name in drawn),
    ]


def _claims_at(curve: CalibrationJson, bin_width: float) -> tuple[list[float], list[float]]:
    """Return claims behind each score, or in bins where there are many scores.

    Each claim weighs the same in the curve, however many people rated it.
    """
    total = sum(curve["weight"])
    counts: dict[float, float] = {}
    for score, weight in zip(curve["scores"], curve["weight"], strict=True):
        at = score if len(curve["scores"]) <= FEW_SCORES else round(score / bin_width) * bin_width
        counts[at] = counts.get(at, 0.0) + weight / total * curve["n_units"]
    return list(counts), list(counts.values())
