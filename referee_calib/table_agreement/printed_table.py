"""What ``agree`` prints: the sections of its page in columns of plain text."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from referee_calib.report import Bullets, Row, Section, SectionPage, Table, TableCell, Text
from referee_calib.table_agreement.page.agreement_page import agreement_page

if TYPE_CHECKING:
    from referee_calib.table_agreement.agreement_table import AgreementTable

WIDTH = 120
MOST_ROWS = 40  # of a printed table; a page has all
LONG_REASON = 40  # characters from which a reason that several cells share stands below the table
MOST_HEAD = 90  # characters of column titles, beyond which columns are lettered


def render(table: AgreementTable) -> str:
    """Write everything for people to read: what took part, the headline, the sections, a paragraph for a paper."""
    return printed(agreement_page(table))


def printed(page: SectionPage) -> str:
    """Write a page in columns of plain text."""
    lines = [*_wrapped(f"{page.title}: {'; '.join(page.facts)}"), ""]
    for text in (page.headline, *page.lead):
        lines += [*_wrapped(text), ""]
    return "\n".join([*lines, *(line for section in page.sections for line in _section(section))]).rstrip()


def _wrapped(text: str, indent: str = "", first: str | None = None) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent if first is None else first, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _section(section: Section) -> Iterator[str]:
    yield section.title.upper()
    for block in section.blocks:
        if isinstance(block, Table):
            yield from () if block.file_only else _table(block)
        elif isinstance(block, Text):
            yield from _wrapped(block.text, "  ")
        elif isinstance(block, Bullets):
            if block.heading:
                yield f"  {block.heading}"
            for item in block.items:
                yield from _wrapped(f"{item.text} {item.link}".rstrip(), "    ", "  - ")
    yield ""


def _table(table: Table) -> Iterator[str]:
    """Write a table in columns: as wide as what is in them, a reason where a value or an interval is missing."""
    yield from _wrapped(table.caption, "  ")
    titles = [column.title for column in table.columns]
    rows = table.rows[:MOST_ROWS]
    if sum(len(title) + 2 for title in titles) > MOST_HEAD:
        letters = [_letter(i) for i in range(len(titles))]
        yield from _wrapped("; ".join(f"{a}: {title}" for a, title in zip(letters, titles, strict=True)), "  ")
        titles = letters
    numbered = _numbered(rows)
    written = [_cells(row.cells, numbered) for row in rows]
    widths = [
        max([len(title), *(len(cells[i]) for cells, reasons in written if not reasons[i])])
        for i, title in enumerate(titles)
    ]
    margin = max(len(row.title) for row in rows) if rows else 0
    margin = max(margin, len(table.head) if any(titles) else 0)
    yield _line(table.head, titles, widths, margin)
    group = ""
    for row, (cells, _) in zip(rows, written, strict=True):
        if row.group != group:
            group = row.group
            yield f"  {group}"
        yield _line(row.title, cells, widths, margin, "    " if row.group else "  ")
    for reason, number in numbered.items():
        yield from _wrapped(f"({number}) {reason}", "  ")
    if len(table.rows) > MOST_ROWS:
        yield f"  … {len(table.rows) - MOST_ROWS} more rows are on the page of --report and in --json"


def _letter(i: int) -> str:
    return chr(ord("a") + i) if i < 26 else f"a{i - 25}"


def _line(title: str, cells: Sequence[str], widths: Sequence[int], margin: int, indent: str = "  ") -> str:
    room = margin + 4 - len(indent)
    padded = "  ".join(f"{text:<{width}}" for text, width in zip(cells, widths, strict=True))
    return f"{indent}{title:<{room}}  {padded}".rstrip()


def _numbered(rows: Sequence[Row]) -> dict[str, int]:
    """Give numbers to long reasons that several cells share: they are written once, below the table."""
    seen = Counter(cell.reason for row in rows for cell in row.cells if len(cell.reason) > LONG_REASON)
    return {reason: i for i, reason in enumerate((one for one, n in seen.items() if n > 1), start=1)}


def _cells(cells: Sequence[TableCell], numbered: Mapping[str, int]) -> tuple[list[str], list[bool]]:
    """Return the texts of a row, and which hold a reason in full."""
    texts, reasons = [], []
    for cell in cells:
        text = " ".join(part for part in (cell.text, cell.interval) if part)
        if cell.reason:
            why = f"see {numbered[cell.reason]}" if cell.reason in numbered else cell.reason
            text = f"{text} ({why})"
        texts.append(text)
        reasons.append(bool(cell.reason) and cell.reason not in numbered)
    return texts, reasons
