"""What exploit probes found, in Markdown and in tidy form, from the content of ``report.json`` alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from referee_calib.report.markdown_parts import plain, table
from referee_calib.report.probes import EVIDENCE, SYMBOLS, grouped, labels_of, measured, shown
from referee_calib.report.tables_reward import estimate_row

Json = Mapping[str, Any]
_KEPT = (
    "state", "reason", "normalised", "paid", "honest", "at_most", "at_least", "raised", "n_claims", "n_videos",
    "n_not_applicable", "n_failed", "videos_needed",
)  # fmt: skip


def markdown(report: Json) -> Iterator[str]:
    """Yield what tricks gain, and what is missing."""
    found = report["probes"]
    summary = found["summary"]
    if not summary:
        return
    yield from ("## Tricks", "")
    if found["note"]:
        yield from (plain(found["note"]), "")
    yield from (f"- {plain(said['text'])}" for said in found["sentences"])
    yield ""
    labels = labels_of(summary)
    for about in summary["about"]:
        yield from (f"### {EVIDENCE[about['on']]}", "", "What a trick gains over an honest, mediocre claim.", "")
        rows = [
            [probe["title"], *(f"{SYMBOLS[one['state']]} {shown(one)}".strip() for one in gains)]
            for _, its in grouped(summary, about)
            for probe, gains in its
        ]
        yield from table(["Trick", *(plain(labels[row["name"]]) for row in measured(about))], rows)
    yield from (f"- missing: {plain(one['what'])}: {plain(one['why'])}." for one in summary["missing"])
    yield ""


def gains(report: Json) -> Iterator[dict[str, Any]]:
    """Yield one row per reward, kind of evidence, probe and unit of the gain."""
    for about in (report["probes"]["summary"] or {"about": ()})["about"]:
        for row in about["rewards"]:
            for one in row["gains"]:
                head = {"on": about["on"], "reward": row["name"], "probe": one["probe"], **{k: one[k] for k in _KEPT}}
                for unit in ("gain", "raw"):
                    yield head | {"unit": unit, **estimate_row(one[unit])}
