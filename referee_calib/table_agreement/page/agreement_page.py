"""Everything ``agree`` says, once: what is printed, the HTML page and its Markdown are made of this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib import __version__
from referee_calib.report import Bullets, Item, Section, SectionPage, Text, count, upper_first
from referee_calib.table_agreement.page.agreement_sections import (
    correlation_section,
    people_section,
    referee_section,
    significance_section,
)
from referee_calib.table_agreement.page.category_section import category_section
from referee_calib.table_agreement.page.forest_figure import KEY, forest_figure
from referee_calib.table_agreement.page.headline import FEW, headline
from referee_calib.table_agreement.page.paragraph import paragraph, references
from referee_calib.table_agreement.page.rater_section import rater_section
from referee_calib.table_agreement.page.raw_referee_section import (
    error_figures,
    raw_figures,
    raw_referee_rows,
    raw_referee_section,
    raw_sentence,
    referee_errors_section,
)
from referee_calib.table_agreement.page.table_notes import level_note
from referee_calib.table_agreement.rating_scale import category_name

if TYPE_CHECKING:
    from agreement import NoteCode
    from referee_calib.report import ContinuousJudgeJson
    from referee_calib.table_agreement.agreement_table import AgreementTable


def agreement_page(table: AgreementTable, *, figures: bool = False) -> SectionPage:
    """Put together what is said about a table; drawing figures costs a second and is left to pages."""
    drawn = forest_figure(table) if figures else None
    raw = raw_referee_rows(table)
    curves = {**raw_figures(raw), **error_figures(table)} if figures else {}
    found = [
        people_section(table),
        raw_referee_section(raw),
        referee_errors_section(table),
        referee_section(table),
        category_section(table),
        rater_section(table),
        correlation_section(table),
        significance_section(table),
        _notes(table),
        _paper(table, raw),
    ]
    return SectionPage(
        title=f"Agreement in {table.source}",
        kicker=f"Agreement in {table.source}",
        headline=f"{headline(table)}.",
        lead=_lead(table),
        facts=facts(table),
        sections=[section for section in found if section is not None],
        figures={**({KEY: drawn} if drawn else {}), **curves},
        first=KEY if drawn else "",
        footer=f"Written by referee-calib {__version__}, seed {table.seed}.",
    )


def facts(table: AgreementTable) -> list[str]:
    """Return the counts, the scale and the level."""
    n = table.counts
    who = "raters" if table.referee is None else "people"
    missing = "none missing" if not n.missing else f"{n.missing:,} of {n.missing + n.ratings:,} missing"
    said = [
        count(n.units, "unit") + ("" if n.clusters is None else f" in {count(n.clusters, 'cluster')}"),
        count(n.raters, who[:-1] if who == "raters" else "person", who),
        f"{count(n.ratings, 'rating')}, {missing}",
    ]
    if n.units_rated_twice != n.units:
        said.append(f"{count(n.units_rated_twice, 'unit')} with two ratings or more")
    if table.referee is not None:
        levels = count(n.referee_levels or 0, "level" if table.unit == "scale" else "measurement")
        said.append(f"referee {table.referee}: {levels}, {count(n.compared or 0, 'unit')} compared")
    if table.raw_referee is not None:
        scored = count(table.raw_referee.shape.n_scored, "score")
        said.append(f"referee {table.raw_referee.judge}: {scored} in a unit of its own")
    said.append(f"level {table.level}{' (assumed)' if table.level_assumed else ''}")
    if table.of_sets and table.categories is not None:
        labels = table.categories.categories
        named = ", ".join(labels if len(labels) <= 12 else [*labels[:11], "…"])
        said.append(f"{len(table.scale)} different sets of {count(len(labels), 'label')}: {named}")
    elif table.scale:
        said.append(f"{count(len(table.scale), 'category', 'categories')}: {_scale(table)}")
    return said


def _scale(table: AgreementTable) -> str:
    names = list(map(category_name, table.scale))
    return ", ".join(names if len(names) <= 12 else [*names[:5], "…", names[-1]])


def _lead(table: AgreementTable) -> list[str]:
    more = [f"{text}." for text in table.copies[1:]]
    doubts = [upper_first(f"{note}.") for note in table.notes if _code(note) in _doubts()]
    return [text for text in (*more, *doubts, _few(table), level_note(table)) if text]


def _code(note: str) -> NoteCode | None:
    from agreement import Note

    return note.code if isinstance(note, Note) else None


def _doubts() -> set[NoteCode]:
    """Return what notes ask about the ratings themselves: were it otherwise, every number would be."""
    from agreement import NoteCode

    return {
        NoteCode.SIMILAR_CATEGORIES,
        NoteCode.CODE_FOR_MISSING,
        NoteCode.NAME_FOR_MISSING,
        NoteCode.WIDE_SCALE,
        NoteCode.RATERS_IDENTICAL,
        NoteCode.REFEREE_CONSTANT,
    }


def _few(table: AgreementTable) -> str:
    """Say that intervals rest on few clusters or units, where they do."""
    n = table.counts.independent
    if n >= FEW or table.interval is None:
        return ""
    what = "unit" if table.counts.clusters is None else "cluster"
    if n < 2:
        return f"{count(n, what)}: nothing shows how much another would differ, so that there is no interval."
    return f"Only {count(n, what)}: intervals from fewer than {FEW} are rough and tend to be too short."


def _notes(table: AgreementTable) -> Section | None:
    from agreement import NoteCode

    above = _doubts()  # said above everything, as are few clusters and copies
    if _few(table):
        above |= {NoteCode.FEW_CLUSTERS, NoteCode.FEW_UNITS}
    notes = [note for note in table.notes if note not in table.copies and _code(note) not in above]
    if not notes:
        return None
    items = [Item(upper_first(note if note.endswith(".") else f"{note}.")) for note in notes]
    return Section("notes", "Notes", "What else has to be known?", [Bullets(items)])


def _paper(table: AgreementTable, raw: list[ContinuousJudgeJson]) -> Section:
    return Section(
        "paper",
        "For a paper",
        "What can be reported?",
        [
            Text(f"{paragraph(table)} {raw_sentence(raw)}".rstrip(), "copyable"),
            Bullets(references(table), "References"),
        ],
    )
