"""The report as Markdown: its sections without their figures, from the content of ``report.json`` alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from referee_calib.report.blocks import Block, Bullets, Claims, Item, Section, Table, TableCell, Text
from referee_calib.report.schema.report_schema import DisagreementJson, ReportJson
from referee_calib.report.sections import sections
from referee_calib.report.wording.number_format import count, number
from referee_calib.report.wording.report_nouns import in_report_words
from referee_calib.unseen_characters import shown
from referee_calib.verdict_state import VerdictState

_IN_LINK = str.maketrans({"<": "%3C", ">": "%3E", " ": "%20"})  # what would end a link in angle brackets
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")


def render_markdown(report: ReportJson) -> str:
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
    lines = [*_head(report), *(line for section in sections(report) for line in section_lines(section))]
    return "\n".join(lines).rstrip() + "\n"


def escape(text: object) -> str:
    """Escape a text so that it is shown as it is, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(shown(str(text)).split()))


def _head(report: ReportJson) -> Iterator[str]:
    head, verdict, ratings = report["headline"], report["verdict"], report["ratings"]
    yield from (f"# {escape(report['title'])}", "")
    if verdict:
        yield from (f"**{verdict['state'].capitalize()}.** {escape(verdict['sentence'])}", "")
    beyond = verdict["beyond"] if verdict else ""
    for text in (head["sentence"], head["leniency"], head["tail"], head["caution"], head["simulated"], beyond):
        if text:
            yield from (escape(text), "")
    for step in verdict["next_steps"] if verdict else ():
        yield f"- {escape(step)}"
    name, fingerprint = report["referee"]["description"].get("name") or "unnamed", report["referee"]["fingerprint"]
    clusters = in_report_words(count(report["counts"]["videos"], "video"), report)
    yield ""
    yield (
        f"{clusters}, {count(report['counts']['raters'], 'rater')}, "
        f"{count(ratings['rows'], 'rating')} ({ratings['simulated']:,} simulated); "
        f"referee {escape(name)}{f' `{fingerprint}`' if fingerprint else ''}"
    )
    yield ""


def section_lines(section: Section) -> Iterator[str]:
    """Yield the lines of one section."""
    yield from (f"## {section.title}", "", escape(section.question), "")
    for block in section.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield from table_lines(block)
    elif isinstance(block, Bullets):
        if block.heading:
            yield from (f"### {escape(block.heading)}", "")
        yield from (f"- {_item(item)}" for item in block.items)
        yield ""
    elif isinstance(block, Claims):
        yield from (f"- {_item(_claim(one))}" for one in block.claims)
        yield ""
    elif isinstance(block, Text):
        yield from (
            (f"    {line}" for line in block.text.splitlines()) if block.style == "code" else (escape(block.text),)
        )
        yield ""


def _claim(one: DisagreementJson) -> Item:
    """Return a claim without its frame: everybody's level, what it says, and where it can be seen."""
    title = f"{one['title']}: referee {number(one['referee'], 1)}, people {number(one['people_mean'], 1)}"
    votes = ", ".join(f"{vote['rater']}: {vote['level']}" for vote in one["people"])
    told = [f"{votes}.", one["question"], one["object"] or ""]
    where = one["claim"] if one["video"] == one["claim"] else f"{one['video']} · {one['claim']}"
    words = " ".join([*filter(None, told), f"({where})"])
    return Item(words, title, one["link"].translate(_IN_LINK))


def _item(item: Item) -> str:
    title = f"**{escape(item.title)}.** " if item.title else ""
    return f"{title}{escape(item.text)}{f' <{item.link}>' if item.link else ''}"


def table_lines(table: Table) -> Iterator[str]:
    """Yield the lines of one table with its caption; none of a table that is a data file only."""
    if table.file_only or not table.rows:
        return
    grouped = any(row.group for row in table.rows)
    header = [*(["Group"] if grouped else []), table.head, *(column.title for column in table.columns)]
    yield from (escape(table.caption), "", f"| {' | '.join(map(escape, header))} |", f"|{'---|' * len(header)}")
    for row in table.rows:
        cells = [*([row.group] if grouped else []), row.title, *map(_cell, row.cells)]
        yield f"| {' | '.join(map(escape, cells))} |"
    yield ""


def _cell(cell: TableCell) -> str:
    state = f"{VerdictState(cell.state).symbol} {cell.state}:" if cell.state else ""
    reason = f"({cell.reason})" if cell.reason else ""
    return " ".join(part for part in (state, cell.text, cell.interval, reason) if part)
