"""Judges of a table whose scores are in a unit of their own: measured as such, and given levels out of fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.analysis.continuous_judge.judge_measurement import ContinuousJudge, measure_continuous_judge
from referee_calib.analysis.continuous_judge.judge_unit import gives_raw_scores
from referee_calib.analysis.human_agreement.join import join
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from referee_calib.analysis.human_agreement.level_scale import LevelScale
    from referee_calib.analysis.tables.table_judgements import TableJudgements, TableScore

RECALIBRATED = "levels recalibrated out of fold"
NO_LEVEL = "no level could be recalibrated from the score"


@dataclass(frozen=True, slots=True)
class RawJudges:
    """Two tables in which every judge has levels, and what was measured of those that gave none."""

    tables: TableJudgements
    measured: tuple[ContinuousJudge, ...]

    def named(self, judge: str) -> str:
        """Return the judge's name as it stands beside numbers, which says where its levels are recalibrated."""
        return f"{judge} ({RECALIBRATED})" if self.of(judge) else judge

    def label(self, judge: str) -> str:
        """Return the name of a judge among several: short, for columns of tables."""
        return f"{judge}, recalibrated" if self.of(judge) else judge

    def of(self, judge: str) -> list[ContinuousJudge]:
        """Return what was measured of one judge on its raw scores."""
        return [one for one in self.measured if one.judge == judge]


def recalibrate_raw_judges(
    tables: TableJudgements, judges: Sequence[str], *, seed: int, confidence: float
) -> RawJudges:
    """Measure the judges whose scores are no levels, and put levels recalibrated out of fold in their places.

    Raises
    ------
    InputError
        When there is one cluster only, so that no other could recalibrate it.
    """
    scores, measured = dict(tables.scores), []
    for judge in judges:
        for name, scale in tables.scales.items():
            its = [score for score in scores[judge] if score.dimension == name]
            given = {one.level for one in its if one.level is not None}
            if gives_raw_scores([value for value in given if np.isfinite(value)], scale):
                found, levels = _measured(tables, judge, name, its, seed=seed, confidence=confidence)
                measured.append(found)
                scores[judge] = [
                    _with_level(one, levels) if one.dimension == name else one
                    for one in scores[judge]
                    if one.dimension != name or not one.sample
                ]
    return RawJudges(replace(tables, scores=scores), tuple(measured))


def _measured(
    tables: TableJudgements,
    judge: str,
    name: str,
    its: Sequence[TableScore],
    *,
    seed: int,
    confidence: float,
) -> tuple[ContinuousJudge, Mapping[str, tuple[float, float]]]:
    """Return what raw scores say, and level and expected level of every unit that has one."""
    scale: LevelScale = tables.scales[name]
    units = [unit for unit in tables.units if name in unit.dimensions]
    people = join(name, units, tables.ratings, (), rubric="", scale=scale)
    raw = {one.claim: one.level for one in its if not one.sample and one.level is not None}
    found = measure_continuous_judge(
        np.array([raw.get(unit.id, np.nan) for unit in units], dtype=np.float64),
        people.levels_on(units),
        scale=scale,
        judge=judge,
        dimension=name,
        cluster=[unit.video for unit in units],
        seed=seed,
        confidence=confidence,
    )
    if found.levels.reason:
        raise InputError(
            f"{judge} gives scores in a unit of its own on {name}, which become levels only by recalibration",
            found.levels.reason,
            "Name the column of clusters with --cluster, or leave the judge out with --judges.",
        )
    pairs = zip(units, found.levels.levels.tolist(), found.levels.expected.tolist(), strict=True)
    return found, {unit.id: (level, expected) for unit, level, expected in pairs if np.isfinite(level)}


def _with_level(score: TableScore, levels: Mapping[str, tuple[float, float]]) -> TableScore:
    """Return a score with its recalibrated levels; one that is no finite number has failed."""
    if score.level is None:
        return score
    if score.claim not in levels:
        return replace(score, level=None, expected=None, status="error", reason=NO_LEVEL)
    level, expected = levels[score.claim]
    return replace(score, level=level, expected=expected)
