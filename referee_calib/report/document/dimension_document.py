"""One dimension's agreement, leniency and calibration, as ``report.json`` holds them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import described, plain
from referee_calib.report.document.subgroups import prevalence, subgroup
from referee_calib.report.schema.dimension_schema import DimensionJson, RaterEstimateJson, estimate_json
from referee_calib.report.wording.method_notes import COEFFICIENT_TITLES, MEASURE_TITLES, title_of
from referee_calib.rubric import Rubric

if TYPE_CHECKING:
    from referee_calib.analysis.human_agreement.agreement_results import DimensionResult, RaterEstimate


def dimension_document(result: DimensionResult, rubric: Rubric) -> DimensionJson:
    """Return one of ``dimensions`` in ``report.json``."""
    scale = rubric[result.dimension]
    return {
        "dimension": result.dimension,
        "title": scale.title,
        "question": scale.question,
        "counts": plain(result.counts),
        "coefficients": [
            described(item, title=title_of(COEFFICIENT_TITLES, item.name)) for item in result.coefficients
        ],
        "leave_one_out": _by_rater(result.leave_one_out),
        "leniency": {"overall": estimate_json(result.leniency), "raters": _by_rater(result.leniency_by_rater)},
        "calibration": plain(result.calibration),
        "by_level": [described(item, title=title_of(MEASURE_TITLES, item.name)) for item in result.by_level],
        "confusion": {"rows": "person", "columns": "referee", "counts": plain(result.confusion)},
        "prevalence": prevalence(result.prevalence),
        "subgroups": [subgroup(row) for row in result.slices],
        "notes": list(result.notes),
    }


def _by_rater(rows: tuple[RaterEstimate, ...]) -> list[RaterEstimateJson]:
    return [plain(row) for row in sorted(rows, key=lambda row: natural_order(row.rater))]


def natural_order(name: str) -> list[tuple[int, str]]:
    """Sort rater-2 before rater-10: by runs of digits as numbers, and by the text between them."""
    return [(int(part), part) if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]
