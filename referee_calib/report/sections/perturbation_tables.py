"""Tables of the last perturbation run: what wrong evidence is paid, and whether one direction costs more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from referee_calib.report.blocks import Column, Row, Table, TableCell, estimate_cell, text_cell
from referee_calib.report.schema.dimension_schema import EstimateJson
from referee_calib.report.schema.report_schema import Summary
from referee_calib.report.wording.number_format import listed
from referee_calib.report.wording.perturbation_terms import EVIDENCE, family_title
from referee_calib.report.wording.tolerance_terms import HYPOTHESES, at_each_tolerance, border, hypothesis_states

_ON_PAGE = {"mean": "Mean reward, as paid", "false_acceptance": "False acceptance rate"}
_IN_FILES = {"auc": "Discrimination from small perturbations (AUC)", "normal": "Normalised reward"}


def wrong_evidence(about: Summary, labels: Mapping[str, str]) -> Iterator[Table]:
    """Build the tables of everything that is measured for each kind of wrong evidence."""
    kinds = list(dict.fromkeys(one["family"] for row in about["rewards"] for one in _all_wrong(row)))
    columns = [Column("truth", "The truth"), *(Column(kind, family_title(kind).capitalize()) for kind in kinds)]
    caption = f"{EVIDENCE[about['on']]}: wrong evidence on purpose; the darker, the more it is paid or accepted."
    for measures in (_ON_PAGE, _IN_FILES):
        rows = [row for measure, title in measures.items() for row in _wrong_rows(about, labels, kinds, measure, title)]
        hidden = measures is _IN_FILES
        yield Table("wrong_evidence", caption, "Reward", columns, rows, across="evidence", file_only=hidden)


def _wrong_rows(about: Summary, labels: Mapping[str, str], kinds: list[str], measure: str, title: str) -> Iterator[Row]:
    for row in about["rewards"]:
        found = {one["family"]: one.get(measure) for one in _all_wrong(row)}
        if any(found.values()):
            truth = _cell(row["truth"], shaded=False) if measure == "mean" else TableCell()
            key = {"on": about["on"], "measure": measure, "reward": row["name"]}
            yield Row(labels[row["name"]], key, [truth, *(_cell(found.get(kind)) for kind in kinds)], title)


def _all_wrong(row: Summary) -> list[Summary]:
    return [*row["wrong"], *row["exploits"]]


def _cell(estimate: Summary | None, *, shaded: bool = True) -> TableCell:
    if estimate is None:
        return TableCell("–")
    value = estimate["value"]
    shade = min(1.0, max(0.0, value)) if shaded and value is not None else None
    cell = estimate_cell(cast(EstimateJson, estimate))
    return replace(cell, text="–" if value is None else cell.text, reason="", shade=shade, mark=None)


def asymmetries(about: Summary, labels: Mapping[str, str]) -> Table | None:
    """Build the table of opposite directions; None where no two were perturbed."""
    pairs = list(dict.fromkeys((one["first"], one["second"]) for row in about["rewards"] for one in row["asymmetry"]))
    rows = []
    for row in about["rewards"]:
        found = {(one["first"], one["second"]): one["estimate"] for one in row["asymmetry"]}
        cells = [estimate_cell(found[pair], sign=True) if pair in found else TableCell("–") for pair in pairs]
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
    return Table("asymmetry", caption, "Reward", columns, rows, across="directions", compact=True)


def tolerances(about: Summary, labels: Mapping[str, str]) -> Iterator[Table]:
    """Yield the parts of the claim at each tolerance: what is small as is assumed, and as people mark."""
    rows = [
        Row(
            labels[verdict["reward"]],
            {"on": about["on"], "reward": verdict["reward"], "tolerance": one["source"]},
            [text_cell(border(about["on"], one)), *map(text_cell, hypothesis_states(verdict).values()),
             text_cell(verdict["wording"])],
        )
        for one, verdict in at_each_tolerance(about)
    ]  # fmt: skip
    if not rows:
        return
    columns = [Column("overlap", "Small down to"), *(Column(name.lower(), name) for name in HYPOTHESES),
               Column("wording", "The claim")]  # fmt: skip
    others = [one["basis"] for one in about["other_tolerances"]]
    caption = (
        f"{EVIDENCE[about['on']]}: the claim at each tolerance. First the one of this run "
        f"({about['tolerance']['basis']}), which the study's verdict takes; then {listed(others)}."
    )
    yield Table("robustness_tolerances", caption, "Reward", columns, rows)
