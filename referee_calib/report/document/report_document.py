"""From an analysis to the content of ``report.json``, which alone the pages are rendered from."""

from __future__ import annotations

import base64
import json
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from referee_calib.report.document import fixed_text
from referee_calib.report.document.ablation import ablation
from referee_calib.report.document.exploits import probes
from referee_calib.report.document.headline import MARGIN, headline
from referee_calib.report.document.mean_scores import mean_scores
from referee_calib.report.document.recalibrators import recalibration
from referee_calib.report.document.results_paragraph import paragraph
from referee_calib.report.document.robustness import robustness
from referee_calib.report.document.score_summary import scored
from referee_calib.report.document.slice_tables import prevalence, slices, slicing
from referee_calib.report.document.verdict_text import document as verdict
from referee_calib.rubric import Rubric

if TYPE_CHECKING:
    from referee_calib.analysis.human_agreement.agreement_results import (
        CoefficientComparison,
        DimensionResult,
        Disagreement,
        ExcludedRows,
        RaterEstimate,
    )
    from referee_calib.analysis.input_digests import InputDigest
    from referee_calib.analysis.results import Analysis
    from referee_calib.analysis.reward_behaviour.reward_results import Response, ResponseLine, RolloutRewards

SCHEMA = "referee-calib/report/1"
SMALL = 0.1  # the step at which a curve is read off in words, as a share of the object's size
_LIBRARIES = ("referee-calib", "numpy", "scipy", "av", "opencv-python-headless", "matplotlib")


def build(analysis: Analysis, rubric: Rubric) -> dict[str, Any]:
    """Return the whole report as JSON types.

    Parameters
    ----------
    analysis : Analysis
    rubric : Rubric
        The words that people and referee were asked with.

    Returns
    -------
    dict
        Holds no NaN and no date: the same study, seed and versions give the same bytes.
    """
    dimensions = [_dimension(result, rubric) for result in analysis.dimensions]
    titles = {item["dimension"]: item["title"] for item in dimensions}
    margin = analysis.verdict.thresholds.loss if analysis.verdict else MARGIN
    head = headline(dimensions, analysis.n_simulated, analysis.n_ratings, margin=margin)
    report: dict[str, Any] = {
        "schema": SCHEMA,
        "title": f"Referee report: {analysis.study}",
        "study": analysis.study,
        "headline": head,
        "verdict": verdict(analysis.verdict, titles, head["who"], analysis.n_simulated > 0),
        "counts": {"videos": analysis.n_videos, "rollouts": analysis.n_rollouts, "raters": analysis.n_raters},
        "ratings": {
            "rows": analysis.n_ratings,
            "simulated": analysis.n_simulated,
            "origins": dict(analysis.origins),
        },
        "referee": {
            "fingerprint": analysis.referee,
            "description": analysis.description,
            "scores": scored(analysis.scored, titles),
        },
        "dimensions": dimensions,
        "ablation": ablation(analysis.ablation, titles, analysis.confidence),
        "recalibration": recalibration(analysis.recalibration, titles),
        "mean_score": mean_scores(analysis.mean_scores, analysis.draw, titles, head["who"]),
        "slicing": slicing(analysis.dimensions, analysis.confidence),
        "responses": [_response(item) for item in analysis.responses],
        "robustness": robustness(analysis.robustness),
        "probes": probes(analysis.probed),
        "rewards": {"examined": analysis.examined, **_rewards(analysis.rewards)},
        "disagreements": [_disagreement(item, rubric) for item in analysis.disagreements],
        "losses": [_loss(item) for item in analysis.losses],
        "unread": [{"file": u.file, "reason": u.reason, "why": u.why, "count": u.count} for u in analysis.unread],
        "notes": list(analysis.notes),
        "rubric": {"version": rubric.version, "scales": [_scale(rubric, r.dimension) for r in analysis.dimensions]},
        "methods": fixed_text.METHODS,
        "references": fixed_text.REFERENCES,
        "limits": fixed_text.limits(analysis.n_simulated, analysis.n_ratings),
        "inputs": [{"name": i.name, "rows": i.rows, "sha256": i.sha256} for i in _inputs(analysis)],
        "seed": analysis.seed,
        "confidence": analysis.confidence,
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in _LIBRARIES}},
    }
    return report | {"paper": paragraph(report)}


def _inputs(analysis: Analysis) -> tuple[InputDigest, ...]:
    return analysis.inputs + (analysis.ablation.inputs if analysis.ablation else ())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # another flavour of the same library, or a source tree that was never installed
        return "not installed as a package"


def dumps(report: dict[str, Any]) -> str:
    """Write a report as JSON text; NaN and infinity are refused."""
    text = json.dumps(report, ensure_ascii=False, allow_nan=False, indent=1)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # a model cut a surrogate pair in two; escaped, it is read back as it was
        text = json.dumps(report, ensure_ascii=True, allow_nan=False, indent=1)
    return text + "\n"


def _dimension(result: DimensionResult, rubric: Rubric) -> dict[str, Any]:
    scale, n = rubric[result.dimension], result.counts
    return {
        "dimension": result.dimension,
        "title": scale.title,
        "question": scale.question,
        "counts": {
            "applicable": n.applicable,
            "rated": n.rated,
            "rated_twice": n.rated_twice,
            "scored": n.scored,
            "matched": n.matched,
            "levels": n.levels,
            "raters": n.raters,
            "videos": n.videos,
        },
        "coefficients": [_coefficient(item) for item in result.coefficients],
        "leave_one_out": _by_rater(result.leave_one_out),
        "leniency": {
            "overall": result.leniency.to_json(),
            "raters": _by_rater(result.leniency_by_rater),
        },
        "calibration": result.calibration.to_json(),
        "by_level": [
            {"name": m.name, "title": fixed_text.measure_title(m.name), "estimate": m.estimate.to_json()}
            for m in result.by_level
        ],
        "confusion": {"rows": "person", "columns": "referee", "counts": [list(row) for row in result.confusion]},
        "prevalence": prevalence(result.prevalence),
        "slices": slices(result),
        "notes": list(result.notes),
    }


def _by_rater(rows: tuple[RaterEstimate, ...]) -> list[dict[str, Any]]:
    found = sorted(rows, key=lambda row: _natural(row.rater))
    return [{"rater": row.rater, "estimate": row.estimate.to_json()} for row in found]


def _natural(name: str) -> list[tuple[int, str]]:
    """Sort rater-2 before rater-10: by runs of digits as numbers, and by the text between them."""
    return [(int(part), part) if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def _coefficient(item: CoefficientComparison) -> dict[str, Any]:
    return {
        "name": item.name,
        "title": fixed_text.coefficient_title(item.name),
        "people": item.people.to_json(),
        "referee": item.referee.to_json(),
        "difference": item.difference.to_json(),
        "p_value": item.p_value,
    }


def _response(item: Response) -> dict[str, Any]:
    return {
        "key": item.key,
        **fixed_text.response_words(item.key),
        "deltas": list(item.deltas),
        "small": SMALL,
        "n_claims": item.n_claims,
        "n_videos": item.n_videos,
        "notes": list(item.notes),
        "rewards": [_line(line, item.deltas) for line in item.lines],
    }


def _line(line: ResponseLine, deltas: tuple[float, ...]) -> dict[str, Any]:
    return {
        "role": line.role,
        "label": line.label,
        "mean": list(line.mean),
        "low": list(line.low),
        "high": list(line.high),
        "n_claims": list(line.n_claims),
        "n_failed": list(line.n_failed),
        "kept": _kept(line.mean, deltas),
        "wrong": [{"kind": k, "title": fixed_text.wrong_title(k), "mean": v} for k, v in line.wrong.items()],
    }


def _kept(mean: tuple[float | None, ...], deltas: tuple[float, ...]) -> float | None:
    """Share of what a reward pays for the truth that it still pays at a small step away from it."""
    if SMALL not in deltas:
        return None
    start, small = mean[0], mean[deltas.index(SMALL)]
    return small / start if start and small is not None else None


def _rewards(rows: tuple[RolloutRewards, ...]) -> dict[str, Any]:
    rollouts = [
        {
            "rollout": row.rollout,
            "video": row.video,
            "n_claims": row.n_claims,
            "referee": row.referee,
            "referee_reason": row.referee_reason,
            "iou": row.overlap,
            "iou_reason": row.overlap_reason,
        }
        for row in rows
    ]
    return {"rollouts": rollouts, "summary": [_reward_summary(rollouts, key) for key in ("referee", "iou")]}


def _reward_summary(rollouts: list[dict[str, Any]], key: str) -> dict[str, Any]:
    values = [row[key] for row in rollouts if row[key] is not None]
    reasons: dict[str, int] = {}
    for row in rollouts:
        if row[key] is None:
            reasons[row[f"{key}_reason"]] = reasons.get(row[f"{key}_reason"], 0) + 1
    return {
        "reward": key,
        "paid": len(values),
        "not_paid": len(rollouts) - len(values),
        "reasons": reasons,
        "mean": sum(values) / len(values) if values else None,
        "zero": sum(value == 0 for value in values),
    }


def _disagreement(item: Disagreement, rubric: Rubric) -> dict[str, Any]:
    claim = item.claim
    near = [box for box in claim.boxes if abs(box[0] - item.time) < 1e-6]
    truth = [box for box in claim.reference_boxes or () if abs(box[0] - item.time) < 1e-6]
    data = base64.b64encode(item.image).decode("ascii")
    return {
        "claim": claim.id,
        "dimension": item.dimension,
        "title": rubric[item.dimension].title,
        "video": claim.video,
        "rollout": claim.rollout,
        "question": claim.question,
        "answer": claim.answer,
        "object": claim.object,
        "span": list(claim.span) if claim.span else None,
        "time": item.time,
        "boxes": [list(box[1:]) for box in near],
        "reference_boxes": [list(box[1:]) for box in truth],
        "people": [{"rater": r, "level": level} for r, level in sorted(item.people, key=lambda one: _natural(one[0]))],
        "people_mean": sum(level for _, level in item.people) / len(item.people),
        "referee": item.referee,
        "gap": item.gap,
        "reply": item.reply,
        "image": f"data:image/jpeg;base64,{data}" if data else None,
        "image_size": list(item.image_size) if data else None,
        "note": item.note,
    }


def _loss(item: ExcludedRows) -> dict[str, Any]:
    return {
        "dimension": item.dimension,
        "what": item.what,
        "reason": item.reason,
        "rows": len(item.names),
        "names": list(item.names),
    }


def _scale(rubric: Rubric, dimension: Any) -> dict[str, Any]:
    scale = rubric[dimension]
    return {
        "dimension": scale.dimension,
        "title": scale.title,
        "question": scale.question,
        "help": scale.help,
        "levels": list(scale.levels),
    }
