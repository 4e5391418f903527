"""Perturbed claims for people to rate, so that it is known how much a perturbation matters to them.

The design is drawn, and what it will show is simulated, before anybody rates: the fewest ratings that decide H4, or
what the given number reaches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.errors import InputError
from referee_calib.perturbation.harness.claim_sets import ClaimSet, Link, link, write_claims
from referee_calib.perturbation.harness.human_ratings import FILE
from referee_calib.perturbation.harness.human_ratings import TRUTH as TRUE_LINK
from referee_calib.perturbation.harness.rating_design import TRUTH, DesignedClaim, RatingDesign
from referee_calib.perturbation.harness.reward_queries import overlap_with_truth
from referee_calib.perturbation.metrics.rating_power import (
    ENOUGH,
    LADDER,
    MOST_RATERS,
    DesignPower,
    SimulatedPeople,
    design_power,
    like_overlap,
)

if TYPE_CHECKING:
    from referee_calib.perturbation.harness.perturbation_run import PreparedRun
    from referee_calib.perturbation.harness.reward_table import On
    from referee_calib.rubric import Rubric
    from referee_calib.study import Study

UNDECIDED = 200  # claims that are written where no number of them decides H4
FEW = 30  # claims and dimensions that two people rated; below, their noise is taken as it usually is
USUAL_SD = 0.63  # standard deviation of one person's level about the mean of people like them


@dataclass(frozen=True, slots=True)
class PlannedRatings:
    """What people get about one kind of evidence, and what that will show."""

    on: On
    chosen: tuple[DesignedClaim, ...]
    power: DesignPower  # of what was chosen
    needed: DesignPower | None  # the fewest ratings that decide H4; None where no number of them does
    n_videos: int
    rater_sd: float


def plan_ratings(study: Study, prepared: PreparedRun, count: int | None, seed: int = 0) -> list[PlannedRatings]:
    """Plan what people rate: `count` claims in all, or the fewest that decide H4.

    Raises
    ------
    InputError
        When the study holds no true claim to perturb, or claims were written before: people may have rated them.
    """
    _refuse_written(study)
    if not prepared.plans:
        why = "; ".join(f"{reason}: {n}" for its in prepared.excluded.values() for reason, n in its.items())
        raise InputError(f"study {study.folder}", f"it holds no true claim to perturb ({why})")
    sd, found, left = rater_sd(study), [], count
    for behind, (on, plan) in enumerate(prepared.plans.items()):
        design = RatingDesign(plan, overlap_with_truth(plan, study.media), seed)
        power = Powers(design, sd, seed, _best_levels(study.rubric, on))
        needed = fewest(design.size, power)
        share = None if left is None else left // (len(prepared.plans) - behind)
        size = share if share is not None else min(needed.claims if needed else UNDECIDED, design.size)
        left = None if left is None or share is None else left - share
        if not size:
            continue
        chosen = tuple(design.draw(size))
        videos = len({one.claim.video for one in chosen})
        found.append(PlannedRatings(on, chosen, power(len(chosen), 1), needed, videos, sd))
    return found


def fewest(size: int, power: Powers) -> DesignPower | None:
    """Return the fewest ratings that decide H4, of at most `size` claims; by halving, since more ratings show more."""
    counts = [(n, 1) for n in LADDER if n < size] + [(min(size, LADDER[-1]), k) for k in range(1, MOST_RATERS + 1)]
    if power(*counts[-1]).power < ENOUGH:
        return None
    low, high = 0, len(counts) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if power(*counts[middle]).power >= ENOUGH else (middle + 1, high)
    return power(*counts[low])


def write(study: Study, planned: list[PlannedRatings], prepared: PreparedRun, seed: int = 0) -> tuple[Path, int]:
    """Write the planned claims as ``STUDY/perturb/claims.jsonl``, to be imported, and their links beside it.

    Raises
    ------
    InputError
        When claims were written before: people may have rated them.
    """
    _refuse_written(study)
    path = study.folder / "perturb" / FILE
    path.parent.mkdir(exist_ok=True)
    claims = {one.claim.id: one.claim for plan in planned for one in plan.chosen}
    links = tuple(one for plan in planned for one in _links(plan, prepared, seed))
    return path, write_claims(path, ClaimSet(tuple(claims.values()), links, {}))


def _refuse_written(study: Study) -> None:
    path = study.folder / "perturb" / FILE
    if path.exists():
        raise InputError(
            f"{path} is there already",
            "people may be rating these claims, and its links say of what each was made",
            "Move both files away first if nobody has rated them.",
        )


def _links(planned: PlannedRatings, prepared: PreparedRun, seed: int) -> Iterator[Link]:
    plan = prepared.plans[planned.on]
    for one in planned.chosen:
        if one.cell == TRUTH:
            yield Link(one.claim.id, plan.claims[one.place].id, TRUE_LINK, 0.0, "same", seed, {})
        else:
            yield link(plan.steps[one.cell], one.claim, plan.claims[one.place], seed)


class Powers:
    """What designs of any size show, each simulated once."""

    def __init__(self, design: RatingDesign, sd: float, seed: int, tops: tuple[int, int] = (4, 4)) -> None:
        scale = sd / USUAL_SD
        usual = SimulatedPeople(curve=like_overlap)
        self._design, self._seed = design, seed
        self._people = replace(usual, noise=usual.noise * scale, severity=usual.severity * scale, tops=tops)
        self._known: dict[tuple[int, int], DesignPower] = {}

    def __call__(self, claims: int, per_claim: int) -> DesignPower:
        """Simulate a design of so many claims, each rated by so many people."""
        key = (claims, per_claim)
        if key not in self._known:
            chosen = self._design.draw(claims)
            self._known[key] = design_power(
                [one.lost for one in chosen], [one.claim.video for one in chosen], [one.place for one in chosen],
                replace(self._people, per_claim=per_claim), seed=self._seed,
            )  # fmt: skip
        return self._known[key]


def _best_levels(rubric: Rubric, on: On) -> tuple[int, int]:
    """Return the best level of relevance and of the placement that is perturbed; 0 for one that nobody is asked for."""
    names = ("relevance", "localization" if on == "boxes" else "timing")
    found = [rubric[name].top if name in rubric else 0 for name in names]
    return found[0], found[1]


def rater_sd(study: Study) -> float:
    """Return the standard deviation of people's levels of one claim, pooled; the usual one where few had two raters.

    It is in levels as of five, whatever the scales are.
    """
    levels: Mapping[tuple[str, str], list[float]] = defaultdict(list)
    for rating in study.ratings():
        if rating.level is not None and rating.dimension in study.rubric:
            of_five = 4 * rating.level / study.rubric[rating.dimension].top
            levels[rating.claim, rating.dimension].append(of_five)
    several = [np.var(its, ddof=1) for its in levels.values() if len(its) > 1]
    return float(np.sqrt(np.mean(several))) if len(several) >= FEW else USUAL_SD
