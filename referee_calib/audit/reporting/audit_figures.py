"""Figures of an audit: the evidence over the windows, and the gap between reward and people."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from referee_calib.audit.audit_result import AuditResult
from referee_calib.report import svg_figure as fig

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FLOOR, _ROOF = -3.0, 8.0  # log10 of e-values: below a run is simply quiet, above it is beyond doubt
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def audit_figures(result: AuditResult) -> dict[str, fig.Drawing]:
    """Draw both figures by their keys; nothing before the first window."""
    if not result.windows:
        return {}
    with fig.style():
        drawings = [_evidence(result), _gaps(result)]
    return {one.key: one for one in drawings}


def _evidence(result: AuditResult) -> fig.Drawing:
    figure, (axes,) = fig.panel(2.6)
    numbers = [one.number for one in result.windows]
    logs = [min(max(one.log_e / math.log(10), _FLOOR), _ROOF) for one in result.evidence.windows]
    limit = -math.log10(result.plan.alpha)
    axes.axhline(limit, color=fig.PEOPLE, linewidth=1.2, linestyle="--")
    axes.annotate(
        f"alarm from {1 / result.plan.alpha:.0f} on", (0, limit), (3, 3), xycoords=("axes fraction", "data"),
        textcoords="offset points", ha="left", color=fig.PEOPLE, fontsize=8,
    )  # fmt: skip
    axes.plot([0, *numbers], [0.0, *logs], color=fig.REFEREE, marker="o", markersize=4, linewidth=1.4)
    top = max(limit, *logs) + 0.6
    axes.set_ylim(min(-1.2, *logs) - 0.2, top)
    ticks = _powers(axes.get_ylim())
    axes.set_yticks(
        ticks, [f"{10.0**tick:g}" if abs(tick) < 4 else f"10{str(tick).translate(_RAISED)}" for tick in ticks]
    )
    _windows_axis(axes, numbers)
    axes.set_ylabel("evidence (e-value)")
    alt = ", ".join(f"window {n}: {10.0**log:.2g}" for n, log in zip(numbers, logs, strict=True))
    return fig.finish(
        figure, axes, key="audit-evidence", title="Evidence for gross overpayment", alt=f"E-values by window. {alt}.",
        simulated=result.n_simulated > 0,
    )  # fmt: skip


def _powers(limits: tuple[float, float]) -> list[int]:
    low, high = math.ceil(limits[0]), math.floor(limits[1])
    step = max(1, (high - low) // 6)
    return list(range(low, high + 1, step))


def _gaps(result: AuditResult) -> fig.Drawing:
    figure, (axes,) = fig.panel(2.4)
    axes.axhline(0, color=fig.FAINT, linewidth=1, zorder=0)
    numbers = [one.number for one in result.windows]
    for number, its in zip(numbers, result.figures, strict=True):
        axes.plot([number, number], [its.gap.low, its.gap.high], color=fig.REFEREE, linewidth=1.2)
        if its.gap.value is not None:
            axes.plot([number], [its.gap.value], color=fig.REFEREE, marker="o", markersize=4)
    axes.set_ylim(-1.02, 1.02)
    _windows_axis(axes, numbers)
    axes.set_ylabel("paid minus people’s value")
    told = ", ".join(
        f"window {n}: {'unknown' if its.gap.value is None else f'{its.gap.value:+.2f}'}"
        for n, its in zip(numbers, result.figures, strict=True)
    )
    return fig.finish(
        figure, axes, key="audit-gap", title="Reward minus people, policy mean", alt=f"Mean gap by window. {told}.",
        simulated=result.n_simulated > 0,
    )  # fmt: skip


def _windows_axis(axes: Axes, numbers: list[int]) -> None:
    step = max(1, len(numbers) // 10)
    axes.set_xticks(range(numbers[0], numbers[-1] + 1, step))
    axes.set_xlim(-0.3, numbers[-1] + 0.5)
    axes.set_xlabel("window")
