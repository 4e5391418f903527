"""Page one: the verdict and its reason, the dimensions, all checks as symbols, a curve, the worst probe, what next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from referee_calib.report.blocks import Column, Row, Table, TableCell, side_cells, side_columns
from referee_calib.report.schema.report_schema import CardJson, CheckGroupJson, ReportJson
from referee_calib.report.sections.exploit_section import worst_probe
from referee_calib.report.wording.number_format import count, interval, signed, upper_first
from referee_calib.report.wording.recalibrated_remark import recalibrated_remark
from referee_calib.report.wording.report_nouns import in_report_words
from referee_calib.verdict_state import VerdictState

_CURVES = ("robust-overlap-boxes", "response-box_shift", "robust-overlap-span", "response-span_shift")


@dataclass(frozen=True, slots=True)
class Overview:
    """What page one shows; `state`, `symbol` and `reason` are "" for an analysis that held no thresholds."""

    state: str
    symbol: str
    reason: str  # of the verdict, in one sentence
    facts: tuple[str, ...]  # how much went in, and which referee
    dimensions: Table
    matrix: tuple[Table, ...]  # one per group of checks
    curve: str  # key of the response curve; "" without one
    worst: tuple[str, ...]  # exploit probe: symbol and state, what it is, and its gain; empty without one
    next_steps: tuple[str, ...]


def overview(report: ReportJson, figures: Collection[str]) -> Overview:
    """Choose from a report what stands on page one; `figures` are the keys of those that were drawn."""
    verdict = report["verdict"]
    state = VerdictState(verdict["state"]) if verdict else None
    found = Overview(
        state=state or "",
        symbol=state.symbol if state else "",
        reason=verdict["sentence"] if verdict else "",
        facts=_facts(report),
        dimensions=_dimensions(report),
        matrix=tuple(_matrix(group) for group in verdict["groups"]) if verdict else (),
        curve=next((key for key in _CURVES if key in figures), ""),
        worst=_worst(report),
        next_steps=tuple(verdict["next_steps"]) if verdict else (),
    )
    return in_report_words(found, report)


def _facts(report: ReportJson) -> tuple[str, ...]:
    ratings, counts = report["ratings"], report["counts"]
    word = "simulated " if ratings["simulated"] == ratings["rows"] > 0 else ""
    name = report["referee"]["description"].get("name") or "unnamed"
    return (
        count(counts["videos"], "video"),
        count(counts["raters"], f"{word}rater"),
        count(ratings["rows"], f"{word}rating"),
        f"{100 * report['confidence']:g} % intervals over videos",
        f"referee {name} {report['referee']['fingerprint']}".strip(),
    )


def _dimensions(report: ReportJson) -> Table:
    who = report["headline"]["who"]
    columns = [*side_columns(who), Column("reading", "Reading")]
    rows = [Row(card["title"], {"dimension": card["dimension"]}, _card(card)) for card in report["headline"]["cards"]]
    caption = f"Agreement in quadratic kappa; 1 is always the same.{recalibrated_remark(report)}"
    return Table("overview", caption, "Dimension", columns, rows, "side")


def _card(card: CardJson) -> list[TableCell]:
    reading = card["reason"] or ""
    if not reading:
        second = card["second_difference"]
        reading = f"difference in ordinal alpha {signed(second['value'])} {interval(second)}"
    return [*side_cells(card), TableCell(card["short"], reason=reading)]


def _matrix(group: CheckGroupJson) -> Table:
    columns = [Column(one["dimension"], one["title"]) for one in group["columns"]]
    rows = []
    for row in group["rows"]:
        states = {check["dimension"]: check["state"] for check in row["checks"]}
        cells = [TableCell(state=states.get(column.key, "")) for column in columns]
        rows.append(Row(upper_first(row["short"]), {"threshold": row["threshold"]}, cells))
    return Table("matrix", group["title"], group["title"], columns, rows)


def _worst(report: ReportJson) -> tuple[str, ...]:
    found = worst_probe(report["exploits"])
    if not found:
        return ()
    evidence, title, one = found
    state, gain = VerdictState(one["state"]), one["gain"]
    return state.symbol, state, f"{title} ({evidence.lower()})", f"{signed(gain['value'])} {interval(gain)}".strip()
