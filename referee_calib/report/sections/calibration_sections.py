"""Calibration, recalibration, and the mean level of all scored claims."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from referee_calib.report.blocks import (
    Block,
    Column,
    Figures,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    count_cell,
    data_table,
    estimate_cell,
    noted,
    number_cell,
)
from referee_calib.report.schema.dimension_schema import (
    DimensionJson,
    RecalibrationDimensionJson,
    RecalibrationJson,
)
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.schema.score_schema import MeanScoreJson
from referee_calib.report.sections.agreement_sections import dimension_columns
from referee_calib.report.sections.recalibrated_table import recalibrated_blocks
from referee_calib.report.wording.number_format import count, number, p_value, share
from referee_calib.report.wording.scale_terms import level_text, scales_text

_THREE = partial(number, digits=3)
_PARTS = {
    "mean_squared_error": "Mean squared error",
    "msc_corrected": "Miscalibration (0 is best)",
    "dsc_corrected": "Discrimination (more is better)",
    "unc": "Variance of people’s ratings",
    "noise_floor": "Of that, people’s own noise",
    "explained_as_is": "Share explained as it is",
    "explained": "Share explained after recalibration",
    "p_calibrated": "p-value of “calibrated”",
}
_CURVE = (
    "scores", "fitted", "weight", "n_ratings", "confidence_low", "confidence_high", "consistency_low",
    "consistency_high",
)  # fmt: skip


def calibration(report: ReportJson) -> Section:
    """Build the section on calibration."""
    dimensions = report["dimensions"]
    scale = dimensions[0]["scale"] if dimensions else [3]
    example = level_text(scale[3 * len(scale) // 4])
    blocks: list[Block] = [
        Text(
            f"If a score of {example} meant a {example} to people, the curve would lie on the dashed line. Then about "
            "95 of 100 points of the curve would lie in the grey consistency band; the p-value says whether chance "
            "explains the whole."
        ),
        Figures({f"calibration-{item['dimension']}": "" for item in dimensions}),
        _parts(dimensions),
        _by_level(dimensions),
        data_table("calibration_curve", [point for item in dimensions for point in _points(item)]),
    ]
    blocks += noted((item["title"], item["calibration"]["notes"]) for item in dimensions)
    return Section("calibration", "Calibration", "What does a score mean to people?", blocks)


def _parts(dimensions: list[DimensionJson]) -> Table:
    rows = []
    for key, title in _PARTS.items():
        write = p_value if key == "p_calibrated" else _THREE
        cells = [_part(item["calibration"], key, write) for item in dimensions]
        rows.append(Row(title, {"part": key}, cells))
    caption = "Mean squared difference of score and rating, taken apart; in squared levels, corrected for overfitting."
    return Table("calibration", caption, "Part", dimension_columns(dimensions), rows, across="dimension", compact=True)


def _part(curve: Mapping[str, Any], key: str, write: Any) -> TableCell:
    reason = curve["reason"] or "" if curve[key] is None else ""
    if key != "msc_corrected" or curve["msc_low"] is None:
        return number_cell(curve[key], write, reason)
    low, high = curve["msc_low"], curve["msc_high"]
    shown = f"[{_THREE(low)},\N{NO-BREAK SPACE}{_THREE(high)}]"
    return TableCell(write(curve[key]), shown, values={"value": curve[key], "low": low, "high": high})


def _by_level(dimensions: list[DimensionJson]) -> Table:
    measures = dimensions[0]["by_level"] if dimensions else []
    rows = [
        Row(
            row["title"],
            {"measure": row["name"]},
            [estimate_cell(item["by_level"][i]["estimate"]) for item in dimensions],
        )
        for i, row in enumerate(measures)
    ]
    caption = (
        "Level by level: ranked probability score of the score as one point, and of people’s distribution of levels at "
        "it. Intervals by video."
    )
    return Table("by_level", caption, "Measure", dimension_columns(dimensions), rows, across="dimension", compact=True)


def _points(item: DimensionJson) -> list[dict[str, Any]]:
    columns = [item["calibration"][key] for key in _CURVE]  # type: ignore[literal-required]
    names = ("score", *_CURVE[1:])
    return [
        {"dimension": item["dimension"], **dict(zip(names, values, strict=True))}
        for values in zip(*columns, strict=True)
    ]


def recalibration(report: ReportJson) -> Section | None:
    """Build the section on recalibration; None for an analysis that tried none."""
    found = report["recalibration"]
    if not found:
        return None
    blocks: list[Block] = [Text(found["sentence"])]
    if found["command"]:
        blocks.append(Text(found["command"], "code"))
    if found["dimensions"]:
        blocks.append(_trials(found, report["confidence"]))
    blocks += recalibrated_blocks(report["recalibrated_agreement"])
    if found["rankings"] and found["rankings"][0]["groups"]:
        blocks.append(_rankings(found))
    blocks += [
        Text(note, "note") for note in (found["note"] if found["dimensions"] else "", found["rankings_note"]) if note
    ]
    blocks += [Text(f"{row['title']} left out: {row['reason']}.", "note") for row in found["left_out"]]
    return Section("recalibration", "Recalibration", "Would recalibrating it help?", blocks)


def _trials(found: RecalibrationJson, confidence: float) -> Table:
    columns = [
        Column("mse", "Squared error"),
        Column("gain", "Gain over it as it is"),
        Column("gain_over_constant", "Gain over a constant"),
        Column("rps", "RPS, one level"),
    ]
    caption = (
        "Squared error, in squared levels, and ranked probability score, in levels, on videos that a fit has not seen; "
        f"gains in squared error with {100 * confidence:g} % intervals over videos. A form is recommended where both "
        "lie above 0: a constant, the mean rating of the other videos, knows nothing of the score."
    )
    rows = [row for item in found["dimensions"] for row in _trial_rows(item)]
    return Table("recalibration", caption, "Form", columns, rows, across="measure")


def _trial_rows(item: RecalibrationDimensionJson) -> list[Row]:
    first = item["trials"][0]
    group = f"{item['title']}: {count(first['n_claims'], 'claim')}, {count(first['n_videos'], 'video')}"
    best = " (recommended)"
    raw = [number_cell(first["mse_raw"], _THREE), TableCell(), TableCell(), number_cell(first["rps_raw"], _THREE)]
    constant = [number_cell(first["mse_constant"], _THREE), TableCell(), TableCell(), TableCell()]
    rows = [Row("A constant", {"dimension": item["dimension"], "kind": "constant"}, constant, group)]
    rows += [
        Row(f"As it is{'' if item['best'] else best}", {"dimension": item["dimension"], "kind": "raw"}, raw, group)
    ]
    for row in item["trials"]:
        cells = [
            number_cell(row["mse"], _THREE),
            estimate_cell(row["gain"], sign=True, digits=3),
            estimate_cell(row["gain_over_constant"], sign=True, digits=3),
            number_cell(row["rps"], _THREE),
        ]
        title = f"{row['title']}{best if row['kind'] == item['best'] else ''}"
        rows.append(Row(title, {"dimension": item["dimension"], "kind": row["kind"]}, cells, group))
    return rows


def _rankings(found: RecalibrationJson) -> Table:
    first = found["rankings"][0]
    columns = [
        Column("sign_changed", "Advantages whose sign changes"),
        Column("sign_flipped", "From one side of 0 to the other"),
        Column("best_changed", "Groups with another best"),
        Column("tied_before", "Zero-variance groups before"),
        Column("tied_after", "and after"),
    ]
    rows = []
    for row in found["rankings"]:
        whole = {"sign_changed": "rollouts", "sign_flipped": "rollouts", "best_changed": "groups"}
        cells = [
            TableCell(share(row[part] / row[of]), f"{row[part]:,} of {row[of]:,}", values={"value": row[part]})
            for part, of in whole.items()
        ]
        key = {"kind": row["kind"], "rollouts": row["rollouts"], "groups": row["groups"]}
        rows.append(Row(row["title"], key, [*cells, count_cell(row["tied_before"]), count_cell(row["tied_after"])]))
    caption = (
        f"What it changes inside {count(first['groups'], 'group')} of {count(first['rollouts'], 'rollout')}, every "
        "dimension recalibrated."
    )
    return Table("rankings", caption, "Form", columns, rows)


def mean_scores(report: ReportJson) -> Section | None:
    """Build the section on the mean level of all scored claims; None where there is none."""
    found, who = report["mean_scores"], report["headline"]["who"]
    its = found["dimensions"]
    if not its:
        return None
    rows = [
        Row(
            title,
            {"who": key},
            [_mean_cell(item, key) for item in its],
            role=key if key != "prediction_powered" else "",
        )
        for key, title in found["titles"].items()
    ]
    rows += [
        Row("Claims rated", {"who": "n_rated"}, [count_cell(item["n_rated"]) for item in its]),
        Row("Claims scored only", {"who": "n_scored_only"}, [count_cell(item["n_scored_only"]) for item in its]),
        Row(
            "Rated claims saved",
            {"who": "saved"},
            [
                number_cell(item["saved"], share)
                if item["n_scored_only"]
                else TableCell("none: every scored claim is rated", values={"value": item["saved"]})
                for item in its
            ],
        ),
    ]
    columns = [Column(item["dimension"], item["title"], axis="levels") for item in its]
    levels = scales_text([item["scale"] for item in report["dimensions"]])
    caption = f"Mean level, {levels}, with {100 * report['confidence']:g} % intervals over videos."
    return Section(
        "mean-scores",
        "Mean score, prediction-powered",
        f"What would {who} give on average to every claim the referee scored?",
        [
            Table("mean_scores", caption, "Mean level", columns, rows, across="dimension"),
            Text(found["note"], "note"),
            Text(found["draw_note"], "note"),
            *noted((item["title"], item["notes"]) for item in its),
        ],
    )


def _mean_cell(item: MeanScoreJson, key: str) -> TableCell:
    if key == "prediction_powered":
        return estimate_cell(item["prediction_powered"], power=item["power"])
    return estimate_cell(item["people"] if key == "people" else item["referee"])
