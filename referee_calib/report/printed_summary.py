"""What ``referee-calib report`` prints of a report: the answer in words, a short JSON object, thresholds not passed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from referee_calib.report.document.verdict_document import checks
from referee_calib.report.schema.report_schema import ReportJson, VerdictJson
from referee_calib.report.wording.number_format import count, interval, signed
from referee_calib.verdict_state import VerdictState

Json = Mapping[str, Any]
MOST_DIFFERENCES = 6  # of one pair of referees, in the words that are printed


def summary_json(report: ReportJson, page: Path, data: Path) -> dict[str, Any]:
    """Return the little that is printed with ``--json``; everything else is in ``report.json``."""
    verdict = report["verdict"]
    return {
        "page": str(page),
        "data": str(data),
        "headline": report["headline"]["sentence"],
        "simulated_ratings": report["ratings"]["simulated"],
        "referee": report["referee"]["fingerprint"],
        "dimensions": {
            card["dimension"]: {key: card[key]["value"] for key in ("people", "referee", "difference")}
            | {"verdict": card["verdict"]}
            for card in report["headline"]["cards"]
        },
        "verdict": verdict["state"] if verdict else None,
        "failed": _thresholds(verdict, VerdictState.FAIL),
        "cannot_tell": _thresholds(verdict, VerdictState.CANNOT_TELL),
        "excluded_rows": sum(row["rows"] for row in report["excluded_rows"]),
        "equivalence": [
            {key: row[key] for key in ("first", "second", "dimension", "state", "videos_needed")}
            for row in (report["ablation"] or {"equivalence": []})["equivalence"]
        ],
        "differences": [
            {key: row[key] for key in ("first", "second", "measure", "p_holm")}
            | {"dimension": item["dimension"], "difference": row["estimate"]["value"]}
            for item, row in _significant(report["ablation"], report["confidence"])
        ],
    }


def summary_text(report: ReportJson, page: Path) -> str:
    """Return the answer in words."""
    head, verdict = report["headline"], report["verdict"]
    lines = [head["sentence"], head["leniency"], head["tail"], head["caution"], head["simulated"]]
    lines += [f"Verdict: {verdict['state']}. {verdict['sentence']}", verdict["beyond"]] if verdict else []
    lines += _nearness_to_people(report)
    lines += referee_differences(report["ablation"], report["confidence"])
    lines += [*referee_equivalence(report["ablation"]), f"Report: {page}"]
    return "\n".join(filter(None, lines))


def _nearness_to_people(report: ReportJson) -> list[str]:
    """Return what people's ratings of perturbed claims say of this reward (H4)."""
    run = report["robustness"]
    return [said["text"] for said in run["sentences"] if said.get("hypothesis") and said["reward"] == run["reward"]]


def not_passed(verdict: VerdictJson | None, *, strict: bool = False) -> list[str]:
    """Return one line per missed threshold; with `strict` also per open one, and for what was held against nothing."""
    states = (VerdictState.FAIL, VerdictState.CANNOT_TELL) if strict else (VerdictState.FAIL,)
    lines = [
        f"{state}: {check['sentence']}" + (f" Needed: {check['needed']}." if check["needed"] else "")
        for state in states
        for check in checks(verdict, state)
        if not check["not_run"]  # a gap says it once for all of them
    ]
    if strict and verdict:
        lines += [f"not held: {gap}" for gap in (*verdict["gaps"], verdict["beyond"]) if gap]
        if not lines and verdict["state"] != VerdictState.PASS:
            lines = [f"{VerdictState.CANNOT_TELL}: nothing was rated"]
    return lines


def referee_differences(ablation: Json | None, confidence: float) -> list[str]:
    """Say in one line per pair of referees where they differ by more than chance, after Holm over all differences."""
    if not ablation:
        return []
    labels = dict.fromkeys(row["label"] for item in ablation["dimensions"] for row in item["differences"])
    found: dict[str, list[str]] = {label: [] for label in labels}
    for item, row in _significant(ablation, confidence):
        value = f"{signed(row['estimate']['value'], row['digits'])} {interval(row['estimate'], row['digits'])}"
        found[row["label"]].append(f"{item['title']}, {row['title']} {value}".strip())
    tests = f"Holm over {count(ablation['n_tests'], 'difference')}"
    return [f"{label}: {_shortened(rows) or 'no difference is shown'} ({tests})." for label, rows in found.items()]


def referee_equivalence(ablation: Json | None) -> list[str]:
    """Say in one line per pair and dimension whether sameness is shown; an absent difference is no sameness."""
    return [f"{row['label']}, {row['sentence']}" for row in (ablation["equivalence"] if ablation else ())]


def _thresholds(verdict: VerdictJson | None, state: VerdictState) -> list[dict[str, str]]:
    return [{"dimension": one["dimension"], "threshold": one["threshold"]} for one in checks(verdict, state)]


def _significant(ablation: Json | None, confidence: float) -> Iterator[tuple[Json, Json]]:
    """Yield the differences that chance does not explain, each with its dimension."""
    for item in ablation["dimensions"] if ablation else ():
        for row in item["differences"]:
            if row["p_holm"] is not None and row["p_holm"] < 1 - confidence:
                yield item, row


def _shortened(rows: list[str]) -> str:
    more = f"; and {len(rows) - MOST_DIFFERENCES} more in the report" if len(rows) > MOST_DIFFERENCES else ""
    return "; ".join(rows[:MOST_DIFFERENCES]) + more
