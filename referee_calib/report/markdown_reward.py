"""The Markdown of what follows for a reward: verdict, recalibration, mean score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from referee_calib.report.markdown_parts import plain, table, told
from referee_calib.report.words import number

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
        for row in found["rows"]
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
