"""Rewards of rollouts, disagreements, excluded rows, and what the report was made from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from referee_calib.report.blocks import (
    Block,
    Bullets,
    Claims,
    Column,
    Figures,
    Item,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    count_cell,
    data_table,
    number_cell,
    text_cell,
)
from referee_calib.report.schema.report_schema import ExcludedRowsJson, ReportJson, RewardSummaryJson
from referee_calib.report.sections.agreement_sections import dimension_columns
from referee_calib.report.wording.number_format import count

MOST_ROWS = 60  # reasons listed in one table; a referee whose every failure reads differently has thousands
MOST_NAMES = 3  # of rows of one reason
_COUNTS = {
    "applicable": "that have this dimension",
    "rated": "with a level from a person",
    "rated_twice": "with levels from two people or more",
    "scored": "with a level from the referee",
    "matched": "judged by both",
    "compared": "scored, and with levels from two people or more",
    "levels": "Levels given by people",
    "raters": "Raters",
    "videos": "Videos",
}


def rewards(report: ReportJson) -> Section | None:
    """Build the section on what each rollout would have been paid; None without rollouts."""
    found = report["rewards"]
    if not found["rollouts"]:
        return None
    blocks: list[Block] = [Figures({"rewards": "One dot per rollout for which both rewards are known."})]
    if found["examined"]:
        blocks.append(
            Text(
                f"Examined: {found['examined']['name']} {found['examined']['fingerprint']}. A training run whose "
                "reward bears this fingerprint is paid by the same rule."
            )
        )
    columns = [
        Column("mean", "Mean"),
        Column("paid", "Paid"),
        Column("zero", "Of these exactly 0"),
        Column("not_paid", "No reward"),
    ]
    rows = [_reward_row(row) for row in found["summary"]]
    blocks += [
        Table("reward_summary", "Reward per rollout, 0 to 1.", "Reward", columns, rows),
        data_table("rewards", found["rollouts"]),
    ]
    return Section("rewards", "Reward per rollout", "What would training have been paid?", blocks)


def _reward_row(row: RewardSummaryJson) -> Row:
    reasons = list(row["reasons"].items())
    told = [f"{n:,}: {reason}" for reason, n in reasons[:MOST_ROWS]]
    if len(reasons) > MOST_ROWS:
        told.append(f"and {count(len(reasons) - MOST_ROWS, 'further reason')} in report.json")
    unpaid = TableCell(f"{row['not_paid']:,}", reason="; ".join(told), values={"value": row["not_paid"]})
    title = "Referee" if row["reward"] == "referee" else "Overlap (IoU)"
    cells = [number_cell(row["mean"]), count_cell(row["paid"]), count_cell(row["zero"]), unpaid]
    return Row(title, {"reward": row["reward"]}, cells)


def disagreements(report: ReportJson) -> Section | None:
    """Build the section on the claims that people and the referee see most differently; None without any."""
    found = report["disagreements"]
    if not found:
        return None
    kept = ("claim", "dimension", "video", "rollout", "time", "people_mean", "referee", "gap")
    table = data_table("disagreements", [{key: row[key] for key in kept} for row in found])  # type: ignore[literal-required]
    return Section(
        "disagreements", "Largest disagreements", "Where do people and the referee differ most?", [Claims(found), table]
    )


def excluded_rows(report: ReportJson) -> Section:
    """Build the section on every row that took no part."""
    found, failures = report["excluded_rows"], report["parse_failures"]
    blocks: list[Block] = [
        Text(
            "A failed score is not a bad score: no level stands in for it. The verdict holds how many there are "
            "against the failure rate."
        ),
        _counts(report),
    ]
    blocks += [_excluded(found)] if found else [Text("No row was excluded.")]
    if len(found) > MOST_ROWS:
        left = found[MOST_ROWS:]
        rows = count(sum(row["rows"] for row in left), "row")
        blocks.append(Text(f"{count(len(left), 'further reason')} with {rows} in report.json."))
    if failures:
        columns = [Column("count", "Pieces"), Column("why", "Reason"), Column("file", "File")]
        rows_ = [
            Row(
                row["reason"].replace("_", " "),
                {"reason": row["reason"]},
                [count_cell(row["count"]), text_cell(row["why"]), text_cell(row["file"])],
            )
            for row in failures
        ]
        blocks.append(Table("parse_failures", "Pieces of model text that gave no claim.", "Failure", columns, rows_))
    blocks += [Text(note) for note in report["notes"]]
    names = [
        {"dimension": r["dimension"], "what": r["what"], "reason": r["reason"], "name": n}
        for r in found
        for n in r["names"]
    ]
    return Section(
        "excluded", "Excluded rows and failures", "What could not take part, and why?",
        [*blocks, data_table("excluded_rows", names)],
    )  # fmt: skip


def _counts(report: ReportJson) -> Table:
    rows = [
        Row(title, {"what": key}, [count_cell(item["counts"][key]) for item in report["dimensions"]])
        for key, title in _COUNTS.items()
    ]
    columns = dimension_columns(report["dimensions"])
    return Table("counts", "From claims to comparisons.", "Claims", columns, rows, across="dimension")


def _excluded(found: list[ExcludedRowsJson]) -> Table:
    columns = [Column("rows", "Rows"), Column("reason", "Reason"), Column("names", "Names")]
    rows = [
        Row(
            row["what"].capitalize(),
            {"dimension": row["dimension"], "what": row["what"]},
            [count_cell(row["rows"]), text_cell(row["reason"]), text_cell(_names(row["names"]))],
            row["dimension"].capitalize() or "All dimensions",
        )
        for row in found[:MOST_ROWS]
    ]
    return Table("exclusions", "Excluded rows by reason.", "What", columns, rows)


def _names(names: list[str]) -> str:
    more = f", and {len(names) - MOST_NAMES:,} more in report.json" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def rubric(report: ReportJson) -> Section | None:
    """Build the section with the words that people and referee were asked with; None where they are not known."""
    if not report["rubric"]["version"]:
        return None
    scales = report["rubric"]["scales"]
    asked = [Item(f"{scale['question']} {scale['help']}", scale["title"]) for scale in scales]
    levels = range(max((len(scale["levels"]) for scale in scales), default=0))
    rows = [
        Row(str(level), {"level": level}, [_sentence(scale, level) for scale in scales]) for level in reversed(levels)
    ]
    columns = [Column(scale["dimension"], scale["title"]) for scale in scales]
    return Section(
        "rubric", "Rubric", "What were people and the referee asked?",
        [
            Text(f"Rubric {report['rubric']['version']}: shown to people and given to the referee, word for word."),
            Bullets(asked), Table("rubric", _best_levels(scales), "Level", columns, rows),
        ],
    )  # fmt: skip


def _sentence(scale: Mapping[str, Any], level: int) -> TableCell:
    return text_cell(scale["levels"][level] if level < len(scale["levels"]) else "")


def _best_levels(scales: Sequence[Mapping[str, Any]]) -> str:
    best = {scale["title"]: len(scale["levels"]) - 1 for scale in scales}
    if len(set(best.values())) == 1:
        return f"Levels, {next(iter(best.values()))} best."
    return f"Levels; best are {', '.join(f'{top} on {title}' for title, top in best.items())}."


def methods(report: ReportJson) -> Section:
    """Build the section on methods and references."""
    told = [Item(row["text"], row["title"]) for row in report["methods"]]
    cited = [Item(row["text"], link=row["link"]) for row in report["references"]]
    return Section(
        "methods", "Methods and references", "How was it done?", [Bullets(told), Bullets(cited, "References")]
    )


def limits(report: ReportJson) -> Section:
    """Build the section on what the report does not establish."""
    return Section(
        "limits", "Limits", "What does this report not establish?", [Bullets([Item(text) for text in report["limits"]])]
    )


def results_paragraph(report: ReportJson) -> Section:
    """Build the section with one paragraph for a paper."""
    text = Text(report["results_paragraph"], "copyable")
    return Section(
        "results-paragraph", "Results paragraph", "How can it be told in a paper? One click selects it.", [text]
    )


def provenance(report: ReportJson) -> Section:
    """Build the section on inputs, versions and the referee."""
    referee = report["referee"]
    called = referee["fingerprint"] or referee["description"].get("name")
    columns = [
        Column("rows", "Rows"),
        Column("sha256", "SHA-256 of its JSON lines" if referee["fingerprint"] else "SHA-256 of the file"),
    ]
    rows = [
        Row(row["name"], {"name": row["name"]}, [count_cell(row["rows"]), text_cell(row["sha256"])])
        for row in report["inputs"]
    ]
    origins = ", ".join(f"{origin} ({n:,})" for origin, n in report["ratings"]["origins"].items())
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    scores = [
        {"dimension": row["dimension"], "n": row["n"],
         **{f"level_{level:g}": n for level, n in zip(row["scale"], row["levels"], strict=True)},
         **{key: row[key] for key in ("modal_level", "modal_share", "entropy", "mass", "n_mass")},
         **{f"rung_{name}": part for name, part in row["rungs"].items()}}
        for row in referee["scores"]
    ]  # fmt: skip
    return Section(
        "provenance", "Provenance",
        "What was it made from? The same study, seed and versions give the same report.json.",
        [
            Table("inputs", "Inputs.", "Table", columns, rows),
            Text(f"Ratings were collected by: {origins}. Seed {report['seed']}. {versions}."),
            Bullets([Item(row["line"]) for row in referee["scores"]], f"Referee {called}"),
            Text(json.dumps(referee["description"], ensure_ascii=False, indent=2, sort_keys=True), "code"),
            data_table("referee_scores", scores),
        ],
    )  # fmt: skip
