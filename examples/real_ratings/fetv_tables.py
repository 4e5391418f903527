"""FETV's ratings and automatic scores, from the published repository or from two CSV tables of the same."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agreement import as_categories
from referee_calib.errors import InputError

SYSTEMS = ("cogvideo", "damo-text2video", "text2video-zero", "zeroscope", "ground-truth")
SCORED_AS = {"damo-text2video": "modelscope-t2v"}  # the same system under the name that its scores have
RATERS = ("human0", "human1", "human2")
JUDGES = ("UMTScore", "BLIPScore", "CLIPScore-ft", "CLIPScore", "Otter-VQA")
DIMENSIONS = ("alignment", "static_quality", "temporal_quality")
LEVELS = range(1, 6)


@dataclass(frozen=True, slots=True, eq=False)
class FetvTables:
    """Every video that three people rated, in one order.

    Attributes
    ----------
    ratings : dict of str to ndarray, shape (videos, 3)
        Levels 1 to 5 by dimension, a column per rater; NaN where a rater gave none.
    scores : dict of str to ndarray, shape (videos,)
        By judge of alignment, in its own unit; NaN where it has none.
    prompt, system : list of str
        Of each video.
    n_unrated : int
        Videos with a score and no rating, which say nothing about people and are left out.
    """

    ratings: dict[str, NDArray[np.float64]]
    scores: dict[str, NDArray[np.float64]]
    prompt: list[str]
    system: list[str]
    n_unrated: int


def read_fetv(folder: Path) -> FetvTables:
    """Read the tables.

    Parameters
    ----------
    folder : Path
        A copy of the repository llyx97/FETV-EVAL, or a folder with ``ratings.csv`` (unit, rater, dimension, value,
        prompt; a unit is SYSTEM/PROMPT) and ``metrics.csv`` (unit, referee, score, prompt).

    Raises
    ------
    InputError
        When it is neither.
    """
    if (folder / "manual_eval_results").is_dir():
        rated, scored = dict(_repository_ratings(folder)), dict(_repository_scores(folder))
    elif (folder / "ratings.csv").is_file() and (folder / "metrics.csv").is_file():
        rated = {(row["unit"], row["dimension"], row["rater"]): row["value"] for row in _rows(folder / "ratings.csv")}
        scored = {(row["unit"], row["referee"]): row["score"] for row in _rows(folder / "metrics.csv")}
    else:
        raise InputError(
            f"{folder} holds no ratings of FETV",
            "it has neither manual_eval_results/ nor ratings.csv and metrics.csv",
            "Type: git clone https://github.com/llyx97/FETV-EVAL",
        )
    units = sorted({unit for unit, _, _ in rated}, key=_place)
    return FetvTables(
        ratings={one: _table(units, [(one, rater) for rater in RATERS], rated) for one in DIMENSIONS},
        scores={judge: _table(units, [(judge,)], scored)[:, 0] for judge in JUDGES},
        prompt=[unit.split("/")[1] for unit in units],
        system=[unit.split("/")[0] for unit in units],
        n_unrated=len({unit for unit, _ in scored} - set(units)),
    )


def _table(units: list[str], columns: list[tuple[str, ...]], held: dict[tuple[str, ...], Any]) -> NDArray[np.float64]:
    cells = [held.get((unit, *column)) for unit in units for column in columns]
    # numbers are read as the package reads tables: scores that differ in a division's last bit alone are ties
    values = [np.nan if cell is None else cell for cell in as_categories(cells).values]
    return np.array(values, dtype=float).reshape(len(units), len(columns))


def _place(unit: str) -> tuple[int, int]:
    system, prompt = unit.split("/")
    return SYSTEMS.index(system), int(prompt)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _repository_ratings(folder: Path) -> Iterator[tuple[tuple[str, str, str], float]]:
    """Yield a level for each unit, dimension and rater; a line of a file is {prompt: {dimension: level}}."""
    for rater in RATERS:
        for system in SYSTEMS:
            path = folder / "manual_eval_results" / rater / f"manual_eval_results_{system}.json"
            for line in _text(path).splitlines():
                for prompt, given in json.loads(line).items():
                    for dimension in DIMENSIONS:
                        yield (f"{system}/{prompt}", dimension, rater), given[dimension]


def _repository_scores(folder: Path) -> Iterator[tuple[tuple[str, str], float]]:
    for judge in JUDGES:
        for system in SYSTEMS:
            name = f"auto_eval_results_{SCORED_AS.get(system, system)}.json"
            for prompt, score in json.loads(_text(folder / "auto_eval_results" / judge / name)).items():
                yield (f"{system}/{prompt}", judge), score


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read", error.strerror or str(error), "Get the repository anew.") from error
