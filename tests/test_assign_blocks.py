"""Balanced incomplete blocks: all raters judge as many claims, and every two of them share as many."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest

from referee_calib.study.assignment import balanced_blocks


def loads_and_pairs(blocks: list[tuple[int, ...]], raters: int) -> tuple[set[int], set[int]]:
    load = Counter(one for block in blocks for one in block)
    met = Counter(pair for block in blocks for pair in combinations(block, 2))
    return {load[one] for one in range(raters)}, {met[pair] for pair in combinations(range(raters), 2)}


@pytest.mark.parametrize(
    ("v", "k", "b"),
    [(4, 2, 6), (5, 2, 10), (4, 3, 4), (7, 3, 7), (6, 3, 10), (9, 3, 12), (8, 4, 14), (13, 4, 13), (11, 5, 11)],
)
def test_small_known_designs_are_met_exactly(v: int, k: int, b: int) -> None:
    loads, pairs = loads_and_pairs(balanced_blocks([()] * b, [k] * b, v, seed=0), v)
    r = b * k // v
    assert r * v == b * k
    # every pair λ times, with λ (v - 1) = r (k - 1); of the Fano plane (7, 3, 7): 1 · 6 = 3 · 2
    assert loads == {r}
    assert {λ * (v - 1) for λ in pairs} == {r * (k - 1)}


@pytest.mark.parametrize(("v", "k", "b"), [(4, 2, 270), (7, 3, 270), (12, 2, 270), (10, 3, 200), (3, 2, 50)])
def test_any_number_of_claims_leaves_loads_and_pairs_within_one(v: int, k: int, b: int) -> None:
    for found in loads_and_pairs(balanced_blocks([()] * b, [k] * b, v, seed=3), v):
        assert max(found) - min(found) <= 1


def test_the_same_seed_gives_the_same_blocks() -> None:
    crews, missing = [()] * 40, [3] * 40
    assert balanced_blocks(crews, missing, 9, seed=1) == balanced_blocks(crews, missing, 9, seed=1)
    assert balanced_blocks(crews, missing, 9, seed=1) != balanced_blocks(crews, missing, 9, seed=2)


def test_nobody_rates_a_claim_twice_and_only_what_is_missing_is_dealt() -> None:
    crews = [(0,)] * 10 + [(-1,)] * 10 + [()] * 10  # -1: somebody who is not among these raters
    blocks = balanced_blocks(crews, [1] * 20 + [2] * 10, 5, seed=0)
    assert [len(block) for block in blocks] == [1] * 20 + [2] * 10
    assert all(0 not in block for block in blocks[:10])
    load = Counter(one for block in blocks for one in block)
    assert max(load.values()) - min(load.values()) <= 1  # 40 places for 5 raters


def test_a_claim_gets_as_many_raters_as_there_are() -> None:
    assert balanced_blocks([(), (1,)], [5, 2], 2, seed=0) == [(0, 1), (0,)]


def test_claims_of_one_video_are_spread_over_the_raters() -> None:
    videos = [f"v{i // 6}" for i in range(24)]
    blocks = balanced_blocks([()] * 24, [1] * 24, 6, seed=0, videos=videos)
    seen = Counter((videos[i], one) for i, block in enumerate(blocks) for one in block)
    assert set(seen.values()) == {1}  # six claims of each video and six raters
