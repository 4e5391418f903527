"""Lists drawn beforehand: what each of a known group of raters judges, and in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from referee_calib.study.assignment.balanced_blocks import balanced_blocks
from referee_calib.study.store.assignment.release_rows import Need

WAVE = 24  # claims through which all raters go before the next ones, so that those who stop early leave few half rated


@dataclass(frozen=True, slots=True)
class RaterList:
    """The claims of one rater in their order."""

    rater: str
    claims: tuple[str, ...]


def draw_lists(needs: Sequence[Need], raters: Sequence[str], seed: int) -> tuple[RaterList, ...]:
    """Deal claims to raters in balanced blocks; each rater sees them in an order of their own, wave by wave.

    Parameters
    ----------
    needs : sequence of Need
        The claims in the order in which they are begun, with who rated them and how many are wanted.
    raters : sequence of str
        Who is asked.
    seed : int
        Same seed, same lists.
    """
    place = {name: k for k, name in enumerate(raters)}
    crews = [[place.get(name, -1) for name in need.crew] for need in needs]
    missing = [max(0, need.wanted - len(need.crew)) for need in needs]
    blocks = balanced_blocks(crews, missing, len(raters), seed, [need.video for need in needs])
    waves: dict[str, list[list[Need]]] = {name: [] for name in raters}
    for start in range(0, len(needs), WAVE):
        for name in raters:
            wave = zip(needs[start : start + WAVE], blocks[start : start + WAVE], strict=True)
            waves[name].append([need for need, block in wave if place[name] in block])
    return tuple(RaterList(name, tuple(_ordered(its, name, seed))) for name, its in waves.items())


def _ordered(waves: Sequence[Sequence[Need]], rater: str, seed: int) -> list[str]:
    found: list[str] = []
    last = ""
    for wave in waves:
        left = sorted(wave, key=lambda need: hashlib.sha256(f"{seed}\0{rater}\0{need.claim}".encode()).digest())
        while left:
            here = next((k for k, need in enumerate(left) if need.video != last), 0)
            need = left.pop(here)
            found.append(need.claim)
            last = need.video
    return found
