"""The sections about coefficients: people with each other, and people with the referee."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib.report import Block, Column, Row, Section, Table, TableCell, Text, listed, number, text_cell
from referee_calib.table_agreement.page.cells import cell, p_cells
from referee_calib.table_agreement.page.table_notes import (
    comparison_note,
    icc_note,
    interval_note,
    pairs_note,
    population_note,
    prevalence_note,
    sides_note,
)
from referee_calib.table_agreement.significance_tests import SHUFFLES

if TYPE_CHECKING:
    from agreement import HypothesisTest
    from referee_calib.table_agreement.agreement_table import AgreementTable, CoefficientRow

NO_ORDER = "Names have no order, so that there is no weighted coefficient, no correlation, no ICC and no severity."
CHOOSE = "The coefficients answer different questions: choose one before you look, and report it whatever it says."


def people_section(table: AgreementTable) -> Section:
    """Build the section on how well the raters agree with each other."""
    rows = [row for row in table.rows if row.name in table.printed]
    n = table.counts.units_rated_twice
    differ = any(row.people.n_units not in (0, n) for row in rows)
    columns = [Column("people", "Estimate", "people", "agreement")]
    columns += [Column("units", "Units")] if differ else []
    shown = [
        Row(
            row_title(row, table),
            {"coefficient": row.name},
            [cell(row.people), *([_units(row, n)] if differ else [])],
            row.group,
        )
        for row in rows
    ]
    who = "Raters" if table.referee is None else "People"
    caption = f"{who} with each other; 1: always the same, 0: what chance gives, except where not corrected for it."
    others = f"Units: on how many a coefficient rests, where these are not the {n:,} with two ratings or more."
    notes = [
        others if differ else "",
        interval_note(table, [(row.title, row.people) for row in rows]),
        population_note(table, rows),
        pairs_note(table, rows),
        icc_note(rows),
        prevalence_note(table),
        NO_ORDER if table.level == "nominal" else "",
        CHOOSE,
    ]
    title = "Agreement of the raters" if table.referee is None else "Agreement of people with each other"
    blocks: list[Block] = [Table("coefficients", caption, "Coefficient", columns, shown), *noted(notes)]
    return Section("people", title, "How well do they agree?", blocks)


def row_title(row: CoefficientRow, table: AgreementTable) -> str:
    """Name a coefficient; one of means says of how many."""
    if not row.name.endswith("_k"):
        return row.title
    k = row.people.averaged_over
    if k is None and not table.counts.missing:
        k = table.counts.raters
    return row.title if k is None else f"{row.title}, k = {k:.3g}"


def _units(row: CoefficientRow, usual: int) -> TableCell:
    """Return on how many units a coefficient rests, where they are not those that were rated twice."""
    n = row.people.n_units
    return TableCell() if n in (0, usual) else TableCell(f"{n:,}", values={"value": n})


def referee_section(table: AgreementTable) -> Section | None:
    """Build the section that compares both sides; None where they are not compared."""
    rows = [row for name in table.compared if (row := table.row(name)) is not None]
    if table.referee is None or not rows:
        return None
    columns = [
        Column("ceiling", "People with people", "people", "agreement"),
        Column("referee", "People with referee", "referee", "agreement"),
        Column("difference", "Difference", axis="difference"),
        Column("p", "p"),
        Column("p_holm", "p (Holm)"),
    ]
    why = "no intervals were asked for" if table.interval is None else "see the difference"
    shown = [
        Row(
            row.title,
            {"coefficient": row.name},
            [
                cell(row.ceiling),
                cell(row.referee),
                cell(row.difference, sign=True),
                *p_cells(row.test, row.p_holm, why),
            ],
        )
        for row in rows
    ]
    sides = [
        (title, one)
        for row in rows
        for title, one in (("sides", row.ceiling), ("sides", row.referee), ("differences", row.difference))
        if one is not None
    ]
    blocks: list[Block] = [
        Table("comparison", "Difference: people with the referee minus people with people.", "Coefficient", columns,
              shown),
        *noted([sides_note(table), interval_note(table, sides), comparison_note(table, rows)]),
        *([_all_units(rows)] if table.counts.single else []),
    ]  # fmt: skip
    return Section(
        "comparison",
        "People with the referee",
        "Does the referee agree with people as they do with each other?",
        blocks,
    )


def _all_units(rows: list[CoefficientRow]) -> Table:
    """Return both sides on all units that they have, which are different ones."""
    columns = [
        Column("people", "People with people", "people", "agreement"),
        Column("referee", "People with referee", "referee", "agreement"),
    ]
    found = [
        Row(row.title, {"coefficient": row.name}, [cell(row.all_units.people), cell(row.all_units.referee)])
        for row in rows
        if row.all_units is not None
    ]
    caption = "Either side on all units that it has: of different units, so that their difference says nothing."
    return Table("all_units", caption, "Coefficient", columns, found)


def significance_section(table: AgreementTable) -> Section | None:
    """Build the section on tests of people's ratings; None where there are none."""
    from agreement import RATERS_LIKE_THESE

    if not table.tests:
        return None
    columns = [Column("null", "Hypothesis"), Column("p", "p"), Column("p_holm", "p (Holm)")]
    columns += [Column("statistic", "Statistic (df)"), Column("by", "By")]
    rows = []
    for one in table.tests:
        p = p_cells(one.test, one.p_holm, "")
        cells = [text_cell(one.test.null), *p, text_cell(_statistic(one.test)), text_cell(one.test.method)]
        rows.append(Row(one.title, {"test": one.name}, cells))
    n = sum(one.test.p_value is not None for one in table.tests)
    of_others = [one.title for one in table.tests if one.test.population == RATERS_LIKE_THESE]
    like = f" ({listed(of_others)}: {RATERS_LIKE_THESE})" if of_others else ""
    note = (
        f"p (Holm) is corrected for the {n} tests of this table; they speak of these raters{like}, on units like "
        "these. That agreement is not 0 is little to know: report how large it is. Agreement, ICC and W are tested for "
        "more than none, correlations and categories in both directions."
    )
    shuffled = f"By permutation: {SHUFFLES} random ones, so that no such p is below {1 / (SHUFFLES + 1):g}."
    notes = [note, shuffled if any(one.test.monte_carlo_error is not None for one in table.tests) else ""]
    return Section(
        "tests", "Tests", "Is there any agreement, and are categories used alike?",
        [Table("tests", "Tests of no agreement, and of categories used alike.", "Of", columns, rows), *noted(notes)],
    )  # fmt: skip


def _statistic(test: HypothesisTest) -> str:
    if test.statistic is None:
        return ""
    degrees = ", ".join(f"{one:,.0f}" if one >= 1000 else f"{one:.4g}" for one in test.degrees_of_freedom)
    return f"{number(test.statistic, 2)}{f' ({degrees})' if degrees else ''}"


def correlation_section(table: AgreementTable) -> Section | None:
    """Build the section on the referee's correlation with people's mean, and on what it could be at most."""
    noise = table.noise
    if noise is None:
        return None
    columns = [
        Column("raw", "Correlation", "referee", "correlation"),
        Column("ceiling", "Noise ceiling", "people", "correlation"),
        Column("ratio", "Ratio", axis="ratio"),
    ]
    triples = {
        "Pearson's r": (noise.pearson, noise.rho_perfect, noise.disattenuated),
        "Spearman's rho": (noise.spearman, noise.spearman_brown, noise.spearman_disattenuated),
    }
    rows = [Row(title, {"coefficient": title}, [cell(one) for one in found]) for title, found in triples.items()]
    caption = "Correlation of the referee with the mean of people's ratings of a unit."
    note = (
        "The ceiling is the correlation that a referee would reach who knew the mean of infinitely many such people. "
        "A correlation does not see that a referee rates everything too high: see its leniency. The ratio exceeds 1 "
        "by chance where data are few."
    )
    named = ("correlations", "ceilings", "ratios")
    shown = [pair for found in triples.values() for pair in zip(named, found, strict=True)]
    return Section(
        "correlation",
        "Correlation with people's mean",
        "How much of what can be known does the referee know?",
        [Table("correlation", caption, "Coefficient", columns, rows), *noted([note, interval_note(table, shown)])],
    )


def noted(sentences: list[str]) -> list[Block]:
    """Return the sentences that there are, each as a note below a table."""
    return [Text(one, "note") for one in sentences if one]
