"""Recalibrators as a reward applies them: read from JSON, checked, and kept on the scale.

The files are written by ``referee-calib recalibrate`` from fits of :class:`agreement.Recalibrator`, which is what
evaluates them here too.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from referee_calib.errors import InputError
from referee_calib.io import json_digest, read_json
from referee_calib.records import DIMENSIONS, FEWEST_LEVELS, MOST_LEVELS
from referee_calib.rubric import Rubric

if TYPE_CHECKING:
    from agreement import Recalibrator

RECALIBRATOR_SCHEMA = "referee-calib/recalibrator/1"
RECALIBRATORS_SCHEMA = "referee-calib/recalibrators/1"
DO = "Make one with: referee-calib recalibrate STUDY --out FILE.json"
KINDS = ("isotonic", "ordinal", "linear")  # those that give levels
MismatchPolicy = Literal["raise", "warn"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LevelRecalibrator:
    """From a referee's expected level to the level people mean by it.

    Attributes
    ----------
    fitted : agreement.Recalibrator
        The map, and the referee whose levels it takes.
    digest : str
        SHA-256 of the whole recalibrator as canonical JSON.
    """

    fitted: Recalibrator
    digest: str

    @property
    def referee(self) -> str:
        """Fingerprint of the referee whose levels it takes."""
        return self.fitted.referee

    def __call__(self, level: float) -> float:
        """Recalibrate one expected level."""
        return min(self.scale[-1], max(0.0, float(self.fitted(level))))

    @property
    def scale(self) -> tuple[float, ...]:
        """The levels that it was fitted on, lowest first."""
        return tuple(map(float, self.fitted.scale))

    @classmethod
    def from_json(cls, row: Any, place: str) -> LevelRecalibrator:
        """Read and check one recalibrator.

        Parameters
        ----------
        row : object
            As :meth:`agreement.Recalibrator.to_json` gives it.
        place : str
            Where it stands, for messages.

        Raises
        ------
        InputError
            When it is something else, is for another scale, or gives probabilities.
        """
        from agreement import AgreementError, Recalibrator

        if not isinstance(row, Mapping) or row.get("schema") != RECALIBRATOR_SCHEMA:
            raise InputError(place, f"it is no recalibrator: its schema is not {RECALIBRATOR_SCHEMA!r}", DO)
        kind, numbers = row.get("kind"), row.get("parameters")
        if kind in ("platt", "beta"):
            raise InputError(f"{place} of kind {kind}", "it gives the probability of a cut; a reward needs a level", DO)
        if kind not in KINDS or not isinstance(numbers, Mapping):
            raise InputError(f"{place} of kind {kind!r:.40}", f"a reward applies {', '.join(KINDS)}", DO)
        scale = row.get("scale")
        whole = isinstance(scale, list) and scale == [float(level) for level in range(len(scale))]
        if not isinstance(scale, list) or not whole or not FEWEST_LEVELS <= len(scale) <= MOST_LEVELS:
            why = f"levels here are whole numbers from 0, {FEWEST_LEVELS} to {MOST_LEVELS} of them"
            raise InputError(f"{place} for the scale {scale!r:.60}", why, DO)
        try:
            _check_parameters(numbers)
            fitted = Recalibrator.from_json(row)
            fitted(0.0)  # numbers that do not fit together fail here
            return cls(fitted, json_digest(dict(row)))
        except (AgreementError, TypeError, ValueError) as error:
            raise InputError(f"{place}: its parameters", f"they make no {kind} map ({error!r})", DO) from error


RecalibratorFiles = str | Path | Mapping[str, str | Path | LevelRecalibrator]


def read_recalibrators(given: RecalibratorFiles) -> dict[str, LevelRecalibrator]:
    """Read recalibrators by dimension.

    Parameters
    ----------
    given : path, or mapping from dimension to path or LevelRecalibrator
        A file of ``referee-calib recalibrate``, which holds one for each dimension that could be fitted, or a file of a
        single recalibrator.

    Returns
    -------
    dict
        By dimension; a dimension without one keeps its raw levels.

    Raises
    ------
    InputError
        When a file cannot be read or holds something else, or a dimension is unknown or not in its file.
    """
    if not isinstance(given, Mapping):
        row = _load(Path(given))
        if row.get("schema") == RECALIBRATOR_SCHEMA:
            return {_dimension(row.get("dimension"), f"{given}"): LevelRecalibrator.from_json(row, f"{given}")}
        held = _recalibrator_rows(row, Path(given))
        return {_dimension(name, f"{given}"): _recalibrator_for(name, held[name], Path(given)) for name in held}
    return {_dimension(name, "recalibrator="): _read_one(name, one) for name, one in given.items()}


def check_referee(recalibrators: Mapping[str, LevelRecalibrator], fingerprint: str) -> str:
    """Say which recalibrators were fitted on another referee's levels; empty when none was."""
    wrong = {name: one.referee for name, one in recalibrators.items() if one.referee != fingerprint}
    shown = ", ".join(f"{name} on referee {fitted or '(not stated)'}" for name, fitted in wrong.items())
    return f"recalibrator fitted for {shown}, the reward asks {fingerprint}" if wrong else ""


def check_scales(recalibrators: Mapping[str, LevelRecalibrator], rubric: Rubric) -> None:
    """Raise InputError for a recalibrator of another scale than the rubric's, or of a dimension that it lacks."""
    for name, one in recalibrators.items():
        fitted = f"recalibrator for {name}, 0 to {len(one.scale) - 1}"
        if name not in rubric:
            raise InputError(fitted, f"the rubric {rubric.version} asks about {', '.join(rubric.dimensions)} only", DO)
        if len(one.scale) != len(rubric[name].levels):
            raise InputError(fitted, f"the rubric {rubric.version} has {name} from 0 to {rubric[name].top}", DO)


def _read_one(dimension: str, given: str | Path | LevelRecalibrator) -> LevelRecalibrator:
    if isinstance(given, LevelRecalibrator):
        return given
    path = Path(given)
    row = _load(path)
    if row.get("schema") == RECALIBRATOR_SCHEMA:
        return _recalibrator_for(dimension, row, path)
    held = _recalibrator_rows(row, path)
    if dimension not in held:
        raise InputError(f"{path} for {dimension}", f"it holds {', '.join(held) or 'nothing'}", DO)
    return _recalibrator_for(dimension, held[dimension], path)


def _recalibrator_for(dimension: str, row: Any, path: Path) -> LevelRecalibrator:
    made = LevelRecalibrator.from_json(row, f"{path}, {dimension}")
    if row.get("dimension") not in ("", dimension):
        raise InputError(f"{path} for {dimension}", f"it was fitted for {row.get('dimension')!r:.40}")
    return made


def _load(path: Path) -> dict[str, Any]:
    row = read_json(path, f"recalibrator {path}", DO)
    return row if isinstance(row, dict) else {}


def _recalibrator_rows(row: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    held = row.get("dimensions")
    if row.get("schema") != RECALIBRATORS_SCHEMA or not isinstance(held, Mapping) or not held:
        raise InputError(
            f"recalibrator {path}", f"its schema is neither {RECALIBRATOR_SCHEMA!r} nor {RECALIBRATORS_SCHEMA!r}", DO
        )
    if row.get("simulated"):
        logger.warning("recalibrator %s was fitted on simulated ratings: it says nothing about people", path)
    return held


def _dimension(name: Any, place: str) -> str:
    if name not in DIMENSIONS:
        raise InputError(f"{place}: dimension {name!r:.40}", f"a dimension is one of {', '.join(DIMENSIONS)}")
    return str(name)


def _check_parameters(parameters: Mapping[str, Any]) -> None:
    """Refuse numbers whose map could fall, or is nowhere defined."""
    for name, value in parameters.items():
        for number in value if isinstance(value, list) else [value]:
            if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
                raise ValueError(f"{number!r:.40} is not a finite number")
        if isinstance(value, list) and value != sorted(set(value) if name == "levels" else value):
            raise ValueError(f"{name} must {'rise' if name == 'levels' else 'not fall'}")
    if parameters.get("slope", 0) < 0:
        raise ValueError("the slope must not be below 0")
