"""Which perturbed claims people rate: every lost overlap, every family and every video alike, by one seed.

A fifth of the claims are the truth and a fifth evidence without overlap, since every curve is measured between these;
the rest is spread evenly over the overlap lost between them. Neighbours in lost overlap go to different videos, so that
each video holds the whole range, and families take turns within it.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from referee_calib.perturbation.harness.human_ratings import as_rated
from referee_calib.perturbation.harness.perturbation_plan import PerturbationPlan
from referee_calib.perturbation.harness.reward_table import Floats
from referee_calib.perturbation.metrics.pooled_curve import EDGES, N_BINS
from referee_calib.perturbation.metrics.resampled_rewards import ANCHORS
from referee_calib.records import Claim

ENDS = 0.2  # share of the claims that are the truth, and that are evidence without overlap
TRUTH = -1  # the cell of true claims


@dataclass(frozen=True, slots=True)
class DesignedClaim:
    """One claim of the design."""

    cell: int  # of the plan; -1 for the truth
    place: int  # of its true claim
    lost: float  # overlap lost
    claim: Claim  # as people get it


class RatingDesign:
    """Everything that people could rate of one plan, from which designs of any size are drawn.

    `overlap`, shape (cells, n), is the overlap of every perturbed claim with its truth.
    """

    def __init__(self, plan: PerturbationPlan, overlap: Floats, seed: int) -> None:
        self.plan, self.seed = plan, seed
        self._pool: dict[int, dict[str, list[DesignedClaim]]] = defaultdict(lambda: defaultdict(list))
        taken: set[str] = set()
        for one in self._candidates(overlap):
            if one.claim.id not in taken:
                taken.add(one.claim.id)
                self._pool[_bin(one.lost)][one.claim.video].append(one)
        self.size = len(taken)

    def _candidates(self, overlap: Floats) -> Iterator[DesignedClaim]:
        plan = self.plan
        for j, true in enumerate(plan.claims):
            yield DesignedClaim(TRUTH, j, 0.0, as_rated(true))
        for k, cell in enumerate(plan.cells):
            elsewhere = cell.kind == "wrong" and cell.family in ANCHORS
            if elsewhere or cell.kind == "graded":
                for j, claim in plan.claims_of(k):
                    lost = 1.0 if elsewhere else float(np.clip(1.0 - overlap[k, j], 0.0, 1.0))
                    yield DesignedClaim(k, j, lost, as_rated(claim))

    def draw(self, count: int) -> list[DesignedClaim]:
        """Draw a design of `count` claims, of fewer where the study holds no more."""
        dice = random.Random(f"{self.seed}:{count}")  # noqa: S311 - reproducible, not secret
        pool = {
            where: {video: dice.sample(its, len(its)) for video, its in sorted(videos.items())}
            for where, videos in self._pool.items()
        }
        turn = dice.sample(videos := sorted({video for its in pool.values() for video in its}), len(videos))
        families: Counter[str] = Counter()
        claims: Counter[int] = Counter()
        chosen: list[DesignedClaim] = []
        for where in _slots(count, {where: sum(map(len, its.values())) for where, its in pool.items()}):
            video = next(one for one in turn if pool[where].get(one))
            turn.append(turn.pop(turn.index(video)))
            best = min(pool[where][video], key=lambda one: (families[self._family(one)], claims[one.place]))
            pool[where][video].remove(best)
            families[self._family(best)] += 1
            claims[best.place] += 1
            chosen.append(best)
        return chosen

    def _family(self, one: DesignedClaim) -> str:
        return "" if one.cell == TRUTH else self.plan.cells[one.cell].family


def _bin(lost: float) -> int:
    return int(np.searchsorted(EDGES, lost, side="left"))


def _slots(count: int, there: dict[int, int]) -> list[int]:
    """Return the bin of each claim of a design, in order; no bin gives more than it holds."""
    ends = min(count // 2, max(2, round(ENDS * count)))
    found = Counter({0: min(ends, there.get(0, 0)), N_BINS - 1: min(ends, there.get(N_BINS - 1, 0))})
    inner = [where for where in range(1, N_BINS - 1) if there.get(where)]
    every = [*inner, N_BINS - 1, 0]  # the ends take what is left once nothing lies between them
    while found.total() < count and any(found[where] < there.get(where, 0) for where in every):
        open_ = [where for where in inner if found[where] < there[where]] or every
        for where in open_:
            if found.total() < count and found[where] < there.get(where, 0):
                found[where] += 1
    return sorted(found.elements())
