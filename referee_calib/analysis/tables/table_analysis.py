"""From two tables to an analysis: everything that needs no media."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.analysis.ablation_results import AblationResult, ComparedReferee
from referee_calib.analysis.error_by_agreement.dimension_error_split import DimensionErrorSplit, joined_error_splits
from referee_calib.analysis.failure_rate import failure_rate
from referee_calib.analysis.human_agreement.alternative_annotator_check import dimension_alternative_annotator
from referee_calib.analysis.human_agreement.dimension_agreement import measure_dimension
from referee_calib.analysis.human_agreement.disagreements import disagreements
from referee_calib.analysis.human_agreement.join import JoinedDimension, join
from referee_calib.analysis.human_agreement.level_scale import level_step
from referee_calib.analysis.human_agreement.mean_level import ClaimSelection, mean_level
from referee_calib.analysis.pilot_study import PilotLevels, as_pilot
from referee_calib.analysis.recalibration.recalibrator_trials import try_recalibrators
from referee_calib.analysis.referee_ablation import ComparedDimension, compare_sides
from referee_calib.analysis.results import Analysis
from referee_calib.analysis.score_distribution import score_distributions
from referee_calib.analysis.score_reliability.missing_score_checks import require_scores
from referee_calib.analysis.score_reliability.missing_scores import missing_scores
from referee_calib.analysis.score_reliability.repeated_score_checks import require_alike_samples
from referee_calib.analysis.score_reliability.repeated_scores import repeated_scores
from referee_calib.analysis.tables.judge_sides import JudgeSides, judge_sides
from referee_calib.analysis.tables.raw_judges import RawJudges, recalibrate_raw_judges
from referee_calib.analysis.verdict import hold_thresholds
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from referee_calib.analysis.human_agreement.agreement_results import DimensionResult
    from referee_calib.analysis.tables.table_judgements import TableJudgements, TableScore
    from referee_calib.analysis.verdict import StudyVerdict
    from referee_calib.thresholds import Thresholds

Say = Callable[[str], None]
NO_MEDIA = (
    "Tables hold no media, so perturbed evidence, exploit probes and rewards are not looked at: those take a study "
    "with its media, which referee-calib import fills."
)


def analyse_tables(
    tables: TableJudgements,
    *,
    referee: str | None = None,
    compare: Sequence[str] = (),
    seed: int = 0,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    say: Say = lambda step: None,
) -> Analysis:
    """Compare a judge with the people of two tables.

    Parameters
    ----------
    referee : str, optional
        The judge; by default the first that is compared, or the first of the scores file.
    compare : sequence of str
        Judges to put side by side; by default all of the scores file.
    seed, confidence, n_resamples
        As of :func:`~referee_calib.analysis.study_analysis.analyse`.

    Raises
    ------
    InputError
        When a judge is not in the scores, or nothing that was rated has a score.
    """
    judges = [_judge(tables, name) for name in compare] or list(tables.scores)
    judge = _judge(tables, referee) if referee else judges[0]
    say("measuring scores in units of their own")
    raw = recalibrate_raw_judges(tables, list(dict.fromkeys([judge, *judges])), seed=seed, confidence=confidence)
    tables = raw.tables
    scores = tables.scores[judge]
    say("joining people and judges")
    joined = _joined(tables, scores, judge)
    limits = _in_units_of_the_scale(tables.thresholds, joined)
    say("measuring agreement and calibration")
    results = [measure_dimension(part, seed=seed, confidence=confidence, n_resamples=n_resamples) for part in joined]
    say("looking at missing and repeated scores")
    missing = tuple(missing_scores(part, scores, confidence=confidence, seed=seed) for part in joined)
    clusters = {unit.id: unit.video for unit in tables.units}
    repeats = [found for part in joined if (found := repeated_scores(part, scores, clusters, confidence=confidence))]
    say("trying recalibrators out of fold")
    as_scored = [part for part in joined if part.dimension not in {one.dimension for one in raw.of(judge)}]
    recalibration = as_scored and try_recalibrators(
        as_scored, (), (), judge, media=None, seed=seed, confidence=confidence, composed=False
    )
    say("holding the thresholds against what was measured")
    verdict = _verdict(tables, joined, results, scores, limits, confidence)
    verdict = require_alike_samples(require_scores(verdict, missing), repeats)
    verdict = replace(verdict, beyond=_which_judge(judge, judges) + verdict.beyond)
    say("putting judges side by side")
    sides = judge_sides(tables, judge, judges)
    return Analysis(
        study=tables.name,
        referee="",
        description={"name": raw.named(judge)},
        rubric_version="",
        seed=seed,
        confidence=confidence,
        n_videos=len({unit.video for part in joined for unit in part.claims}),
        n_rollouts=0,
        n_raters=len({rater for part in joined for rater in part.raters}),
        n_ratings=sum(part.counts.levels for part in joined),
        n_simulated=0,
        origins=(("table", sum(part.counts.levels for part in joined)),),
        inputs=tables.inputs,
        dimensions=tuple(results),
        rewards=(),
        responses=(),
        disagreements=tuple(disagreements(joined, None)),
        losses=(*tables.losses, *(lost for part in joined for lost in part.losses)),
        notes=(*tables.notes, *_not_judged(tables, joined, judge), *_steps(joined), *sides.notes),
        verdict=verdict,
        ablation=_ablation(tables, sides, confidence, raw),
        scored=score_distributions(scores, {part.dimension: part.scale for part in joined}),
        mean_scores=tuple(mean_level(part, tables.units, scores, confidence=confidence) for part in joined),
        draw=_selection(tables, joined),
        recalibration=recalibration or None,
        threshold_record=tables.threshold_record,
        missing=missing,
        repeats=tuple(repeats),
        nouns=tables.nouns,
        error_splits=_error_splits(tables, sides, raw, seed=seed, confidence=confidence),
        continuous_judges=raw.measured,
    )


def read_table_pilot(
    tables: TableJudgements, *, referee: str | None = None, dimension: str | None = None
) -> PilotLevels:
    """Read what a plan needs of two tables: the judge by name, by default the first."""
    judge = _judge(tables, referee or next(iter(tables.scores)))
    tables = recalibrate_raw_judges(tables, [judge], seed=0, confidence=0.95).tables
    return as_pilot(tables.name, _joined(tables, tables.scores[judge], judge), dimension)


def _judge(tables: TableJudgements, name: str) -> str:
    if name not in tables.scores:
        raise InputError(f"judge {name}", f"the scores are of {', '.join(tables.scores)}")
    return name


def _joined(tables: TableJudgements, scores: Sequence[TableScore], judge: str) -> list[JoinedDimension]:
    """Join every dimension that the judge scored and people rated."""
    scored = {score.dimension for score in scores}
    parts = [
        join(name, [u for u in tables.units if name in u.dimensions], tables.ratings, scores, rubric="", scale=scale,
             columns=tables.slices)
        for name, scale in tables.scales.items()
        if name in scored
    ]  # fmt: skip
    found = [part for part in parts if part.counts.matched]
    if not found:
        why = f"no unit that people rated has a score of {judge} on {', '.join(tables.scales)}"
        raise InputError(f"{tables.name}: nothing to compare", why, "Look at the names of units in both tables.")
    return found


def _not_judged(tables: TableJudgements, joined: Sequence[JoinedDimension], judge: str) -> list[str]:
    left = [name for name in tables.scales if name not in {part.dimension for part in joined}]
    return [f"{judge} has no scores on {', '.join(left)}: this report leaves out what people said there."] * bool(left)


def _steps(joined: Sequence[JoinedDimension]) -> list[str]:
    """Say what a difference "in levels" is where levels are not one apart."""
    return [
        f"Levels of {part.dimension} are {step:g} apart: differences in levels are in the values of the table."
        for part in joined
        if (step := level_step(part.scale)) != 1
    ]


def _in_units_of_the_scale(limits: Thresholds, joined: Sequence[JoinedDimension]) -> Thresholds:
    """Turn what is stated in steps of the scale into the values of the table."""
    steps = {part.dimension: level_step(part.scale) for part in joined}
    if len(set(steps.values())) > 1:
        told = ", ".join(f"{step:g} on {name}" for name, step in steps.items())
        raise InputError(
            f"the levels are not equally far apart on every dimension: {told}",
            "leniency is held against one limit",
            "Report them one at a time: --dimension NAME.",
        )
    step = next(iter(steps.values()))
    return replace(limits, leniency=limits.leniency * step, slice_leniency=limits.slice_leniency * step)


def _which_judge(judge: str, judges: Sequence[str]) -> str:
    """Say which of several judges the verdict is about."""
    if len(judges) < 2:
        return ""
    return f"The verdict is about {judge}, one of {len(judges)} judges; for another one: --referee NAME. "


def _verdict(
    tables: TableJudgements,
    joined: Sequence[JoinedDimension],
    results: Sequence[DimensionResult],
    scores: Sequence[TableScore],
    limits: Thresholds,
    confidence: float,
) -> StudyVerdict:
    measured = [
        (
            result,
            dimension_alternative_annotator(part, limits),
            failure_rate(part.dimension, tables.units, scores, confidence),
        )
        for part, result in zip(joined, results, strict=True)
    ]
    return replace(hold_thresholds(measured, limits), beyond=NO_MEDIA)


def _error_splits(
    tables: TableJudgements, sides: JudgeSides, raw: RawJudges, *, seed: int, confidence: float
) -> tuple[DimensionErrorSplit, ...]:
    """Split the errors of every judge, by dimension."""
    return joined_error_splits(
        {name: _joined(tables, tables.scores[name], name) for name in sides.judges},
        confidence=confidence,
        seed=seed,
        scores={(one.judge, one.dimension): one.levels.name for one in raw.measured},
    )


def _ablation(tables: TableJudgements, sides: JudgeSides, confidence: float, raw: RawJudges) -> AblationResult | None:
    """Compare judges on every dimension that all of them scored; None where one stands alone."""
    if len(sides.judges) < 2:
        return None
    parts = []
    for name in sides.dimensions:
        units = [unit for unit in tables.units if name in unit.dimensions]
        people = join(name, units, tables.ratings, (), rubric="", scale=tables.scales[name])
        parts.append(ComparedDimension(people, units))
    return compare_sides(
        tuple(ComparedReferee("", raw.label(name), {"name": name}) for name in sides.judges),
        parts,
        {raw.label(name): tables.scores[name] for name in sides.judges},
        margin=tables.thresholds.equivalence,
        confidence=confidence,
    )


def _selection(tables: TableJudgements, joined: Sequence[JoinedDimension]) -> ClaimSelection:
    rated = {unit.id for part in joined for unit in part.claims}
    whole = all(np.isfinite(part.levels_on(tables.units)).any(axis=1).all() for part in joined)
    return ClaimSelection("complete" if whole else "chosen", len(tables.units), len(rated), len(rated))
