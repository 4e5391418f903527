"""How much of a referee's error lies where people agree, and how much a second person would err too."""

from __future__ import annotations

from dataclasses import replace

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
    noted,
)
from referee_calib.report.schema.judge_error_schema import (
    ErrorByAgreementJson,
    ErrorDifferenceJson,
    ErrorSplitJson,
    ErrorStratumJson,
    JudgeErrorSplitJson,
)
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.wording.number_format import count, p_value, share, upper_first

_NOTE = (
    "Every person is left out in turn: the referee is held against that person, and the rating belongs to where the "
    "others agree or differ, so that no one’s slip is both the error and the disagreement. “A second person” is what "
    "another person errs there; beyond it is the referee’s own. Of all ratings, error = distance from people’s true "
    "mean + people’s noise."
)


def error_by_agreement(report: ReportJson) -> Section | None:
    """Build the section; None where no unit has a score and two ratings."""
    found = [one for one in report["error_by_agreement"] if one["judges"]]
    return error_section(found) if found else None


def error_section(found: list[ErrorByAgreementJson], *, by: str = "video") -> Section:
    """Build the section on the errors of some dimensions; intervals are `by` what is independent."""
    sentences = [Item(row["sentence"]) for one in found for row in one["judges"]]
    blocks: list[Block] = [
        Bullets(sentences),
        Figures({f"error-{one['dimension']}": "" for one in found}),
        *_tables(found, by),
        _parts(found),
        Text(_NOTE, "note"),
    ]
    if any(one["differences"] for one in found):
        blocks.insert(4, _differences(found))
    blocks += noted(said for one in found for said in _notes(one))
    blocks.append(data_table("error_curve", _points(found)))
    return Section(
        "error-by-agreement",
        "Error by human agreement",
        "Does it err where people agree, or where they differ?",
        blocks,
    )


def _notes(found: ErrorByAgreementJson) -> list[tuple[str, list[str]]]:
    """Return what is said of every judge once, and by judge what is said of some."""
    its = {row["judge"]: row["squared"]["notes"] for row in found["judges"]}
    if len({tuple(notes) for notes in its.values()}) == 1:
        return [(found["title"], next(iter(its.values())))]
    return [(f"{found['title']}, {judge}", notes) for judge, notes in its.items()]


def _tables(found: list[ErrorByAgreementJson], by: str) -> list[Table]:
    """Return squared errors as the page shows them, and absolute ones, which are in the data file alone."""
    columns = [
        Column("judge", "Referee’s error", "referee", "error"),
        Column("person", "A second person’s", "people", "error"),
        Column("excess", "Beyond it", axis="excess"),
        Column("share", "Share of its error"),
    ]
    caption = f"Mean squared error against a person. Intervals by {by}."
    return [
        Table("error_by_agreement", caption, "Ratings", columns, rows, across="what", file_only=loss == "absolute")
        for loss in ("squared", "absolute")
        if (rows := _rows(found, loss))
    ]


def _rows(found: list[ErrorByAgreementJson], loss: str) -> list[Row]:
    return [
        _row(one, row, split, stratum)
        for one in found
        for row in one["judges"]
        for split in (row["squared"], row["absolute"])
        if split["loss"] == loss
        for stratum in (split["whole"], *split["strata"])
    ]


def _row(one: ErrorByAgreementJson, row: JudgeErrorSplitJson, split: ErrorSplitJson, stratum: ErrorStratumJson) -> Row:
    key = {
        "dimension": one["dimension"],
        "judge": row["judge"],
        "scores": row["scores"],
        "loss": split["loss"],
        "stratum": stratum["name"],
    }
    cells = [
        estimate_cell(stratum["judge"]),
        estimate_cell(stratum["person"]),
        estimate_cell(stratum["excess"], sign=True),
        _share(stratum),
    ]
    named = upper_first(stratum["name"])
    title = named if stratum is split["whole"] else f"{named} ({share(stratum['share_of_ratings'])})"
    return Row(title, key, cells, _group(one, row, split))


def _group(one: ErrorByAgreementJson, row: JudgeErrorSplitJson, split: ErrorSplitJson) -> str:
    of = "" if row["scores"] == "as scored" else f", {row['scores']}"
    return f"{_subject(one, row)}{of}: {count(split['n_ratings'], 'rating')}"


def _subject(one: ErrorByAgreementJson, row: JudgeErrorSplitJson) -> str:
    several = row["judge"] if len(one["judges"]) > 1 or not one["title"] else ""
    return ", ".join(filter(None, (one["title"], several)))


def _share(stratum: ErrorStratumJson) -> TableCell:
    found = stratum["share"]
    if found["value"] is None:
        return TableCell("not defined", reason=found["reason"] or "")
    limits = "" if found["low"] is None else f"[{share(found['low'])},\N{NO-BREAK SPACE}{share(found['high'])}]"
    return TableCell(share(found["value"]), limits, values=dict(estimate_cell(found).values))


def _parts(found: list[ErrorByAgreementJson]) -> Table:
    rows = [
        Row(
            _subject(one, row),
            {"dimension": one["dimension"], "judge": row["judge"]},
            [estimate_cell(row["squared"]["whole"][part]) for part in ("judge", "own", "noise")]
            + [estimate_cell(row["absolute"]["whole"][part]) for part in ("judge", "person")],
        )
        for one in found
        for row in one["judges"]
    ]
    columns = [
        Column("judge", "Squared error", "referee"), Column("own", "From people’s true mean"),
        Column("noise", "People’s noise", "people"), Column("absolute", "Absolute error", "referee"),
        Column("absolute_person", "A second person’s", "people"),
    ]  # fmt: skip
    return Table("error_parts", "All ratings: squared error in its two parts, and absolute error, in levels.",
                 "Dimension", columns, rows, across="what", compact=True)  # fmt: skip


def _differences(found: list[ErrorByAgreementJson]) -> Table:
    """Return a row per pair of judges and a column per stratum."""
    strata = list(dict.fromkeys(row["stratum"] for one in found for row in one["differences"]))
    pairs = {(one["dimension"], row["label"]): (one, row) for one in found for row in one["differences"]}
    held = {(one["dimension"], row["label"], row["stratum"]): row for one in found for row in one["differences"]}
    rows = [
        Row(
            label,
            {"dimension": name, "first": row["first"], "second": row["second"]},
            [_difference_cell(held.get((name, label, stratum))) for stratum in strata],
            one["title"],
        )
        for (name, label), (one, row) in pairs.items()
    ]
    columns = [Column(stratum, upper_first(stratum), axis="apart") for stratum in strata]
    caption = "Paired differences of squared error on the units that all scored; p is corrected by Holm over all."
    return Table("error_differences", caption, "Judges", columns, rows, across="stratum")


def _difference_cell(row: ErrorDifferenceJson | None) -> TableCell:
    if row is None:
        return TableCell()
    shown = estimate_cell(row["estimate"], sign=True, p_value=row["p_value"], p_holm=row["p_holm"])
    if row["p_holm"] is None:
        return shown
    p = p_value(row["p_holm"])
    said = f"p\N{NO-BREAK SPACE}{p if p.startswith('<') else f'= {p}'}"
    return replace(shown, interval=f"{shown.interval} {said}".strip())


def _points(found: list[ErrorByAgreementJson]) -> list[dict[str, object]]:
    return [
        {"dimension": one["dimension"], "judge": row["judge"], **point}
        for one in found
        for row in one["judges"]
        for point in row["curve"]
    ]
