"""The whole run: true claims, perturbed ones, every reward's answers, and what they say, as JSON types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.errors import VideoError
from referee_calib.perturbation.families.perturbation import AGREEMENT
from referee_calib.perturbation.families.shown_frames import FOLDER
from referee_calib.perturbation.harness.perturbation_plan import Facts, Plan, families
from referee_calib.perturbation.harness.reference_claims import starts
from referee_calib.perturbation.harness.reference_objects import things
from referee_calib.perturbation.harness.rendered_media import prepared_media
from referee_calib.perturbation.harness.reward_cache import Answers, key
from referee_calib.perturbation.harness.reward_queries import REPEATS, Asker, is_exact
from referee_calib.perturbation.harness.reward_table import On, Table
from referee_calib.perturbation.harness.rewards_by_name import Named
from referee_calib.perturbation.metrics.human_curve import Rated, rated, with_people
from referee_calib.records import Claim

if TYPE_CHECKING:
    from referee_calib.study import Study

KINDS_OF_EVIDENCE: tuple[On, ...] = ("boxes", "span")
HOME = "perturb"  # folder of the study in which everything lies
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a run is made.

    Attributes
    ----------
    families : tuple of str or None
        Those to ask about; None for all.
    deltas : tuple of float or None
        Magnitudes in sizes or lengths; None for the usual ones.
    seed, n_resamples : int
    confidence : float
    repeats : int
        How often true claims are judged by a reward with noise of its own.
    limit : int or None
        At most this many true claims of each kind, spread over the videos.
    agreement : float
        IoU of two raters' boxes.
    """

    families: tuple[str, ...] | None = None
    deltas: tuple[float, ...] | None = None
    seed: int = 0
    n_resamples: int = 2000
    confidence: float = 0.95
    repeats: int = REPEATS
    limit: int | None = None
    agreement: float = AGREEMENT


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that is known before a reward is asked.

    Attributes
    ----------
    plans : dict of str to Plan
        By kind of evidence, where there are true claims.
    left_out : dict of str to dict
        By kind of evidence, how many claims gave no true one, by reason.
    facts : Facts
    people : Rated
        What people said about perturbed claims.
    """

    plans: dict[On, Plan]
    left_out: dict[On, dict[str, int]]
    facts: Facts
    people: Rated


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rewards answered: a table per kind of evidence, and failures by reward and reason."""

    tables: dict[On, Table]
    failures: dict[str, Counter[str]] = field(default_factory=dict)
    renderings: dict[str, str] = field(default_factory=dict)


def prepare(study: Study, settings: Settings) -> Prepared:
    """Find what is true, and plan what is asked.

    Parameters
    ----------
    study : Study
    settings : Settings

    Raises
    ------
    InputError
        For an unknown family.
    """
    claims = study.claims()
    people = rated(study)
    own = [claim for claim in claims if claim.id not in people.links]
    facts = facts_of(study, own)
    known, videos = things(own), sorted(facts.durations)
    plans: dict[On, Plan] = {}
    left_out: dict[On, dict[str, int]] = {}
    for on in KINDS_OF_EVIDENCE:
        found, left_out[on] = starts(claims, on, people.links)
        chosen = families(on, settings.families, known, videos)
        kept = [claim for claim in found if claim.video in facts.durations]
        if len(kept) < len(found):
            left_out[on] |= {"its video cannot be read": len(found) - len(kept)}
        if kept and chosen:
            plans[on] = Plan(
                on,
                spread(kept, settings.limit),
                chosen,
                facts,
                known,
                deltas=settings.deltas,
                seed=settings.seed,
                agreement=settings.agreement,
            )
    return Prepared(plans, left_out, facts, people)


def facts_of(study: Study, claims: Sequence[Claim]) -> Facts:
    """Read length and frame rate of every video; one that cannot be read is named."""
    from referee_calib.video import probe

    durations: dict[str, float] = {}
    rates: dict[str, float] = {}
    unreadable: dict[str, str] = {}
    for video in dict.fromkeys(claim.video for claim in claims):
        try:
            found = probe(study.media_path(video))
        except VideoError as error:
            unreadable[video] = str(error)
            continue
        durations[video], rates[video] = found.duration, found.fps
    return Facts(durations, rates, unreadable)


def ask(
    study: Study,
    prepared: Prepared,
    rewards: Sequence[Named],
    settings: Settings,
    *,
    progress: Callable[[int], None] = lambda count: None,
    say: Say = lambda step: None,
) -> Asked:
    """Ask every reward for everything it can judge; what is kept from earlier runs is not asked again.

    Parameters
    ----------
    study : Study
    prepared : Prepared
    rewards : sequence of Named
    settings : Settings
    progress : callable
        Told how many claims were judged.
    say : callable
        Told each step as it begins.
    """
    home = study.folder / HOME
    home.mkdir(exist_ok=True)
    looking = [one for one in rewards if not hasattr(one.reward, "paid")]
    media = study.media
    renderings: dict[str, str] = {}
    if looking:
        media, renderings = _rendered(study, prepared, say)
    asker = Asker(media, home, repeats=settings.repeats, progress=progress)
    mine = {on: {one.name: one.reward for one in rewards if on in one.on} for on in prepared.plans}
    plans = {on: plan for on, plan in prepared.plans.items() if mine[on]}
    size = sum(int(plan.asked.sum()) for plan in plans.values())
    say(f"asking {len(rewards)} rewards about {size:,} perturbed claims")
    tables = {on: with_people(table, plans[on], prepared.people) for on, table in asker.tables(plans, mine).items()}
    return Asked(tables, asker.failures, renderings)


def questions(
    study: Study, prepared: Prepared, rewards: Sequence[Named], repeats: int
) -> Iterator[tuple[Named, list[Claim], int]]:
    """Yield, for rewards that look at videos, the claims they are still to judge and the repeats still to ask.

    Parameters
    ----------
    study : Study
    prepared : Prepared
    rewards : sequence of Named
    repeats : int
    """
    for one in rewards:
        if hasattr(one.reward, "paid"):
            continue
        kept = Answers(study.folder / HOME, str(getattr(one.reward, "fingerprint", "")))
        claims: dict[str, Claim] = {}
        again = 0
        for on, plan in prepared.plans.items():
            if on not in one.on:
                continue
            claims |= {claim.id: claim for claim in (*plan.claims, *made(plan)) if kept.get(key(claim, 0)) is None}
            samples = range(1, 1 if is_exact(one.reward) else repeats)
            again += sum(kept.get(key(claim, sample)) is None for sample in samples for claim in plan.claims)
        yield one, list(claims.values()), again


def made(plan: Plan) -> Iterator[Claim]:
    """Yield every perturbed claim of a plan."""
    for cell in range(len(plan.cells)):
        for place in plan.asked[cell].nonzero()[0]:
            claim = plan.claim(cell, int(place))
            if claim is not None:
                yield claim


def _rendered(study: Study, prepared: Prepared, say: Say) -> tuple[Path, dict[str, str]]:
    """Make the changed videos and return the folder in which all videos lie."""
    claims = {claim.video: claim for plan in prepared.plans.values() for claim in (*plan.claims, *made(plan))}
    if not any(video.startswith(FOLDER) for video in claims):
        return study.media, {}
    say("rendering changed videos, once for all runs")
    found = prepared_media(claims.values(), study.media, study.folder / HOME / "media")
    return found.media, dict(found.failed)


def spread(claims: Sequence[Claim], limit: int | None) -> list[Claim]:
    """Take at most `limit` claims, one of each video in turn."""
    if limit is None or len(claims) <= limit:
        return list(claims)
    turn: Counter[str] = Counter()
    order: list[tuple[int, int]] = []
    for place, claim in enumerate(claims):
        order.append((turn[claim.video], place))
        turn[claim.video] += 1
    return [claims[place] for place in sorted(place for _, place in sorted(order)[:limit])]
