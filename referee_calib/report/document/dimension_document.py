"""One dimension's agreement, leniency, calibration and subgroups, as ``report.json`` holds them."""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.analysis import DimensionResult, LevelPrevalence, RaterEstimate, SliceResult
from referee_calib.analysis import slices as rule
from referee_calib.natural_order import natural_order
from referee_calib.report.document.json_rows import described, plain
from referee_calib.report.document.tail_document import tail_document
from referee_calib.report.schema.dimension_schema import (
    DimensionJson,
    LevelsJson,
    RaterEstimateJson,
    SubgroupingJson,
    SubgroupJson,
)
from referee_calib.report.wording.method_notes import COEFFICIENT_TITLES, measure_title, title_of
from referee_calib.report.wording.number_format import count
from referee_calib.rubric import Rubric

WORDS = {  # title, definition
    "size": (
        "Object size",
        f"mean area of the claim's boxes: small below {100 * rule.SMALL:g} % of the frame, large from "
        f"{100 * rule.LARGE:g} %",
    ),
    "span": (
        "Span length",
        f"length of the claim's span in seconds: short below {rule.SHORT:g} s, long from {rule.LONG:g} s",
    ),
    "source": ("Source", "where the rollout came from"),
    "step": (
        "Policy step",
        f"training step of the policy; thirds of the claims where there are more than {rule.MOST_STEPS} steps",
    ),
}


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
        "leniency": {"overall": plain(result.leniency), "raters": _by_rater(result.leniency_by_rater)},
        "calibration": plain(result.calibration),
        "by_level": [described(item, title=measure_title(item.name, result.scale)) for item in result.by_level],
        "confusion": {"rows": "person", "columns": "referee", "counts": plain(result.confusion)},
        "prevalence": _prevalence(result.prevalence),
        "subgroups": [_subgroup(row) for row in result.slices],
        "tail": tail_document(result),
        "scale": list(result.scale),
        "notes": list(result.notes),
    }


def _by_rater(rows: tuple[RaterEstimate, ...]) -> list[RaterEstimateJson]:
    return [plain(row) for row in sorted(rows, key=lambda row: natural_order(row.rater))]


def _subgroup(row: SliceResult) -> SubgroupJson:
    found: SubgroupJson = described(row, title=_slicing(row)[0], label=rule.named_slice(row))
    return found


def _slicing(row: SliceResult) -> tuple[str, str]:
    """Return the title of a slicing and how it divides claims."""
    return (row.by, f"as the column {row.by} of the tables has it") if row.label else WORDS[row.by]


def subgrouping(results: Sequence[DimensionResult], confidence: float) -> SubgroupingJson:
    """Say how claims were divided, what a subgroup needs at least, and how many intervals miss by chance."""
    rows = [row for result in results for row in result.slices]
    used = dict.fromkeys((row.by, *_slicing(row)) for row in rows)
    drawn = sum(e.low is not None for row in rows for e in (row.difference, row.leniency))
    return {
        "definitions": [{"by": by, "title": title, "text": text} for by, title, text in used],
        "least": {"claims": rule.MIN_CLAIMS, "videos": rule.MIN_VIDEOS},
        "note": _note(drawn, confidence) if drawn else "",
    }


def _note(drawn: int, confidence: float) -> str:
    missed = (1 - confidence) * drawn
    return (
        f"Many subgroups invite chance findings: of {count(drawn, 'interval')} at {100 * confidence:g} %, about "
        f"{missed:.1f} would miss the true value by chance alone. A subgroup that "
        "stands out is a reason to rate more such claims, not a finding."
    )


def _prevalence(found: LevelPrevalence | None) -> dict[str, LevelsJson]:
    """Return how often each level was given, as counts and shares; shares are None where nothing was given."""
    counts = {"people": found.people if found else (), "referee": found.referee if found else ()}
    return {
        who: {"counts": list(its), "shares": [n / sum(its) for n in its] if sum(its) else None}
        for who, its in counts.items()
    }
