"""Scores that are missing, and scores that were asked for again."""

from __future__ import annotations

from functools import partial

from referee_calib.report.blocks import (
    Block,
    Bullets,
    Column,
    Item,
    Row,
    Section,
    Table,
    Text,
    count_cell,
    data_table,
    estimate_cell,
    number_cell,
)
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.schema.score_schema import MissingScoresJson, RaterConsistencyJson, RepeatedScoresJson
from referee_calib.report.wording.number_format import count, number, p_value, share

_THREE = partial(number, digits=3)
_BOUNDS = (
    ("observed", "Scored claims"),
    ("at_random", "Missing at random"),
    ("worst", "Worst case"),
    ("best", "Best case"),
)
_LENIENCY = (*_BOUNDS[:2], ("lowest", "Lowest levels"), ("highest", "Highest levels"))
_NOTE = (
    "Worst and best case put, for every missing score, the level farthest from people’s mean and the one nearest to "
    "it; for leniency, the lowest and the highest level. They assume nothing. Missing at random draws it from the "
    "scores of claims that people rated alike. Nothing passes that the worst case could turn."
)
_REPEATS = (
    "A referee that draws its answers adds noise of its own, which weakens its correlation with people by the root of "
    "its retest reliability. The projection is Spearman and Brown’s: what the mean of k samples would reach, at k "
    "times the cost. A reward uses k by samples=k."
)

_SECOND_LOOKS = (
    "A share of the claims came to their raters a second time, some way later and without a word. The second look is "
    "never counted as a rating. What a person changes between two looks is noise that agreement between people, the "
    "noise ceiling, holds as well: a ceiling near these figures is as high as people’s own steadiness lets it be. A "
    "shift tells of fatigue or learning."
)


def missing_scores(report: ReportJson) -> Section | None:
    """Build the section on claims without a score; None where none is missing."""
    found = [one for one in report["missing_scores"] if one["n_missing"]]
    if not found:
        return None
    blocks: list[Block] = [Bullets([Item(one["sentence"]) for one in found]), _groups(found)]
    bounded = [one for one in found if one["bounds"]]
    if bounded:
        blocks += [_bounds(bounded), _leniency(bounded), Text(_NOTE, "note")]
    slices = [{"dimension": one["dimension"], **row} for one in found for row in one["slices"]]
    blocks.append(data_table("missing_by_slice", slices))
    return Section("missing-scores", "Missing scores", "Does it keep silent where it would be wrong?", blocks)


def _groups(found: list[MissingScoresJson]) -> Table:
    rows = []
    for one in found:
        for group in one["groups"]:
            cells = [
                count_cell(group["n_claims"]),
                estimate_cell(group["people_mean"]),
                estimate_cell(group["people_agreement"]),
            ]
            key: dict[str, str | int] = {"dimension": one["dimension"], "status": group["status"]}
            key["n_videos"] = group["n_videos"]
            rows.append(Row(group["title"], key, cells, one["title"]))
    columns = [
        Column("n_claims", "Rated claims"),
        Column("people_mean", "People’s mean level", "people", "levels"),
        Column("people_agreement", "People’s pairwise agreement", "people", "agreement"),
    ]
    caption = "Rated claims by how their score ended, and what people say of them. Intervals by video."
    return Table("missing_scores", caption, "Score", columns, rows, across="what")


def _bounds(found: list[MissingScoresJson]) -> Table:
    rows = []
    for one in found:
        left = f"{one['n_missing']:,} of {count(one['n_asked'], 'claim')} without a score ({share(one['share'], 1)})"
        group = f"{one['title']}: {left}"
        for row in one["bounds"]:
            cells = [estimate_cell(row[key], sign=True) for key, _ in _BOUNDS]  # type: ignore[literal-required]
            key = {"dimension": one["dimension"], "measure": row["name"]}
            rows.append(Row(row["title"], key, cells, group))
    columns = [Column(key, title) for key, title in _BOUNDS]
    caption = (
        "Difference from the noise ceiling with every score in place, under four assumptions about the missing ones."
    )
    return Table("missing_score_bounds", caption, "Measure", columns, rows, across="assumption")


def _leniency(found: list[MissingScoresJson]) -> Table:
    rows = []
    for one in found:
        if one["leniency"]:
            cells = [estimate_cell(one["leniency"][key], sign=True) for key, _ in _LENIENCY]  # type: ignore[literal-required]
            rows.append(Row(one["title"], {"dimension": one["dimension"]}, cells))
    columns = [Column(key, title) for key, title in _LENIENCY]
    caption = "Leniency in levels, with the lowest and with the highest level in place of every missing score."
    return Table("missing_score_leniency", caption, "Dimension", columns, rows, across="assumption")


def repeated_scores(report: ReportJson) -> Section | None:
    """Build the section on repeats; None where no claim was scored twice."""
    found = report["repeated_scores"]
    if not found:
        return None
    blocks: list[Block] = [_reliability(found), *(_projection(one) for one in found if one["projections"])]
    if any(one["differences"] for one in found):
        blocks.append(_one_or_mean(found))
    blocks += [Text(f"{one['title']}: {one['reason']}.", "note") for one in found if one["reason"]]
    return Section(
        "repeated-scores", "Repeated scores", "How much of a score is its own noise, and what would more samples buy?",
        [*blocks, Text(_REPEATS, "note")],
    )  # fmt: skip


def rater_consistency(report: ReportJson) -> Section | None:
    """Build the section on people's second looks; None where nobody looked twice."""
    found = report.get("rater_consistency", [])
    if not found:
        return None
    return Section(
        "rater-consistency", "Consistency of raters", "How steady are people when the same claim comes again?",
        [_by_rater(found), Text(_SECOND_LOOKS, "note")],
    )  # fmt: skip


def _by_rater(found: list[RaterConsistencyJson]) -> Table:
    columns = [
        Column("looks", "Second looks"),
        Column("kappa", "Quadratic kappa with themselves", axis="kappa"),
        Column("same_level", "Same level"),
        Column("shift", "Second minus first, levels"),
    ]
    rows = []
    for one in found:
        for its in (*one["raters"], one["pooled"]):
            cells = [
                count_cell(its["n_looks"]),
                estimate_cell(its["kappa"]),
                estimate_cell(its["same_level"]),
                estimate_cell(its["shift"], sign=True),
            ]
            key = {"dimension": one["dimension"], "rater": its["rater"] or None}
            rows.append(Row(its["rater"] or "All raters", key, cells, one["title"]))
    caption = "Levels of the second look beside those of the first, of the same rater. Intervals by video."
    return Table("rater_consistency", caption, "Rater", columns, rows, across="measure")


def _reliability(found: list[RepeatedScoresJson]) -> Table:
    shown = (
        ("reliability", "Retest reliability, ICC(1,1)"),
        ("same_level", "Two samples of one level"),
        ("correlation", "Pearson’s r with people’s mean, one sample"),
        ("correlation_of_mean", "Pearson’s r with people’s mean, mean of the samples"),
    )
    rows = [
        Row(title, {"measure": key}, [estimate_cell(one[key]) for one in found])  # type: ignore[literal-required]
        for key, title in shown
    ]
    rows.append(
        Row(
            "Pearson’s r, without the referee’s own noise",
            {"measure": "without_noise"},
            [number_cell(one["without_noise"], number, one["reason"] or "not defined") for one in found],
        )
    )
    columns = [
        Column(
            one["dimension"], f"{one['title']} ({count(one['n_claims'], 'claim')}, up to {one['n_samples']} samples)"
        )
        for one in found
    ]
    caption = "Samples of the same question, of claims with at least two. Intervals by video."
    return Table("repeated_scores", caption, "Measure", columns, rows, across="dimension")


def _projection(one: RepeatedScoresJson) -> Table:
    rows = [
        Row(
            "Retest reliability", {"dimension": one["dimension"], "measure": "reliability"},
            [number_cell(row["reliability"]) for row in one["projections"]],
        ),
        Row(
            "Pearson’s r with people’s mean", {"dimension": one["dimension"], "measure": "correlation"},
            [number_cell(row["correlation"], number, one["reason"]) for row in one["projections"]],
        ),
    ]  # fmt: skip
    columns = [Column(str(row["samples"]), f"k = {row['samples']}") for row in one["projections"]]
    caption = f"{one['title']}: the mean of k samples, projected."
    return Table("sample_projection", caption, "Measure", columns, rows, across="samples", compact=True)


def _one_or_mean(found: list[RepeatedScoresJson]) -> Table:
    rows = []
    for one in found:
        for row in one["differences"]:
            cell = estimate_cell(
                row["estimate"], sign=True, digits=row["digits"], p_value=row["p_value"], p_holm=row["p_holm"]
            )
            key = {"dimension": one["dimension"], "measure": row["measure"]}
            holm = number_cell(row["p_holm"], p_value)
            rows.append(Row(row["title"], key, [cell, holm], one["title"]))
    columns = [Column("difference", "Mean of samples minus one sample"), Column("p_holm", "p (Holm)")]
    return Table(
        "samples_compared", "Agreement with people of the mean beside one sample, on the same claims.", "Measure",
        columns, rows, across="what",
    )  # fmt: skip
