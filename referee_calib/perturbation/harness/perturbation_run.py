"""The whole run: true claims, perturbed ones, every reward's answers, and what they say, as JSON types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.io import PERTURB_RUN
from referee_calib.perturbation.families.reference_objects import collect_reference_objects
from referee_calib.perturbation.families.shown_frames import FOLDER
from referee_calib.perturbation.harness.human_ratings import (
    PerturbedRatings,
    add_human_ratings,
    read_perturbed_ratings,
)
from referee_calib.perturbation.harness.overlap_tolerance import (
    ASSUMED,
    OverlapTolerance,
    ToleranceName,
    further_tolerances,
    overlap_tolerances,
)
from referee_calib.perturbation.harness.perturbation_plan import PerturbationPlan, families
from referee_calib.perturbation.harness.reference_claims import select_reference_claims, subsample_by_video
from referee_calib.perturbation.harness.rendered_media import render_media
from referee_calib.perturbation.harness.reward_cache import RewardCache, reward_cache_key
from referee_calib.perturbation.harness.reward_queries import REPEATS, QueryRunner
from referee_calib.perturbation.harness.reward_table import On, RewardTable
from referee_calib.perturbation.harness.video_facts import VideoFacts, read_video_facts
from referee_calib.perturbation.reward_loader import NamedReward
from referee_calib.records import Claim

if TYPE_CHECKING:
    from referee_calib.study import Study

KINDS_OF_EVIDENCE: tuple[On, ...] = ("boxes", "span")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PerturbationSettings:
    """How a run is made."""

    families: tuple[str, ...] | None = None  # those to ask about; None for all
    deltas: tuple[float, ...] | None = None  # magnitudes in sizes or lengths; None for the usual ones
    seed: int = 0
    n_resamples: int = 2000
    confidence: float = 0.95
    repeats: int = REPEATS  # how often true claims are judged by a reward with noise of its own
    limit: int | None = None  # at most this many true claims of each kind, spread over the videos
    tolerance: ToleranceName = "assumed"  # where the overlap of two people comes from, down to which changes are small


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """Everything that is known before a reward is asked."""

    plans: dict[On, PerturbationPlan]  # by kind of evidence, where there are true claims
    excluded: dict[On, dict[str, int]]  # by kind of evidence, how many claims gave no true one, by reason
    facts: VideoFacts
    people: PerturbedRatings  # what people said about perturbed claims
    # down to which overlap a change is small; and what else is shown beside the verdict
    tolerances: Mapping[On, OverlapTolerance] = field(default_factory=lambda: {"boxes": ASSUMED, "span": ASSUMED})
    beside: Mapping[On, tuple[OverlapTolerance, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RewardResults:
    """What the rewards answered: a table per kind of evidence, and failures by reward and reason."""

    tables: dict[On, RewardTable]
    failures: dict[str, Counter[str]] = field(default_factory=dict)
    renderings: dict[str, str] = field(default_factory=dict)


def prepare_run(study: Study, settings: PerturbationSettings) -> PreparedRun:
    """Find what is true, and plan what is asked; an unknown family is an InputError."""
    claims = study.claims()
    people = read_perturbed_ratings(study)
    facts = read_video_facts(claims, study.media_path)
    tolerances = overlap_tolerances(study, settings.tolerance)
    known, videos = collect_reference_objects(claims), sorted(facts.durations)
    plans: dict[On, PerturbationPlan] = {}
    excluded: dict[On, dict[str, int]] = {}
    for on in KINDS_OF_EVIDENCE:
        kept, excluded[on] = select_reference_claims(claims, on, facts.durations)
        chosen = families(on, settings.families, known, videos)
        if kept and chosen:
            plans[on] = PerturbationPlan(
                on,
                subsample_by_video(kept, settings.limit),
                chosen,
                facts,
                known,
                deltas=settings.deltas,
                seed=settings.seed,
                agreement=tolerances[on].overlap,
            )
    return PreparedRun(plans, excluded, facts, people, tolerances, further_tolerances(study, tolerances))


def query_rewards(
    study: Study,
    prepared: PreparedRun,
    rewards: Sequence[NamedReward],
    settings: PerturbationSettings,
    *,
    progress: Callable[[int], None] = lambda count: None,
    say: Say = lambda step: None,
) -> RewardResults:
    """Ask every reward for everything it can judge; what is kept from earlier runs is not asked again.

    `progress` is told how many claims were judged, `say` each step as it begins.
    """
    home = PERTURB_RUN.folder(study.folder)
    home.mkdir(exist_ok=True)
    looking = [one for one in rewards if one.reads_frames]
    media = study.media
    renderings: dict[str, str] = {}
    if looking:
        media, renderings = _rendered(study, prepared, say)
    asker = QueryRunner(media, home, repeats=settings.repeats, progress=progress)
    mine = {on: {one.name: one.reward for one in rewards if on in one.on} for on in prepared.plans}
    plans = {on: plan for on, plan in prepared.plans.items() if mine[on]}
    size = sum(int(plan.asked.sum()) for plan in plans.values())
    say(f"asking {len(rewards)} rewards about {size:,} perturbed claims")
    tables = {
        on: add_human_ratings(table, plans[on], prepared.people) for on, table in asker.tables(plans, mine).items()
    }
    return RewardResults(tables, asker.failures, renderings)


def pending_queries(
    study: Study, prepared: PreparedRun, rewards: Sequence[NamedReward], repeats: int
) -> Iterator[tuple[NamedReward, list[Claim], int]]:
    """Yield, for rewards that look at videos, the claims they are still to judge and the repeats still to ask."""
    for one in rewards:
        if not one.reads_frames:
            continue
        kept = RewardCache(PERTURB_RUN.folder(study.folder), one.fingerprint)
        claims: dict[str, Claim] = {}
        again = 0
        for on, plan in prepared.plans.items():
            if on not in one.on:
                continue
            claims |= {
                claim.id: claim
                for claim in (*plan.claims, *iter_perturbed_claims(plan))
                if kept.get(reward_cache_key(claim, 0)) is None
            }
            samples = range(1, 1 if one.deterministic else repeats)
            again += sum(
                kept.get(reward_cache_key(claim, sample)) is None for sample in samples for claim in plan.claims
            )
        yield one, list(claims.values()), again


def iter_perturbed_claims(plan: PerturbationPlan) -> Iterator[Claim]:
    """Yield every perturbed claim of a plan."""
    for cell in range(len(plan.cells)):
        yield from (claim for _, claim in plan.claims_of(cell))


def _rendered(study: Study, prepared: PreparedRun, say: Say) -> tuple[Path, dict[str, str]]:
    """Make the changed videos and return the folder in which all videos lie."""
    claims = {
        claim.video: claim for plan in prepared.plans.values() for claim in (*plan.claims, *iter_perturbed_claims(plan))
    }
    if not any(video.startswith(FOLDER) for video in claims):
        return study.media, {}
    say("rendering changed videos, once for all runs")
    found = render_media(claims.values(), study.media, PERTURB_RUN.folder(study.folder) / "media")
    return found.media, dict(found.failed)
