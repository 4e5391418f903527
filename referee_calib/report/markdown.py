"""The report's text and tables as Markdown, from the content of ``report.json`` alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from referee_calib.report.words import count, interval, number, signed

Json = Mapping[str, Any]
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")
PARTS = (
    ("msc_corrected", "Miscalibration"),
    ("dsc_corrected", "Discrimination"),
    ("unc", "Spread of people's ratings"),
    ("noise_floor", "Of that, people's own noise"),
    ("explained", "Share explained after recalibration"),
)


def render_markdown(report: Json) -> str:
    """Render the report without its figures.

    Parameters
    ----------
    report : dict
        The content of ``report.json``.

    Returns
    -------
    str
        Texts from models, files and people are escaped: they are neither markup nor HTML.
    """
    sections = (
        _head, _verdict, _agreement, _leniency, _slices, _calibration, _recalibration, _mean_score, _responses,
        _ablation, _losses, _words,
    )  # fmt: skip
    return "\n".join(line for section in sections for line in section(report)).rstrip() + "\n"


def plain(text: object) -> str:
    """Escape a text so that it is shown as it is, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(str(text).split()))


def _head(report: Json) -> Iterator[str]:
    head = report["headline"]
    yield from (f"# {plain(report['title'])}", "", f"**{plain(head['sentence'])}**", "")
    for key in ("leniency", "caution", "simulated"):
        if head[key]:
            yield from (plain(head[key]), "")
    name = report["referee"]["description"].get("name") or "unnamed"
    yield (
        f"{count(report['counts']['videos'], 'video')}, {count(report['counts']['raters'], 'rater')}, "
        f"{count(report['ratings']['rows'], 'rating')} ({report['ratings']['simulated']:,} simulated); "
        f"referee {plain(name)} `{report['referee']['fingerprint']}`"
    )
    yield ""
    yield from (f"- {plain(item['line'])}" for item in report["referee"]["scores"])
    yield ""


def _verdict(report: Json) -> Iterator[str]:
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
    yield from _table(["Dimension", "Threshold", "limit", "verdict", "value", "needed to tell"], rows)
    yield from (plain(found["note"]), "")


def _agreement(report: Json) -> Iterator[str]:
    who = report["headline"]["who"]
    yield from ("## Agreement", "", f"{100 * report['confidence']:g} % intervals over videos.", "")
    header = ["Dimension", "Coefficient", f"{who} with each other", f"{who} with the referee", "difference"]
    yield from _table(
        header, (_coefficient(item, row) for item in report["dimensions"] for row in item["coefficients"])
    )
    yield from ("Levels given, in shares:", "")
    levels = [
        [item["title"], side, *(f"{share:.2f}" for share in item["prevalence"][side]["shares"])]
        for item in report["dimensions"]
        for side in ("people", "referee")
        if item["prevalence"][side]["shares"]
    ]
    yield from _table(["Dimension", "by", "0", "1", "2", "3", "4"], levels)
    rows = [[i["title"], r["rater"], _told(r["estimate"])] for i in report["dimensions"] for r in i["leave_one_out"]]
    yield from _table(["Dimension", "One left out", "quadratic kappa with the others"], rows)


def _coefficient(item: Json, row: Json) -> list[str]:
    return [item["title"], row["title"], _told(row["people"]), _told(row["referee"]), _told(row["difference"], True)]


def _leniency(report: Json) -> Iterator[str]:
    yield from ("## Leniency", "", "Referee minus person, in levels.", "")
    rows = [
        [item["title"], name, _told(estimate, True)]
        for item in report["dimensions"]
        for name, estimate in [
            ("all", item["leniency"]["overall"]),
            *((row["rater"], row["estimate"]) for row in item["leniency"]["raters"]),
        ]
    ]
    yield from _table(["Dimension", "towards", "leniency"], rows)


def _slices(report: Json) -> Iterator[str]:
    rows = [
        [
            item["title"],
            row["label"],
            f"{row['n_claims']}",
            _told(row["difference"], True),
            _told(row["leniency"], True),
        ]
        for item in report["dimensions"]
        for row in item["slices"]
    ]
    if rows:
        yield from ("## By kind of claim", "", plain(report["slicing"]["note"]), "")
        for one in report["slicing"]["definitions"]:
            yield f"- {one['title']}: {plain(one['text'])}"
        yield ""
        yield from _table(["Dimension", "Claims", "n", "difference in quadratic kappa", "leniency"], rows)


def _calibration(report: Json) -> Iterator[str]:
    yield from ("## Calibration", "", "In squared levels, corrected for fitting to noise.", "")
    rows = [
        [item["title"], title, number(item["calibration"][key], 3)]
        for item in report["dimensions"]
        for key, title in PARTS
    ]
    yield from _table(["Dimension", "Part", "value"], rows)
    found = [
        [item["title"], row["title"], number(row["estimate"]["value"]), interval(row["estimate"])]
        for item in report["dimensions"]
        for row in item["by_level"]
    ]
    if found:
        yield from ("Level by level, with intervals by video.", "")
        yield from _table(["Dimension", "Measure", "value", "interval"], found)


def _recalibration(report: Json) -> Iterator[str]:
    found = report["recalibration"]
    if not found:
        return
    yield from ("## Recalibration", "", plain(found["sentence"]), "")
    rows = [
        [
            item["title"],
            f"{row['title']}{' (best)' if row['kind'] == item['best'] else ''}",
            *(number(row[key], 3) for key in ("mse_raw", "mse")),
            _told(row["gain"], True, 3),
            *(number(row[key], 3) for key in ("rps_raw", "rps")),
        ]
        for item in found["dimensions"]
        for row in item["tried"]
    ]
    header = ["Dimension", "Form", "squared error as it is", "recalibrated", "gain", "RPS as it is", "recalibrated"]
    yield from _table(header, rows)
    changes = [
        [row["title"], *(f"{row[part]} of {row[whole]}" for part, whole in _CHANGES)]
        for row in found["rankings"]
        if row["groups"]
    ]
    yield from _table(["Form", "advantages whose sign changes", "sides of 0 changed", "best changed"], changes)
    if found["command"]:
        yield from (f"To write it for the reward: `{found['command']}`", "")
    for note in (found["note"] if rows else "", found["rankings_note"]):
        if note:
            yield from (plain(note), "")
    yield from (f"- {item['title']} left out: {plain(item['reason'])}" for item in found["left_out"])
    yield ""


_CHANGES = (("sign_changed", "rollouts"), ("sign_flipped", "rollouts"), ("best_changed", "groups"))


def _mean_score(report: Json) -> Iterator[str]:
    found = report["mean_score"]
    if not found["dimensions"]:
        return
    yield from ("## Mean score of all scored claims", "")
    rows = [
        [
            item["title"],
            *(_told(item[key]) for key in found["titles"]),
            f"{item['n_rated']:,}",
            f"{item['n_scored_only']:,}",
            "not defined" if item["saved"] is None else f"{number(100 * item['saved'], 0)} %",
        ]
        for item in found["dimensions"]
    ]
    yield from _table(["Dimension", *found["titles"].values(), "rated", "scored only", "rated claims saved"], rows)
    yield from (plain(found["note"]), "", plain(found["draw_note"]), "")


def _responses(report: Json) -> Iterator[str]:
    for item in report["responses"]:
        yield from (f"## {item['title']}", "", f"Mean reward by {item['x_label']}.", "")
        rows = [[line["label"], *(number(value) for value in line["mean"])] for line in item["rewards"]]
        yield from _table(["Reward", *(f"{delta:g}" for delta in item["deltas"])], rows)


def _ablation(report: Json) -> Iterator[str]:
    found = report.get("ablation")
    if not found:
        return
    yield from ("## Referees side by side", "", plain(found["note"]), "")
    for one in found["referees"]:
        yield f"- {plain(one['label'])}: `{one['fingerprint']}`"
    yield ""
    rows = [
        [
            item["title"],
            row["title"],
            row["label"],
            _told(row["estimate"], True, row["digits"]),
            number(row["p_holm"], 3),
        ]
        for item in found["dimensions"]
        for row in item["differences"]
    ]
    yield from _table(["Dimension", "Measure", "difference", "value", "p (Holm)"], rows)


def _losses(report: Json) -> Iterator[str]:
    yield from ("## What was left out", "")
    rows = [[f"{loss['rows']}", loss["what"], loss["reason"], loss["dimension"]] for loss in report["losses"]]
    yield from _table(["Rows", "What", "Reason", "Dimension"], rows) if rows else ("Nothing was left out.", "")
    for note in report["notes"]:
        yield from (plain(note), "")


def _words(report: Json) -> Iterator[str]:
    yield from ("## How it was done", "")
    for method in report["methods"]:
        yield from (f"**{method['title']}.** {plain(method['text'])}", "")
    for reference in report["references"]:
        yield f"- {plain(reference['text'])} <{reference['link']}>"
    yield from ("", "## What this report does not establish", "")
    yield from (f"- {plain(limit)}" for limit in report["limits"])
    yield from ("", "## In words, for a paper", "", plain(report["paper"]), "")


def _told(estimate: Json, sign: bool = False, digits: int = 2) -> str:
    if estimate["value"] is None:
        return f"not defined: {estimate['reason']}"
    value = (signed if sign else number)(estimate["value"], digits)
    return f"{value} {interval(estimate, digits)}".strip()


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    written = [" | ".join(plain(cell) for cell in row) for row in rows]
    if written:
        yield f"| {' | '.join(header)} |"
        yield f"|{'---|' * len(header)}"
        yield from (f"| {row} |" for row in written)
        yield ""
