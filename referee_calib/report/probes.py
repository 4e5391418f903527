"""What ``report.json`` holds about exploit probes: the run's own summary, what the reward falls to, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from referee_calib.report.words import count, listed, signed

if TYPE_CHECKING:
    from referee_calib.analysis.last_run import LastRun

Json = Mapping[str, Any]
EMPTY: dict[str, Any] = {"note": "", "reward": "", "summary": None, "sentences": []}
EVIDENCE = {"boxes": "Tricks with boxes", "span": "Tricks with spans"}
SYMBOLS = {"pass": "✓", "fail": "✗", "cannot tell": "?", "not applicable": "–"}
GROUPS = {
    "place": "Too much, or elsewhere",
    "time": "Another time",
    "words": "Words",
    "many": "Quantity",
    "format": "Coordinates that are none",
    "pictures": "Other pictures under the same claim",
    "replies": "One claim more in a reply",
}
MOST_NAMED = 6


def probes(found: LastRun | None) -> dict[str, Any]:
    """Return what ``report.json`` says under ``probes``.

    Parameters
    ----------
    found : LastRun or None
        None for an analysis that did not look.
    """
    if found is None or found.summary is None:
        return EMPTY | {"note": found.note if found else ""}
    said = [
        {"on": about["on"], "reward": row["name"], "text": sentence(found.summary, about, row)}
        for about in found.summary["about"]
        for row in about["rewards"]
    ]
    return {"note": found.note, "reward": found.reward, "summary": found.summary, "sentences": said}


def sentence(summary: Json, about: Json, row: Json) -> str:
    """Say in a sentence what one reward stands and what it falls to.

    Parameters
    ----------
    summary, about, row : dict
        The summary, what it says about one kind of evidence, and of that what it says about one reward.
    """
    label = labels_of(summary)[row["name"]]
    if row["refused"] and about["truth"]:
        return f"{label}, {EVIDENCE[about['on']].lower()}: nothing can be measured, because {row['refused']}."
    titles = titles_of(summary)
    hits = sorted((one for one in row["gains"] if one["state"] == "fail"), key=lambda one: -(one["gain"]["value"] or 0))
    named = [f"{titles[one['probe']]} ({signed(one['gain']['value'])})" for one in hits[:MOST_NAMED]]
    more = f" and {len(hits) - MOST_NAMED} more" if len(hits) > MOST_NAMED else ""
    tried = sum(one["state"] != "not applicable" for one in row["gains"])
    n_open = sum(one["state"] == "cannot tell" for one in row["gains"])
    told = f"pays {count(len(hits), 'trick')} of {tried} more than an honest, mediocre claim"
    which = f": {listed(named)}{more}" if hits else ""
    left = f"; {count(n_open, 'is', 'are')} open" if n_open else ""
    return f"{label}, {EVIDENCE[about['on']].lower()}: {told}{which}{left}."


def labels_of(summary: Json) -> dict[str, str]:
    """Return the rewards' labels by name."""
    return {row["name"]: row["label"] for row in summary["rewards"]}


def titles_of(summary: Json) -> dict[str, str]:
    """Return the probes' titles by key."""
    return {one["key"]: one["title"] for one in summary["probes"]}


def grouped(summary: Json, about: Json) -> Iterator[tuple[str, list[tuple[Json, list[Json]]]]]:
    """Yield headings with their probes, each with the gain of every reward in order.

    Parameters
    ----------
    summary, about : dict
    """
    gains = [{one["probe"]: one for one in row["gains"]} for row in measured(about)]
    for group, heading in GROUPS.items():
        its = [probe for probe in summary["probes"] if probe["group"] == group]
        rows = [(probe, [by_key[probe["key"]] for by_key in gains]) for probe in its if probe["key"] in gains[0]]
        if rows:
            yield heading, rows


def measured(about: Json) -> list[Json]:
    """Return the rewards of which something can be measured; all of them where nothing can be of any."""
    return [row for row in about["rewards"] if not row["refused"]] or list(about["rewards"])


def hits(report: Json) -> list[Json]:
    """Return what fell and can be shown, once for each trick: the reported reward's example, or else another one's."""
    found = report["probes"]
    summary = found["summary"]
    if not summary:
        return []
    labels, titles = labels_of(summary), titles_of(summary)
    shown = [
        {**one, "label": labels[row["name"]], "title": titles[one["probe"]], "own": row["name"] == found["reward"]}
        for about in summary["about"]
        for row in about["rewards"]
        for one in row["gains"]
        if one["state"] == "fail" and one["example"] and one["example"]["image"]
    ]
    chosen: dict[str, dict[str, Any]] = {}
    for one in sorted(shown, key=lambda one: not one["own"]):
        first = chosen.setdefault(one["probe"], {**one, "labels": []})
        first["labels"].append(one["label"])
    return list(chosen.values())


def shown(one: Json) -> str:
    """Write a gain as a table shows it."""
    told = one["gain"] if one["normalised"] else one["raw"]
    if told["value"] is None:
        return "no value" if one["state"] == "cannot tell" else ""
    return signed(told["value"])
