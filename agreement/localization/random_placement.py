r"""What overlap chance would give: one mark stays, the other keeps its size and is put anywhere in the video, or frame.

The mean over all places is an integral over the low edge of the moved mark, along each axis. Between the places where
an edge of one meets an edge of the other the overlap is a smooth function of the place, so Gauss-Legendre nodes on
each of these pieces give the mean to about 1e-6. For spans it has a closed form, with which the tests compare: where
the overlap o grows or falls along with the place, :math:`\int o / (S - o) \, do = -o - S \ln(S - o)`, S the sum of both
lengths.
"""

from __future__ import annotations

import numpy as np

from agreement.arrays import Floats
from agreement.localization.mark_overlap import AxisOverlap, Measure, as_distance, similarity

_NODES = {1: 8, 2: 4}  # Gauss-Legendre nodes of a piece, by the number of axes
_BLOCK = 1 << 21  # numbers held at a time


def expected_distance(rows: Floats, others: Floats, extent: Floats, measure: Measure) -> Floats:
    """Return the mean distance of marks from others of the given sizes that are placed at random.

    Parameters
    ----------
    rows, others : ndarray, shape (n, 2) or (n, 4)
        Marks that stay, and marks of which only the size counts.
    extent : ndarray, shape (n, 1) or (n, 2)
        Length of the video, or width and height of the frame, in which all places are equally likely.
    measure : {"overlap", "generalized"}

    Returns
    -------
    ndarray, shape (n,)
    """
    n_axes = extent.shape[1]
    found = np.empty(len(rows))
    step = max(1, _BLOCK // (5 * _NODES[n_axes]) ** n_axes)
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        found[part] = _expected(rows[part], others[part], extent[part], measure)
    return found


def _expected(rows: Floats, others: Floats, extent: Floats, measure: Measure) -> Floats:
    n_axes = extent.shape[1]
    axes, weights = [], np.ones((len(rows), *(1,) * n_axes))
    for i in range(n_axes):
        low, high = rows[:, i], rows[:, n_axes + i]
        size = others[:, n_axes + i] - others[:, i]
        places, weight = _places(low, high, size, extent[:, i], _NODES[n_axes])
        shape = (len(rows), *(places.shape[1] if j == i else 1 for j in range(n_axes)))
        edge, same = places.reshape(shape), (len(rows), *(1,) * n_axes)
        axes.append(
            AxisOverlap.of(low.reshape(same), high.reshape(same), edge, edge + size.reshape(same)),
        )
        weights = weights * weight.reshape(shape)
    apart = as_distance(similarity(axes, measure), measure)
    return np.asarray((apart * weights).reshape(len(rows), -1).sum(axis=1))


def _places(low: Floats, high: Floats, size: Floats, extent: Floats, n_nodes: int) -> tuple[Floats, Floats]:
    """Return nodes for the low edge of the moved mark (n, k), and their weights, which sum to 1."""
    room = np.maximum(extent - size, 0.0)
    meet = np.stack([np.zeros_like(low), low - size, low, high - size, high, room], axis=1)
    ends = np.sort(np.clip(meet, 0.0, room[:, None]), axis=1)
    width = np.diff(ends, axis=1)
    share = np.divide(width, room[:, None], out=np.zeros_like(width), where=room[:, None] > 0)
    share[room == 0, 0] = 1.0  # it fills the video: there is one place
    nodes, weights = np.polynomial.legendre.leggauss(n_nodes)
    places = ends[:, :-1, None] + width[:, :, None] * (nodes + 1) / 2
    return places.reshape(len(low), -1), (share[:, :, None] * weights / 2).reshape(len(low), -1)
