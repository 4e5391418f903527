"""One counting pass: a unit enters a coefficient only through its pattern of ratings.

A million units by five raters on five levels have at most 6⁵ patterns, and at most C(5 + 5, 5) = 252 count patterns
when it does not matter who gave which rating. All later work is on patterns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agreement.arrays import Bools, Codes, Floats, Ints
from agreement.ratings import Ratings

Keys = NDArray[np.signedinteger]
HISTOGRAM = 1 << 17  # up to so many possible patterns they are counted in a table, beyond that by sorting
DENSE = 1 << 20  # a table of clusters × patterns up to this size is held whole
CHUNK = 1 << 18  # units counted at a time, so that the keys stay in the cache


@dataclass(frozen=True, eq=False)
class Patterns:
    """Distinct rows of ratings (P, raters), −1 where there is none, and how many units have each.

    ``rater_weight`` says how often each rater was drawn, 1 outside the pigeonhole bootstrap.
    """

    codes: Codes
    n_categories: int
    repeats: Floats
    rater_weight: Floats

    @cached_property
    def counts(self) -> Floats:
        """Ratings per category, shape (P, q)."""
        return self._tally(self.rater_weight)

    @cached_property
    def self_pairs(self) -> Floats:
        """Pairs of a rater with the same rater per category, shape (P, q): subtracted from counts squared."""
        return self._tally(np.square(self.rater_weight))

    @cached_property
    def size(self) -> Floats:
        """Ratings per unit, shape (P,)."""
        total: Floats = self.counts.sum(axis=1)
        return total

    @cached_property
    def pairs(self) -> Floats:
        """Ordered pairs of different raters per unit, shape (P,)."""
        total: Floats = np.square(self.size) - self.self_pairs.sum(axis=1)
        return total

    @property
    def category_shares(self) -> Floats:
        """Share of each category among the ratings of a pattern, shape (P, q), 0 where there is no rating."""
        size = self.size[:, None]
        return np.divide(self.counts, size, out=np.zeros_like(self.counts), where=size > 0)

    def unit_agreement(self, weights: Floats) -> Floats:
        """Return the weighted share of agreeing pairs of raters per pattern, 0 where there is no pair."""
        agreeing = ((self.counts @ weights) * self.counts).sum(axis=1) - self.self_pairs.sum(axis=1)
        return np.asarray(np.divide(agreeing, self.pairs, out=np.zeros(len(agreeing)), where=self.pairs > 0))

    def subset(self, kept: Bools) -> Patterns:
        """Return some of the patterns."""
        return Patterns(self.codes[kept], self.n_categories, self.repeats[kept], self.rater_weight)

    def _tally(self, weight: Floats) -> Floats:
        tally = np.empty((len(self.codes), self.n_categories))
        for k in range(self.n_categories):
            tally[:, k] = (self.codes == k) @ weight
        return tally

    def with_raters(self, weight: Floats) -> Patterns:
        """Return the same patterns with raters drawn ``weight`` times."""
        return Patterns(self.codes, self.n_categories, self.repeats, weight)


def distinct(ratings: Ratings, *, anonymous: bool = False) -> tuple[Patterns, Keys | None]:
    """Return the patterns of ratings, and the pattern of each unit where units are not exchangeable, else None.

    They are counted once for all coefficients of the same ratings. ``anonymous`` merges patterns that differ only in
    who gave which rating.
    """
    key = ("patterns", anonymous)
    if key not in ratings.counted:
        ratings.counted[key] = _distinct(ratings, anonymous)
    found: tuple[Patterns, Keys | None] = ratings.counted[key]
    return found


def _distinct(ratings: Ratings, anonymous: bool) -> tuple[Patterns, Keys | None]:
    codes, q = ratings.codes, len(ratings.scale)
    exchangeable = ratings.cluster is None and ratings.weight is None
    possible = (q + 1) ** codes.shape[1]  # a whole number has no largest one, a float ends at 6³⁹⁶
    if possible <= HISTOGRAM:
        rows, repeats, inverse = _by_histogram(codes, q + 1, anonymous, exchangeable)
    else:
        rows, repeats, inverse = _by_sorting(np.sort(codes, axis=1) if anonymous else codes, q + 1)
    return Patterns(rows, q, repeats, np.ones(codes.shape[1])), None if exchangeable else inverse


def _keys(codes: Codes, base: int) -> Keys:
    """Read each row as a number in the given base, missing as digit 0.

    Columns are first joined in bytes as long as they fit, because arithmetic on bytes is the fastest there is.
    """
    n_raters = codes.shape[1]
    wide = next(t for t in (np.int16, np.int32, np.int64) if base**n_raters - 1 <= np.iinfo(t).max)
    together = max(n for n in range(1, n_raters + 1) if base**n <= 256 or n == 1)
    digits = codes.view(np.uint8)  # −1 is 255, that is −1 modulo 256: adding 1 to every digit makes it 0
    key: Keys | None = None
    for start in range(0, n_raters, together):
        group = range(start, min(start + together, n_raters))
        part = digits[:, start].copy()
        for j in group[1:]:
            part *= np.uint8(base)
            part += digits[:, j]
        part += np.uint8(sum(base**i for i in range(len(group))) % 256)
        if key is None:
            key = part.astype(wide)
        else:
            key *= wide(base ** len(group))
            key += part
    return np.asarray(key)


def _digits(keys: Ints, base: int, n_raters: int) -> Codes:
    rows = np.empty((len(keys), n_raters), dtype=np.int8, order="F")
    for j in reversed(range(n_raters)):
        keys, digit = np.divmod(keys, base)
        rows[:, j] = digit - 1
    return rows


@lru_cache(maxsize=8)
def _codebook(base: int, n_raters: int) -> tuple[Codes, Ints]:
    """Return the distinct patterns up to the order of raters, and which of them each possible pattern is."""
    every = np.sort(_digits(np.arange(base**n_raters), base, n_raters), axis=1)[:, ::-1]
    merged, position = np.unique(_keys(np.asfortranarray(every), base), return_inverse=True)
    rows = _digits(merged.astype(np.intp), base, n_raters)
    rows.flags.writeable = position.flags.writeable = False
    return rows, position


def _by_histogram(codes: Codes, base: int, anonymous: bool, exchangeable: bool) -> tuple[Codes, Floats, Keys]:
    n_raters = codes.shape[1]
    table = np.zeros(base**n_raters, dtype=np.intp)
    pieces = []
    for start in range(0, len(codes), CHUNK):
        key = _keys(codes[start : start + CHUNK], base)
        table += np.bincount(key, minlength=len(table))
        if not exchangeable:
            pieces.append(key)
    if anonymous:
        book, position = _codebook(base, n_raters)
        table = np.bincount(position, weights=table, minlength=len(book))
    present = np.flatnonzero(table)
    rows = book[present] if anonymous else _digits(present, base, n_raters)
    if exchangeable:
        return rows, table[present].astype(float), np.empty(0, dtype=np.intp)
    rank = np.zeros(len(table), dtype=np.int32)  # a million of them weigh half as much
    rank[present] = np.arange(len(present))
    lookup = rank[position] if anonymous else rank
    return rows, table[present].astype(float), lookup[np.concatenate(pieces)] if pieces else np.empty(0, dtype=np.intp)


def _by_sorting(codes: Codes, base: int) -> tuple[Codes, Floats, Keys]:
    short = base ** codes.shape[1] < 1 << 62
    keys = _keys(np.asfortranarray(codes), base) if short else _bytes(codes)
    _, first, inverse, repeats = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    return codes[first], repeats.astype(float), inverse.ravel()


def _bytes(codes: Codes) -> NDArray[np.void]:
    """Return each row as one string of bytes that sort as the row does: −1 becomes 0, the first column counts most."""
    shifted = np.ascontiguousarray(codes).view(np.uint8) + np.uint8(1)
    return shifted.view(np.dtype((np.void, codes.shape[1]))).ravel()


def membership(ratings: Ratings, inverse: Keys, n_patterns: int, *, sparse: bool) -> Any:
    """Return how often, or with which weight, each cluster (without clusters each unit) holds each pattern.

    ``inverse`` is the pattern of each unit; ``sparse`` asks for a sparse array whatever the size.
    """
    cluster = np.arange(ratings.n_units) if ratings.cluster is None else ratings.cluster
    n_clusters = int(cluster.max(initial=-1)) + 1
    if not sparse and n_clusters * n_patterns <= DENSE:
        cell = cluster * n_patterns
        cell += inverse
        table = np.bincount(cell, weights=ratings.weight, minlength=n_clusters * n_patterns)
        return table.reshape(n_clusters, n_patterns).astype(float)
    from scipy.sparse import coo_array

    weight = np.ones(len(inverse)) if ratings.weight is None else ratings.weight
    return coo_array((weight, (cluster, inverse)), shape=(n_clusters, n_patterns)).tocsr()
