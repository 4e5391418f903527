"""A study's scores and the files that Ray actors write: from the files into the study, and the other way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.scale import score_files

if TYPE_CHECKING:
    from referee_calib.records import RefereeScore
    from referee_calib.study import Study

_AT_A_TIME = 5000  # scores that one transaction stores


def store(study: Study, folder: Path, fingerprint: str) -> int:
    """Store the scores that lie in files, save where the study holds a level already; return how many are new.

    Asked twice, a server may answer twice: then what was stored first stays.
    """
    held = _StoredLevels(study, fingerprint)
    new = (one for one in score_files.scores(folder, fingerprint) if one not in held)
    return sum(study.add_scores(some).new for some in _chunks(new))


def hand_over(study: Study, folder: Path, fingerprint: str) -> None:
    """Put the study's scores where actors look, so that none is asked for again."""
    there = score_files.done(folder, fingerprint)
    missing = (one for one in study.scores(fingerprint) if not there.has(one.claim, one.dimension, one.sample))
    for some in _chunks(missing):
        score_files.write(some, folder)


class _StoredLevels:
    """The scores of a referee that have a level in a study, read once per repeat."""

    def __init__(self, study: Study, fingerprint: str) -> None:
        self._study, self._fingerprint = study, fingerprint
        self._known: dict[int, set[tuple[str, str]]] = {}

    def __contains__(self, one: RefereeScore) -> bool:
        if one.sample not in self._known:
            statuses = self._study.score_statuses(self._fingerprint, one.sample)
            self._known[one.sample] = {(key[0], key[2]) for key, status in statuses.items() if status == "ok"}
        return (one.claim, one.dimension) in self._known[one.sample]


def _chunks(scores: Iterable[RefereeScore]) -> Iterator[list[RefereeScore]]:
    coming = iter(scores)
    while some := list(islice(coming, _AT_A_TIME)):
        yield some
