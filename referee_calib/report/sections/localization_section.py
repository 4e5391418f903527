"""Sections on several annotators' marks: whether people agree on when, and on where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from referee_calib.report.blocks import (
    Block,
    Column,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    estimate_cell,
    number_cell,
)
from referee_calib.report.schema.localization_schema import LocalizationJson
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.wording.number_format import count, number

OVERLAP = {"span": "tIoU", "box": "IoU"}
MARKS = {"span": "spans", "box": "boxes"}
_TITLES = {"span": "Agreement on when", "box": "Agreement on where"}
_QUESTIONS = {
    "span": "Do people mark the same time, more than chance would?",
    "box": "Do people draw the same box, more than chance would?",
}
_CHANCES = {
    "marginal": "marks of any two items",
    "placement": "the same size at a random place",
}
_SIGNED = {
    "start": "+ later", "end": "+ later", "middle": "+ later", "length": "+ looser", "left": "+ further right",
    "right": "+ further right", "middle x": "+ further right", "top": "+ lower", "bottom": "+ lower",
    "middle y": "+ lower", "width": "+ looser", "height": "+ looser",
}  # fmt: skip


def localization_sections(found: LocalizationJson, prefix: str = "") -> list[Section]:
    """Build the sections on one kind of mark; `prefix` tells the anchors of several kinds apart."""
    kind = found["kind"]
    first: list[Block] = [
        _overlap(found),
        *_notes(OVERLAP_NOTES[kind]),
        _alpha(found),
        *_notes(ALPHA_NOTE),
    ]
    sections = [Section(f"{prefix}localization", _TITLES[kind], _QUESTIONS[kind], first)]
    if found["noise"]:
        sections.append(_edges(found, prefix))
    return sections


OVERLAP_NOTES = {
    "span": "tIoU is the time that two spans share over the time that either covers. Every item counts the same. The "
    "median of the others takes start and end apart, of items that three people or more marked.",
    "box": "IoU is the area that two boxes share over the area that either covers. Every item counts the same. The "
    "median of the others takes each edge apart, of items that three people or more marked.",
}
ALPHA_NOTE = (
    "Alpha is 1 minus the mean distance of two people's marks of one item over the distance by chance: 1 for the same "
    "marks, 0 where marks of one item are no nearer than chance puts them. What chance means is a choice: marks of any "
    "two items are the data's own; a mark of the same size at a random place is somebody who knows how long or large "
    "such evidence is, and not where."
)
SPLIT_NOTE = (
    "People split where two groups of two or more, each linked by an overlap of 0.5 or more, overlap with each other "
    "by less than 0.1 on average: as where two events fit the words."
)


def _overlap(found: LocalizationJson) -> Table:
    name = OVERLAP[found["kind"]]
    rows = [
        (f"{name} of two people", "overlap", found["overlap"]),
        (f"Generalized {name} of two people", "generalized", found["generalized"]),
        (f"{name} of one person with the median of the others", "with_others", found["with_others"]),
        *((f"Pairs of people below {name} {gate}", f"rejected_{gate}", one) for gate, one in found["rejected"].items()),
        *(
            (f"People below {name} {gate} with the median of the others", f"rejected_by_others_{gate}", one)
            for gate, one in found["rejected_by_others"].items()
        ),
        ("Items on which people split into groups", "split", found["split"]),
    ]
    shown = [
        Row(
            title,
            {"kind": found["kind"], "measure": key},
            [estimate_cell(one, digits=3), TableCell(f"{one['n_units'] or 0:,}")],
        )
        for title, key, one in rows
    ]
    columns = [Column("people", "Estimate", "people", "agreement"), Column("items", "Items")]
    return Table("localization", f"People's {MARKS[found['kind']]} with each other.", "", columns, shown, across="who")


def _alpha(found: LocalizationJson) -> Table:
    name = OVERLAP[found["kind"]]
    distances = {"overlap": f"1 − {name}", "generalized": f"(1 − generalized {name}) / 2"}
    rows = [
        Row(
            f"{distances[one['measure']]}; chance: {_CHANCES[one['chance']]}",
            {"kind": found["kind"], "distance": one["measure"], "chance": one["chance"]},
            [
                estimate_cell(one["alpha"], digits=3),
                number_cell(one["observed"], lambda value: number(value, 3)),
                number_cell(one["expected"], lambda value: number(value, 3)),
            ],
        )
        for one in found["alphas"]
    ]
    columns = [Column("alpha", "Alpha", "people", "agreement"), Column("observed", "Distance"),
               Column("expected", "By chance")]  # fmt: skip
    return Table("localization_alpha", "Agreement beyond chance (alpha).", "Distance", columns, rows, across="term")


def _edges(found: LocalizationJson, prefix: str) -> Section:
    unit = f", in {found['unit']}" if found["unit"] else ", in the unit of the marks"
    named, digits = found["n_annotators"] is not None, _digits(found)
    columns = [Column("noise", "Noise"), *([Column("annotator", "Bias of annotators")] if named else []),
               Column("item", "Items")]  # fmt: skip
    rows = [
        Row(
            edge.capitalize(),
            {"kind": found["kind"], "edge": edge},
            [
                estimate_cell(one["noise"], digits=digits),
                *([estimate_cell(one["annotator"], digits=digits)] if named else []),
                estimate_cell(one["item"], digits=digits),
            ],
        )
        for edge, one in found["noise"].items()
    ]
    caption = f"Standard deviations{unit}: what is left, annotators' lasting bias, and how far items differ."
    blocks: list[Block] = [
        Table(
            "edge_noise", caption if named else _NUMBERED.format(unit=unit), "Edge", columns, rows, across="component"
        )
    ]
    blocks += [_bias(found, unit)] if named else list(_notes(f"No bias of single people: {found['bias_reason']}."))
    question = "Who marks early or late, loosely or tightly, and how exactly do people mark at all?"
    return Section(f"{prefix}edges", f"Bias and noise of {MARKS[found['kind']]}", question, blocks)


_NUMBERED = "Standard deviations{unit}: noise, which holds annotators' bias too, and how far items differ."


def _bias(found: LocalizationJson, unit: str) -> Table:
    who = list(next(iter(found["bias"].values())))
    digits = _digits(found)
    rows = [
        Row(
            name,
            {"kind": found["kind"], "edge": edge, "annotator": name},
            [estimate_cell(one[name], sign=True, digits=digits)],
            f"{edge.capitalize()} ({_SIGNED[edge]})",
        )
        for edge, one in found["bias"].items()
        for name in who
    ]
    columns = [Column("bias", "Bias", "people", "bias")]
    return Table("edge_bias", f"Each annotator against the average{unit}.", "Annotator", columns, rows, across="term")


def _digits(found: LocalizationJson) -> int:
    """Return two digits, or three where noise is below 1: fractions of a second, shares of a frame."""
    noise = [one["noise"]["value"] for one in found["noise"].values()]
    return 2 if max((value for value in noise if value is not None), default=1.0) >= 1 else 3


def _notes(*texts: str) -> Iterator[Text]:
    return (Text(text, "note") for text in texts if text)


def with_split_note(found: LocalizationJson) -> list[str]:
    """Return what else has to be known, with what a split is."""
    return [SPLIT_NOTE, *found["notes"]]


def study_localization_sections(report: ReportJson) -> list[Section]:
    """Build the sections on a study's marks: of spans, of boxes, with what has to be known about each."""
    found = []
    for one in report.get("localization", []):
        prefix = "time_" if one["kind"] == "span" else "place_"
        first, *others = localization_sections(one, prefix)
        notes = [text[:1].upper() + text[1:].rstrip(".") + "." for text in with_split_note(one)]
        found += [replace(first, blocks=[_marked(one), *first.blocks, *_notes(*notes)]), *others]
    return found


def _marked(found: LocalizationJson) -> Text:
    what = "claims" if found["kind"] == "span" else "claims at one time"
    return Text(
        f"{count(found['n_annotators'] or 0, 'person', 'people')} marked {found['n_items']:,} {what} themselves, "
        f"{found['overlap']['n_units']:,} of them twice or more, in {count(found['n_clusters'] or 0, 'video')}."
    )
