"""What people said about perturbed claims, put into the table that holds what rewards paid for the same ones.

`referee-calib perturb --for-people` writes perturbed claims and, beside them, links that say of what each was made.
Once they are imported and rated, the links tell here which cell of the table a rating belongs to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.perturbation.harness.claim_sets import Link, links_path, read_links
from referee_calib.perturbation.harness.reward_table import On, RewardTable
from referee_calib.records import PERTURBED, Claim, Rating

if TYPE_CHECKING:
    from referee_calib.perturbation.harness.perturbation_plan import PerturbationPlan
    from referee_calib.rubric import Rubric
    from referee_calib.study import Study

TRUTH = "truth"  # the family of a link to a true claim as it is
_PLACEMENT = ("localization", "timing")
FILE = "claims.jsonl"  # in the study's folder of perturbations


@dataclass(frozen=True, slots=True)
class PerturbedRatings:
    """People's ratings of perturbed claims."""

    links: Mapping[str, Link] = field(default_factory=dict)  # by id of the perturbed claim, whether it was rated or not
    # by claim id, what people's mean ratings would pay: relevance times placement, 0 to 1
    paid: Mapping[str, float] = field(default_factory=dict)
    simulated: bool = False  # whether a program gave some of these ratings
    n_partial: int = 0  # claims that were rated, but not on every dimension that pays
    n_other_words: int = 0  # ratings under another version of the rubric, which are left out


def as_rated(claim: Claim) -> Claim:
    """Return a perturbed claim, or a true one, as people get it: in a rollout of its own, of no policy and no group."""
    name = f"{PERTURBED}-{claim.id}"
    return replace(claim, rollout=name, index=0, source=PERTURBED, step=None, group="", text="", id="")


def read_perturbed_ratings(study: Study) -> PerturbedRatings:
    """Read links and ratings of a study."""
    from referee_calib.study import without_excluded

    path = study.folder / "perturb" / FILE
    links = {link.claim: link for link in read_links(path)} if links_path(path).exists() else {}
    if not links:
        return PerturbedRatings()
    wanted = set(links)
    if not any(link.family == TRUTH for link in links.values()):  # before 0.2 the truth had no link of its own
        wanted |= {link.original for link in links.values()}
    by_claim: dict[str, list[Rating]] = defaultdict(list)
    n_other_words = 0
    for rating in without_excluded(study, study.ratings(perturbed=True)):
        if rating.rubric in ("", study.rubric.version):
            by_claim[rating.claim].append(rating)
        else:
            n_other_words += rating.claim in wanted
    rated = [name for name in wanted if any(one.level is not None for one in by_claim.get(name, []))]
    paid = {name: value for name in rated if (value := mean_paid(by_claim[name], study.rubric)) is not None}
    simulated = any(rating.simulated for name in paid for rating in by_claim[name])
    return PerturbedRatings(links, paid, simulated, len(rated) - len(paid), n_other_words)


def mean_paid(ratings: list[Rating], rubric: Rubric) -> float | None:
    """Return what mean ratings pay: relevance times the worse of localization and timing, as shares of their scales.

    None without a level for relevance, or for any placement; of those that the rubric does not ask about, the other
    stands alone.
    """
    levels: dict[str, list[int]] = defaultdict(list)
    for rating in ratings:
        if rating.level is not None:
            levels[rating.dimension].append(rating.level)
    shares = {name: rubric[name].share(sum(its) / len(its)) for name, its in levels.items() if name in rubric}
    placed = [shares[name] for name in _PLACEMENT if name in shares]
    asked = ("relevance" in rubric, any(name in rubric for name in _PLACEMENT))
    if asked != ("relevance" in shares, bool(placed)):
        return None
    return shares.get("relevance", 1.0) * min(placed, default=1.0)


def add_human_ratings(table: RewardTable, plan: PerturbationPlan, people: PerturbedRatings) -> RewardTable:
    """Add people's values to a table, for the perturbed claims that they rated and the true ones of their links."""
    if not people.paid:
        return table
    place = {claim: j for j, claim in enumerate(table.claims)}
    cells = {(cell.family, cell.delta): k for k, cell in enumerate(table.cells) if cell.kind != "jitter"}
    values = np.full(table.overlap.shape, np.nan)
    for name, link in people.links.items():
        if link.family == TRUTH:
            continue
        cell = cells.get((link.family, link.delta), cells.get((link.family, None)))
        where = place.get(link.original)
        if name not in people.paid or cell is None or where is None:
            continue
        claim = plan.claim(cell, where)
        if claim is not None and name in _names(claim):
            values[cell, where] = people.paid[name]
    return replace(table, people=values, people_truth=np.array([_of_truth(one, people) for one in plan.claims]))


def n_unmatched(people: PerturbedRatings, tables: Mapping[On, RewardTable]) -> int:
    """Return how many rated perturbed claims are in none of the tables: other families, magnitudes, seed or claims."""
    rated = sum(name in people.links and people.links[name].family != TRUTH for name in people.paid)
    placed = sum(int((~np.isnan(table.people)).sum()) for table in tables.values() if table.people is not None)
    return max(0, rated - placed)


def _of_truth(claim: Claim, people: PerturbedRatings) -> float:
    return next((people.paid[name] for name in _names(claim) if name in people.paid), np.nan)


def _names(claim: Claim) -> tuple[str, str]:
    """Return the ids under which people may have got a claim; before 0.2 it was its own."""
    return as_rated(claim).id, claim.id
