"""What people said about perturbed claims, put beside what rewards paid for the same ones.

`referee-calib perturb --for-people N` writes perturbed claims and, beside them, links that say of what each was made.
Once they are imported and rated, the links tell here which cell of the table a rating belongs to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.perturbation.harness.claim_sets import Link, links_path, read_links
from referee_calib.perturbation.harness.reward_table import Floats, RewardTable
from referee_calib.perturbation.metrics import curve_metrics
from referee_calib.perturbation.metrics.video_bootstrap import VideoBootstrap
from referee_calib.records import TOP_LEVEL, Rating

if TYPE_CHECKING:
    from referee_calib.perturbation.harness.perturbation_plan import PerturbationPlan
    from referee_calib.study import Study

FILE = "claims.jsonl"  # in the study's folder of perturbations


@dataclass(frozen=True, slots=True)
class PerturbedRatings:
    """People's ratings of perturbed claims."""

    links: Mapping[str, Link] = field(default_factory=dict)  # by id of the perturbed claim, whether it was rated or not
    # by claim id, what people's mean ratings would pay: relevance times placement, 0 to 1
    paid: Mapping[str, float] = field(default_factory=dict)
    simulated: bool = False  # whether a program gave some of these ratings


def read_perturbed_ratings(study: Study) -> PerturbedRatings:
    """Read links and ratings of a study."""
    path = study.folder / "perturb" / FILE
    links = {link.claim: link for link in read_links(path)} if links_path(path).exists() else {}
    if not links:
        return PerturbedRatings()
    by_claim: dict[str, list[Rating]] = defaultdict(list)
    for rating in study.ratings():
        by_claim[rating.claim].append(rating)
    wanted = {link.original for link in links.values()} | set(links)
    paid = {name: value for name in wanted if (value := mean_paid(by_claim.get(name, []))) is not None}
    simulated = any(rating.simulated for name in paid for rating in by_claim[name])
    return PerturbedRatings(links, paid, simulated)


def mean_paid(ratings: list[Rating]) -> float | None:
    """Return what mean ratings pay: relevance times the worse of localization and timing, as shares of the scale.

    None without a level for relevance, or for any placement.
    """
    levels: dict[str, list[int]] = defaultdict(list)
    for rating in ratings:
        if rating.level is not None:
            levels[rating.dimension].append(rating.level)
    shares = {name: sum(its) / len(its) / TOP_LEVEL for name, its in levels.items()}
    placement = [shares[name] for name in ("localization", "timing") if name in shares]
    if "relevance" not in shares or not placement:
        return None
    return shares["relevance"] * min(placement)


def add_human_ratings(table: RewardTable, plan: PerturbationPlan, people: PerturbedRatings) -> RewardTable:
    """Add people's values to a table, for the perturbed claims that they rated."""
    if not people.paid:
        return table
    place = {claim: j for j, claim in enumerate(table.claims)}
    cells = {(cell.family, cell.delta): k for k, cell in enumerate(table.cells) if cell.kind != "jitter"}
    values = np.full(table.overlap.shape, np.nan)
    truth = np.array([people.paid.get(claim, np.nan) for claim in table.claims])
    for name, link in people.links.items():
        cell = cells.get((link.family, link.delta), cells.get((link.family, None)))
        if name not in people.paid or cell is None or link.original not in place:
            continue
        claim = plan.claim(cell, place[link.original])
        if claim is not None and claim.id == name:
            values[cell, place[link.original]] = people.paid[name]
    return replace(table, people=values, people_truth=truth)


def people_curve(table: RewardTable, draws: VideoBootstrap, family: str) -> tuple[Floats, Floats] | None:
    """Return magnitudes and draws of people's mean, at the magnitudes that people rated; None below two."""
    if table.people is None or table.people_truth is None:
        return None
    cells = [k for k in table.of_family(family) if not np.isnan(table.people[k]).all()]
    if not cells or np.isnan(table.people_truth).all():
        return None
    x = np.array([0.0, *(table.cells[k].delta or 0.0 for k in cells)])
    drawn = draws.mean(np.vstack([table.people_truth[None], table.people[cells]]))
    return x, drawn


def people_error(table: RewardTable, draws: VideoBootstrap, reward: str) -> Floats:
    """Return the mean squared distance of a reward's curves from people's, over the same claims; shape (draws,).

    (1 / D) ∫ (c_reward - c_people)² up to the largest magnitude that people rated, and the mean over families. NaN
    where people rated no curve.
    """
    found, r = [], table.index(reward)
    for family in table.families("graded"):
        curve = people_curve(table, draws, family)
        if curve is None or table.people is None or table.people_truth is None:
            continue
        x, theirs = curve
        cells = [k for k in table.of_family(family) if not np.isnan(table.people[k]).all()]
        own = np.vstack([table.truth[r, 0][None], table.values[r][cells]])
        same = np.vstack([table.people_truth[None], table.people[cells]])
        mine = draws.mean(np.where(np.isnan(same), np.nan, own))
        found.append(curve_metrics.squared_distance(x, mine, theirs))
    return np.asarray(np.mean(found, axis=0)) if found else np.full(len(draws.weights), np.nan)
