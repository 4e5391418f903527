"""A simulated reward with a known plateau, known noise and known mistakes, beside exact overlap.

It says what the verdict can be trusted with: how often it calls a claim supported that is false by construction, and
how many claims it needs for one that is true. Nothing here is measured on a referee.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from referee_calib.perturbation import DELTAS
from referee_calib.perturbation.families.boxes import Grow, Shift, Shrink
from referee_calib.perturbation.harness.reward_table import GROUP, Cell, Floats, RewardTable
from referee_calib.perturbation.metrics import rank_stability

REPEATS = 3
REWARD, OVERLAP = "simulated referee", "iou"
FAMILIES = (Shift(direction="x"), Shift(direction="diagonal"), Grow(), Shrink())


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """How claims, videos and the reward are drawn."""

    # claims, videos: Every video has one claim at least; the rest are spread at random
    claims: int = 200
    videos: int = 65
    # quality, sd, within: mean and standard deviation of what the truth is paid, and the share of its variance that
    # videos share
    quality: float = 0.85
    sd: float = 0.2
    within: float = 0.3
    # plateau, fall: ioU lost that costs nothing, and the further loss after which nothing is left
    plateau: float = 0.15
    fall: float = 0.5
    # no plateau: it loses `slope` times what IoU loses, with a slope of mean 1 and this same spread per claim
    overlap_like: bool = False
    noise: float = 0.03  # standard deviation of repeats of one question
    # For each error type, the probability that it is taken for the truth; "background" is needed as the anchor
    wrong: Mapping[str, float] = field(
        default_factory=lambda: {"background": 0.0, "other_object": 0.02, "wrong_name": 0.02, "wrong_time": 0.02}
    )
    # What wrong evidence that is not taken for the truth is paid, as a share of the truth; the anchor is paid 0
    paid: float = 0.05
    flat: float = 0.0  # share of claims for which all perturbations are paid alike


def simulate(plan: Simulation, seed: int) -> RewardTable:
    """Draw one study: the simulated reward and exact IoU on the same perturbed claims.

    Overlap is blind to words and time: "wrong_name" and "wrong_time" have IoU 1.
    """
    dice = np.random.default_rng(seed)
    videos = np.concatenate([np.arange(plan.videos), dice.integers(plan.videos, size=plan.claims - plan.videos)])
    graded = [Cell(family.key, delta, "graded") for family in FAMILIES for delta in _deltas(family.key)]
    cells = [*graded, *(Cell(name, None, "wrong") for name in plan.wrong)]
    cells += [Cell(f"{i}", None, "jitter") for i in range(GROUP)]
    n, k = plan.claims, len(cells)
    overlap = np.array([[_iou(cell)] for cell in cells]) * np.ones(n)
    asked = np.ones((k, n), dtype=bool)
    members = rank_stability.draw_groups(asked, rank_stability.eligible(graded), seed)
    for i in range(GROUP):
        overlap[len(graded) + len(plan.wrong) + i] = overlap[members[:, i], 0] * dice.uniform(0.9, 1.0, n)
    clean, truth = _paid(plan, overlap, cells, videos, dice)
    noisy = clean + dice.normal(0, plan.noise, clean.shape) * ~_flat(clean, cells)
    repeats = truth + dice.normal(0, plan.noise, (REPEATS, n))
    return RewardTable(
        on="boxes",
        rewards=(REWARD, OVERLAP),
        cells=tuple(cells),
        claims=tuple(f"c{i}" for i in range(n)),
        videos=tuple(f"v{i}" for i in videos),
        truth=np.stack([repeats, np.ones((REPEATS, n))]),
        values=np.stack([noisy, overlap]),
        asked=asked,
        overlap=overlap,
        groups=members,
        small={family.key: family.small() for family in FAMILIES},
        units={family.key: "share" for family in FAMILIES},
        exact=frozenset({OVERLAP}),
    )


def _paid(
    plan: Simulation, overlap: Floats, cells: list[Cell], videos: NDArray[np.int64], dice: np.random.Generator
) -> tuple[Floats, Floats]:
    quality = plan.quality + _shared(plan, videos, dice)
    lost = 1 - overlap
    if plan.overlap_like:
        share = 1 - np.maximum(0.0, 1 + _shared(plan, videos, dice)) * lost
    else:
        share = 1 - np.clip((lost - plan.plateau) / plan.fall, 0.0, 1.0)
    flat = dice.random(len(videos)) < plan.flat
    paid = quality * np.where(flat, 1.0, share)
    for i, cell in enumerate(cells):
        if cell.kind == "wrong":
            taken = _together(plan.wrong[cell.family], plan.within, videos, dice)
            paid[i] = np.where(taken, quality, 0.0 if cell.family == "background" else plan.paid * quality)
    return paid, quality


def _flat(paid: Floats, cells: list[Cell]) -> NDArray[np.bool_]:
    """Tell which claims pay all perturbations alike: they stay tied, as a level at its limit has no noise."""
    graded = paid[[cell.kind == "graded" for cell in cells]]
    return np.asarray(graded.max(axis=0) - graded.min(axis=0) <= rank_stability.TIED)


def _shared(plan: Simulation, videos: NDArray[np.int64], dice: np.random.Generator) -> Floats:
    """Deviations of claims with mean 0, of which a part is common to each video."""
    video = dice.normal(0, plan.sd * plan.within**0.5, plan.videos)[videos]
    return np.asarray(video + dice.normal(0, plan.sd * (1 - plan.within) ** 0.5, len(videos)))


def _together(share: float, within: float, videos: NDArray[np.int64], dice: np.random.Generator) -> NDArray[np.bool_]:
    """Events of a given probability that videos share: with probability `within` a claim takes its video's own."""
    common = (dice.random(int(videos.max()) + 1) < share)[videos]
    own = dice.random(len(videos)) < share
    return np.where(dice.random(len(videos)) < within**0.5, common, own)


def _deltas(family: str) -> list[float]:
    return [delta for delta in DELTAS[1:] if family != "shrink" or delta < 1]


def _iou(cell: Cell) -> float:
    d = cell.delta or 0.0
    known = {
        "shift_x": max(0.0, (1 - d) / (1 + d)),
        "shift_diagonal": max(0.0, 1 - d) ** 2 / (2 - max(0.0, 1 - d) ** 2),
        "grow": (1 + d) ** -2,
        "shrink": (1 - d) ** 2,
        "background": 0.0,
        "other_object": 0.0,
    }
    return known.get(cell.family, 1.0)
