"""Balanced incomplete blocks: which raters judge which claim, so that all judge as many and pairs meet as often.

A claim is a block of k of v raters. Where each rater is in r blocks and each pair in λ, λ(v − 1) = r(k − 1). Such a
design is developed from blocks of residues modulo v whose differences take every value λ times, where a small search
finds those; over and over, with the raters shuffled anew. What remains is dealt to whoever has least, preferring those
who met least, and then improved by exchanging raters between claims.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

_MOST_BLOCKS = 3_000  # that the search looks at
_MOST_LAMBDA = 3
_EXCHANGES = 20_000  # tried to even out the pairs
Block = tuple[int, ...]


def balanced_blocks(
    crews: Sequence[Sequence[int]], missing: Sequence[int], n_raters: int, seed: int, videos: Sequence[str] = ()
) -> list[Block]:
    """Return for each claim the raters it is given to, as places 0 … n_raters − 1.

    Parameters
    ----------
    crews : sequence of sequences of int
        Raters that each claim has already; -1 for one who is not among these raters.
    missing : sequence of int
        How many further ones each wants; a claim gets fewer where there are not so many raters.
    n_raters : int
    seed : int
        Same seed, same blocks.
    videos : sequence of str, optional
        The video of each claim: raters get as many of each, as far as balance leaves a choice.
    """
    dice = random.Random(f"blocks {seed}")  # noqa: S311 - reproducible, not secret
    table = BlockTable(crews, n_raters, videos or [""] * len(crews))
    fresh = [i for i, crew in enumerate(crews) if not crew]
    for size in sorted({missing[i] for i in fresh}):
        _deal_designs(table, [i for i in fresh if missing[i] == size], size, dice)
    for i, count in enumerate(missing):
        for _ in range(count - len(table.blocks[i])):
            table.add_best(i, dice)
    _even_out(table, dice)
    return [tuple(sorted(block)) for block in table.blocks]


class BlockTable:
    """Blocks being drawn, with what has to stay even."""

    def __init__(self, crews: Sequence[Sequence[int]], n_raters: int, videos: Sequence[str]) -> None:
        self.crews, self.n_raters, self.videos = crews, n_raters, videos
        self.blocks: list[set[int]] = [set() for _ in crews]
        self.load = [0] * n_raters
        self.met: Counter[tuple[int, int]] = Counter()
        self.seen: Counter[tuple[int, str]] = Counter()
        for crew in crews:
            self.met.update(_pairs(crew))

    def members(self, i: int) -> set[int]:
        """Return everybody who rates a claim."""
        return self.blocks[i].union(self.crews[i])

    def add(self, i: int, rater: int) -> None:
        """Give a claim to a rater."""
        self.met.update(_pair(rater, other) for other in self.members(i))
        self.blocks[i].add(rater)
        self.load[rater] += 1
        self.seen[rater, self.videos[i]] += 1

    def add_best(self, i: int, dice: random.Random) -> None:
        """Give a claim to the rater with least work, of those the one who met its raters least."""
        there = self.members(i)
        free = [one for one in range(self.n_raters) if one not in there]
        dice.shuffle(free)
        if free:
            self.add(i, min(free, key=lambda one: (self.load[one], self.meetings(one, there), self.video_load(i, one))))

    def meetings(self, rater: int, others: set[int]) -> int:
        """Return how often a rater met these."""
        return sum(self.met[_pair(rater, other)] for other in others)

    def video_load(self, i: int, rater: int) -> int:
        """Return how many claims of a claim's video a rater has."""
        return self.seen[rater, self.videos[i]]

    def gain(self, i: int, out: int, come: int) -> int:
        """Return by how much the sum of squares of the pairs falls when a rater takes another's place in a claim."""
        others = self.members(i) - {out}
        before = sum(2 * self.met[_pair(out, other)] - 1 for other in others)
        after = sum(2 * self.met[_pair(come, other)] + 1 for other in others)
        return before - after

    def exchange(self, i: int, out: int, come: int) -> None:
        """Let a rater take another's place in a claim."""
        self.blocks[i].remove(out)
        self.met.subtract(_pair(out, other) for other in self.members(i))
        self.load[out] -= 1
        self.seen[out, self.videos[i]] -= 1
        self.add(i, come)

    def is_even(self) -> bool:
        """Tell whether pair counts differ by one at most."""
        counts = [self.met[pair] for pair in combinations(range(self.n_raters), 2)]
        return not counts or max(counts) - min(counts) <= 1


def base_blocks(v: int, k: int) -> list[Block]:
    """Return blocks of k residues modulo v whose differences take every value as often; none where none was found."""
    for times in range(1, _MOST_LAMBDA + 1):
        count, rest = divmod(times * (v - 1), k * (k - 1))
        if k > 1 and not rest:
            found = _search([0] * v, [], count, times, v, k)
            if found:
                return found
    return []


def _search(covered: list[int], chosen: list[Block], count: int, times: int, v: int, k: int) -> list[Block]:
    """Find `count` blocks one after the other, each of differences that are not covered `times` over yet."""
    if not count:
        return chosen
    for looked, rest in enumerate(combinations(range(1, v), k - 1)):
        if looked > _MOST_BLOCKS:
            break
        block = (0, *rest)
        spent = Counter((a - b) % v for a in block for b in block if a != b)
        if all(covered[d] + n <= times for d, n in spent.items()):
            after = [n + spent[d] for d, n in enumerate(covered)]
            found = _search(after, [*chosen, block], count - 1, times, v, k)
            if found:
                return found
    return []


def _deal_designs(table: BlockTable, claims: Sequence[int], size: int, dice: random.Random) -> None:
    """Deal whole designs to claims that nobody rates yet, as often as they fit."""
    base = base_blocks(table.n_raters, size) if size < table.n_raters else []
    whole = [tuple((one + step) % table.n_raters for one in block) for block in base for step in range(table.n_raters)]
    for start in range(0, len(claims) - len(whole) + 1, len(whole) or len(claims) + 1):
        if not whole:
            return
        names, blocks = dice.sample(range(table.n_raters), table.n_raters), dice.sample(whole, len(whole))
        for i, block in zip(claims[start:], blocks, strict=False):
            for one in block:
                table.add(i, names[one])


def _even_out(table: BlockTable, dice: random.Random) -> None:
    """Exchange raters between claims while that makes the pairs no less even; loads stay what they are."""
    movable = [i for i, block in enumerate(table.blocks) if block]
    for number in range(_EXCHANGES if len(movable) > 1 else 0):
        if number % 200 == 0 and table.is_even():
            return
        i, j = dice.sample(movable, 2)
        a, b = dice.choice(sorted(table.blocks[i])), dice.choice(sorted(table.blocks[j]))
        if a in table.members(j) or b in table.members(i):
            continue
        gain = table.gain(i, a, b)
        table.exchange(i, a, b)
        if gain + table.gain(j, b, a) >= 0:
            table.exchange(j, b, a)
        else:
            table.exchange(i, b, a)


def _pairs(crew: Sequence[int]) -> list[tuple[int, int]]:
    return list(combinations(sorted(one for one in crew if one >= 0), 2))


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)
