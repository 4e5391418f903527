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
    sections = (_head, _agreement, _leniency, _slices, _calibration, _responses, _ablation, _losses, _words)
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
