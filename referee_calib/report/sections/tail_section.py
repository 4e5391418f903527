"""Rare confident errors: claims on which the referee alone stands at the other end of the scale than everybody."""

from __future__ import annotations

from referee_calib.report.blocks import Bullets, Column, Item, Row, Section, Table, TableCell, Text, estimate_cell
from referee_calib.report.schema.dimension_schema import OppositeEndJson, TailJson
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.wording.number_format import count, number, p_value

_MOST_NAMED = 10  # claims in one line of the list; all of them stand in report.json


def tail(report: ReportJson) -> Section | None:
    """Build the section; None where nobody rated anything."""
    found = [(item, item["tail"]) for item in report["dimensions"] if item["tail"]]
    if not found:
        return None
    rows = [_row(item["dimension"], item["title"], its, end) for item, its in found if its for end in its["ends"]]
    columns = [
        Column("claims", "Claims"), Column("share", "Share of videos"), Column("far_share", "Of those, far"),
        Column("expected", "One more person, videos"),
    ]  # fmt: skip
    first = found[0][1] or {}
    named = [
        Item(_named(end["claims"]), f"{end['title']}, {item['title'].lower()}")
        for item, its in found if its for end in its["ends"] if end["claims"]
    ]  # fmt: skip
    return Section(
        "tail", "Rare confident errors", "Does it accept what everybody rejects?",
        [
            Text(
                "A mean does not show what a policy finds first: a few claims that are paid in full for nothing. "
                f"Counted are claims that everybody rates {first['low']:g} or lower and the referee {first['high']:g} "
                "or higher, and the reverse. Limits are exact, one-sided 95 % each, over videos, for claims of one "
                f"video may fail together. “Far” is at least {first['apart']:g} levels from everybody; these the "
                "verdict holds. “One more person” is how many videos a person would have had in the referee’s "
                "place, with p of the referee having no more."
            ),
            Table("tail", "By dimension.", "Error", columns, rows, across="what"),
            *([Bullets(named, "Claims to look at")] if named else []),
        ],
    )  # fmt: skip


def _row(dimension: str, title: str, found: TailJson, end: OppositeEndJson) -> Row:
    n, of = len(end["claims"]), found["n_claims"]
    share = estimate_cell(end["share"], digits=3)
    cells = [
        TableCell(f"{n:,} of {of:,}", values={"value": n, "n_claims": of}),
        share,
        estimate_cell(end["far_share"], digits=3),
        _one_more(end),
    ]
    group = f"{title}: {count(of, 'claim')} judged by both, {count(found['n_videos'], 'video')}"
    return Row(end["title"], {"dimension": dimension, "kind": end["kind"]}, cells, group)


def _one_more(end: OppositeEndJson) -> TableCell:
    """Return what a person would have had, with the p of the referee having no more."""
    found = end["p_value"]
    p = "" if found is None else f"p\N{NO-BREAK SPACE}{p_value(found) if found < 0.001 else f'= {p_value(found)}'}"
    return TableCell(number(end["expected"], 1), p, values={"value": end["expected"], "p_value": end["p_value"]})


def _named(claims: list[str]) -> str:
    more = f" and {len(claims) - _MOST_NAMED} more in report.json" if len(claims) > _MOST_NAMED else ""
    return f"{', '.join(claims[:_MOST_NAMED])}{more}"
