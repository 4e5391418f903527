"""A table as text for a terminal, as Markdown, as LaTeX (booktabs), and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from referee_calib.benchmark.statistics.figure_tables import BEST
from referee_calib.report import Table, TableCell, table_lines

_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        **{mark: f"\\{mark}" for mark in "&%$#_{}"},
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "−": "$-$",
        "–": "--",
        "≥": r"$\ge$",
        "<": "$<$",
        ">": "$>$",
        "\N{NO-BREAK SPACE}": "~",
    }
)


def table_text(table: Table) -> str:
    """Return the table with its columns aligned, as it is printed on a terminal."""
    head = [table.head, *(column.title for column in table.columns)]
    body = [[row.title, *map(_plain, row.cells)] for row in table.rows]
    widths = [max(len(line[i]) for line in [head, *body]) for i in range(len(head))]
    lines = [_aligned(line, widths) for line in [head, *body]]
    return "\n".join([table.caption, "", lines[0], "-" * len(lines[0]), *lines[1:]])


def table_markdown(table: Table) -> str:
    """Return the table as Markdown, as reports write theirs."""
    return "\n".join(table_lines(table)).rstrip()


def table_latex(table: Table) -> str:
    r"""Return the table for a paper: intervals in small print below, the best of a column in bold.

    It needs ``\usepackage{booktabs}`` alone.
    """
    head = " & ".join(map(latex, ["", *(column.title for column in table.columns)]))
    body = [" & ".join([latex(row.title), *map(_latex_cell, row.cells)]) + r" \\" for row in table.rows]
    return "\n".join(
        [
            r"\begin{table}[t]",
            r"\centering",
            rf"\caption{{{latex(table.caption)}}}",
            rf"\label{{tab:{table.name.replace('_', '-')}}}",
            rf"\begin{{tabular}}{{l{'r' * len(table.columns)}}}",
            r"\toprule",
            rf"{latex(table.head)}{head} \\",
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
        ]
    )


def table_json(table: Table) -> dict[str, Any]:
    """Return the table's name, caption and exact values."""
    return {"name": table.name, "caption": table.caption, "rows": list(table.records())}


def latex(text: str) -> str:
    """Write a text so that LaTeX shows it as it is."""
    return text.translate(_LATEX)


def _latex_cell(cell: TableCell) -> str:
    text = rf"\textbf{{{latex(cell.text)}}}" if cell.values.get(BEST) else latex(cell.text)
    return rf"\shortstack{{{text}\\{{\scriptsize {latex(cell.interval)}}}}}" if cell.interval else text


def _plain(cell: TableCell) -> str:
    return f"{cell.text} {cell.interval}".strip()


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(line, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(text.rjust(width) for text, width in rest)]).rstrip()
