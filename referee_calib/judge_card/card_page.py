"""A judge card as a page: verdict, measurements, limits, and how to load the judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from referee_calib.report import (
    CHECK_GROUPS,
    Bullets,
    Column,
    Item,
    Row,
    Section,
    SectionPage,
    Table,
    TableCell,
    Text,
    check_column_title,
    listed,
    value_and_interval,
)

_TEXTS = ("what", "model", "revision", "decoding", "prompt", "frames")
_INTERVALS = (
    "Intervals are the report’s: 95 % over videos; exact limits of rare errors and failures are 95 % on each side; "
    "that of the annotator test runs from those the judge can replace to those it is not shown to fall behind."
)
_ABOUT = {"what": "what it is", "frames": "what it sees"}


def card_page(card: Mapping[str, Any]) -> SectionPage:
    """Return the page of a card; :func:`referee_calib.report.render_section_markdown` writes it.

    Parameters
    ----------
    card : mapping
        As :func:`judge_card` returns it, or read back from its JSON.
    """
    verdict, judge, on = card["verdict"], card["judge"], card["examined_on"]
    despite = " Certified despite this verdict." if verdict.get("despite_verdict") else ""
    counted = [f"{on[name]:,} {name}" for name in ("videos", "claims", "raters", "ratings") if on[name] is not None]
    return SectionPage(
        title=f"Judge card: {judge['name']}",
        kicker=f"Judge card: {judge['name']}",
        headline=f"{verdict['state'].capitalize()}. {verdict['sentence']}{despite}",
        lead=[text for text in (card["warning"], *(_sentence(one) for one in card["cautions"])) if text],
        facts=[f"study: {on['study']}", *counted, f"rubric {on['rubric']}"],
        sections=[_identity(card), *_measurements(card), _limits(card), _loading(card)],
        footer=f"From {card['certificate']['file']}, sha256 {card['certificate']['sha256']}.",
    )


def _sentence(caution: str) -> str:
    return f"About the certificate: {caution}."


def _identity(card: Mapping[str, Any]) -> Section:
    judge, reward = card["judge"], card["reward"]
    said = [("name", judge["name"]), ("fingerprint", judge["fingerprint"])]
    said += [(_ABOUT.get(key, key), _plain(judge[key])) for key in _TEXTS if judge.get(key) is not None]
    if judge.get("model") is not None and judge.get("revision") is None:
        said.append(("revision", "not stated: the same name may answer differently tomorrow"))
    levels = f"levels of {listed(reward['recalibrated'])} recalibrated" if reward["recalibrated"] else "levels as given"
    said.append(("reward", f"{reward['name']} {reward['fingerprint']}: {reward['combination']}, {levels}"))
    if card["examined_on"]["missing"]:
        said.append(("not stated", card["examined_on"]["missing"]))
    return Section(
        "judge", "Who judges", "Which judge is this?", [Bullets([Item(text, title) for title, text in said])]
    )


def _measurements(card: Mapping[str, Any]) -> Iterator[Section]:
    verdict = card["verdict"]
    who = "simulated raters" if card["simulated"] else "people"
    blocks = [table for key in CHECK_GROUPS if (table := _table(key, verdict, who)).rows]
    known = {name for _, terms in CHECK_GROUPS.values() for name in terms}
    others = [Item(check["sentence"]) for check in verdict.get("checks", []) if check["threshold"] not in known]
    rest = [Bullets(others, "Checks of another version")] if others else []
    question = "What was measured, against which limit, and what came out?"
    yield Section(
        "measurements",
        "Measurements",
        question,
        [*blocks, *rest, Text(f"{_INTERVALS} {verdict.get('basis', '')}", "note")],
    )
    if card["people_curve"]:
        lines = [
            Item(f"nearer to people than {one['baseline']} on {one['on']}: {one['state']}")
            for one in card["people_curve"]
        ]
        yield Section("people", "Perturbed claims", "Do people and reward fall alike?", [Bullets(lines)])


def _table(key: str, verdict: Mapping[str, Any], who: str) -> Table:
    """Return a row for each threshold of a group, a column for each dimension."""
    heading, terms = CHECK_GROUPS[key]
    mine = [check for check in verdict.get("checks", []) if check["threshold"] in terms]
    columns = list(dict.fromkeys(check["dimension"] for check in mine))
    rows = []
    for name, words in terms.items():
        found = {check["dimension"]: check for check in mine if check["threshold"] == name}
        if found:
            limit = words.limit.format(who=who, **verdict["thresholds"])
            cells = [_cell(found.get(column)) for column in columns]
            rows.append(Row(f"{words.title.format(who=who)}: {limit}", {"threshold": name}, cells))
    titles = [Column(one, check_column_title(one)) for one in columns]
    return Table(key, f"{heading}.", "measure: limit", titles, rows)


def _cell(check: Mapping[str, Any] | None) -> TableCell:
    if check is None:
        return TableCell("not held")
    text, interval = value_and_interval(check)  # type: ignore[arg-type]
    return TableCell(text or "not defined", interval, state=check["state"])


def _limits(card: Mapping[str, Any]) -> Section:
    gaps = [Item(text, "Not examined") for text in card["verdict"].get("gaps", [])]
    items = [*gaps, *(Item(text) for text in card["limits"])]
    return Section("limits", "Limits", "What does this card not establish?", [Bullets(items)])


def _loading(card: Mapping[str, Any]) -> Section:
    lines = ["from referee_calib.reward import SemanticEvidenceReward", f"reward = {card['load']}"]
    return Section("loading", "Loading", "How is exactly this judge loaded?", [Text("\n".join(lines), "code")])


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items() if one is not None)
    return str(value)
