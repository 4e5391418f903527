"""Referees side by side in ``report.json``: who they are, what sets them apart, and every paired difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import described, plain
from referee_calib.report.schema.dimension_schema import (
    AblationDimensionJson,
    AblationJson,
    DifferenceJson,
    EquivalenceJson,
)
from referee_calib.report.wording.number_format import count, interval, listed, signed

if TYPE_CHECKING:
    from agreement import Difference
    from referee_calib.analysis import AblationResult, DimensionAblation, PairEquivalence, RefereeDifference

MEASURES = {  # title, digits shown
    "percent_agreement": ("Pairwise agreement", 2),
    "cohen_kappa_quadratic": ("Quadratic kappa", 2),
    "krippendorff_alpha_ordinal": ("Ordinal alpha", 2),
    "gwet_ac2_quadratic": ("Gwet's AC2", 2),
    "leniency": ("Leniency, levels", 2),
    "confident_acceptance": ("Confident acceptance, share of videos", 3),
    "confident_rejection": ("Confident rejection, share of videos", 3),
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
            f"intervals that leave out whole videos; p is corrected by Holm over {count(found.n_tests, 'difference')}. "
            "Confident acceptance and rejection have exact limits, one-sided 95 % each, and no p."
        ),
        "margin": found.margin,
        "equivalence": [
            _equivalence(item, one, titles, found.margin) for item in found.dimensions for one in item.equivalence
        ],
        "dimensions": [_dimension(item, titles) for item in found.dimensions],
    }


def _dimension(item: DimensionAblation, titles: Mapping[str, str]) -> AblationDimensionJson:
    measures = [
        {"measure": name, "title": _title(name)[0], "values": plain(values)} for name, values in item.values.items()
    ]
    differences = [difference_row(one) for one in item.differences]
    title = titles.get(item.dimension, item.dimension)
    row: AblationDimensionJson = described(
        item, "values", "equivalence", title=title, measures=measures, differences=differences
    )
    return row


def _equivalence(
    item: DimensionAblation, one: PairEquivalence, titles: Mapping[str, str], margin: float
) -> EquivalenceJson:
    title, label = titles.get(item.dimension, item.dimension), f"{one.second} minus {one.first}"
    intervals = listed([f"{signed(d.value)} {interval(plain(d))}".strip() for d in one.differences])
    said = {
        "same": f"they are the same to within {margin:g}",
        "apart": "a difference is shown",
        "cannot tell": f"neither a difference nor sameness to within {margin:g} is shown",
    }[one.state]
    sentence = f"{title}: {said} in quadratic kappa and ordinal alpha ({intervals})"
    wanted = f"; about {one.videos_needed:,} videos would tell" if one.videos_needed else ""
    return {
        "dimension": item.dimension,
        "title": title,
        "first": one.first,
        "second": one.second,
        "label": label,
        "state": str(one.state),
        "sentence": f"{sentence}{wanted if one.state == 'cannot tell' else ''}.",
        "videos_needed": one.videos_needed,
    }


def difference_row(one: RefereeDifference | Difference) -> DifferenceJson:
    """Return one paired difference with its words."""
    title, digits = _title(one.measure)
    row: DifferenceJson = described(
        one, "test", title=title, digits=digits, label=f"{one.second} minus {one.first}", p_value=one.p_value
    )
    return row


def _title(measure: str) -> tuple[str, int]:
    return MEASURES.get(measure, (measure.replace("_", " "), 2))
