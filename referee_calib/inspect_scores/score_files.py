"""A folder of Inspect's score files: one for each judge and dimension."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from referee_calib.errors import StudyError
from referee_calib.inspect_scores.score_records import rating_record, referee_record
from referee_calib.io import json_lines, make_folder
from referee_calib.records import Claim, Rating, RefereeScore

_SHOWN = 8  # characters of a fingerprint in a referee's name
NO_LEVEL = "rating(s) without a level"
FAILED = "failed score(s)"
REPEAT = "repeat(s) of a score"


def write_score_files(
    folder: Path,
    claims: Iterable[Claim],
    ratings: Sequence[Rating],
    scores: Sequence[RefereeScore],
    referees: Mapping[str, Mapping[str, Any]],
) -> tuple[dict[str, int], Counter[str]]:
    """Write ``DIMENSION-JUDGE.jsonl`` for everybody who gave a level.

    Parameters
    ----------
    folder : Path
        Must be new or empty.
    claims : iterable of Claim
        Those that were judged.
    ratings : sequence of Rating
        The latest per claim, rater and dimension.
    scores : sequence of RefereeScore
        The first sample of each question is written, which is what agreement looks at.
    referees : mapping
        Descriptions by fingerprint: a referee's name is the one it has there and the beginning of its fingerprint.

    Returns
    -------
    files : dict of str to int
        Records by file.
    excluded : Counter
        What has no record, by reason.

    Raises
    ------
    StudyError
        When the folder is not empty or cannot be written; of what was begun nothing stays.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudyError(f"{folder} is not empty", "an export overwrites nothing", "Name a new folder.")
    by_id = {claim.id: claim for claim in claims}
    excluded: Counter[str] = Counter()
    files: dict[str, list[dict[str, Any]]] = {}
    for rating in ratings:
        if rating.level is None:
            excluded[NO_LEVEL] += 1
        else:
            files.setdefault(_name(rating.dimension, rating.rater), []).append(
                rating_record(rating, by_id[rating.claim])
            )
    for score in scores:
        if score.sample or score.level is None:
            excluded[REPEAT if score.sample else FAILED] += 1
        else:
            judge = f"{referees.get(score.referee, {}).get('name') or 'referee'}-{score.referee[:_SHOWN]}"
            record = referee_record(score, by_id[score.claim], judge)
            files.setdefault(_name(score.dimension, judge), []).append(record)
    _write(folder, files)
    return {name: len(records) for name, records in files.items()}, excluded


def _write(folder: Path, files: Mapping[str, list[dict[str, Any]]]) -> None:
    there = folder.exists()
    make_folder(folder)
    made: list[Path] = []
    try:
        for name, records in files.items():
            made.append(folder / name)
            json_lines.write(folder / name, records)
    except BaseException:  # an interrupt too: half an export is none
        for path in made:
            path.unlink(missing_ok=True)
        if not there:
            folder.rmdir()
        raise


def _name(dimension: str, judge: str) -> str:
    """Return the name of a file; what no file may be called is quoted as in a URL."""
    return f"{dimension}-{quote(judge, safe=' ')}.jsonl"
