"""Recalibrators as a reward applies them: read from JSON, checked, and evaluated with the standard library alone.

The files are written by ``referee-calib recalibrate`` from fits of :mod:`agreement.calibration.recalibration`.
What is here gives the same values; it only never fits.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from referee_calib.errors import InputError
from referee_calib.records import DIMENSIONS, TOP_LEVEL

SCHEMA = "referee-calib/recalibrator/1"
MANY = "referee-calib/recalibrators/1"
DO = "Make one with: referee-calib recalibrate STUDY --out FILE.json"
MismatchPolicy = Literal["raise", "warn"]

logger = logging.getLogger(__name__)

_Numbers = dict[str, Any]


@dataclass(frozen=True)
class LevelRecalibrator:
    """From a referee's expected level to the level people mean by it.

    Attributes
    ----------
    kind : {"isotonic", "ordinal", "linear"}
    parameters : mapping
        The numbers of the map, by the names of the file.
    referee : str
        Fingerprint of the referee whose levels it takes.
    digest : str
        SHA-256 of the whole recalibrator as canonical JSON.

    Examples
    --------
    >>> line = LevelRecalibrator("linear", {"intercept": -0.5, "slope": 1.0, "lowest": 0.0, "highest": 4.0}, "", "")
    >>> line(2.0), line(0.0)
    (1.5, 0.0)
    """

    kind: str
    parameters: Mapping[str, Any]
    referee: str
    digest: str

    def __call__(self, level: float) -> float:
        """Recalibrate one expected level, 0 to 4."""
        return min(float(TOP_LEVEL), max(0.0, _APPLY[self.kind](dict(self.parameters), level)))

    @classmethod
    def from_json(cls, row: Any, place: str) -> LevelRecalibrator:
        """Read and check one recalibrator.

        Parameters
        ----------
        row : object
            As :meth:`agreement.calibration.recalibration.Recalibrator.to_json` gives it.
        place : str
            Where it stands, for messages.

        Raises
        ------
        InputError
            When it is something else, is for another scale, or gives probabilities.
        """
        if not isinstance(row, Mapping) or row.get("schema") != SCHEMA:
            raise InputError(place, f"it is no recalibrator: its schema is not {SCHEMA!r}", DO)
        kind, numbers = row.get("kind"), row.get("parameters")
        if kind in ("platt", "beta"):
            raise InputError(f"{place} of kind {kind}", "it gives the probability of a cut; a reward needs a level", DO)
        if kind not in _APPLY or not isinstance(numbers, Mapping):
            raise InputError(f"{place} of kind {kind!r:.40}", f"a reward applies {', '.join(_APPLY)}", DO)
        if row.get("scale") != [float(level) for level in range(TOP_LEVEL + 1)]:
            raise InputError(f"{place} for the scale {row.get('scale')!r:.60}", f"levels here are 0 to {TOP_LEVEL}")
        try:
            _CHECK[kind](dict(numbers))
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"{place}: its parameters", f"they make no {kind} map ({error!r})", DO) from error
        packed = json.dumps(dict(row), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()
        return cls(kind, dict(numbers), str(row.get("referee") or ""), digest)


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
        if row.get("schema") == SCHEMA:
            return {_dimension(row.get("dimension"), f"{given}"): LevelRecalibrator.from_json(row, f"{given}")}
        held = _held(row, Path(given))
        return {_dimension(name, f"{given}"): _fitted_for(name, held[name], Path(given)) for name in held}
    return {_dimension(name, "recalibrator="): _one(name, one) for name, one in given.items()}


def check_referee(recalibrators: Mapping[str, LevelRecalibrator], fingerprint: str) -> str:
    """Say which recalibrators were fitted on another referee's levels; empty when none was."""
    wrong = {name: one.referee for name, one in recalibrators.items() if one.referee != fingerprint}
    shown = ", ".join(f"{name} on referee {fitted or '(not stated)'}" for name, fitted in wrong.items())
    return f"recalibrator fitted for {shown}, the reward asks {fingerprint}" if wrong else ""


def _one(dimension: str, given: str | Path | LevelRecalibrator) -> LevelRecalibrator:
    if isinstance(given, LevelRecalibrator):
        return given
    path = Path(given)
    row = _load(path)
    if row.get("schema") == SCHEMA:
        return _fitted_for(dimension, row, path)
    held = _held(row, path)
    if dimension not in held:
        raise InputError(f"{path} for {dimension}", f"it holds {', '.join(held) or 'nothing'}", DO)
    return _fitted_for(dimension, held[dimension], path)


def _fitted_for(dimension: str, row: Any, path: Path) -> LevelRecalibrator:
    made = LevelRecalibrator.from_json(row, f"{path}, {dimension}")
    if row.get("dimension") not in ("", dimension):
        raise InputError(f"{path} for {dimension}", f"it was fitted for {row.get('dimension')!r:.40}")
    return made


def _load(path: Path) -> dict[str, Any]:
    try:
        row = json.loads(path.read_text(encoding="utf-8"), parse_constant=float)
    except OSError as error:
        raise InputError(f"recalibrator {path}", error.strerror or str(error), DO) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"recalibrator {path}", f"it is not JSON ({error})", DO) from error
    return row if isinstance(row, dict) else {}


def _held(row: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    held = row.get("dimensions")
    if row.get("schema") != MANY or not isinstance(held, Mapping) or not held:
        raise InputError(f"recalibrator {path}", f"its schema is neither {SCHEMA!r} nor {MANY!r}", DO)
    if row.get("simulated"):
        logger.warning("recalibrator %s was fitted on simulated ratings: it says nothing about people", path)
    return held


def _dimension(name: Any, place: str) -> str:
    if name not in DIMENSIONS:
        raise InputError(f"{place}: dimension {name!r:.40}", f"a dimension is one of {', '.join(DIMENSIONS)}")
    return str(name)


def _isotonic(numbers: _Numbers, x: float) -> float:
    levels, values = numbers["levels"], numbers["values"]
    right = bisect_right(levels, x)
    if right == 0 or right == len(levels):
        return float(values[0 if right == 0 else -1])
    (x0, x1), (y0, y1) = levels[right - 1 : right + 1], values[right - 1 : right + 1]
    return float(y0 + (y1 - y0) * (x - x0) / (x1 - x0))


def _linear(numbers: _Numbers, x: float) -> float:
    straight = numbers["intercept"] + numbers["slope"] * x
    return float(min(numbers["highest"], max(numbers["lowest"], straight)))


def _ordinal(numbers: _Numbers, x: float) -> float:
    levels = numbers["levels"]
    steps = zip(levels, levels[1:], numbers["thresholds"], strict=False)
    return float(levels[0] + sum((b - a) * _sigmoid(numbers["slope"] * x - at) for a, b, at in steps))


def _sigmoid(x: float) -> float:
    return 0.5 * (1 + math.tanh(x / 2))


def _check_isotonic(numbers: _Numbers) -> None:
    levels, values = numbers["levels"], numbers["values"]
    _finite(*levels, *values)
    if not levels or len(levels) != len(values):
        raise ValueError("as many values as levels are needed")
    if sorted(set(levels)) != list(levels) or sorted(values) != list(values):
        raise ValueError("levels must rise, and values must not fall")


def _check_linear(numbers: _Numbers) -> None:
    _finite(*(numbers[name] for name in ("intercept", "slope", "lowest", "highest")))
    if numbers["slope"] < 0:
        raise ValueError("the slope must not be below 0")


def _check_ordinal(numbers: _Numbers) -> None:
    levels, thresholds = numbers["levels"], numbers["thresholds"]
    _finite(*levels, *thresholds, numbers["slope"])
    if len(levels) != len(thresholds) + 1:
        raise ValueError("one threshold fewer than levels is needed")
    if sorted(set(levels)) != list(levels) or sorted(thresholds) != list(thresholds) or numbers["slope"] < 0:
        raise ValueError("levels and thresholds must rise, and the slope must not be below 0")


def _finite(*numbers: Any) -> None:
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
            raise ValueError(f"{number!r:.40} is not a finite number")


_APPLY: dict[str, Callable[[_Numbers, float], float]] = {"isotonic": _isotonic, "ordinal": _ordinal, "linear": _linear}
_CHECK: dict[str, Callable[[_Numbers], None]] = {
    "isotonic": _check_isotonic,
    "ordinal": _check_ordinal,
    "linear": _check_linear,
}
