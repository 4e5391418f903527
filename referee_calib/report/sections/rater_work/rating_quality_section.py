"""How the ratings were given: what stood out, how gold claims went, and what is held out of the figures."""

from __future__ import annotations

from referee_calib.report.blocks import Block, Column, Row, Section, Table, Text, count_cell, estimate_cell, text_cell
from referee_calib.report.schema.ratings_schema import RatingQualityJson
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.wording.number_format import count

_ROLES = {"gold": "Gold claims", "attention": "Attention checks"}
_NOTE = (
    "A flag says that something stood out by a threshold of study.toml, not that a rating is wrong. Gold claims, "
    "attention checks and practice enter no figure. Intervals are exact (Clopper-Pearson), one claim counting once."
)


def rating_quality(report: ReportJson) -> Section | None:
    """Build the section; None where nothing stood out, no known claim was answered, and nothing is held."""
    found = report.get("rating_quality")
    if not found:
        return None
    blocks: list[Block] = [Text(_held_words(found))]
    blocks += [_flags(found)] if found["flags"] else []
    blocks += [_gold(found)] if found["gold"] else []
    blocks.append(Text(_NOTE, "note"))
    return Section("rating-quality", "Quality of the ratings", "How carefully were the ratings given?", blocks)


def _held_words(found: RatingQualityJson) -> str:
    waiting = sum(row["n_not_held"] for row in found["flags"])
    if not found["n_held"]:
        said = "No rating is held."
    else:
        who = count(found["n_raters_held"], "rater")
        said = f"{count(found['n_held'], 'rating')} of {who} held out of every figure; excluded rows name them."
        said = said.replace(" held out", " is held out" if found["n_held"] == 1 else " are held out")
    left = f" {count(waiting, 'flag')} that ask for a hold were released or not applied." if waiting else ""
    return said + left


def _flags(found: RatingQualityJson) -> Table:
    columns = [
        Column("n_flags", "Flags"),
        Column("n_raters", "Raters"),
        Column("action", "Action"),
        Column("n_not_held", "Not held"),
    ]
    rows = [
        Row(
            row["kind"].capitalize(),
            {"kind": row["kind"]},
            [
                count_cell(row["n_flags"]),
                count_cell(row["n_raters"]),
                text_cell(row["action"]),
                count_cell(row["n_not_held"]),
            ],
        )
        for row in found["flags"]
    ]
    return Table("quality_flags", "What stood out in the ratings.", "Kind", columns, rows)


def _gold(found: RatingQualityJson) -> Table:
    columns = [
        Column("n_right", "Right"),
        Column("n_judged", "Judged"),
        Column("n_skipped", "Skipped"),
        Column("accuracy", "Share right"),
    ]
    rows = [
        Row(
            row["rater"],
            {"rater": row["rater"], "role": row["role"]},
            [
                count_cell(row["n_right"]),
                count_cell(row["n_judged"]),
                count_cell(row["n_skipped"]),
                estimate_cell(row["accuracy"]),
            ],
            _ROLES[row["role"]],
        )
        for row in found["gold"]
    ]
    return Table("gold_results", "Answers to claims whose right levels are known.", "Rater", columns, rows)
