"""The table's own nouns in every sentence of a report, and its names as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from referee_calib.item_nouns import ItemNouns, names_pattern
from referee_calib.report.blocks import Table
from referee_calib.report.schema.report_schema import ReportJson

Part = TypeVar("Part")
MOST_NAMED = 10  # of the names of rows of one kind, a page shows no more
_SENTENCES = frozenset({  # keys of report.json under which sentences of this package stand
    "sentence", "leniency", "tail", "caution", "short", "title", "limit", "reason", "remark", "needed", "incomplete",
    "next_steps", "gaps", "beyond", "basis", "note", "notes", "draw_note", "titles", "text", "what", "limits", "worst",
    "line", "results_paragraph",
})  # fmt: skip
_IDENTIFIERS = frozenset({"key", "values", "kind", "name", "id", "role", "axis", "state", "across", "claims"})


def names_of(report: ReportJson) -> re.Pattern[str] | None:
    """Return what matches the user's texts on a page: names of dimensions, judges, raters, kinds, units and files."""
    ablation = report["ablation"]
    ends = [end for item in report["dimensions"] if item["tail"] for end in item["tail"]["ends"]]
    return names_pattern(
        [
            report["study"],
            str(report["referee"]["description"].get("name") or ""),
            *(text for item in report["dimensions"] for text in (item["dimension"], item["title"])),
            *(row["rater"] for item in report["dimensions"] for row in item["leave_one_out"]),
            *(row["label"] for item in report["dimensions"] for row in item["subgroups"]),
            *(one["label"] for one in (ablation["referees"] if ablation else ())),
            *(name for end in ends for name in end["claims"][:MOST_NAMED]),
            *(name for row in report["excluded_rows"] for name in row["names"][:MOST_NAMED]),
            *(row["name"] for row in report["inputs"]),
            *report["notes"],
        ]
    )


def reworded_report(report: ReportJson, nouns: ItemNouns) -> ReportJson:
    """Return a report whose sentences say `nouns`; ids, numbers and the user's texts are as they were."""
    if nouns == ItemNouns():
        return report
    names = names_of(report)

    def in_words(value: Any, key: str = "") -> Any:
        if isinstance(value, Mapping):
            return {k: in_words(one, key if key == "titles" else k) for k, one in value.items()}
        if isinstance(value, list | tuple):
            return [in_words(one, key) for one in value]
        return nouns.reworded(value, names) if key in _SENTENCES and isinstance(value, str) else value

    found: ReportJson = in_words(report)
    return found


def nouns_of(report: ReportJson) -> ItemNouns:
    """Return the nouns of a report."""
    return ItemNouns(**report["nouns"])


def in_report_words(part: Part, report: ReportJson) -> Part:
    """Return a section, a table or a text of a page in the report's nouns; tables that are data files stay."""
    nouns = nouns_of(report)
    if nouns == ItemNouns():
        return part
    names = names_of(report)

    def in_words(value: Any) -> Any:
        if isinstance(value, str):
            return nouns.reworded(value, names)
        if isinstance(value, Table) and value.file_only:
            return value
        if is_dataclass(value) and not isinstance(value, type):
            changed = {f.name: in_words(getattr(value, f.name)) for f in fields(value) if f.name not in _IDENTIFIERS}
            return replace(value, **changed)
        if isinstance(value, Mapping):
            return {key: in_words(one) for key, one in value.items()}
        return type(value)(map(in_words, value)) if isinstance(value, list | tuple) else value

    found: Part = in_words(part)
    return found
