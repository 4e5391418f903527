"""Referees side by side in ``report.json``: who they are, what sets them apart, and every paired difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import described, plain
from referee_calib.report.schema.dimension_schema import AblationDimensionJson, AblationJson, DifferenceJson
from referee_calib.report.wording.number_format import count

if TYPE_CHECKING:
    from agreement import Difference
    from referee_calib.analysis import AblationResult, DimensionAblation, RefereeDifference

MEASURES = {  # title, digits shown
    "percent_agreement": ("Raw agreement", 2),
    "cohen_kappa_quadratic": ("Quadratic kappa", 2),
    "krippendorff_alpha_ordinal": ("Ordinal alpha", 2),
    "gwet_ac2_quadratic": ("Gwet's AC2", 2),
    "leniency": ("Leniency, levels", 2),
    "msc": ("Miscalibration, squared levels", 3),
    "seconds": ("Seconds per score", 4),
    "tokens": ("Tokens per score", 1),
    "failed": ("Share of failed scores", 3),
}


def ablation(found: AblationResult | None, titles: Mapping[str, str], confidence: float) -> AblationJson | None:
    """Return what ``report.json`` says under ``ablation``: None where referees were not compared."""
    if found is None:
        return None
    return {
        "referees": [{"label": s.label, "fingerprint": s.fingerprint} for s in found.sides],
        "settings": [{"name": name, "values": list(values)} for name, values in found.settings.items()],
        "n_tests": found.n_tests,
        "note": (
            f"Agreement, leniency and miscalibration on claims that all of them scored and somebody rated; costs on "
            f"all claims of the sample that all were asked. Differences are paired, with {100 * confidence:g} % "
            f"intervals that leave out whole videos; p is corrected by Holm over {count(found.n_tests, 'difference')}."
        ),
        "dimensions": [_dimension(item, titles) for item in found.dimensions],
    }


def _dimension(item: DimensionAblation, titles: Mapping[str, str]) -> AblationDimensionJson:
    measures = [
        {"measure": name, "title": _title(name)[0], "values": plain(values)} for name, values in item.values.items()
    ]
    differences = [difference_row(one) for one in item.differences]
    title = titles.get(item.dimension, item.dimension)
    row: AblationDimensionJson = described(item, "values", title=title, measures=measures, differences=differences)
    return row


def difference_row(one: RefereeDifference | Difference) -> DifferenceJson:
    """Return one paired difference with its words."""
    title, digits = _title(one.measure)
    row: DifferenceJson = described(one, title=title, digits=digits, label=f"{one.second} minus {one.first}")
    return row


def _title(measure: str) -> tuple[str, int]:
    return MEASURES.get(measure, (measure.replace("_", " "), 2))
