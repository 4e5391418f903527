"""What ``agree`` prints: coefficients of people, people beside the referee, leniency, and the notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.table_agreement.agreement_table import AgreementTable


def render(table: AgreementTable) -> str:
    """Write the table for people: coefficients, the referee beside them, people one by one, then the notes."""
    n = table.counts
    clusters = "" if n.clusters is None else f" in {n.clusters} clusters"
    referee = f"; referee {table.referee}: {n.referee_levels} levels" if table.referee else ""
    shown = [row for row in table.rows if row.name in table.printed]
    width = max(len(row.title) for row in shown)
    lines = [
        f"{n.units} units{clusters}, {n.raters} people, {n.ratings} ratings{referee}",
        "",
        f"People with people ({table.confidence:.0%} intervals)",
        *(f"  {row.title:<{width}}  {_cell(row.people)}" for row in shown),
    ]
    if table.referee is not None:
        width = max((len(row.title) for row in table.rows if row.name in table.compared), default=width)
        lines += [*_comparison(table, width), *_correlations(table, width), *_leniency(table, width)]
    if table.notes:
        lines += ["", *(f"Note: {note}" for note in table.notes)]
    return "\n".join(lines)


def _comparison(table: AgreementTable, width: int) -> list[str]:
    if not table.compared:
        return []
    head = f"  {'':<{width}}  {'people with people':<22}  {'people with referee':<22}  difference"
    lines = ["", "People with the referee, both sides as means over pairs of raters", head]
    rows = {row.name: row for row in table.rows}
    for row in (rows[name] for name in table.compared):
        p_value = "" if row.p_value is None else f"  p = {row.p_value:.3g}"
        sides = f"{_cell(row.ceiling):<22}  {_cell(row.referee):<22}"
        lines.append(f"  {row.title:<{width}}  {sides}  {_cell(row.difference, sign='+')}{p_value}")
    return lines


def _correlations(table: AgreementTable, width: int) -> list[str]:
    noise = table.noise
    if noise is None:
        return []
    lines = [
        "",
        "Correlation of the referee with people's mean rating",
        f"  {'':<{width}}  raw, its ceiling, their ratio",
    ]
    for title, found in (
        ("Pearson's r", (noise.pearson, noise.rho_perfect, noise.disattenuated)),
        ("Spearman's rho", (noise.spearman, noise.spearman_brown, noise.spearman_disattenuated)),
    ):
        lines.append(f"  {title:<{width}}  " + "  ".join(f"{_cell(one):<22}" for one in found).rstrip())
    return lines


def _leniency(table: AgreementTable, width: int) -> list[str]:
    rows = [("all people", table.leniency), *((row.name, row.leniency) for row in table.people)]
    lines = [f"  {name:<{width}}  {_cell(leniency, sign='+')}" for name, leniency in rows]
    return ["", f"Leniency: referee minus person, in units of the {table.unit}", *lines]


def _cell(found: Estimate | None, *, sign: str = "") -> str:
    if found is None or found.value is None:
        return f"undefined: {found.reason if found else 'not measured'}"
    if found.low is None:
        return f"{found.value:{sign}.3f}"
    return f"{found.value:{sign}.3f} [{found.low:{sign}.3f}, {found.high:{sign}.3f}]"
