"""Claims on their way into a study, in a file without a name: however many there are, few of them are in memory."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from referee_calib.io import cannot_write
from referee_calib.records import Span
from referee_calib.rollout_files import PlainClaim
from referee_calib.study.store import claim_rows

IN_MEMORY = 8 << 20  # bytes; a small import touches no disk
PIECE = 200  # claims that are written at once


class SpooledClaim(NamedTuple):
    """A claim that waits, with what its video has to be held against."""

    place: str
    video: str
    times: tuple[float, ...]  # of its boxes, in seconds
    span: Span | None
    perturbed: bool
    row: claim_rows.ClaimRow


def spooled(place: str, claim: PlainClaim) -> SpooledClaim:
    """Return a claim that stands at `place` as it waits."""
    id_, video, times, span, perturbed, dimensions, record = claim
    return SpooledClaim(place, video, times, span, perturbed, claim_rows.ClaimRow(id_, dimensions, record))


class ClaimSpool:
    """Claims in the order in which they were read; the file vanishes with the process, however that ends."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - lives as long as the spool
        self._count, self._written = 0, 0  # claims, pieces in the file
        self._waiting: list[SpooledClaim] = []

    def __len__(self) -> int:
        return self._count

    def close(self) -> None:
        """Let the claims go."""
        self._file.close()

    def add(self, claim: SpooledClaim) -> None:
        """Put a claim behind the others; StudyError when the disk is full."""
        self._waiting.append(claim)
        self._count += 1
        if len(self._waiting) >= PIECE:
            self._put_away()

    def _put_away(self) -> None:
        """Write what waits, many claims in one piece: that takes half the time of one by one."""
        plain = [(*one[:-1], *one.row) for one in self._waiting]
        try:
            self._file.seek(0, os.SEEK_END)  # somebody may have read a part in between
            self._file.write(pickle.dumps(plain, pickle.HIGHEST_PROTOCOL))
        except OSError as error:
            raise cannot_write(Path(tempfile.gettempdir()), error) from error
        self._waiting, self._written = [], self._written + 1

    def __iter__(self) -> Iterator[SpooledClaim]:
        try:
            self._file.seek(0)
        except OSError as error:
            raise cannot_write(Path(tempfile.gettempdir()), error) from error
        for _ in range(self._written):
            for place, video, times, span, perturbed, *row in pickle.load(self._file):  # noqa: S301 - written by this process
                yield SpooledClaim(place, video, times, span, perturbed, claim_rows.ClaimRow(*row))
        yield from self._waiting
