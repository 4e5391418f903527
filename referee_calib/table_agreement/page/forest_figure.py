"""The forest plot: every coefficient with its interval, people with each other and with the referee."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from referee_calib.report import Drawing, svg_figure
from referee_calib.table_agreement.page.agreement_sections import row_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from agreement import Estimate
    from referee_calib.table_agreement.agreement_table import AgreementTable

    Rows = list[tuple[str, list[tuple[Estimate, str]]]]

KEY = "forest"
_ROW_IN, _MARGIN_IN = 0.23, 0.75  # height of a row, and of title and axis
_OF_MEANS = ("ICC(1,k)", "ICC(2,k)", "ICC(3,k)")


def forest_figure(table: AgreementTable) -> Drawing | None:
    """Draw the coefficients of the table, or, with a referee, both sides of those that are compared."""
    rows = _rows(table)
    if not rows:
        return None
    beside = table.referee is not None and bool(table.compared)
    with svg_figure.style():
        figure, (axes,) = svg_figure.panel(_MARGIN_IN + _ROW_IN * len(rows) * (1.35 if beside else 1))
        for at, (_, sides) in enumerate(rows):
            _draw_row(axes, at, sides)
        axes.set_yticks(range(len(rows)), [title for title, _ in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.axvline(0, color=svg_figure.NEUTRAL, lw=0.8)
        axes.set_xlim(min([0.0, *_ends(rows)]) - 0.04, 1.02)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(_legend(table) if beside else f"value with its {100 * table.confidence:g} % interval")
        who = f"People with each other and with {_short(table.referee)}" if beside else "Coefficients of all raters"
        return svg_figure.finish(figure, axes, key=KEY, title=who, alt=_told(rows), simulated=False)


def _rows(table: AgreementTable) -> Rows:
    """Return titles with one estimate, or two, and their colours; what is undefined has no row."""
    names = table.compared or table.printed
    rows = []
    for row in table.rows:
        if row.name not in names or row.name.startswith("bland_altman") or row.title in _OF_MEANS:
            continue
        sides = [(row.ceiling, svg_figure.PEOPLE), (row.referee, svg_figure.REFEREE)] if table.compared else [
            (row.people, svg_figure.PEOPLE)
        ]  # fmt: skip
        known = [(one, colour) for one, colour in sides if one is not None and one.value is not None]
        if known:
            rows.append((_broken(row_title(row, table)), known))
    return rows


def _draw_row(axes: Axes, at: int, sides: list[tuple[Estimate, str]]) -> None:
    for estimate, colour in sides:
        y = at if len(sides) == 1 else at + (-0.16 if colour == svg_figure.PEOPLE else 0.16)
        marker = "o" if colour == svg_figure.PEOPLE else "s"
        if estimate.low is not None and estimate.high is not None:
            axes.plot([estimate.low, estimate.high], [y, y], color=colour, lw=1.6)
        assert estimate.value is not None  # noqa: S101 - rows without a value are not drawn
        hollow = estimate.low is None  # a value without an interval
        axes.plot([estimate.value], [y], marker, color=colour, ms=5, mfc="none" if hollow else colour)


def _broken(title: str) -> str:
    """Break a long title after its comma."""
    return title.replace(", ", ",\n", 1) if len(title) > 26 else title


def _short(name: str | None) -> str:
    return name if name is not None and len(name) <= 16 else "the referee"


def _legend(table: AgreementTable) -> str:
    return f"● people with people   ■ people with {_short(table.referee)}"


def _ends(rows: Rows) -> Iterator[float]:
    """Yield the lower ends of what is drawn."""
    for _, sides in rows:
        for one, _ in sides:
            yield from (end for end in (one.low, one.value) if end is not None)


def _told(rows: Rows) -> str:
    """Say the numbers in a sentence, for readers who cannot see the drawing."""
    said = (f"{title}: {' and '.join(str(one) for one, _ in sides)}" for title, sides in rows)
    return "; ".join(said).replace("\n", " ")
