"""Perturbed claims for people to rate, so that it is known how much a perturbation matters to them."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.errors import InputError
from referee_calib.perturbation.families.shown_frames import FOLDER
from referee_calib.perturbation.harness.claim_sets import ClaimSet, link, write_claims
from referee_calib.perturbation.metrics.human_curve import FILE
from referee_calib.records import Claim

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
    cells = [its for plan in prepared.plans.values() for its in _places(plan, dice)]
    chosen = list(islice(filter(None, chain.from_iterable(zip_longest(*cells))), count))  # one of each cell in turn
    there = {claim.id: claim for claim in study.claims()}  # a policy may have written a true claim, word for word
    originals = {c.id: there.get(c.id, replace(c, source=SOURCE)) for c in (plan.claims[j] for plan, _, j, _ in chosen)}
    claims = {c.id: there.get(c.id, replace(c, source=SOURCE)) for *_, c in chosen}
    links = [link(plan.steps[k], c, plan.claims[j], seed) for plan, k, j, c in chosen]
    path.parent.mkdir(exist_ok=True)
    return path, write_claims(path, ClaimSet(tuple(claims.values()), tuple(links), {}), originals.values())


Place = tuple["PerturbationPlan", int, int, Claim]  # plan, cell, place of the true claim, perturbed claim


def _places(plan: PerturbationPlan, dice: random.Random) -> list[list[Place]]:
    """Return places of a plan's table by cell, each cell's in random order."""
    found = []
    for k, step in enumerate(plan.steps):
        its = [int(j) for j in plan.asked[k].nonzero()[0]]
        dice.shuffle(its)
        if plan.cells[k].kind in ("graded", "time", "wrong") and not step.key.startswith("overlay"):
            made = [(j, plan.claim(k, j)) for j in its]
            found.append([(plan, k, j, c) for j, c in made if c is not None and not c.video.startswith(FOLDER)])
    return found
