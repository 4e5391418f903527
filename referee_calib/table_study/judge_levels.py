"""Judges' scores: levels of the scale that people used, or scores in a unit of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from referee_calib.analysis import TableScore, gives_raw_scores
from referee_calib.errors import InputError
from referee_calib.table_study.dimension_scales import Scale, written
from referee_calib.table_study.table_ratings import EMPTY
from referee_calib.table_study.table_scores import ScoreCell
from referee_calib.table_study.table_study_options import ReadingNotes


def judge_scores(
    path: Path, cells: Sequence[ScoreCell], scales: Mapping[str, Scale], notes: ReadingNotes
) -> dict[str, list[TableScore]]:
    """Return scores by judge, in the order in which judges first occur; an empty cell is a failed score.

    `notes` are told which judges give scores in a unit of their own, for a mistyped cell makes one of any judge.

    Raises
    ------
    InputError
        When a judge's scores are no levels of the scale, and no scores in a unit of their own.
    """
    found: dict[str, list[TableScore]] = {}
    for judge in dict.fromkeys(cell.judge for cell in cells):
        its = [cell for cell in cells if cell.judge == judge]
        notes.add(*_checked_levels(path, judge, its, scales))
        found[judge] = [_score(cell) for cell in its]
    return found


def _score(cell: ScoreCell) -> TableScore:
    status, reason = ("ok", "") if cell.score is not None else ("error", EMPTY)
    return TableScore(cell.unit, cell.dimension, cell.score, cell.score, status, reason, cell.sample)


def _checked_levels(path: Path, judge: str, cells: Sequence[ScoreCell], scales: Mapping[str, Scale]) -> Iterator[str]:
    """Refuse scores that are neither levels nor in a unit of their own; yield what is to be said of the latter."""
    from agreement import numbers_like_missing

    for name, scale in scales.items():
        given = [cell for cell in cells if cell.dimension == name and cell.score is not None]
        scores = [cell.score for cell in given if cell.score is not None]
        beyond = [cell for cell in given if cell.score not in scale]
        if not beyond:
            continue
        first = beyond[0]
        if gives_raw_scores(scores, scale):
            yield (
                f"{judge} scores {name} in a unit of its own: {len(beyond):,} of {len(given):,} scores are no levels "
                f"of the scale {written(scale)}, first {first.score:g} for {first.unit}."
            )
            if codes := numbers_like_missing(scores):
                listed = ",".join(f"{code:g}" for code in codes)
                yield (
                    f"{judge}: {listed} reads like a code for a failed score and was read as a score; if it is one, "
                    f"type --missing={listed}."
                )
            continue
        raise InputError(
            f"{path}: {len(beyond):,} of {len(given):,} scores of {judge} on {name} are no levels of the scale "
            f"{written(scale)}, first {first.score:g} for {first.unit!r:.60}",
            "a judge is compared with people on the scale that people used",
            "State the scale with --scale, correct the scores, or leave the judge out with --judges.",
        )
