"""A small made-up analysis, so that the report can be tested without a study, a video or a referee."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
from helpers_judgements import FIVE_EACH

from agreement.calibration.curve import calibration_curve
from agreement.calibration.prediction_powered import PredictionPowered
from agreement.estimate import Estimate
from agreement.ratings import Ratings
from referee_calib.analysis.human_agreement.agreement_results import (
    CoefficientSummary,
    DimensionResult,
    Disagreement,
    ExcludedRows,
    JudgementCounts,
    RaterEstimate,
    SliceResult,
)
from referee_calib.analysis.human_agreement.level_calibration import level_calibration
from referee_calib.analysis.human_agreement.mean_level import ClaimSelection, MeanLevel
from referee_calib.analysis.input_digests import InputDigest
from referee_calib.analysis.recalibration.recalibrated_agreement import RecalibratedAgreement, ScoreVariant
from referee_calib.analysis.recalibration.recalibrator_trials import RecalibrationResult, RecalibratorTrial
from referee_calib.analysis.results import Analysis, ParseFailures
from referee_calib.analysis.reward_behaviour.ranking_changes import RankingChanges
from referee_calib.analysis.reward_behaviour.reward_results import Response, ResponseLine, RolloutRewards
from referee_calib.analysis.score_distribution import score_distributions
from referee_calib.analysis.score_reliability.missing_score_bounds import LeniencyBounds, MissingScoreBounds
from referee_calib.analysis.score_reliability.missing_scores import MissingInSlice, MissingScores, ScoreStatusGroup
from referee_calib.analysis.score_reliability.repeated_scores import RepeatedScores, SampleProjection
from referee_calib.analysis.verdict import hold_thresholds
from referee_calib.records import Claim, RefereeScore
from referee_calib.report import ReportJson, build, dumps, render_html
from referee_calib.rubric import load
from referee_calib.thresholds import Thresholds

RATERS = ("anna", "ben", "chris", "dora")
SCRIPT = '<script>alert("x")</script>'


def estimate(value: float, half: float = 0.06) -> Estimate:
    return Estimate(value, value - half, value + half, n_units=180, n_raters=4, n_ratings=610, n_clusters=24)


def undefined(reason: str) -> Estimate:
    return Estimate(None, None, None, reason=reason)


def coefficient(name: str, people: float, referee: float) -> CoefficientSummary:
    return CoefficientSummary(name, estimate(people), estimate(referee), estimate(referee - people, 0.05))


def dimension(name: str, people: float, referee: float, lenient: float, seed: int) -> DimensionResult:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 5, 180)
    humans = np.clip(truth[:, None] + rng.normal(0, 0.7, (180, 4)).round(), 0, 4)
    humans[rng.random(humans.shape) < 0.15] = np.nan
    score = np.clip(truth + rng.normal(lenient, 0.8, 180).round(), 0, 4)
    pairs = np.zeros((5, 5), dtype=int)
    for column in humans.T:
        seen = ~np.isnan(column)
        np.add.at(pairs, (column[seen].astype(int), score[seen].astype(int)), 1)
    return DimensionResult(
        dimension=name,
        counts=JudgementCounts(214, 180, 171, 200, 176, 168, 610, 4, 34),
        coefficients=(
            coefficient("percent_agreement", people - 0.2, referee - 0.22),
            coefficient("cohen_kappa_quadratic", people, referee),
            coefficient("krippendorff_alpha_ordinal", people - 0.01, referee - 0.02),
            coefficient("gwet_ac2_quadratic", people + 0.05, referee + 0.06),
        ),
        leave_one_out=tuple(
            RaterEstimate(r, estimate(people + d)) for r, d in zip(RATERS, (0.02, -0.04, 0.03, -0.01), strict=True)
        ),
        leniency=estimate(lenient, 0.09),
        leniency_by_rater=tuple(
            RaterEstimate(r, estimate(lenient + d, 0.1)) for r, d in zip(RATERS, (0.3, -0.25, 0.05, -0.1), strict=True)
        ),
        calibration=calibration_curve(score, humans, cluster=np.arange(180) % 24, n_resamples=200, seed=seed),
        confusion=tuple(tuple(int(v) for v in row) for row in pairs),
        by_level=level_calibration(score, Ratings.from_array(humans, scale=range(5)), np.arange(180) % 24, 0.95),
    )


def photo(width: int = 448, height: int = 252) -> bytes:
    from PIL import Image

    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack([40 + x * 90 // width, 70 + y * 90 // height, 110 + 0 * x], axis=-1).astype(np.uint8)
    pixels[90:170, 120:210] = (200, 60, 50)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="JPEG", quality=70)
    return buffer.getvalue()


def disagreement(index: int, gap: float) -> Disagreement:
    claim = Claim(
        video=f"clip_{index:02d}.mp4",
        question=f"Where does the red square go? {SCRIPT if index == 0 else ''}",
        answer="behind the wall",
        object="red square" if index else SCRIPT,
        boxes=((4.2, 0.22, 0.3, 0.5, 0.72),),
        rollout=f"r{index}",
        reference_boxes=((4.2, 0.268, 0.357, 0.469, 0.675),),
    )
    return Disagreement(
        claim=claim,
        dimension="localization",
        people=(("anna", 1), ("ben", 0), ("dora", 1)),
        referee=2 / 3 + gap,
        gap=gap,
        reply=SCRIPT,
        time=4.2,
        image=photo() if index != 3 else b"",
        image_size=(448, 252) if index != 3 else (0, 0),
        note="" if index != 3 else "clip_03.mp4: the file ends before 4.2 s",
    )


def response(key: str, label: str) -> Response:
    deltas = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
    overlap = tuple(max(0.0, (1 - d) / (1 + d)) for d in deltas)
    referee = tuple(0.95 * float(np.exp(-((d / 0.55) ** 4))) for d in deltas)
    band = [tuple(max(0.0, v - 0.05) for v in line) for line in (referee, overlap)]
    top = [tuple(min(1.0, v + 0.05) for v in line) for line in (referee, overlap)]
    flat = (0.5,) * len(deltas)
    n, none = (120,) * len(deltas), (0,) * len(deltas)
    return Response(
        key,
        deltas,
        (
            ResponseLine("referee", "Referee", referee, band[0], top[0], n, none, {"background": 0.04}),
            ResponseLine("iou", label, overlap, band[1], top[1], n, none, {"background": 0.01}),
            ResponseLine("constant", "Constant", flat, flat, flat, n, none, {"background": 0.5}),
        ),
        n_claims=120,
        n_videos=24,
    )


def mean_of(name: str, value: float) -> MeanLevel:
    powered = PredictionPowered(estimate(value, 0.05), estimate(value + 0.1, 0.09), 0.8, 180, 34, 0)
    return MeanLevel(name, powered, estimate(value + 0.3, 0.08))


def recalibrated() -> RecalibrationResult:
    kinds = {"isotonic": 0.42, "ordinal": 0.45, "linear": 0.47}
    tried = tuple(
        RecalibratorTrial(
            name, kind, 0.60, error, 0.51, 0.55, estimate(0.60 - error, 0.04), 1.4, estimate(1.4 - error, 0.1), 176, 24
        )
        for name in ("relevance", "localization")
        for kind, error in kinds.items()
    )
    changed = {kind: RankingChanges(20, 80, 2, n, n - 1, 1, 0, 0) for kind, n in zip(kinds, (8, 4, 2), strict=True)}
    few = "12 claims in 3 videos with a rating and a score"
    best = dict.fromkeys(("relevance", "localization"), "isotonic")
    return RecalibrationResult(tried, best, "isotonic", changed, {"timing": few}, (both("relevance"), both("composed")))


def both(subject: str) -> RecalibratedAgreement:
    kappa = "cohen_kappa_quadratic"
    variants = tuple(
        ScoreVariant(
            name,
            {kappa: estimate(0.71)},
            {kappa: estimate(0.71 + d)},
            {kappa: estimate(d, 0.05)},
            estimate(lenient, 0.05),
        )
        for name, d, lenient in (("as it is", -0.09, 0.34), ("recalibrated", -0.02, 0.01))
    )
    return RecalibratedAgreement(subject, "isotonic", variants, None, 176, 24)


def missing_of(name: str, share: float) -> MissingScores:
    n = round(176 * share)
    groups = (
        ScoreStatusGroup("ok", 176 - n, 24, estimate(2.1), estimate(0.6), (60, 70, 80, 90, 100)),
        ScoreStatusGroup("refused", n, 9, estimate(2.9), estimate(0.4), (1, 2, 3, 4, 5)),
    )
    if share < 0.02:
        return MissingScores(name, 176, n, groups, estimate(0.8, 0.3))
    bounds = tuple(
        MissingScoreBounds(one, estimate(0.02), estimate(0.01), estimate(-0.2), estimate(0.04))
        for one in ("cohen_kappa_quadratic", "krippendorff_alpha_ordinal")
    )
    lenient = LeniencyBounds(estimate(0.1), estimate(0.12), estimate(-0.3), estimate(0.4))
    slices = (MissingInSlice("size", "small", n, 80),)
    return MissingScores(name, 176, n, groups, estimate(0.8, 0.3), slices, bounds, lenient)


def repeats_of(name: str) -> RepeatedScores:
    projections = tuple(SampleProjection(k, k * 0.6 / (1 + (k - 1) * 0.6), 0.7) for k in (1, 2, 4))
    none = undefined("3 rated claims have two samples or more, fewer than 10")
    return RepeatedScores(
        name, 90, 3, 270, estimate(0.6), estimate(0.5), none, none, None, projections, reason=none.reason or ""
    )


def scores_of_referee() -> list[RefereeScore]:
    """Of ten relevance scores nine are 4; two thirds of three localization scores tell their mass."""
    given = [("relevance", 4, "exact", 0.98)] * 9 + [("relevance", 1, "parsed", None)]
    given += [("localization", 2, "exact", 0.9), ("localization", 3, "exact", 0.8), ("localization", 0, "", None)]
    return [
        RefereeScore(claim=f"c{i}", referee="3fa9", dimension=name, level=level, rung=rung, mass=mass)
        for i, (name, level, rung, mass) in enumerate(given)
    ]


def make_analysis(**changes: object) -> Analysis:
    rng = np.random.default_rng(7)
    rewards = tuple(
        RolloutRewards(f"r{i}", f"clip_{i % 24:02d}.mp4", 2, float(np.clip(o**0.5 + e, 0, 1)), "", float(o), "")
        for i, (o, e) in enumerate(zip(rng.random(80), rng.normal(0, 0.08, 80), strict=True))
    )
    analysis = Analysis(
        study="Made-up study",
        referee="3fa9c2d4b1e07a66",
        description={"name": "pixels", "backend": {"name": "pixels", "version": 1}},
        rubric_version="1-abcd",
        seed=0,
        confidence=0.95,
        n_videos=24,
        n_rollouts=82,
        n_raters=4,
        n_ratings=1530,
        n_simulated=1530,
        origins=(("simulated", 1530),),
        inputs=(
            InputDigest("claims", 214, "a" * 64),
            InputDigest("ratings", 1530, "b" * 64),
            InputDigest("scores", 560, "c" * 64),
        ),
        dimensions=(
            dimension("relevance", 0.71, 0.70, 0.08, 1),
            dimension("localization", 0.78, 0.66, 0.34, 2),
            dimension("timing", 0.66, 0.63, -0.05, 3),
        ),
        rewards=(*rewards, RolloutRewards("r80", "clip_08.mp4", 0, None, "unsupported: no colour", None, "no truth")),
        responses=(response("box_shift", "IoU"), response("span_shift", "tIoU")),
        disagreements=tuple(disagreement(i, 3.1 - 0.3 * i) for i in range(6)),
        losses=(
            ExcludedRows("relevance", "rating without a level", "cannot judge", ("c01/anna", "c02/ben", "c02/dora")),
            ExcludedRows(
                "localization", "failed score", f"unsupported: phrase {SCRIPT}", tuple(f"c{i:02d}" for i in range(50))
            ),
        ),
        examined={"name": "SemanticEvidenceReward", "fingerprint": "0123456789abcdef", "settings": {}},
        unread=(ParseFailures("rollouts.jsonl", "box_reversed", "The left edge lies right of the right edge.", 3),),
        notes=("A note on the study.",),
        scored=score_distributions(scores_of_referee(), FIVE_EACH),
        mean_scores=(mean_of("relevance", 2.6), mean_of("localization", 2.1)),
        draw=ClaimSelection("drawn", 214, 180, 180),
        recalibration=recalibrated(),
        missing=(missing_of("relevance", 0.01), missing_of("localization", 0.1)),
        repeats=(repeats_of("relevance"),),
    )
    return replace(analysis, **changes)


def make_small(**changes: object) -> Analysis:
    """The same with one dimension and one perturbation, where a test needs no more."""
    analysis = make_analysis(**changes)
    return replace(analysis, dimensions=analysis.dimensions[:1], responses=analysis.responses[:1])


def with_verdict(analysis: Analysis) -> Analysis:
    limits = Thresholds(videos=20, leniency=0.2)
    held = hold_thresholds([(part, None, estimate(0.02, 0.01)) for part in analysis.dimensions], limits)
    return replace(analysis, verdict=held)


def full_report(**changes: object) -> ReportJson:
    return build(make_analysis(**changes), load())


def small_report(**changes: object) -> ReportJson:
    return build(make_small(**changes), load())


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_pages(folder: Path) -> None:
    """Write the made-up report into a folder, to look at it."""
    analysis = make_analysis()
    rows = [SliceResult("size", kind, 60, 20, *[estimate(0.7)] * 4) for kind in ("small", "large")]
    first, *others = analysis.dimensions
    analysis = replace(analysis, dimensions=(replace(first, slices=tuple(rows)), *others))
    report = build(with_verdict(analysis), load())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(dumps(report), encoding="utf-8")
    (folder / "report.html").write_text(render_html(report), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path("/tmp/report/made-up"))
