"""The sections of a report in their order: each is built from ``report.json`` by one function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from referee_calib.report.blocks import Section, Table
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.sections.ablation_section import ablation
from referee_calib.report.sections.agreement_sections import agreement, leniency, subgroups
from referee_calib.report.sections.calibration_sections import calibration, mean_scores, recalibration
from referee_calib.report.sections.continuous_judge_section import continuous_judges
from referee_calib.report.sections.error_by_agreement_section import error_by_agreement
from referee_calib.report.sections.exploit_section import exploits
from referee_calib.report.sections.improvement_section import improvement
from referee_calib.report.sections.localization_section import study_localization_sections
from referee_calib.report.sections.perturbation_section import perturbation
from referee_calib.report.sections.rater_work.adjudication_section import adjudication
from referee_calib.report.sections.rater_work.rating_quality_section import rating_quality
from referee_calib.report.sections.score_reliability_sections import missing_scores, rater_consistency, repeated_scores
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
from referee_calib.report.wording.recalibrated_remark import recalibrated_remark
from referee_calib.report.wording.report_nouns import in_report_words

__all__ = ["sections"]

# A new section is a function here; it then stands on the page, in the contents, in Markdown and among the files.
_SECTIONS: tuple[Callable[[ReportJson], Section | None], ...] = (
    verdict, agreement, leniency, tail, error_by_agreement, missing_scores, subgroups, rater_consistency,
    repeated_scores, ablation,
    calibration, continuous_judges, recalibration, mean_scores, perturbation, exploits, improvement, rewards,
    disagreements, rating_quality, adjudication,
    excluded_rows, rubric, methods, limits, results_paragraph, provenance,
)  # fmt: skip
_OF_LEVELS = frozenset({  # sections that speak of the referee's levels
    "verdict", "agreement", "leniency", "tail", "missing-scores", "subgroups", "calibration", "mean-scores",
})  # fmt: skip


def sections(report: ReportJson) -> list[Section]:
    """Return the sections that a report has, in the order of the page."""
    found = [section for build in _SECTIONS if (section := build(report))]
    marks = study_localization_sections(report)
    place = next((i for i, section in enumerate(found) if section.id == "calibration"), len(found))
    built = [*found[:place], *marks, *found[place:]]
    remark = recalibrated_remark(report)
    return [in_report_words(_remarked(section, remark) if remark else section, report) for section in built]


def _sentence(caption: str) -> str:
    return caption if caption.endswith((".", "?", "!")) else f"{caption}."


def _remarked(section: Section, remark: str) -> Section:
    """Return a section whose tables say that the levels in them are recalibrated."""
    if section.id not in _OF_LEVELS:
        return section
    blocks = [
        replace(block, caption=f"{_sentence(block.caption)}{remark}")
        if isinstance(block, Table) and block.caption
        else block
        for block in section.blocks
    ]
    return replace(section, blocks=blocks)
