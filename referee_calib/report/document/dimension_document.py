"""One dimension's agreement, leniency and calibration, as ``report.json`` holds them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from referee_calib.report.document.subgroups import prevalence, subgroups
from referee_calib.report.schema.dimension_schema import (
    CalibrationJson,
    DimensionJson,
    RaterEstimateJson,
    estimate_json,
)
from referee_calib.report.wording import method_notes
from referee_calib.rubric import Rubric

if TYPE_CHECKING:
    from referee_calib.analysis.human_agreement.agreement_results import DimensionResult, RaterEstimate

_COUNTS = ("applicable", "rated", "rated_twice", "scored", "matched", "levels", "raters", "videos")


def dimension_document(result: DimensionResult, rubric: Rubric) -> DimensionJson:
    """Return one of ``dimensions`` in ``report.json``."""
    scale = rubric[result.dimension]
    return {
        "dimension": result.dimension,
        "title": scale.title,
        "question": scale.question,
        "counts": {name: getattr(result.counts, name) for name in _COUNTS},
        "coefficients": [
            {
                "name": item.name,
                "title": method_notes.coefficient_title(item.name),
                "people": estimate_json(item.people),
                "referee": estimate_json(item.referee),
                "difference": estimate_json(item.difference),
                "p_value": item.p_value,
            }
            for item in result.coefficients
        ],
        "leave_one_out": _by_rater(result.leave_one_out),
        "leniency": {"overall": estimate_json(result.leniency), "raters": _by_rater(result.leniency_by_rater)},
        "calibration": cast(CalibrationJson, result.calibration.to_json()),
        "by_level": [
            {"name": m.name, "title": method_notes.measure_title(m.name), "estimate": estimate_json(m.estimate)}
            for m in result.by_level
        ],
        "confusion": {"rows": "person", "columns": "referee", "counts": [list(row) for row in result.confusion]},
        "prevalence": prevalence(result.prevalence),
        "subgroups": subgroups(result),
        "notes": list(result.notes),
    }


def _by_rater(rows: tuple[RaterEstimate, ...]) -> list[RaterEstimateJson]:
    found = sorted(rows, key=lambda row: natural_order(row.rater))
    return [{"rater": row.rater, "estimate": estimate_json(row.estimate)} for row in found]


def natural_order(name: str) -> list[tuple[int, str]]:
    """Sort rater-2 before rater-10: by runs of digits as numbers, and by the text between them."""
    return [(int(part), part) if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]
