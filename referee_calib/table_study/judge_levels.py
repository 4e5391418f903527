"""Judges' scores: levels of the scale that people used, or scores in a unit of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from referee_calib.analysis import TableScore, gives_raw_scores
from referee_calib.errors import InputError
from referee_calib.table_study.dimension_scales import Scale, written
from referee_calib.table_study.table_scores import ScoreCell

EMPTY = "the cell is empty"


def judge_scores(path: Path, cells: Sequence[ScoreCell], scales: Mapping[str, Scale]) -> dict[str, list[TableScore]]:
    """Return scores by judge, in the order in which judges first occur; an empty cell is a failed score.

    Raises
    ------
    InputError
        When a judge's scores are no levels of the scale, and no scores in a unit of their own.
    """
    found: dict[str, list[TableScore]] = {}
    for judge in dict.fromkeys(cell.judge for cell in cells):
        its = [cell for cell in cells if cell.judge == judge]
        _check_levels(path, judge, its, scales)
        found[judge] = [_score(cell) for cell in its]
    return found


def _score(cell: ScoreCell) -> TableScore:
    status, reason = ("ok", "") if cell.score is not None else ("error", EMPTY)
    return TableScore(cell.unit, cell.dimension, cell.score, cell.score, status, reason, cell.sample)


def _is_raw(cells: Sequence[ScoreCell], dimension: str, scale: Scale) -> bool:
    return gives_raw_scores(
        [cell.score for cell in cells if cell.dimension == dimension and cell.score is not None], scale
    )


def _check_levels(path: Path, judge: str, cells: Sequence[ScoreCell], scales: Mapping[str, Scale]) -> None:
    given = [cell for cell in cells if cell.score is not None]
    beyond = [
        cell
        for name, scale in scales.items()
        for cell in given
        if cell.dimension == name and cell.score not in scale and not _is_raw(given, name, scale)
    ]
    if beyond:
        first = beyond[0]
        scale = written(scales[first.dimension])
        raise InputError(
            f"{path}: {len(beyond):,} of {len(given):,} scores of {judge} on {first.dimension} are no levels of the "
            f"scale {scale}, first {first.score:g} for {first.unit!r:.60}",
            "a judge is compared with people on the scale that people used",
            "State the scale with --scale, correct the scores, or leave the judge out with --judges.",
        )
