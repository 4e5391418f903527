"""Claims beside their annotation as arrays, so that a geometric reward judges all of them in one call.

Pairing costs a microsecond or two per claim, and is done once for all rewards that read the same batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from referee_calib.cached_attribute import cached_attribute
from referee_calib.errors import VideoError
from referee_calib.geometry import Floats
from referee_calib.records import Claim, TimedBox
from referee_calib.reward.penalties import ClaimContext
from referee_calib.reward.video_durations import VideoDurations

Ints = NDArray[np.int64]
Overlap = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Claimed boxes beside true ones; a *moment* is one time of one claim, with any number of pairs."""

    # claimed, true: time and corners, shape (pairs, 5)
    claimed: Floats
    true: Floats
    row: Ints  # place of the claimed box among all boxes of all claims
    moment: Ints  # rising
    claim: Ints  # which claim a moment belongs to. A moment without a pair has nothing true in view
    n_claims: int

    def mean(self, overlap: Overlap, floor: float) -> Floats:
        """Return, per claim, the mean over its moments of the best overlap, `floor` where nothing is in view.

        NaN for a claim without a moment.
        """
        best = np.full(len(self.claim), floor)
        if len(self.moment):
            found = overlap(self.claimed[:, 1:], self.true[:, 1:])
            starts = np.flatnonzero(np.diff(self.moment, prepend=-1))
            best[self.moment[starts]] = np.maximum.reduceat(found, starts)
        sums = np.bincount(self.claim, best, self.n_claims)
        counts = np.bincount(self.claim, minlength=self.n_claims)
        return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


class Batch:
    """Claims that several rewards judge.

    Parameters
    ----------
    media : path
        Folder of the videos.
    known : sequence of ClaimContext, optional
        What is known beside each claim.
    """

    def __init__(self, claims: Sequence[Claim], media: Path | str, known: Sequence[ClaimContext] | None = None) -> None:
        self.claims, self.known = claims, known
        self._lengths = VideoDurations(Path(media))
        self._rows: Floats | None = None

    def moved(self, rows: Floats) -> Batch:
        """Return the batch with other corners for all boxes, or with other spans, and nothing else changed.

        Parameters
        ----------
        rows : ndarray, shape (boxes of all claims, 4), or (claims with a span, 2)
            In the order of the claims.
        """
        other = copy(self)
        other._rows = rows
        if rows.shape[-1] == 4:
            pairs = self.pairs
            claimed = np.column_stack([pairs.claimed[:, 0], rows[pairs.row]])
            other.__dict__["pairs"] = replace(pairs, claimed=claimed)
        else:
            has = np.cumsum([claim.span is not None for claim in self.claims]) - 1
            places, _, true = self.spans
            other.__dict__["spans"] = (places, rows[has[places]], true)
        return other

    def claim(self, place: int) -> Claim:
        """Return a claim as this batch has it, with its moved boxes."""
        claim = self.claims[place]
        if self._rows is None or self._rows.shape[-1] != 4:
            return claim
        start = sum(len(one.boxes) for one in self.claims[:place])
        corners = self._rows[start : start + len(claim.boxes)].tolist()
        return replace(claim, boxes=tuple((b[0], *c) for b, c in zip(claim.boxes, corners, strict=True)), id="")

    @cached_attribute
    def pairs(self) -> Pairs:
        """Claimed boxes beside true ones; a claim without a box, or without known truth, has no moment."""
        claimed: list[TimedBox] = []
        true: list[TimedBox] = []
        row: list[int] = []
        moment: list[int] = []
        of_claim: list[int] = []
        start = 0
        for i, claim in enumerate(self.claims):
            truth, boxes, first = claim.reference_boxes, claim.boxes, start
            start += len(boxes)
            if truth is None or not boxes:
                continue
            if len(boxes) == 1 == len(truth):  # by far the most frequent, and worth its own line
                matches: Sequence[tuple[TimedBox | None, Sequence[int]]] = ((truth[0], (0,)),)
            else:
                matches = pair_in_time(claim)
            for one, its in matches:
                if one is not None:
                    claimed.extend(boxes[k] for k in its)
                    true.extend([one] * len(its))
                    row.extend(first + k for k in its)
                    moment.extend([len(of_claim)] * len(its))
                of_claim.append(i)
        return Pairs(
            np.array(claimed).reshape(-1, 5),
            np.array(true).reshape(-1, 5),
            np.array(row, dtype=np.int64),
            np.array(moment, dtype=np.int64),
            np.array(of_claim, dtype=np.int64),
            len(self.claims),
        )

    @cached_attribute
    def spans(self) -> tuple[Ints, Floats, Floats]:
        """Which claims have a span beside a true one, and both, shapes (k,), (k, 2), (k, 2)."""
        both = [i for i, c in enumerate(self.claims) if c.span is not None and c.reference_span is not None]
        claimed = np.array([self.claims[i].span for i in both], dtype=float).reshape(-1, 2)
        true = np.array([self.claims[i].reference_span for i in both], dtype=float).reshape(-1, 2)
        return np.array(both, dtype=np.int64), claimed, true

    def duration(self, place: int) -> float | VideoError:
        """Return the length of a claim's video in seconds, or why it cannot be read."""
        given = None if self.known is None else self.known[place].duration
        return given or self._lengths.of(self.claims[place].video)


def pair_in_time(claim: Claim) -> list[tuple[TimedBox | None, list[int]]]:
    """Pair what is true with places of the claim's boxes: by time, or by nearest time when no time agrees."""
    true = {box[0]: box for box in claim.reference_boxes or ()}
    at: dict[float, list[int]] = {}
    for k, box in enumerate(claim.boxes):
        at.setdefault(box[0], []).append(k)
    times = sorted(at)
    if true and not any(time in true for time in times):
        return [(box, at[min(times, key=lambda time: abs(time - box[0]))]) for box in true.values()]
    return [(true.get(time), at[time]) for time in times]
