"""The report's text and tables as Markdown, from the content of ``report.json`` alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from referee_calib.report.document.number_format import count, interval, number, p_value
from referee_calib.report.markdown import reward_markdown as more
from referee_calib.report.markdown.markdown_elements import plain, table, told
from referee_calib.report.tables import exploit_tables as probes

Json = Mapping[str, Any]
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
        _head, more.verdict, _agreement, _leniency, _slices, _calibration, more.recalibration, more.mean_score,
        _responses, more.robustness, probes.markdown, _ablation, _losses, _words,
    )  # fmt: skip
    return "\n".join(line for section in sections for line in section(report)).rstrip() + "\n"


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


def _agreement(report: Json) -> Iterator[str]:
    who = report["headline"]["who"]
    yield from ("## Agreement", "", f"{100 * report['confidence']:g} % intervals over videos.", "")
    header = ["Dimension", "Coefficient", f"{who} with each other", f"{who} with the referee", "difference"]
    yield from table(header, (_coefficient(item, row) for item in report["dimensions"] for row in item["coefficients"]))
    yield from ("Levels given, in shares:", "")
    levels = [
        [item["title"], side, *(f"{share:.2f}" for share in item["prevalence"][side]["shares"])]
        for item in report["dimensions"]
        for side in ("people", "referee")
        if item["prevalence"][side]["shares"]
    ]
    yield from table(["Dimension", "by", "0", "1", "2", "3", "4"], levels)
    rows = [[i["title"], r["rater"], told(r["estimate"])] for i in report["dimensions"] for r in i["leave_one_out"]]
    yield from table(["Dimension", "One left out", "quadratic kappa with the others"], rows)


def _coefficient(item: Json, row: Json) -> list[str]:
    return [item["title"], row["title"], told(row["people"]), told(row["referee"]), told(row["difference"], True)]


def _leniency(report: Json) -> Iterator[str]:
    yield from ("## Leniency", "", "Referee minus person, in levels.", "")
    rows = [
        [item["title"], name, told(estimate, True)]
        for item in report["dimensions"]
        for name, estimate in [
            ("all", item["leniency"]["overall"]),
            *((row["rater"], row["estimate"]) for row in item["leniency"]["raters"]),
        ]
    ]
    yield from table(["Dimension", "towards", "leniency"], rows)


def _slices(report: Json) -> Iterator[str]:
    rows = [
        [
            item["title"],
            row["label"],
            f"{row['n_claims']}",
            told(row["difference"], True),
            told(row["leniency"], True),
        ]
        for item in report["dimensions"]
        for row in item["slices"]
    ]
    if rows:
        yield from ("## By kind of claim", "", plain(report["slicing"]["note"]), "")
        for one in report["slicing"]["definitions"]:
            yield f"- {one['title']}: {plain(one['text'])}"
        yield ""
        yield from table(["Dimension", "Claims", "n", "difference in quadratic kappa", "leniency"], rows)


def _calibration(report: Json) -> Iterator[str]:
    yield from ("## Calibration", "", "In squared levels, corrected for fitting to noise.", "")
    rows = [
        [item["title"], title, number(item["calibration"][key], 3)]
        for item in report["dimensions"]
        for key, title in PARTS
    ]
    yield from table(["Dimension", "Part", "value"], rows)
    found = [
        [item["title"], row["title"], number(row["estimate"]["value"]), interval(row["estimate"])]
        for item in report["dimensions"]
        for row in item["by_level"]
    ]
    if found:
        yield from ("Level by level, with intervals by video.", "")
        yield from table(["Dimension", "Measure", "value", "interval"], found)


def _responses(report: Json) -> Iterator[str]:
    for item in report["responses"]:
        yield from (f"## {item['title']}", "", f"Mean reward by {item['x_label']}.", "")
        rows = [[line["label"], *(number(value) for value in line["mean"])] for line in item["rewards"]]
        yield from table(["Reward", *(f"{delta:g}" for delta in item["deltas"])], rows)


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
            told(row["estimate"], True, row["digits"]),
            p_value(row["p_holm"]),
        ]
        for item in found["dimensions"]
        for row in item["differences"]
    ]
    yield from table(["Dimension", "Measure", "difference", "value", "p (Holm)"], rows)


def _losses(report: Json) -> Iterator[str]:
    yield from ("## What was left out", "")
    rows = [[f"{loss['rows']}", loss["what"], loss["reason"], loss["dimension"]] for loss in report["losses"]]
    yield from table(["Rows", "What", "Reason", "Dimension"], rows) if rows else ("Nothing was left out.", "")
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
