"""One sentence above everything: what was found, and no more than the data allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib.report import continuous_judge_rows, count, interval, number, p_value, signed

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.table_agreement.agreement_table import AgreementTable, CoefficientRow

FEW = 30  # clusters, or units where each is one, below which an interval is too rough to assert anything by
DIGITS = 3


def headline(table: AgreementTable) -> str:
    """Say how well people agree or, with a referee, how it compares; assert nothing from few clusters."""
    if table.raw_referee is not None:
        return continuous_judge_rows([table.raw_referee], {})[0]["sentence"].rstrip(".")
    found = main_row(table)
    if table.referee is None or not table.compared:
        who = "raters" if table.referee is None else "people"
        return f"{found.title}, of {count(table.counts.raters, who[:-1], who)}: {with_interval(found.people)}"
    if table.copies:
        return table.copies[0]
    kappa, alpha = (table.row(table.compared[i]) for i in (1, 2))
    assert kappa is not None and alpha is not None  # noqa: PT018, S101 - both are among the coefficients of each level
    said = f"{kappa.title}: difference {with_interval(kappa.difference, sign=True)}, {_p(kappa)}"
    return f"{_claim(table, kappa, alpha)} ({said})"


def main_row(table: AgreementTable) -> CoefficientRow:
    """Return the coefficient that is told first."""
    found = table.row(table.main)
    return table.rows[0] if found is None else found


def _claim(table: AgreementTable, kappa: CoefficientRow, alpha: CoefficientRow) -> str:
    """Say which side agrees more; only where kappa and alpha both say it after Holm's correction, on enough data."""
    name = table.referee
    if kappa.difference is None or kappa.difference.value is None:
        return f"Whether {name} agrees with people as they do with each other is not defined by these ratings"
    n = kappa.difference.n_units if kappa.difference.n_clusters is None else kappa.difference.n_clusters
    if n < FEW:
        what = "unit" if table.counts.clusters is None else "cluster"
        return f"{count(n, what)} are too few to tell whether {name} agrees with people as they do with each other"
    these = "people like these" if table.raters == "sample" else "these people"
    sides = {_side(row, 1 - table.confidence) for row in (kappa, alpha)}
    if sides == {-1}:
        return f"{name} agrees with {these} less than they do with each other"
    if sides == {1}:
        return f"{name} agrees with {these} more than they do with each other"
    return (
        f"No difference is established between the agreement of {these} with {name} and with each other, which "
        "does not show that there is none"
    )


def _side(row: CoefficientRow, alpha: float) -> int:
    """Return the sign of a difference whose interval and corrected p-value both exclude 0, else 0."""
    found = row.difference
    if found is None or found.low is None or found.high is None or row.p_holm is None or row.p_holm > alpha:
        return 0
    return 1 if found.low > 0 else -1 if found.high < 0 else 0


def _p(row: CoefficientRow) -> str:
    if row.p_holm is None:
        return "no p-value"
    text = p_value(row.p_holm)
    return f"p {text if text.startswith('<') else f'= {text}'} after Holm's correction"


def with_interval(found: Estimate | None, *, sign: bool = False) -> str:
    """Write a value with its interval, or the reason why one of them is missing."""
    if found is None or found.value is None:
        return f"not defined ({found.reason if found else 'not measured'})"
    value = signed(found.value, DIGITS) if sign else number(found.value, DIGITS)
    limits = interval(found.to_json(), DIGITS)  # type: ignore[arg-type]
    if limits:
        return f"{value} {limits}"
    reason = (found.reason or "none was asked for").removeprefix("no interval: ")
    return f"{value} (no interval: {reason})"
