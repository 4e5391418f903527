"""What a run found, as one JSON document: ``STUDY/perturb/summary.json``, from which figures and report are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from referee_calib.io import PERTURB_RUN
from referee_calib.perturbation.families.family_registry import INAPPLICABLE
from referee_calib.perturbation.harness.human_ratings import n_unmatched
from referee_calib.perturbation.harness.overlap_tolerance import OverlapTolerance
from referee_calib.perturbation.harness.perturbation_plan import GRADED, OTHERS
from referee_calib.perturbation.harness.perturbation_run import (
    KINDS_OF_EVIDENCE,
    PerturbationSettings,
    PreparedRun,
    RewardResults,
)
from referee_calib.perturbation.harness.reward_table import COLUMNS, On, RewardTable, values_of
from referee_calib.perturbation.metrics.human_curve import HumanCurve, family_curve
from referee_calib.perturbation.metrics.resampled_rewards import ResampledReward
from referee_calib.perturbation.metrics.reward_measures import by_stratum, measure_reward
from referee_calib.perturbation.metrics.video_bootstrap import VideoBootstrap
from referee_calib.perturbation.reward_loader import NamedReward
from referee_calib.perturbation.sensitivity_verdict import RobustnessThresholds, RobustnessVerdict, verdict

if TYPE_CHECKING:
    from referee_calib.study import Study

Json = dict[str, Any]
BASELINES: dict[On, str] = {"boxes": "iou", "span": "tiou"}


def summary(
    study: str,
    prepared: PreparedRun,
    asked: RewardResults,
    rewards: Sequence[NamedReward],
    settings: PerturbationSettings,
    thresholds: RobustnessThresholds | None = None,
) -> Json:
    """Measure everything; JSON types without NaN. `study` is its name."""
    held = thresholds or RobustnessThresholds()
    return {
        "study": study,
        "seed": settings.seed,
        "confidence": settings.confidence,
        "n_resamples": settings.n_resamples,
        "repeats": settings.repeats,
        "rater_iou": prepared.tolerances["boxes"].overlap,
        "thresholds": asdict(held),
        "rewards": [one.to_json() for one in rewards],
        "about": [_about(on, table, prepared, rewards, settings, held) for on, table in asked.tables.items()],
        "failures": [
            {"reward": name, "reason": reason, "claims": count}
            for name, reasons in asked.failures.items()
            for reason, count in sorted(reasons.items())
        ],
        "missing": list(missing_results(prepared, asked, rewards, settings)),
    }


def write_run(
    study: Study,
    prepared: PreparedRun,
    results: RewardResults,
    rewards: Sequence[NamedReward],
    settings: PerturbationSettings,
    *,
    parquet: bool = False,
) -> Json:
    """Write the summary and every value into ``STUDY/perturb``; return the summary."""
    thresholds = RobustnessThresholds.from_study(study.config.thresholds)
    found = summary(study.config.name, prepared, results, rewards, settings, thresholds)
    PERTURB_RUN.write_rows(study.folder, COLUMNS, values_of(results.tables.values()), parquet=parquet)
    PERTURB_RUN.write_summary(study.folder, found)
    return found


def _about(
    on: On,
    table: RewardTable,
    prepared: PreparedRun,
    rewards: Sequence[NamedReward],
    settings: PerturbationSettings,
    limits: RobustnessThresholds,
) -> Json:
    how: dict[str, Any] = {
        "n_resamples": settings.n_resamples,
        "seed": settings.seed,
        "confidence": settings.confidence,
    }
    draws = VideoBootstrap(table.videos, **how)
    people = HumanCurve(table, settings.confidence)
    readings = {name: ResampledReward(table, draws, name) for name in table.rewards}
    roles = {one.name: one.role for one in rewards}
    return {
        "on": on,
        "n_claims": len(table.claims),
        "n_videos": draws.n_videos,
        "n_perturbed": int(table.asked.sum()),
        "excluded": prepared.excluded[on],
        "not_applicable": _not_applicable(table),
        "rewards": [
            {
                "name": name,
                **measure_reward(reading),
                "people_error": people.estimate(people.distance(name))[0].to_json(),
                "strata": by_stratum(table, name, how) if roles.get(name) in ("referee", "overlap") else [],
            }
            for name, reading in readings.items()
        ],
        "people": _people(people, draws, prepared),
        "tolerance": prepared.tolerances[on].to_json(),
        "verdicts": [found.to_json() for found in verdicts(table, how, limits)],
        "other_tolerances": [
            {
                **one.to_json(),
                "verdicts": [found.to_json() for found in verdicts(_at(table, prepared, one), how, limits)],
            }
            for one in prepared.beside.get(on, ())
        ],
    }


def _at(table: RewardTable, prepared: PreparedRun, tolerance: OverlapTolerance) -> RewardTable:
    """Return the same table with another border of what is small; everything that was paid is the same."""
    return replace(table, small=prepared.plans[table.on].small_at(tolerance.overlap))


def verdicts(table: RewardTable, how: Mapping[str, Any], limits: RobustnessThresholds) -> Iterator[RobustnessVerdict]:
    """Hold every other reward's claim against overlap, each pair on the claims that both judged.

    `how` holds ``n_resamples``, ``seed`` and ``confidence``.
    """
    baseline = BASELINES[table.on]
    if baseline not in table.rewards:
        return
    for reward in table.rewards:
        if reward == baseline:
            continue
        both = ~np.isnan(table.truth[[table.index(reward), table.index(baseline)], 0]).any(axis=0)
        part = table.only(np.asarray(both))
        draws = VideoBootstrap(part.videos, **how)
        theirs = HumanCurve(part, float(how.get("confidence", 0.95))) if part.people is not None else None
        yield verdict(ResampledReward(part, draws, reward), ResampledReward(part, draws, baseline), limits, theirs)


def _not_applicable(table: RewardTable) -> list[Json]:
    """Return, for families that left claims out at every magnitude, how many."""
    found = []
    for family in table.families("graded", "time", "same", "wrong", "exploit"):
        nowhere = ~table.asked[table.of_family(family)].any(axis=0)
        if nowhere.any():
            found.append({"family": family, "claims": int(nowhere.sum()), "of": len(table.claims)})
    return found


def _people(people: HumanCurve, draws: VideoBootstrap, prepared: PreparedRun) -> Json | None:
    """Return what people's ratings say: the curve over all families, and of each that has two magnitudes or more."""
    table = people.table
    if table.people is None:
        return None
    curves = []
    for family in table.families("graded", "time"):
        curve = family_curve(table, draws, family)
        if curve is not None:
            x, drawn = curve
            mean, low, high = map(list, draws.band(drawn))
            curves.append({"family": family, "deltas": x.tolist(), "mean": mean, "low": low, "high": high})
    return {
        "n_rated": people.n_rated,
        "n_videos": people.n_videos,
        "simulated": prepared.people.simulated,
        "reason": people.reason,
        "kind": people.kind,
        "beyond_overlap": people.beyond_overlap.to_json(),
        "pooled": None if people.reason else people.band(),
        "curves": curves,
    }


def missing_results(
    prepared: PreparedRun, asked: RewardResults, rewards: Sequence[NamedReward], settings: PerturbationSettings
) -> Iterator[Json]:
    """Yield every figure that cannot be there, and why."""
    for on in KINDS_OF_EVIDENCE:
        if on not in prepared.plans:
            why = "; ".join(f"{count} claims: {reason}" for reason, count in sorted(prepared.excluded[on].items()))
            yield {"what": f"everything about {on}", "why": why or "no family about it was asked for"}
            continue
        mine = [one for one in rewards if on in one.on]
        if not mine:
            yield {"what": f"everything about {on}", "why": "none of the rewards judges it"}
            continue
        if BASELINES[on] not in {one.name for one in mine}:
            yield {"what": f"the verdict on {on}", "why": f"it compares with {BASELINES[on]}, which was not asked"}
        table = asked.tables[on]
        for family in table.families("graded", "time", "same", "wrong", "exploit"):
            if not table.asked[table.of_family(family)].any():
                yield {"what": family, "why": INAPPLICABLE.get(family, "it applies to none of the true claims")}
        people = HumanCurve(table)
        if people.reason:
            yield {"what": f"people's curve on {on}, and H4", "why": people.reason}
    if settings.families is not None:
        usual = {name for on in KINDS_OF_EVIDENCE for name in (*GRADED[on], *OTHERS[on])}
        left = sorted(usual - set(settings.families))
        if left:
            yield {"what": ", ".join(left), "why": "not among the families that were asked for"}
    unmatched = n_unmatched(prepared.people, asked.tables)
    if unmatched:
        why = "this run asked about other families, magnitudes, claims or with another --seed"
        yield {"what": f"{unmatched} perturbed claims that people rated", "why": why}
    if prepared.people.n_other_words:
        why = "they were given under other words than the study's rubric"
        yield {"what": f"{prepared.people.n_other_words} ratings of perturbed claims", "why": why}
    if prepared.people.n_partial:
        why = "they have no level for relevance, or none for localization or timing"
        yield {"what": f"{prepared.people.n_partial} perturbed claims that people rated", "why": why}
    for video, reason in {**prepared.facts.unreadable, **asked.renderings}.items():
        yield {"what": f"claims about {video}", "why": reason}
