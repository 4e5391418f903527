"""Agreement beside its noise ceiling, leniency and confusion, and both by kind of claim."""

from __future__ import annotations

from collections.abc import Callable

from referee_calib.report.blocks import (
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
    side_cells,
    side_columns,
)
from referee_calib.report.document.headline import COEFFICIENT, coefficient_row
from referee_calib.report.schema.dimension_schema import (
    DimensionJson,
    EstimateJson,
    LevelsJson,
    RaterEstimateJson,
    SubgroupJson,
)
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.wording.number_format import count, number
from referee_calib.report.wording.scale_terms import level_text


def dimension_columns(dimensions: list[DimensionJson], axis: str = "") -> list[Column]:
    """Return one column per dimension."""
    return [Column(item["dimension"], item["title"], axis=axis) for item in dimensions]


def level_columns(scale: list[float]) -> list[Column]:
    """Return one column per level."""
    return [Column(f"{level:g}", level_text(level)) for level in scale]


def agreement(report: ReportJson) -> Section:
    """Build the section on agreement with the noise ceiling."""
    who, margin = report["headline"]["who"], number(report["headline"]["margin"])
    return Section(
        "agreement",
        "Agreement with the noise ceiling",
        "Does the referee agree with people as well as they agree with each other?",
        [
            Text(
                "The ceiling is not 1, it is how well people agree with each other. At a difference of zero the "
                f"referee is as good as one more person; “as well as” allows a loss of {margin}. The headline says "
                "only what quadratic kappa and ordinal alpha both say."
            ),
            _coefficients(report, who),
            *_all_claims(report, who),
            *noted((item["title"], item["notes"]) for item in report["dimensions"]),
            _one_left_out(report["dimensions"]),
            *(_levels(item) for item in report["dimensions"]),
        ],
    )


def _coefficients(report: ReportJson, who: str) -> Table:
    rows = [
        Row(
            row["title"],
            {"dimension": item["dimension"], "coefficient": row["name"]},
            side_cells(row, row["p_value"]),
            _group(item),
        )
        for item in report["dimensions"]
        for row in item["coefficients"]
    ]
    caption = (
        f"{100 * report['confidence']:g} % intervals over videos, of these raters. 1: always the same; 0: chance, "
        "except pairwise agreement, which is not corrected for it. Difference: with the referee minus with each other."
    )
    return Table("agreement", caption, "Coefficient", side_columns(who), rows, across="side")


def _all_claims(report: ReportJson, who: str) -> list[Table]:
    """Return both sides on all claims that they have, where these are not the claims compared."""
    rows = [
        Row(
            row["title"],
            {"dimension": item["dimension"], "coefficient": row["name"]},
            [estimate_cell(apart["people"]), estimate_cell(apart["referee"])],
            f"{item['title']}: {count(item['counts']['rated_twice'], 'claim')} rated by two people, "
            f"{count(item['counts']['matched'], 'claim')} judged by a person and the referee",
        )
        for item in report["dimensions"]
        for row in item["coefficients"]
        if (apart := row["all_claims"]) is not None
    ]
    caption = (
        "The same on all claims that either side has, also those with one person or without a level of the referee. "
        "The columns are about different claims: their difference says nothing about the referee."
    )
    columns = side_columns(who)[:2]
    return [Table("agreement_all_claims", caption, "Coefficient", columns, rows, across="side")] if rows else []


def _group(item: DimensionJson) -> str:
    n = item["counts"]
    return (
        f"{item['title']}: {count(n['compared'], 'claim')} scored and rated by two people, "
        f"{count(n['raters'], 'rater')}, {count(n['videos'], 'video')}"
    )


def _one_left_out(dimensions: list[DimensionJson]) -> Table:
    rows = _by_rater(dimensions, lambda item: item["leave_one_out"])
    referee = [estimate_cell(coefficient_row(item, COEFFICIENT)["referee"]) for item in dimensions]
    rows.append(Row("Referee", {"rater": "referee"}, referee, role="referee"))
    return Table(
        "leave_one_out", "Leave one out: quadratic kappa of each person, and of the referee, with the other people.",
        "Rater", dimension_columns(dimensions, "kappa"), rows, across="dimension",
    )  # fmt: skip


def _by_rater(
    dimensions: list[DimensionJson], find: Callable[[DimensionJson], list[RaterEstimateJson]], sign: bool = False
) -> list[Row]:
    """Return one row per person, with a cell that says so where somebody has no ratings on a dimension."""
    found: list[dict[str, EstimateJson]] = [{row["rater"]: row["estimate"] for row in find(i)} for i in dimensions]
    names = list(dict.fromkeys(name for its in found for name in its))
    return [
        Row(
            name,
            {"rater": name},
            [estimate_cell(its[name], sign=sign) if name in its else TableCell("no ratings") for its in found],
        )
        for name in names
    ]


def _levels(item: DimensionJson) -> Table:
    rows = [
        Row(
            "People" if who == "people" else "Referee",
            {"dimension": item["dimension"], "who": who},
            _level_cells(item["prevalence"][who], len(item["scale"])),
            role=who,
        )
        for who in ("people", "referee")
    ]
    columns = level_columns(item["scale"])
    caption = f"{item['title']}: prevalence of each level."
    return Table("prevalence", caption, "By", columns, rows, across="level", compact=True)


def _level_cells(given: LevelsJson, n_levels: int) -> list[TableCell]:
    shares = given["shares"]
    if shares is None:
        return [TableCell("–")] * n_levels
    return [
        TableCell(f"{100 * share:.0f} %", shade=share, values={"n": n, "share": share})
        for n, share in zip(given["counts"], shares, strict=True)
    ]


def leniency(report: ReportJson) -> Section:
    """Build the section on leniency and confusion."""
    dimensions = report["dimensions"]
    everybody = [estimate_cell(item["leniency"]["overall"], sign=True) for item in dimensions]
    table = Table(
        "leniency",
        "Referee minus person, in levels; right of the line the referee is more lenient.",
        "Towards",
        dimension_columns(dimensions, "levels"),
        [
            Row("All people", {"rater": None}, everybody),
            *_by_rater(dimensions, lambda item: item["leniency"]["raters"], sign=True),
        ],
        across="dimension",
    )
    return Section(
        "leniency", "Leniency and confusion", "Does it give more than people do, and on which levels?",
        [
            Text(
                "A referee can rank claims as people do and still pay too much for all of them. The squares count "
                "pairs of one person’s level and the referee’s; shading is the share within a row."
            ),
            table, *(_confusion(item) for item in dimensions),
        ],
    )  # fmt: skip


def _confusion(item: DimensionJson) -> Table:
    rows = []
    for person, counts in reversed(list(zip(item["scale"], item["confusion"]["counts"], strict=True))):
        total = sum(counts)
        cells = [TableCell(f"{n:,}", shade=n / total if total else 0.0, values={"pairs": n}) for n in counts]
        rows.append(Row(level_text(person), {"dimension": item["dimension"], "person": person}, cells))
    columns = level_columns(item["scale"])
    caption = f"{item['title']}: person’s level down, referee’s level across."
    return Table("confusion", caption, "Person", columns, rows, across="referee", compact=True)


def subgroups(report: ReportJson) -> Section | None:
    """Build the section on kinds of claims; None where claims were not divided."""
    columns = [*side_columns(""), Column("leniency", "Leniency, levels", axis="levels")]
    rows = [_subgroup(item, row) for item in report["dimensions"] for row in item["subgroups"]]
    if not rows:
        return None
    how, least = report["subgrouping"], report["subgrouping"]["least"]
    caption = (
        f"Quadratic kappa and leniency over claims judged by both. A subgroup with fewer than {least['claims']} claims "
        f"or {least['videos']} videos has no figures."
    )
    return Section(
        "subgroups", "Subgroups of claims", "Does it hold for every kind of claim?",
        [
            Bullets([Item(one["text"], one["title"]) for one in how["definitions"]]),
            Table("subgroups", caption, "Claims", columns, rows, across="what"),
            *([Text(how["note"], "note")] if how["note"] else []),
        ],
    )  # fmt: skip


def _subgroup(item: DimensionJson, row: SubgroupJson) -> Row:
    key = {"dimension": item["dimension"], "by": row["by"], "subgroup": row["value"]}
    title = f"{row['label']} ({count(row['n_claims'], 'claim')}, {count(row['n_videos'], 'video')})"
    if row["difference"]["value"] is None and row["leniency"]["value"] is None:
        why = row["difference"]["reason"] or ""
        cells = [TableCell(reason=why, values={"value": None, "reason": why}), *(TableCell() for _ in range(3))]
    else:
        shown = (("people", False), ("referee", False), ("difference", True), ("leniency", True))
        cells = [estimate_cell(row[what], sign=sign) for what, sign in shown]  # type: ignore[literal-required]
    return Row(title, {**key, "n_claims": row["n_claims"], "n_videos": row["n_videos"]}, cells, item["title"])
