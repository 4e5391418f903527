"""Moving edges: the arithmetic that all changes of boxes and spans share, for one claim and for arrays.

Every such family moves edges by shares of the object's own size: left and right edge by shares of its width,
top and bottom by shares of its height, start and end of a span by shares of its length. A family says in which
*ways* edges can move (drawn once per claim, without the magnitude) and how far along the way a magnitude
reaches. The same arithmetic runs on one claim and, in :mod:`.vectorized`, on many at once: a call on a claim takes
tens of microseconds, most of them for the new claim and its content hash, an array step well below one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from referee_calib.errors import InputError
from referee_calib.perturbation.families.perturbation import Dice, Perturbation

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Way = tuple[float, ...]  # per edge, lows before highs: (left, top, right, bottom) or (start, end)

# A way with room for this many sizes is as good as any other; where no way has, the one with most room is taken.
REACH = 2.0
ROUNDING = 1e-9  # an edge this far outside lies on the border


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeMove(Perturbation):
    """A change of edges.

    Attributes
    ----------
    keep : float
        Least share of the moved box or span that must lie in the frame or video, where it is cut. 1: it is
        never cut, so that the magnitude is exact, and does not apply where there is no room.
    fixed : tuple of Way
        The ways of a family that has the same ones for every claim.
    """

    fixed: ClassVar[tuple[Way, ...]] = ()
    keep: float = 1.0

    def __post_init__(self) -> None:
        Perturbation.__post_init__(self)
        if not 0 < self.keep <= 1:
            raise InputError(f"keep={self.keep!r:.40}", "the share to be kept lies above 0, up to 1")

    def ways(self, rng: Dice) -> Sequence[Way]:
        """Draw the ways in which edges may move, in order of preference; the magnitude plays no part."""
        return rng.sample(self.fixed, len(self.fixed))

    def edges(self, ways: Floats) -> Floats:
        """Return by which shares of the object's size each edge moves at this magnitude.

        Parameters
        ----------
        ways : ndarray, shape (..., 2 or 4)

        Returns
        -------
        ndarray of the same shape
            NaN where the magnitude cannot be reached.
        """
        return self.delta * ways

    def chosen(self, rng: Dice, rows: Sequence[Sequence[float]], end: float = 1.0) -> Way:
        """Return this claim's way: the first with room for `REACH` sizes, else the one with most room.

        Parameters
        ----------
        rng : random.Random
        rows : sequence of (x1, y1, x2, y2) or (start, end)
        end : float
            Border on the far side; the near one is 0.
        """
        ways = self.ways(rng)
        if len(ways) == 1:
            return ways[0]
        rooms = [min(_room(way, row, end) for row in rows) for way in ways]
        return next(
            (way for way, room in zip(ways, rooms, strict=True) if room >= REACH), ways[rooms.index(max(rooms))]
        )


def moved(rows: Floats, edges: Floats, end: float | Floats = 1.0, keep: float = 1.0) -> tuple[Floats, Bools]:
    """Move edges by shares of the size; return the rows inside the borders, and where that applies.

    Rows are boxes `(x1, y1, x2, y2)`, shape (n, 4), or spans `(start, end)`, shape (n, 2); `edges`, of the same shape
    or one row, holds shares; `end` is the border on the far side, infinite where unknown (the near one is 0). It does
    not apply where the result would be empty, or less than `keep` of it inside.
    """
    half = rows.shape[-1] // 2
    size = rows[..., half:] - rows[..., :half]
    wanted = rows + edges * np.concatenate([size, size], axis=-1)
    border = np.asarray(end, dtype=np.float64)[..., None]
    inside = np.clip(wanted, 0.0, border)
    left = 1 + edges[..., half:] - edges[..., :half]  # of each side, as a share
    kept = (inside[..., half:] - inside[..., :half]) / size
    with np.errstate(invalid="ignore"):
        fits = np.abs(inside - wanted).max(axis=-1) <= ROUNDING
        enough = fits if keep == 1 else fits | (np.prod(kept, axis=-1) >= keep * np.prod(left, axis=-1))
        applies: Bools = enough & (left > ROUNDING).all(axis=-1) & (kept > 0).all(axis=-1)
    return inside, applies


def _room(way: Way, row: Sequence[float], end: float) -> float:
    """Return how many sizes the edges can move along the way before one meets a border."""
    half = len(row) // 2
    room = float("inf")
    for i, step in enumerate(way):
        size = row[i % half + half] - row[i % half]
        free = row[i] if step < 0 else end - row[i]
        if step:
            room = min(room, free / (abs(step) * size))
    return room
