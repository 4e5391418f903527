"""A study's scores and the files that Ray actors write: from the files into the study, and the other way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.distributed import score_files

if TYPE_CHECKING:
    from referee_calib.records import RefereeScore
    from referee_calib.study import Study

_AT_A_TIME = 5000  # scores that one transaction stores


def store(study: Study, folder: Path, fingerprint: str) -> int:
    """Store the scores that lie in files, save where the study holds a level already; return how many are new.

    Asked twice, a server may answer twice: then what was stored first stays.
    """

    @cache
    def with_level(sample: int) -> set[tuple[str, str]]:
        statuses = study.score_statuses(fingerprint, sample)
        return {(key[0], key[2]) for key, status in statuses.items() if status == "ok"}

    found = score_files.scores(folder, fingerprint)
    new = (one for one in found if (one.claim, one.dimension) not in with_level(one.sample))
    return sum(study.add_scores(some).new for some in _chunks(new))


def hand_over(study: Study, folder: Path, fingerprint: str) -> None:
    """Put the study's scores where actors look, so that none is asked for again."""
    there = score_files.done(folder, fingerprint)
    missing = (one for one in study.scores(fingerprint) if not there.has(one.claim, one.dimension, one.sample))
    for some in _chunks(missing):
        score_files.write(some, folder)


def _chunks(scores: Iterable[RefereeScore]) -> Iterator[list[RefereeScore]]:
    coming = iter(scores)
    while some := list(islice(coming, _AT_A_TIME)):
        yield some
