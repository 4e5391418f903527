"""Policy improvement by itself: what ``referee-calib improve`` prints, and its figures as files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.errors import InputError
from referee_calib.io import write_bytes
from referee_calib.report.figures import svg_figure
from referee_calib.report.figures.improvement_figures import improvement_figures, shown_points
from referee_calib.report.schema.improvement_schema import ImprovementJson, RewardImprovementJson
from referee_calib.report.wording.number_format import count, interval, signed

if TYPE_CHECKING:
    from referee_calib.report.schema.dimension_schema import EstimateJson

_DRAWN = (2, 4, 8)
_HEAD = ("", *(f"best of {n}" for n in _DRAWN), "rank agreement", "right sign", "tied groups")
_XMLNS = '<svg xmlns="http://www.w3.org/2000/svg" '


def improvement_text(item: ImprovementJson) -> str:
    """Return the table as text: gains with their intervals, on all rollouts and beside a person as the reward."""
    if not item["rewards"]:
        return item["sentence"]
    lines = [
        f"{count(item['n_groups'], 'group')} of rollouts, {count(item['n_rollouts'], 'rollout')}, "
        f"{item['n_rated']:,} with a rated claim. People's gain over a rollout drawn at random, share of the scale:",
        "",
        *_columns([_HEAD, *(_line(row) for row in item["rewards"])]),
    ]
    ceiling = item["ceiling"]
    if ceiling and ceiling["people"]["n_groups"]:
        rows = [ceiling["people"], *ceiling["rewards"]]
        lines += ["", "On rollouts that one person and another one rated, judged by the others:", ""]
        lines += _columns([_HEAD, *(_line(row) for row in rows)])
    return "\n".join([*lines, "", item["sentence"]])


def write_improvement_figures(item: ImprovementJson, folder: Path, *, simulated: bool) -> list[Path]:
    """Write each figure as SVG.

    Parameters
    ----------
    item : dict
        What :func:`improvement_document` returned.
    folder : Path
        Made where it is missing.
    simulated : bool
        Whether the figures say that ratings were simulated.

    Returns
    -------
    list of Path

    Raises
    ------
    InputError
        When the folder cannot be written to.
    """
    with svg_figure.style():
        drawn = [one for one in improvement_figures(item, simulated) if one]
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in drawn:
            paths.append(folder / f"{one.key}.svg")
            write_bytes(paths[-1], one.svg.replace("<svg ", _XMLNS, 1).encode())
    except OSError as error:
        raise InputError(f"{folder}", f"no figure can be written there ({error.strerror})") from error
    return paths


def _line(row: RewardImprovementJson) -> tuple[str, ...]:
    shown = dict(shown_points(row, tilt=False))
    gains = [shown.get(float(n)) for n in _DRAWN]
    others = (row["rank_agreement"], row["right_sign"], row["zero_variance"])
    return row["title"], *(_written(one) for one in gains), *(_written(one, sign=False) for one in others)


def _written(found: EstimateJson | None, *, sign: bool = True) -> str:
    if found is None or found["value"] is None:
        return "–"
    value = signed(found["value"]) if sign else f"{found['value']:.2f}".replace("-", "−")
    return f"{value} {interval(found)}".replace("\N{NO-BREAK SPACE}", " ").strip()


def _columns(rows: Iterable[tuple[str, ...]]) -> list[str]:
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
