"""What a swap of the referee with a person changes in the difference of two mean coefficients, group by group.

Under the hypothesis that the referee is one more of the people, their ratings of a unit may be swapped. The difference
"people with the referee less people with people" is linearised at the one table that no swap changes, that of all pairs
of all raters, referee included; there a group's change is a sum over its units, and where all agree it is exactly 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from agreement.arrays import Codes, Floats, Ints

OfTables = Callable[[Floats], Floats]  # tables (…, q, q) to coefficients (s, …)
STEP = 1e-3  # of a cell's count, over which a coefficient's slope is taken
CHUNK, CELLS = 1 << 16, 1 << 21  # units, and numbers of tables, held at a time


@dataclass(frozen=True, eq=False)
class SwapChanges:
    """Changes by group and role; role 0 is "nobody is swapped" and changes nothing.

    Parameters
    ----------
    changes : array (s, G, roles)
        Of each of s statistics; unused roles, beyond those of the group, are 0.
    n_roles : array (G,) of int
        Roles that the referee may take in a group: its own, and that of each person who rated there.
    repeats : array (G,)
        Groups that share a row.
    """

    changes: Floats
    n_roles: Ints
    repeats: Ints

    @classmethod
    def of(cls, changes: Floats, n_roles: Ints, repeats: Floats) -> SwapChanges:
        """Put the role "nobody" before those of people (s, G, people), and keep groups in which some swap changes."""
        told = np.flatnonzero((changes != 0).any(axis=(0, 2)))
        own: Floats = np.zeros((*changes.shape[:2], 1))
        roles = np.concatenate([own, changes], axis=2)[:, told]
        return cls(roles, n_roles[told], repeats[told].astype(np.intp))


def swaps_of_two(apart: Floats) -> SwapChanges:
    """Return what swapping two raters changes, from what each group (G,) adds to their difference."""
    changes = -2.0 * apart[None, :, None]
    return SwapChanges.of(changes, np.full(len(apart), 2), np.ones(len(apart)))


def pooled_table(codes: Codes, weight: Floats, n_categories: int) -> Floats:
    """Return the table (q, q) of all pairs of raters of a unit, each unit with its weight in all.

    Swapping the ratings of two raters of a unit leaves it as it is.
    """
    table = np.zeros((n_categories, n_categories))
    for start in range(0, len(codes), CHUNK):
        tally = _tally(codes[start : start + CHUNK], n_categories)
        size = tally.sum(axis=1)
        share = weight[start : start + CHUNK] / np.maximum(size * (size - 1), 1)
        table += (tally * share[:, None]).T @ tally - np.diag(share @ tally)
    return table


def slopes(coefficients: OfTables, table: Floats) -> Floats:
    """Return how coefficients change with each cell of a symmetric table, both orders alike, shape (s, q, q).

    Cells that nobody used stay 0.
    """
    first, second = np.nonzero(np.triu(table) > 0)
    q = len(table)
    out: Floats = np.zeros((len(coefficients(table[None])), q, q))
    step = max(1, CELLS // (q * q))
    for start in range(0, len(first), step):
        a, b = first[start : start + step], second[start : start + step]
        reach = np.minimum(STEP, table[a, b] / 2)
        nudge = np.zeros((len(a), q, q))
        at = np.arange(len(a))
        nudge[at, a, b] += reach / 2
        nudge[at, b, a] += reach / 2
        slope = (coefficients(table + nudge) - coefficients(table - nudge)) / (2 * reach)
        out[:, a, b] = out[:, b, a] = slope
    return out


@dataclass(frozen=True, eq=False)
class PairWeights:
    """Weights of the pairs of people of a unit in the mean of people with people.

    Each is the weight of two people (people, people) times that of the unit (s or 1, n). In the mean of people with the
    referee each pair (j, k) lends half its weight to (j, referee) and half to (k, referee).
    """

    people: Floats
    unit: Floats

    @classmethod
    def of_means(cls, codes: Codes, weight: Floats) -> PairWeights:
        """Weigh for a mean over pairs, in each of which every shared unit counts once."""
        present = (codes[:, :-1] >= 0).astype(float)
        shared = (present * weight[:, None]).T @ present
        np.fill_diagonal(shared, 0.0)
        people = np.divide(1.0, shared, out=np.zeros_like(shared), where=shared > 0)
        n_pairs = np.count_nonzero(people) / 2
        return cls(people / max(n_pairs, 1), np.ones((1, len(codes))))

    @classmethod
    def of_pooled(cls, codes: Codes, weight: Floats, by_rating: Sequence[bool]) -> PairWeights:
        """Weigh where pairs are pooled: each unit alike, or, for some statistics, by its ratings."""
        m = (codes[:, :-1] >= 0).sum(axis=1).astype(float)
        of_unit = np.where(np.array(by_rating)[:, None], m, 1.0) * (m > 1)
        pairs = np.maximum(m * (m - 1) / 2, 1)
        n_people = codes.shape[1] - 1
        return cls(1 - np.eye(n_people), of_unit / pairs / np.maximum(of_unit @ weight, 1)[:, None])


def swap_changes(
    codes: Codes, row: Ints, repeats: Floats, slope: Floats, pairs: PairWeights, size: float
) -> SwapChanges:
    """Return what swaps change in each group.

    Where different people rated the units of a group, units that the same people rated are swapped together.

    Parameters
    ----------
    codes : array (n, people + 1)
        The referee last and always there, −1 where a person did not rate.
    row : array (n,)
        Group of each row of codes.
    repeats : array (G,)
        Groups that share a row.
    slope : array (s, q, q)
        As of :func:`slopes`.
    pairs : PairWeights
    size : float
        Units in the table at which the slopes were taken.
    """
    group, first = _swapped_together(codes, row)
    n_people = (codes[:, :-1] >= 0).sum(axis=1)
    widest, n_groups = int(n_people.max(initial=0)), len(first)
    changes: Floats = np.zeros((len(slope), n_groups, widest))
    for start in range(0, len(codes), CHUNK):
        part = slice(start, start + CHUNK)
        of = _changes_of_units(codes[part], slope * size, pairs, part, widest)
        for s, j in np.ndindex(len(slope), widest):
            changes[s, :, j] += np.bincount(group[part], weights=of[s, :, j], minlength=n_groups)
    return SwapChanges.of(changes, 1 + n_people[first], repeats[row[first]])


def _swapped_together(codes: Codes, row: Ints) -> tuple[Ints, Ints]:
    """Return to which set of units of one group, rated by the same people, each unit belongs, and the first of each."""
    given = np.packbits(codes[:, :-1] >= 0, axis=1)
    key = np.concatenate([row[:, None].astype(np.int64).view(np.uint8).reshape(len(row), 8), given], axis=1)
    whole = np.ascontiguousarray(key).view(np.dtype((np.void, key.shape[1]))).ravel()
    _, first, group = np.unique(whole, return_index=True, return_inverse=True)
    return group.reshape(-1), first


def _changes_of_units(codes: Codes, slope: Floats, pairs: PairWeights, part: slice, widest: int) -> Floats:
    """Return the change (s, n, widest) where the ratings of the referee and of a unit's first, second, … person swap.

    With j for the referee each other person k meets y_j in the referee's place and x in j's:
    ``Σ_k (w_jk + Σ_l w_kl / 2) (W[y_j, y_k] − W[x, y_k])``, w the weight of a pair of people.
    """
    who = np.argsort(codes[:, :-1] < 0, axis=1, kind="stable")[:, :widest]
    people, referee, unit = np.take_along_axis(codes[:, :-1], who, axis=1), codes[:, -1], pairs.unit[:, part]
    given = people >= 0
    beside: Floats = np.zeros(people.shape)
    for k, other in np.ndindex(widest, widest):
        beside[:, k] += pairs.people[who[:, k], who[:, other]] * (given[:, k] & given[:, other]) / 2
    out: Floats = np.zeros((len(slope), *people.shape))
    for j, k in np.ndindex(widest, widest):
        if j == k:
            continue
        both = np.flatnonzero(given[:, max(j, k)])
        one = people[both, k]
        weight = (beside[both, k] + pairs.people[who[both, j], who[both, k]]) * unit[:, both]
        out[:, both, j] += weight * (slope[:, people[both, j], one] - slope[:, referee[both], one])
    return out


def _tally(codes: Codes, n_categories: int) -> Floats:
    return np.stack([(codes == k).sum(axis=1) for k in range(n_categories)], axis=1).astype(float)
