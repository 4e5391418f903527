"""Referees side by side: what sets them apart, and every paired difference."""

from __future__ import annotations

from referee_calib.report.blocks import (
    Block,
    Bullets,
    Column,
    Item,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    estimate_cell,
    noted,
    text_cell,
)
from referee_calib.report.schema.dimension_schema import AblationJson
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.wording.number_format import count, p_value


def ablation(report: ReportJson) -> Section | None:
    """Build the section; None where referees were not compared."""
    found = report["ablation"]
    if not found:
        return None
    blocks: list[Block] = [Text(found["note"])]
    same = [Item(row["sentence"], row["label"]) for row in found["equivalence"]]
    if same:
        blocks.append(Bullets(same, f"Equivalence to within {found['margin']:g}"))
    pairs = dict.fromkeys((d["first"], d["second"]) for item in found["dimensions"] for d in item["differences"])
    if len(found["referees"]) > 2:
        blocks.append(_values(found))
    blocks += [_differences(found, *pair) for pair in pairs]
    if found["settings"] and any(one["fingerprint"] for one in found["referees"]):
        blocks.append(_settings(found))
    blocks += noted((item["title"], item["notes"]) for item in found["dimensions"])
    return Section(
        "ablation", "Ablation: referees side by side", "Which referee is nearer to people, and at what cost?", blocks
    )


def _values(found: AblationJson) -> Table:
    """Return every measure of all referees, which tables of pairs would scatter."""
    labels = [one["label"] for one in found["referees"]]
    digits = {row["measure"]: row["digits"] for item in found["dimensions"] for row in item["differences"]}
    rows = [
        Row(
            row["title"],
            {"dimension": item["dimension"], "measure": row["measure"]},
            [estimate_cell(row["values"][label], digits=digits.get(row["measure"], 2)) for label in labels],
            f"{item['title']}: {count(item['n_claims'], 'claim')}, {count(item['n_videos'], 'video')}",
        )
        for item in found["dimensions"]
        for row in item["measures"]
    ]
    columns = [Column(label, label, "referee") for label in labels]
    return Table("ablation_values", "All of them, on the same claims.", "Measure", columns, rows, across="referee")


def _settings(found: AblationJson) -> Table:
    columns = [Column(one["label"], one["label"], "referee") for one in found["referees"]]
    rows = [
        Row("Fingerprint", {"setting": "fingerprint"}, [text_cell(one["fingerprint"]) for one in found["referees"]]),
        *(
            Row(
                row["name"],
                {"setting": row["name"]},
                [text_cell("none" if value is None else str(value)) for value in row["values"]],
            )
            for row in found["settings"]
        ),
    ]
    return Table("ablation_settings", "What sets them apart.", "Setting", columns, rows)


def _differences(found: AblationJson, first: str, second: str) -> Table:
    rows = []
    for item in found["dimensions"]:
        values = {row["measure"]: row["values"] for row in item["measures"]}
        group = f"{item['title']}: {count(item['n_claims'], 'claim')}, {count(item['n_videos'], 'video')}"
        for row in item["differences"]:
            if (row["first"], row["second"]) != (first, second):
                continue
            key = {"dimension": item["dimension"], "measure": row["measure"], "first": first, "second": second}
            digits, its = row["digits"], values[row["measure"]]
            difference = estimate_cell(
                row["estimate"], sign=True, digits=digits, p_value=row["p_value"], p_holm=row["p_holm"]
            )
            cells = [estimate_cell(its[first], digits=digits), estimate_cell(its[second], digits=digits), difference]
            holm = TableCell("–" if row["p_holm"] is None else p_value(row["p_holm"]))
            rows.append(Row(row["title"], key, [*cells, holm], group))
    columns = [
        Column("first", first, "referee"),
        Column("second", second, "referee"),
        Column("difference", "Difference"),
        Column("p_holm", "p (Holm)"),
    ]
    caption = f"{second} minus {first}, on the same claims."
    return Table("ablation", caption, "Measure", columns, rows, across="side")
