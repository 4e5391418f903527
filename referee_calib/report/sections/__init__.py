"""The sections of a report in their order: each is built from ``report.json`` by one function."""

from __future__ import annotations

from collections.abc import Callable

from referee_calib.report.blocks import Section
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.sections.ablation_section import ablation
from referee_calib.report.sections.agreement_sections import agreement, leniency, subgroups
from referee_calib.report.sections.calibration_sections import calibration, mean_scores, recalibration
from referee_calib.report.sections.continuous_judge_section import continuous_judges
from referee_calib.report.sections.error_by_agreement_section import error_by_agreement
from referee_calib.report.sections.exploit_section import exploits
from referee_calib.report.sections.perturbation_section import perturbation
from referee_calib.report.sections.score_reliability_sections import missing_scores, repeated_scores
from referee_calib.report.sections.study_sections import (
    disagreements,
    excluded_rows,
    limits,
    methods,
    provenance,
    results_paragraph,
    rewards,
    rubric,
)
from referee_calib.report.sections.tail_section import tail
from referee_calib.report.sections.verdict_section import verdict
from referee_calib.report.wording.report_nouns import in_report_words

__all__ = ["sections"]

# A new section is a function here; it then stands on the page, in the contents, in Markdown and among the files.
_SECTIONS: tuple[Callable[[ReportJson], Section | None], ...] = (
    verdict, agreement, leniency, tail, error_by_agreement, missing_scores, subgroups, repeated_scores, ablation,
    calibration, continuous_judges, recalibration, mean_scores, perturbation, exploits, rewards, disagreements,
    excluded_rows, rubric, methods, limits, results_paragraph, provenance,
)  # fmt: skip


def sections(report: ReportJson) -> list[Section]:
    """Return the sections that a report has, in the order of the page."""
    return [in_report_words(section, report) for build in _SECTIONS if (section := build(report))]
