"""Judges with a unit of their own in ``report.json``, and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import described, plain
from referee_calib.report.schema.judge_error_schema import ContinuousJudgeJson, RankingJson
from referee_calib.report.wording.method_notes import COEFFICIENT_TITLES, title_of
from referee_calib.report.wording.number_format import interval, number

if TYPE_CHECKING:
    from referee_calib.analysis import ContinuousJudge

CORRELATION_TITLES = {"spearman": "Spearman’s rho", "pearson": "Pearson’s r", "kendall_tau_b": "Kendall’s tau-b"}
_SHAPE = (
    "n_rated", "n_scored", "n_missing", "n_infinite", "n_unrated", "n_distinct", "lowest", "median", "highest",
    "tied_share", "most_common", "most_common_share", "lowest_share", "highest_share", "variance_ratio",
)  # fmt: skip
_CURVE = ("scores", "fitted", "weight", "low", "high", "reason")


def continuous_judge_rows(found: Sequence[ContinuousJudge], titles: Mapping[str, str]) -> list[ContinuousJudgeJson]:
    """Return what ``report.json`` says under ``continuous_judges``: one entry per judge and dimension."""
    return [_judge(one, titles.get(one.dimension, one.dimension)) for one in found]


def _judge(one: ContinuousJudge, title: str) -> ContinuousJudgeJson:
    shape, curve = one.shape.to_json(), one.curve.to_json()
    sign = -1.0 if one.lower_is_better else 1.0
    return {
        "judge": one.judge,
        "dimension": one.dimension,
        "title": title,
        "lower_is_better": one.lower_is_better,
        "reading": str(one.reading),
        "sentence": _sentence(one, title),
        "scale": list(one.scale),
        "shape": {key: shape[key] for key in _SHAPE},
        "correlations": [
            described(getattr(one.correlations, name), title=words) for name, words in CORRELATION_TITLES.items()
        ],
        "rho_perfect": plain(one.correlations.ceilings.rho_perfect),
        "disattenuated": plain(one.correlations.ceilings.disattenuated),
        "curve": {
            "scores": [sign * score for score in curve["scores"]],
            "fitted": curve["fitted"],
            "weight": curve["weight"],
            "low": curve["low"],
            "high": curve["high"],
            "reason": curve["reason"],
        },
        "discrimination": {
            name: plain(getattr(one.curve, name)) for name in ("rps_dsc", "rps_unc", "rps_noise_floor", "rps_explained")
        },
        "rankings": _rankings(one),
        "levels": one.levels.name,
        "n_folds": one.levels.n_folds,
        "levels_reason": one.levels.reason,
        "coefficients": [described(row, title=title_of(COEFFICIENT_TITLES, row.name)) for row in one.coefficients],
        "leniency": plain(one.leniency),
        "expected_gap": plain(one.expected_gap),
        "notes": list(one.notes),
    }


def _rankings(one: ContinuousJudge) -> list[RankingJson]:
    return [
        {
            "threshold": row.threshold,
            "base_rate": plain(row.base_rate),
            "auc": plain(row.auc),
            "average_precision": plain(row.average_precision),
        }
        for row in one.curve.thresholds
    ]


def _sentence(one: ContinuousJudge, title: str) -> str:
    found = one.correlations.spearman
    with_mean, difference = plain(found.with_mean), plain(found.difference)
    named = f"{one.judge} on {title.lower()}" if title else one.judge
    whole = f"{named}: rank correlation with people’s mean {number(with_mean['value'])}"
    whole = f"{whole} {interval(with_mean)}".rstrip()
    with_others = (
        f"{number(found.judge.value)} with the mean of the others, where a person has {number(found.person.value)}"
    )
    said = {
        "undefined": f"{named}: not defined, {found.with_mean.reason or difference['reason']}",
        "reversed": f"{whole}. Scores fall as people’s ratings rise: is a low score a good one?",
        "no relation shown": f"{whole}. No relation with people is shown",
        "less than a person": f"{whole}; {with_others}. It orders less well than a person",
        "no less than a person shown": f"{whole}; {with_others}. No difference from a person is shown",
        "more than a person": f"{whole}; {with_others}. It orders better than a single person",
    }[one.reading]
    return said if said.endswith("?") else f"{said}."
