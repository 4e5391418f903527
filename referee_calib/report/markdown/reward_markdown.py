"""The Markdown of what follows for a reward: verdict, recalibration, mean score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from referee_calib.report.document.number_format import number
from referee_calib.report.document.perturbation_terms import COLUMNS, EVIDENCE, family, labels_of, named
from referee_calib.report.markdown.markdown_elements import plain, table, told

Json = Mapping[str, Any]
_CHANGES = (("sign_changed", "rollouts"), ("sign_flipped", "rollouts"), ("best_changed", "groups"))


def verdict(report: Json) -> Iterator[str]:
    """Yield every threshold on every dimension."""
    found = report["verdict"]
    if not found:
        return
    yield from ("## Verdict", "", f"**{found['state'].capitalize()}.** {plain(found['sentence'])}", "")
    yield from (plain(found["basis"]), "")
    rows = [
        [
            check["dimension_title"],
            row["title"],
            row["limit"],
            check["state"],
            f"{check['shown']['value']} {check['shown']['interval']}".strip() or f"not defined: {check['reason']}",
            check["need"] or (check["reason"] if check["held_back"] else ""),
        ]
        for row in (*found["rows"], *found["robustness"], *found["probes"])
        for check in row["checks"]
    ]
    yield from table(["Dimension", "Threshold", "limit", "verdict", "value", "needed to tell"], rows)
    yield from (plain(found["note"]), "")


def recalibration(report: Json) -> Iterator[str]:
    """Yield what each form of recalibrator gains and changes."""
    found = report["recalibration"]
    if not found:
        return
    yield from ("## Recalibration", "", plain(found["sentence"]), "")
    rows = [
        [
            item["title"],
            f"{row['title']}{' (best)' if row['kind'] == item['best'] else ''}",
            *(number(row[key], 3) for key in ("mse_raw", "mse")),
            told(row["gain"], True, 3),
            *(number(row[key], 3) for key in ("rps_raw", "rps")),
        ]
        for item in found["dimensions"]
        for row in item["tried"]
    ]
    header = ["Dimension", "Form", "squared error as it is", "recalibrated", "gain", "RPS as it is", "recalibrated"]
    yield from table(header, rows)
    changes = [
        [row["title"], *(f"{row[part]} of {row[whole]}" for part, whole in _CHANGES)]
        for row in found["rankings"]
        if row["groups"]
    ]
    yield from table(["Form", "advantages whose sign changes", "sides of 0 changed", "best changed"], changes)
    if found["command"]:
        yield from (f"To write it for the reward: `{found['command']}`", "")
    for note in (found["note"] if rows else "", found["rankings_note"]):
        if note:
            yield from (plain(note), "")
    yield from (f"- {item['title']} left out: {plain(item['reason'])}" for item in found["left_out"])
    yield ""


def mean_score(report: Json) -> Iterator[str]:
    """Yield the mean level of all scored claims."""
    found = report["mean_score"]
    if not found["dimensions"]:
        return
    yield from ("## Mean score of all scored claims", "")
    rows = [
        [
            item["title"],
            *(told(item[key]) for key in found["titles"]),
            f"{item['n_rated']:,}",
            f"{item['n_scored_only']:,}",
            "not defined" if item["saved"] is None else f"{number(100 * item['saved'], 0)} %",
        ]
        for item in found["dimensions"]
    ]
    yield from table(["Dimension", *found["titles"].values(), "rated", "scored only", "rated claims saved"], rows)
    yield from (plain(found["note"]), "", plain(found["draw_note"]), "")


def robustness(report: Json) -> Iterator[str]:
    """Yield what slips and wrong evidence are paid, and what is missing."""
    found = report["robustness"]
    summary = found["summary"]
    if not summary:
        return
    yield from ("## Slips and wrong evidence", "")
    if found["note"]:
        yield from (plain(found["note"]), "")
    for said in found["sentences"]:
        yield f"- {plain(said['text'])} {plain(said['basis'])}"
    yield ""
    labels = labels_of(summary)
    for about in summary["about"]:
        yield from (f"### {EVIDENCE[about['on']]}", "", "Mean reward for wrong evidence, as paid.", "")
        errors = list(dict.fromkeys(one["family"] for row in about["rewards"] for one in _paid(row)))
        yield from table(
            ["Reward", "the truth", *map(family, errors)], (_wrong(row, errors, labels) for row in about["rewards"])
        )
        rows = [
            [labels[row["name"]], *(told(row["whole"][key], False, 3) for key, _ in COLUMNS)]
            for row in about["rewards"]
        ]
        yield from table(["Reward", *(title for _, title in COLUMNS)], rows)
    for one in summary["missing"]:
        yield f"- missing: {plain(named(one['what']))}: {plain(one['why'])}."
    yield ""


def _paid(row: Json) -> list[Json]:
    return [*row["wrong"], *row["exploits"]]


def _wrong(row: Json, errors: list[str], labels: Mapping[str, str]) -> list[str]:
    by_error = {one["family"]: one["mean"]["value"] for one in _paid(row)}
    return [labels[row["name"]], number(row["truth"]["value"]), *(number(by_error.get(error)) for error in errors)]
