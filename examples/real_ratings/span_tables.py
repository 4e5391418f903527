"""Five people's spans for one query each, from the published repository or from CSV tables of the same."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from agreement import AnnotatorMarks, span_marks
from referee_calib.errors import InputError

NAMES = ("charades", "activitynet")
LENGTH = 100.0  # spans are in percent of their clip
PEOPLE = 5


def read_spans(folder: Path, name: str) -> AnnotatorMarks:
    """Read the spans of one data set; clusters are videos, annotators are only numbered.

    Parameters
    ----------
    folder : Path
        A copy of the repository mayu-ot/hidden-challenges-MR, or a folder with ``charades.csv`` and ``activitynet.csv``
        (unit, video, annotation, start, end).
    name : {"charades", "activitynet"}

    Raises
    ------
    InputError
        When it is neither.
    """
    if (folder / "data" / "raw" / name / "re-annotated").is_dir():
        rows = list(_repository_rows(folder / "data" / "raw" / name / "re-annotated"))
    elif (folder / f"{name}.csv").is_file():
        rows = [
            (row["unit"], row["video"], row["annotation"], row["start"], row["end"])
            for row in _table(folder / f"{name}.csv")
        ]
    else:
        raise InputError(
            f"{folder} holds no spans of {name}",
            f"it has neither data/raw/{name}/re-annotated/ nor {name}.csv",
            "Type: git clone https://github.com/mayu-ot/hidden-challenges-MR",
        )
    query, video, number, start, end = (list(column) for column in zip(*rows, strict=True))
    return span_marks(
        query,
        number,
        [float(one) for one in start],
        [float(one) for one in end],
        length=LENGTH,
        cluster=video,
        named=False,
    )


def _repository_rows(folder: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield query, video, number of the annotation, start and end; a query is a task of the crowd (HITId)."""
    seen: dict[str, int] = {}
    for path in sorted(folder.glob("test_*.csv")):
        for row in _table(path):
            query = row["HITId"]
            seen[query] = seen.get(query, 0) + 1
            yield query, row["video_id"].removesuffix(".mp4"), f"a{seen[query]}", row["start"], row["end"]


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
