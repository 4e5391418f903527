"""Tables of the last perturbation run: what wrong evidence is paid, and whether one direction costs more."""

from __future__ import annotations

from collections.abc import Mapping

from referee_calib.report.blocks import Cell, Column, Row, Table, estimate_cell
from referee_calib.report.document.number_format import number
from referee_calib.report.document.perturbation_terms import EVIDENCE, family_title
from referee_calib.report.document.report_schema import Summary

_WRONG = {
    "mean": "Mean reward, as paid",
    "miss": "False acceptance rate",
    "separation": "Discrimination from small perturbations (AUC)",
    "normal": "Normalised reward",
}


def wrong_evidence(about: Summary, labels: Mapping[str, str]) -> Table:
    """Build the table of everything that is measured for each kind of wrong evidence."""
    kinds = list(dict.fromkeys(one["family"] for row in about["rewards"] for one in _all_wrong(row)))
    columns = [Column("truth", "The truth"), *(Column(kind, family_title(kind).capitalize()) for kind in kinds)]
    rows = []
    for measure, title in _WRONG.items():
        for row in about["rewards"]:
            found = {one["family"]: one.get(measure) for one in _all_wrong(row)}
            if not any(found.values()):
                continue
            truth = _cell(row["truth"], 0.0) if measure == "mean" else Cell()
            cells = [_cell(found.get(kind), measure) for kind in kinds]
            key = {"on": about["on"], "measure": measure, "reward": row["name"]}
            rows.append(Row(labels[row["name"]], key, [truth, *cells], title))
    caption = f"{EVIDENCE[about['on']]}: wrong evidence on purpose; the darker, the more it is paid or accepted."
    return Table("wrong_evidence", caption, "Reward", columns, rows, across="evidence")


def _all_wrong(row: Summary) -> list[Summary]:
    return [*row["wrong"], *row["holes"]]


def _cell(estimate: Summary | None, measure: str | float) -> Cell:
    if estimate is None:
        return Cell("–")
    cell, value = estimate_cell(estimate), estimate["value"]  # type: ignore[arg-type]
    shade = None if value is None or measure in ("separation", 0.0) else min(1.0, max(0.0, value))
    text = "–" if value is None else number(value)
    return Cell(text, cell.interval, reason="", shade=shade, values=cell.values)


def asymmetries(about: Summary, labels: Mapping[str, str]) -> Table | None:
    """Build the table of opposite directions; None where no two were perturbed."""
    pairs = list(dict.fromkeys((one["first"], one["second"]) for row in about["rewards"] for one in row["asymmetry"]))
    rows = []
    for row in about["rewards"]:
        found = {(one["first"], one["second"]): one["estimate"] for one in row["asymmetry"]}
        cells = [estimate_cell(found[pair], sign=True) if pair in found else Cell("–") for pair in pairs]
        rows.append(Row(labels[row["name"]], {"on": about["on"], "reward": row["name"]}, cells))
    if not pairs:
        return None
    columns = [
        Column(f"{first}-{second}", f"{family_title(first)} minus {family_title(second).lower()}", axis="area")
        for first, second in pairs
    ]
    caption = (
        f"{EVIDENCE[about['on']]}: asymmetry, the area under the sensitivity curve in one direction minus the other. "
        "An honest reward need not be symmetric, but who trains on it should know."
    )
    return Table("asymmetry", caption, "Reward", columns, rows, across="directions")
