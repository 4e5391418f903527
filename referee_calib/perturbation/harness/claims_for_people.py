"""Perturbed claims for people to rate, so that it is known how much a perturbation matters to them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.errors import InputError
from referee_calib.perturbation.families.shown_frames import FOLDER
from referee_calib.perturbation.harness.claim_sets import ClaimSet, Link, write_claims
from referee_calib.perturbation.metrics.human_curve import FILE

if TYPE_CHECKING:
    from referee_calib.perturbation.harness.perturbation_plan import PerturbationPlan
    from referee_calib.perturbation.harness.perturbation_run import PreparedRun
    from referee_calib.study import Study


SOURCE = "perturbed"  # no policy wrote these claims; the report's slices by source keep them apart


def write(study: Study, prepared: PreparedRun, count: int, seed: int = 0) -> tuple[Path, int]:
    """Draw `count` perturbed claims, evenly over families and magnitudes, and write them with their originals.

    The true ones they were made of come on top, since a curve starts there. Renderings of videos are left out: a
    study's own media folder does not hold them. Returned are ``STUDY/perturb/claims.jsonl``, to be imported, beside
    which the links lie, and how many claims it holds.

    Raises
    ------
    InputError
        When claims were written before: people may have rated them.
    """
    path = study.folder / "perturb" / FILE
    if path.exists():
        raise InputError(
            f"{path} is there already",
            "people may be rating these claims, and its links say of what each was made",
            "Move both files away first if nobody has rated them.",
        )
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    pool = [place for plan in prepared.plans.values() for place in _places(plan, dice)]
    chosen = _even(pool, count)
    there = {claim.id: claim for claim in study.claims()}  # a policy may have written a true claim, word for word
    originals = {c.id: there.get(c.id, replace(c, source=SOURCE)) for c in (plan.claims[j] for plan, _, j in chosen)}
    made = (plan.claim(k, j) for plan, k, j in chosen)
    claims = {c.id: there.get(c.id, replace(c, source=SOURCE)) for c in made if c is not None}
    links = [_link(plan, k, j, seed) for plan, k, j in chosen]
    path.parent.mkdir(exist_ok=True)
    return path, write_claims(path, ClaimSet(tuple(claims.values()), tuple(links), {}), originals.values())


Place = tuple["PerturbationPlan", int, int]


def _places(plan: PerturbationPlan, dice: random.Random) -> list[Place]:
    """Return places of a plan's table, each cell's in random order."""
    found = []
    for k, step in enumerate(plan.steps):
        its = [int(j) for j in plan.asked[k].nonzero()[0]]
        dice.shuffle(its)
        usable = plan.cells[k].kind in ("graded", "time", "wrong") and not step.key.startswith("overlay")
        made = [(plan, k, j) for j in its if usable and (c := plan.claim(k, j)) and not c.video.startswith(FOLDER)]
        found += made
    return found


def _even(pool: list[Place], count: int) -> list[Place]:
    """Take one of each cell in turn."""
    by_cell: dict[tuple[int, int], list[Place]] = {}
    for place in pool:
        by_cell.setdefault((id(place[0]), place[1]), []).append(place)
    turns: list[Place] = []
    round_ = 0
    while len(turns) < count:
        more = [its[round_] for its in by_cell.values() if round_ < len(its)]
        if not more:
            break
        turns += more
        round_ += 1
    return turns[:count]


def _link(plan: PerturbationPlan, cell: int, place: int, seed: int) -> Link:
    step, claim = plan.steps[cell], plan.claim(cell, place)
    assert claim is not None  # noqa: S101 - only places where it applies were drawn
    parameters = {key: value for key, value in step.to_json().items() if key not in ("known", "videos")}
    return Link(claim.id, plan.claims[place].id, step.key, step.delta, step.expects, seed, parameters)
