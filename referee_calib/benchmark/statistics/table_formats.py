"""A table as text for a terminal, as Markdown, and as LaTeX (booktabs)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, groupby, pairwise

from referee_calib.benchmark.statistics.figure_tables import BEST, MISSING, transposed
from referee_calib.report import Table, TableCell, table_lines

WIDE = 6  # columns: a table of more spans both columns of a paper
_WITH_INTERVAL = r"\providecommand{\withinterval}[2]{\begin{tabular}[t]{@{}r@{}}#1\\[-3pt]{\tiny #2}\end{tabular}}"
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        **{mark: f"\\{mark}" for mark in "&%$#_{}"},
        "|": r"\textbar{}",
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
    """Return the table with its columns aligned, as it is printed on a terminal, and why figures are missing."""
    head = [table.head, *(column.title for column in table.columns)]
    body = [[row.title, *map(_plain, row.cells)] for row in table.rows]
    widths = [max(len(line[i]) for line in [head, *body]) for i in range(len(head))]
    lines = [_aligned(line, widths) for line in [head, *body]]
    return "\n".join([table.caption, "", lines[0], "-" * len(lines[0]), *lines[1:], *_reasons(table)])


def terminal_text(table: Table) -> str:
    """Return the table as text, figures below one another, as there may be many."""
    return table_text(transposed(table, "Figure") if table.across == "figure" else table)


def table_markdown(table: Table) -> str:
    """Return the table as Markdown, as reports write theirs."""
    return "\n".join(table_lines(table)).rstrip()


def table_latex(table: Table) -> str:
    r"""Return the table for a paper: intervals in small print below, the best of a column in bold.

    It needs ``\usepackage{booktabs}`` alone.
    """
    wide = "*" if len(table.columns) > WIDE else ""
    return "\n".join(
        [
            _WITH_INTERVAL,
            rf"\begin{{table{wide}}}[t]",
            r"\centering",
            rf"\setlength{{\tabcolsep}}{{3pt}}\{'scriptsize' if wide else 'footnotesize'}",
            rf"\caption{{{latex(table.caption)}}}",
            rf"\label{{tab:{table.name.replace('_', '-')}}}",
            rf"\begin{{tabular}}{{l{'r' * len(table.columns)}}}",
            r"\toprule",
            *_latex_head(table),
            r"\midrule",
            *(" & ".join([_latex_title(row.title), *map(_latex_cell, row.cells)]) + r" \\" for row in table.rows),
            r"\bottomrule",
            r"\end{tabular}",
            rf"\end{{table{wide}}}",
            *(f"% {reason}" for reason in _reasons(table)),
        ]
    )


def latex_comment(table: Table) -> str:
    """Return the table as comments: what an author should know, and no reader of the paper needs."""
    return "\n".join(f"% {line}".rstrip() for line in table_text(table).splitlines())


def latex(text: str) -> str:
    """Write a text so that LaTeX shows it as it is."""
    return text.translate(_LATEX)


FORMATS: dict[str, Callable[[Table], str]] = {
    "text": terminal_text,
    "markdown": table_markdown,
    "latex": table_latex,
}


def _latex_title(text: str) -> str:
    r"""Write the first cell of a row so that the ``\\`` above it takes no bracket or star of it as its own."""
    return f"{{}}{latex(text)}" if text.startswith(("[", "*")) else latex(text)


def _latex_head(table: Table) -> list[str]:
    """Return the titles; those of a group ("Chain 1: m_tIoU") stand under its name, which spans them."""
    parted = [column.title.rpartition(": ") for column in table.columns]
    titles = " & ".join([latex(table.head), *(latex(title) for _, _, title in parted)]) + r" \\"
    runs = [(name, len(list(its))) for name, its in groupby(group for group, _, _ in parted)]
    if not any(name for name, _ in runs):
        return [titles]
    above = " & ".join(rf"\multicolumn{{{n}}}{{c}}{{{latex(name)}}}" for name, n in runs)
    limits = pairwise(accumulate((n for _, n in runs), initial=1))  # columns count from 1, and the first names rows
    rules = [rf"\cmidrule(lr){{{a + 1}-{b}}}" for (name, _), (a, b) in zip(runs, limits, strict=True) if name]
    return [rf" & {above} \\", " ".join(rules), titles]


def _latex_cell(cell: TableCell) -> str:
    text = rf"\textbf{{{latex(cell.text)}}}" if cell.values.get(BEST) else latex(cell.text)
    return rf"\withinterval{{{text}}}{{{latex(cell.interval)}}}" if cell.interval else text


def _reasons(table: Table) -> list[str]:
    """Return why cells lack a value or an interval, once each."""
    cells = (cell for row in table.rows for cell in row.cells if cell.reason)
    return list(dict.fromkeys(f"{MISSING}: {one.reason}" if one.text == MISSING else one.reason for one in cells))


def _plain(cell: TableCell) -> str:
    return f"{cell.text} {cell.interval}".strip()


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(line, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(text.rjust(width) for text, width in rest)]).rstrip()
