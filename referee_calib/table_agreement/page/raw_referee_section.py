"""The section on a referee whose scores are in a unit of their own, as a report has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib.report import (
    Section,
    continuous_judge_rows,
    continuous_judge_section,
    error_by_agreement_rows,
    error_curve,
    error_section,
    interval,
    number,
    raw_score_curve,
    svg_figure,
)

if TYPE_CHECKING:
    from referee_calib.report import ContinuousJudgeJson, Drawing, ErrorByAgreementJson
    from referee_calib.table_agreement.agreement_table import AgreementTable


def raw_referee_rows(table: AgreementTable) -> list[ContinuousJudgeJson]:
    """Return what is said of the referee in its own unit; empty without such a one."""
    return [] if table.raw_referee is None else continuous_judge_rows([table.raw_referee], {})


def raw_referee_section(found: list[ContinuousJudgeJson]) -> Section | None:
    """Build the section; None without such a referee."""
    return continuous_judge_section(found, "people") if found else None


def raw_figures(found: list[ContinuousJudgeJson]) -> dict[str, Drawing]:
    """Draw people's mean at each raw score."""
    with svg_figure.style():
        drawn = [raw_score_curve(one, simulated=False) for one in found]
    return {one.key: one for one in drawn if one}


def referee_errors_section(table: AgreementTable) -> Section | None:
    """Build the section on errors by human agreement; None where they were not asked for."""
    by = "unit" if table.counts.clusters is None else "cluster"
    return error_section(_errors(table), by=by) if table.errors is not None else None


def error_figures(table: AgreementTable) -> dict[str, Drawing]:
    """Draw errors against human disagreement."""
    with svg_figure.style():
        drawn = [error_curve(one, simulated=False) for one in _errors(table)]
    return {one.key: one for one in drawn if one}


def _errors(table: AgreementTable) -> list[ErrorByAgreementJson]:
    return [] if table.errors is None else error_by_agreement_rows([table.errors], {})


def raw_sentence(found: list[ContinuousJudgeJson]) -> str:
    """Say what can be reported of such a referee, for a paper; "" without one."""
    if not found or found[0]["correlations"][0]["judge"]["value"] is None:
        return ""
    one = found[0]
    rho = one["correlations"][0]
    kappa = next(row for row in one["coefficients"] if row["name"] == "cohen_kappa_quadratic")
    of_person = f"where a person has {number(rho['person']['value'])}"
    said = (
        f"{one['judge']} gives scores in a unit of its own: Spearman's rho with the mean of the other people is "
        f"{number(rho['judge']['value'])} {interval(rho['judge'])}, {of_person}"
    )
    if kappa["referee"]["value"] is None:
        return f"{said}."
    return (
        f"{said}; on {one['levels']} ({one['n_folds']} folds) quadratic kappa is "
        f"{number(kappa['referee']['value'])} {interval(kappa['referee'])}, between people "
        f"{number(kappa['people']['value'])}."
    )
