"""What ``agree`` says of spans and boxes, once: it is printed, or written as HTML or Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib import __version__
from referee_calib.report import (
    Bullets,
    Item,
    Section,
    SectionPage,
    Text,
    count,
    localization_sections,
    upper_first,
    with_split_note,
)

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.localization import LocalizationTable

_NAMES = {"span": ("tIoU", "span", "mark the same time"), "box": ("IoU", "box", "draw the same box")}


def localization_page(table: LocalizationTable, source: str) -> SectionPage:
    """Put together what is said about a file of marks."""
    found = table.to_json()
    sections = localization_sections(found)  # type: ignore[arg-type]
    notes = [Item(f"{upper_first(text.rstrip('.'))}.") for text in with_split_note(found)]  # type: ignore[arg-type]
    return SectionPage(
        title=f"Agreement in {source}",
        kicker=f"Agreement in {source}",
        headline=f"{headline(table)}.",
        lead=_lead(table),
        facts=facts(table),
        sections=[
            *sections,
            Section("notes", "Notes", "What else has to be known?", [Bullets(notes)]),
            Section("paper", "For a paper", "What can be reported?", [Text(paragraph(table), "copyable")]),
        ],
        footer=f"Written by referee-calib {__version__}.",
    )


def facts(table: LocalizationTable) -> list[str]:
    """Return the counts."""
    found = table.agreement
    clusters = "" if table.n_clusters is None else f" in {count(table.n_clusters, 'cluster')}"
    said = [f"{count(found.overlap.n_units, 'item')} that two annotators or more marked{clusters}"]
    said.append("annotators numbered" if table.n_annotators is None else count(table.n_annotators, "annotator"))
    said.append(count(found.n_marks, _NAMES[found.kind][1], "boxes" if found.kind == "box" else ""))
    if found.n_single:
        said.append(f"{count(found.n_single, 'item')} of one annotator, which say nothing about agreement")
    return said


def headline(table: LocalizationTable) -> str:
    """Say by how much two people overlap."""
    name, what, _ = _NAMES[table.agreement.kind]
    found = table.agreement.overlap
    if found.value is None:
        return f"Nothing to compare: {found.reason}"
    return f"Two people's {what if what == 'span' else 'boxe'}s overlap by a mean {name} of {_shown(found)}"


def _lead(table: LocalizationTable) -> list[str]:
    found = table.agreement
    if found.overlap.value is None:
        return []
    name = _NAMES[found.kind][0]
    lead = []
    half = found.rejected.get("0.5")
    if half is not None and half.value is not None:
        lead.append(f"A threshold of {name} 0.5 would reject {_percent(half)} of people's pairs.")
    lead.append(
        f"A difference down to {name} {found.overlap.value:.2f} is what two people make: it is a tolerance for what is "
        "called a small change."
    )
    if table.covered is not None:
        lead.append(f"95 % of people's spans cover no more than {100 * table.covered:.0f} % of their video.")
    return lead


def paragraph(table: LocalizationTable) -> str:
    """Write one paragraph for a paper."""
    found = table.agreement
    name, what, same = _NAMES[found.kind]
    if found.overlap.value is None:
        return f"{found.n_items} items were marked; {found.overlap.reason}."
    said = [
        f"{count(found.overlap.n_ratings, what, 'boxes' if what == 'box' else '')} of "
        f"{count(found.overlap.n_units, 'item')} that two annotators or more marked"
        + ("" if table.n_clusters is None else f", in {count(table.n_clusters, 'cluster')}")
        + f", were compared. Two annotators {same} to a mean {name} of {_shown(found.overlap)}."
    ]
    alphas = [
        f"{_shown(one.alpha)} with {_CHANCE[one.chance]}"
        for one in found.alphas
        if one.measure == "overlap" and one.alpha.value is not None
    ]
    if alphas:
        said.append(
            f"Agreement beyond chance, Krippendorff's alpha with the distance 1 − {name}, was {'; '.join(alphas)}."
        )
    if found.overlap.low is not None:
        groups = "items" if table.n_clusters is None else "clusters"
        said.append(f"Intervals are {100 * table.confidence:g} % jackknife-t over {groups}.")
    return " ".join([*said, f"Computed with referee-calib {__version__}."])


_CHANCE = {
    "marginal": "chance from marks of any two items",
    "placement": "chance from marks of the same size at a random place",
}


def _shown(found: Estimate) -> str:
    if found.value is None:
        return "not defined"
    if found.low is None or found.high is None:
        return f"{found.value:.3f}"
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def _percent(found: Estimate) -> str:
    if found.value is None or found.low is None or found.high is None:
        return f"{100 * (found.value or 0.0):.1f} %"
    return f"{100 * found.value:.1f} % [{100 * found.low:.1f}, {100 * found.high:.1f}]"
