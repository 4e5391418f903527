"""From an analysis to the content of ``report.json``, which alone the pages are rendered from."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from referee_calib.errors import InputError
from referee_calib.rating_origins import collection_rows
from referee_calib.report.document.ablation import ablation
from referee_calib.report.document.claim_rows import disagreement, rollout_rewards
from referee_calib.report.document.dimension_document import dimension_document, subgrouping
from referee_calib.report.document.headline import headline
from referee_calib.report.document.json_rows import described, plain
from referee_calib.report.document.judges.continuous_judge_document import continuous_judge_rows
from referee_calib.report.document.judges.error_by_agreement import error_by_agreement_rows
from referee_calib.report.document.last_run_document import exploits, response_curve, robustness
from referee_calib.report.document.mean_scores import mean_scores
from referee_calib.report.document.recalibrated_agreement import recalibrated_agreement_rows
from referee_calib.report.document.recalibration_trials import recalibration
from referee_calib.report.document.referee_score_summary import score_summary
from referee_calib.report.document.reward_behaviour.improvement_document import improvement_document
from referee_calib.report.document.score_reliability import (
    missing_scores_rows,
    rater_consistency_rows,
    repeated_scores_rows,
)
from referee_calib.report.document.verdict_document import verdict_document
from referee_calib.report.schema.localization_schema import LocalizationJson
from referee_calib.report.schema.ratings_schema import CollectionJson
from referee_calib.report.schema.report_schema import SCHEMA, ReportJson
from referee_calib.report.wording import method_notes
from referee_calib.report.wording.number_format import upper_first
from referee_calib.report.wording.report_nouns import reworded_report
from referee_calib.report.wording.results_paragraph import paragraph
from referee_calib.rubric import Rubric, Scale
from referee_calib.thresholds import Thresholds

if TYPE_CHECKING:
    from referee_calib.analysis import Analysis

_LIBRARIES = ("referee-calib", "numpy", "scipy", "av", "opencv-python-headless", "matplotlib")


def build(analysis: Analysis, rubric: Rubric | None = None) -> ReportJson:
    """Return the whole report as JSON types.

    Parameters
    ----------
    analysis : Analysis
        Everything that was measured.
    rubric : Rubric, optional
        The words that people and referee were asked with; without one, as of tables, dimensions keep their names.

    Returns
    -------
    dict
        Holds no NaN and no date: the same study, seed and versions give the same bytes.
    """
    rubric = rubric or _names_alone(analysis)
    dimensions = [dimension_document(result, rubric) for result in analysis.dimensions]
    titles = {item["dimension"]: item["title"] for item in dimensions}
    limits = analysis.verdict.thresholds if analysis.verdict else Thresholds(stated=())
    margin = limits.loss
    missing = missing_scores_rows(analysis.missing, titles)
    head = headline(dimensions, analysis.n_simulated, analysis.n_ratings, margin=margin, missing=missing)
    media = not (analysis.verdict and analysis.verdict.beyond)
    trials = recalibration(analysis.recalibration, titles, rewards=media)
    inputs = analysis.inputs + (analysis.ablation.inputs if analysis.ablation else ())
    report: ReportJson = {
        "schema": SCHEMA,
        "title": f"Referee report: {analysis.study}",
        "study": analysis.study,
        "headline": head,
        "verdict": verdict_document(
            analysis.verdict, titles, head["who"], analysis.n_simulated > 0, record=analysis.threshold_record
        ),
        "counts": {"videos": analysis.n_videos, "rollouts": analysis.n_rollouts, "raters": analysis.n_raters},
        "ratings": {
            "rows": analysis.n_ratings,
            "simulated": analysis.n_simulated,
            "origins": dict(analysis.origins),
            "collection": cast(list[CollectionJson], collection_rows(dict(analysis.origins))),
        },
        "rating_quality": plain(analysis.quality),
        "referee": {
            "fingerprint": analysis.referee,
            "description": dict(analysis.description),
            "scores": score_summary(analysis.scored, titles),
        },
        "dimensions": dimensions,
        "error_by_agreement": error_by_agreement_rows(analysis.error_splits, titles),
        "continuous_judges": continuous_judge_rows(analysis.continuous_judges, titles),
        "ablation": ablation(analysis.ablation, titles, analysis.confidence),
        "recalibration": trials,
        "recalibrated_agreement": recalibrated_agreement_rows(analysis.recalibration, titles, limits),
        "missing_scores": missing,
        "repeated_scores": repeated_scores_rows(analysis.repeats, titles),
        "rater_consistency": rater_consistency_rows(analysis.consistency, titles),
        "localization": [cast(LocalizationJson, one.to_json()) for one in analysis.localization],
        "mean_scores": mean_scores(analysis.mean_scores, analysis.draw, titles, head["who"]),
        "subgrouping": subgrouping(analysis.dimensions, analysis.confidence),
        "response_curves": [response_curve(item) for item in analysis.responses],
        "robustness": robustness(analysis.robustness),
        "exploits": exploits(analysis.probed),
        "policy_improvement": (
            improvement_document(analysis.improvement, head["who"]) if analysis.improvement else None
        ),
        "rewards": rollout_rewards(analysis.rewards, analysis.examined),
        "disagreements": [disagreement(item, rubric) for item in analysis.disagreements],
        "excluded_rows": [described(item, rows=len(item.names)) for item in analysis.losses],
        "parse_failures": plain(analysis.unread),
        "notes": list(analysis.notes),
        "rubric": {
            "version": rubric.version,
            "scales": [plain(rubric[result.dimension]) for result in analysis.dimensions],
        },
        "methods": method_notes.methods([item["scale"] for item in dimensions], media=media),
        "references": method_notes.REFERENCES,
        "limits": method_notes.limits(analysis.n_simulated, dict(analysis.origins), media=media),
        "inputs": plain(inputs),
        "seed": analysis.seed,
        "confidence": analysis.confidence,
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in _LIBRARIES}},
        "nouns": {"item": analysis.nouns.item, "cluster": analysis.nouns.cluster},
        "results_paragraph": "",
    }
    if analysis.adjudicated is not None:
        report["adjudicated"] = [described(one, title=titles[one.dimension]) for one in analysis.adjudicated]
    report["results_paragraph"] = paragraph(report)
    return reworded_report(report, analysis.nouns)


def _names_alone(analysis: Analysis) -> Rubric:
    """Return titles for dimensions of which nothing but the name is known."""
    names = [result.dimension for result in analysis.dimensions]
    return Rubric("", tuple(Scale(name, upper_first(name.replace("_", " ")), "", "", ()) for name in names))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # another flavour of the same library, or a source tree that was never installed
        return "not installed as a package"


def dumps(report: Mapping[str, Any]) -> str:
    """Write a report as JSON text; NaN and infinity are refused.

    Parameters
    ----------
    report : dict
        The content of ``report.json``.

    Returns
    -------
    str
        Ends with a line break.

    Raises
    ------
    ValueError
        When a number is NaN or infinite.
    """
    text = json.dumps(report, ensure_ascii=False, allow_nan=False, indent=1)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # a model cut a surrogate pair in two; escaped, it is read back as it was
        text = json.dumps(report, ensure_ascii=True, allow_nan=False, indent=1)
    return text + "\n"


def read_report(path: Path | str) -> ReportJson:
    """Read a ``report.json``.

    Parameters
    ----------
    path : Path or str
        A file that ``referee-calib report`` wrote.

    Returns
    -------
    dict
        Ready to be rendered.

    Raises
    ------
    InputError
        When it cannot be read, or is of another schema.
    """
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}", f"no report can be read from it ({error})") from error
    schema = found.get("schema") if isinstance(found, dict) else None
    if schema != SCHEMA:
        seen = f"its schema is {schema}, and this version reads {SCHEMA}"
        raise InputError(f"{path}", seen, "Make it anew from its study: referee-calib report STUDY")
    return cast(ReportJson, found)
