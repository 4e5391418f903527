"""What a report is made of: sections of texts, tables and figures, each built once and rendered to every format.

A :class:`Table` holds what a reader sees and the exact values beside it: HTML and Markdown write the former, CSV and
Parquet the latter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from referee_calib.report.schema.dimension_schema import CoefficientJson, EstimateJson
from referee_calib.report.schema.report_schema import CardJson, DisagreementJson
from referee_calib.report.wording.number_format import interval, number, signed

Scalar = str | int | float | bool | None
Record = dict[str, Scalar]
_ESTIMATE = (
    "value", "low", "high", "confidence", "method", "n_units", "n_raters", "n_ratings", "n_clusters", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell as shown: its value, its interval, and why one of them is missing; and its exact values."""

    text: str = ""
    interval: str = ""
    reason: str = ""
    state: str = ""  # of a verdict: shown as symbol and colour
    shade: float | None = None  # how dark its ground is, 0 to 1
    mark: tuple[float, float, float] | None = None  # value, low and high, drawn on the axis of its column
    values: Mapping[str, Scalar] = field(default_factory=dict)  # for data files; empty where it belongs in none


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in data files, and its title as shown."""

    key: str
    title: str
    role: str = ""  # "people" or "referee", for its colour
    axis: str = ""  # columns of the same axis share the scale of their marks


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its title as shown, what identifies it in data files, and one cell per column."""

    title: str
    key: Mapping[str, Scalar]
    cells: Sequence[TableCell]
    group: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table, with its caption above it and `head` above the titles of its rows."""

    kind: ClassVar[str] = "table"
    name: str  # of its data file
    caption: str
    head: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    across: str = ""  # what the columns differ in ("side"): data files have a line per cell; "" for a line per row
    file_only: bool = False  # long, or drawn as a figure: it is a data file and stands on no page
    compact: bool = False  # small: others may stand beside it

    def records(self) -> Iterator[Record]:
        """Yield the lines of its data file, exact values only."""
        for row in self.rows:
            cells = list(zip(self.columns, row.cells, strict=True))
            if self.across:
                yield from (
                    {**row.key, self.across: column.key, **cell.values} for column, cell in cells if cell.values
                )
            elif any(cell.values for _, cell in cells):
                yield {**row.key, **{column.key: cell.values.get("value") for column, cell in cells}}

    def domain(self, axis: str) -> tuple[float, float]:
        """Return the scale of all marks on an axis; it holds 0."""
        shown = [i for i, column in enumerate(self.columns) if column.axis == axis]
        ends = [end for row in self.rows for i in shown if (mark := row.cells[i].mark) for end in mark]
        return min([0.0, *ends]), max([0.0, *ends])


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures side by side: keys of drawings with their captions; `small` ones are set closer, under one legend."""

    kind: ClassVar[str] = "figures"
    captions: Mapping[str, str]
    legend: Sequence[tuple[str, str, str]] = ()
    small: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph: "plain", "note", "copyable" or "code"."""

    kind: ClassVar[str] = "text"
    text: str
    style: str = "plain"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, with a bold title before it and a link after it where there are some."""

    text: str
    title: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list under a heading, which may be empty."""

    kind: ClassVar[str] = "bullets"
    items: Sequence[Item]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """Frames of claims with everybody's level."""

    kind: ClassVar[str] = "claims"
    claims: Sequence[DisagreementJson]


@dataclass(frozen=True, slots=True)
class Examples:
    """Frames of replies that an exploit probe was paid for."""

    kind: ClassVar[str] = "examples"
    examples: Sequence[Mapping[str, Any]]
    heading: str


Block = Table | Figures | Text | Bullets | Claims | Examples


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its anchor, its heading in the field's term, the question it answers, and what it is made of."""

    id: str
    title: str
    question: str
    blocks: Sequence[Block]

    def tables(self) -> list[Table]:
        """Return its tables."""
        return [block for block in self.blocks if isinstance(block, Table)]


def estimate_cell(estimate: EstimateJson, *, sign: bool = False, digits: int = 2, **values: Scalar) -> TableCell:
    """Return the cell of an estimate, or of the reason why there is none; `values` go beside it into data files."""
    value, low, high = estimate["value"], estimate["low"], estimate["high"]
    exact: dict[str, Scalar] = {**{key: estimate[key] for key in _ESTIMATE}, **values}  # type: ignore[literal-required]
    if value is None:
        return TableCell("not defined", reason=estimate["reason"] or "no reason was given", values=exact)
    shown = interval(estimate, digits)
    why = f"no interval: {estimate['reason']}" if not shown and estimate["reason"] else ""
    mark = (value, value if low is None else low, value if high is None else high)
    return TableCell((signed if sign else number)(value, digits), shown, why, mark=mark, values=exact)


def side_columns(who: str) -> list[Column]:
    """Return the columns of agreement: of those who rated, with the referee, and the difference."""
    return [
        Column("people", f"{who} with each other".strip().capitalize(), "people", "agreement"),
        Column("referee", f"{who} with the referee".strip().capitalize(), "referee", "agreement"),
        Column("difference", "Difference", axis="difference"),
    ]


def side_cells(row: CoefficientJson | CardJson, p_value: float | None = None) -> list[TableCell]:
    """Return the cells of :func:`side_columns`, with the p-value of the difference for data files."""
    return [
        estimate_cell(row["people"]),
        estimate_cell(row["referee"]),
        estimate_cell(row["difference"], sign=True, p_value=p_value),
    ]


def noted(notes: Iterable[tuple[str, Sequence[str]]]) -> list[Block]:
    """Return what `agreement` has to say beside the numbers, by title of the dimension."""
    return [Text(f"{title}: {'; '.join(its)}.", "note") for title, its in notes if its]


def number_cell(value: float | None, write: Callable[[float | None], str] = number, reason: str = "") -> TableCell:
    """Return the cell of a number without an interval."""
    return TableCell(write(value), reason=reason if value is None else "", values={"value": value})


def count_cell(n: int) -> TableCell:
    """Return the cell of a count."""
    return TableCell(f"{n:,}", values={"value": n})


def text_cell(text: str) -> TableCell:
    """Return the cell of a text."""
    return TableCell(text, values={"value": text})


def data_table(name: str, records: Iterable[Mapping[str, Any]]) -> Table:
    """Return a table that is a data file only, with a column per key."""
    found = list(records)
    keys = list(dict.fromkeys(key for record in found for key in record))
    rows = [Row("", {}, [TableCell(values={"value": record.get(key)}) for key in keys]) for record in found]
    return Table(name, "", "", [Column(key, key) for key in keys], rows, file_only=True)
