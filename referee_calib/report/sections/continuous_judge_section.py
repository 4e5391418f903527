"""Judges whose scores are in a unit of their own: on raw scores, and on levels recalibrated out of fold."""

from __future__ import annotations

from functools import partial

from referee_calib.report.blocks import (
    Block,
    Bullets,
    Column,
    Figures,
    Item,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    data_table,
    estimate_cell,
    number_cell,
    side_cells,
    side_columns,
)
from referee_calib.report.figures.raw_score_figure import raw_score_key
from referee_calib.report.schema.judge_error_schema import ContinuousJudgeJson
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.wording.number_format import count, number, share

_RAW_NOTE = (
    "On raw scores, whatever their unit: Spearman’s and Kendall’s coefficients and AUC are the same in every "
    "increasing unit, Pearson’s in every affine one. Judge and person are held against the same means of the other "
    "people. Discrimination is the share of what sets units apart that the order of the scores explains."
)
_LEVELS_NOTE = (
    "The judge gives no levels. Those of this table are recalibrated out of fold: the scores of every unit are turned "
    "into levels by the distribution of people’s levels among the units of other folds, whole clusters left out, so "
    "that levels are as frequent as people give them. Leniency is then 0 by construction, up to ties; what remains to "
    "be read is agreement."
)
_SHAPE_COLUMNS = (
    ("n_scored", "Scored", partial(number, digits=0)), ("n_distinct", "Different", partial(number, digits=0)),
    ("lowest", "Lowest", partial(number, digits=3)), ("median", "Median", partial(number, digits=3)),
    ("highest", "Highest", partial(number, digits=3)), ("tied_share", "Tied", share),
    ("most_common_share", "At one score", share), ("variance_ratio", "People’s variance, of all", number),
)  # fmt: skip


def continuous_judges(report: ReportJson) -> Section | None:
    """Build the section; None where every judge gives levels of people's scale."""
    found = report["continuous_judges"]
    return continuous_judge_section(found, report["headline"]["who"]) if found else None


def continuous_judge_section(found: list[ContinuousJudgeJson], who: str) -> Section:
    """Build the section on some judges; `who` are those that rated."""
    blocks: list[Block] = [
        Bullets([Item(one["sentence"]) for one in found]),
        Figures({raw_score_key(one): "" for one in found}),
        _correlations(found),
        Text(_RAW_NOTE, "note"),
        _rankings(found),
        _levels(found, who),
        Text(_LEVELS_NOTE, "note"),
        _shape(found),
        *(Text(f"{_named(one)}: {'; '.join(one['notes'])}.", "note") for one in found if one["notes"]),
        data_table("raw_score_curve", _points(found)),
    ]
    return Section(
        "continuous-judges", "Judges with continuous scores", "What do scores in a unit of their own say?", blocks
    )


def _named(one: ContinuousJudgeJson) -> str:
    return f"{one['judge']}, {one['title'].lower()}" if one["title"] else one["judge"]


def _key(one: ContinuousJudgeJson) -> dict[str, str]:
    return {"dimension": one["dimension"], "judge": one["judge"]}


def _correlations(found: list[ContinuousJudgeJson]) -> Table:
    columns = [
        Column("with_mean", "With people’s mean", "referee", "correlation"),
        Column("judge", "With the mean of the others", "referee", "correlation"),
        Column("person", "A person with it", "people", "correlation"),
        Column("difference", "Difference", axis="difference"),
    ]
    rows = [
        Row(
            row["title"],
            {**_key(one), "coefficient": row["name"]},
            [
                estimate_cell(row["with_mean"]),
                estimate_cell(row["judge"]),
                estimate_cell(row["person"]),
                estimate_cell(row["difference"], sign=True),
            ],
            _ceiling(one),
        )
        for one in found
        for row in one["correlations"]
    ]
    return Table("raw_correlations", "Raw scores and people.", "Coefficient", columns, rows, across="what")


def _ceiling(one: ContinuousJudgeJson) -> str:
    best = one["rho_perfect"]["value"]
    named = f"{_named(one)}: {count(one['shape']['n_scored'], 'unit')}"
    return named if best is None else f"{named}; a judge without error would reach Pearson {number(best)}"


def _rankings(found: list[ContinuousJudgeJson]) -> Table:
    columns = [
        Column("auc", "AUC", "referee", "auc"), Column("average_precision", "Average precision", "referee", "auc"),
        Column("base_rate", "Base rate", "people", "auc"),
    ]  # fmt: skip
    rows = [
        Row(
            f"Rated {row['threshold']:g} or more",
            {**_key(one), "threshold": row["threshold"]},
            [estimate_cell(row["auc"]), estimate_cell(row["average_precision"]), estimate_cell(row["base_rate"])],
            f"{_named(one)}: discrimination {_explained(one)}",
        )
        for one in found
        for row in one["rankings"]
    ]
    caption = "Raw scores as a ranking of ratings at or above each level; the base rate is the AP of no knowledge."
    return Table("raw_rankings", caption, "Ratings", columns, rows, across="measure")


def _explained(one: ContinuousJudgeJson) -> str:
    found = one["discrimination"]["rps_explained"]
    if found["value"] is None:
        return "not defined"
    low, high = found["low"], found["high"]
    limits = "" if low is None else f" [{share(low)},\N{NO-BREAK SPACE}{share(high)}]"
    return f"{share(found['value'])}{limits}"


def _levels(found: list[ContinuousJudgeJson], who: str) -> Table:
    rows = [
        Row(row["title"], {**_key(one), "coefficient": row["name"]}, side_cells(row, row["p_value"]), _of_levels(one))
        for one in found
        for row in one["coefficients"]
    ]
    rows += [
        Row("Leniency, levels", {**_key(one), "coefficient": "leniency"}, [TableCell(), estimate_cell(
            one["leniency"], sign=True), TableCell()], _of_levels(one))
        for one in found
    ]  # fmt: skip
    caption = "Agreement on levels recalibrated out of fold. Intervals take the recalibration as given."
    order = {_of_levels(one): i for i, one in enumerate(found)}
    rows.sort(key=lambda row: order[row.group])
    return Table("recalibrated_levels", caption, "Coefficient", side_columns(who), rows, across="side")


def _of_levels(one: ContinuousJudgeJson) -> str:
    why = f"; {one['levels_reason']}" if one["levels_reason"] else f", {one['n_folds']} folds"
    return f"{_named(one)}: {one['levels']}{why}"


def _shape(found: list[ContinuousJudgeJson]) -> Table:
    rows = [
        Row(
            _named(one),
            {**_key(one), **{key: one["shape"][key] for key in ("n_missing", "n_infinite", "n_unrated")}},
            [number_cell(one["shape"][key], write, "no unit has a score") for key, _, write in _SHAPE_COLUMNS],
        )
        for one in found
    ]
    columns = [Column(key, title) for key, title, _ in _SHAPE_COLUMNS]
    return Table("raw_scores", "The scores as they came.", "Judge", columns, rows, compact=True)


def _points(found: list[ContinuousJudgeJson]) -> list[dict[str, object]]:
    names = ("scores", "fitted", "weight", "low", "high")
    return [
        {**_key(one), **dict(zip(("score", *names[1:]), values, strict=True))}
        for one in found
        for values in zip(*(one["curve"][name] for name in names), strict=True)  # type: ignore[literal-required]
    ]
