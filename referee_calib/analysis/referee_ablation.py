"""Referees side by side: two or more that scored the same claims of a study, and how they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.ablation_results import (
    AblationResult,
    ComparedReferee,
    DimensionAblation,
    PairEquivalence,
    RefereeDifference,
)
from referee_calib.analysis.human_agreement.join import JoinedDimension, join_rubric
from referee_calib.analysis.human_agreement.judgement_records import GivenScore, JudgedItem
from referee_calib.analysis.input_digests import InputDigest, digest_compared_scores
from referee_calib.analysis.referee_choice import choose_referee
from referee_calib.analysis.referee_tails import TailComparison, opposite_ends
from referee_calib.errors import InputError
from referee_calib.verdict_state import videos_needed

if TYPE_CHECKING:
    from agreement import Ablation, Equivalence, Estimate
    from referee_calib.study import Study

COSTS = ("seconds", "tokens", "failed")
_BESIDE = {"fingerprint", "spec", "retest", "capabilities"}  # what follows from the settings, and what was measured
SAMENESS = ("cohen_kappa_quadratic", "krippendorff_alpha_ordinal")  # no praise that one of them does not share


def compare_referees(study: Study, prefixes: Sequence[str], *, confidence: float = 0.95) -> AblationResult:
    """Compare referees on the claims that all of them scored.

    Parameters
    ----------
    prefixes : sequence of str
        Beginnings of their fingerprints; the first is what the others are held against.

    Raises
    ------
    InputError
        When fewer than two are named, one fits no referee or several, or one is named twice.
    """
    fingerprints = _named(study, prefixes)
    sides = _sides(fingerprints, study.referees())
    claims, ratings = study.claims(sampled=True), study.ratings()
    scores = {side.label: study.scores(side.fingerprint) for side in sides}
    parts = []
    for people in join_rubric(study.rubric, claims, ratings, ()):
        applicable = [claim for claim in claims if people.dimension in claim.dimensions]
        if applicable:
            parts.append(ComparedDimension(people, applicable))
    margin, inputs = study.config.thresholds.equivalence, digest_compared_scores(scores)
    return compare_sides(sides, parts, scores, margin=margin, confidence=confidence, inputs=inputs)


@dataclass(frozen=True, slots=True)
class ComparedDimension:
    """People on one dimension, and every item that has it, rated or not."""

    people: JoinedDimension
    applicable: Sequence[JudgedItem]


def compare_sides(
    sides: tuple[ComparedReferee, ...],
    parts: Sequence[ComparedDimension],
    scores: Mapping[str, Sequence[GivenScore]],
    *,
    margin: float,
    confidence: float = 0.95,
    inputs: tuple[InputDigest, ...] = (),
) -> AblationResult:
    """Compare referees, whose scores stand under their labels, on every dimension; Holm corrects over all of them.

    Parameters
    ----------
    margin : float
        Within which a difference of kappas is none.
    inputs : tuple of InputDigest
        Of what they were compared on.
    """
    found = [
        (
            part.people.dimension,
            _ablation(part.people, part.applicable, scores, confidence),
            opposite_ends(part.people, part.applicable, scores),
        )
        for part in parts
    ]
    p_holm = _over_all([result for _, result, _ in found])
    return AblationResult(
        sides=sides,
        settings=_apart([side.description for side in sides]),
        dimensions=tuple(_dimension(*one, p, margin) for one, p in zip(found, p_holm, strict=True)),
        n_tests=sum(one.p_value is not None for _, result, _ in found for one in result.differences),
        inputs=inputs,
        margin=margin,
    )


def _named(study: Study, prefixes: Sequence[str]) -> list[str]:
    if len(prefixes) < 2:
        raise InputError(
            f"{len(prefixes)} referee to compare",
            "a comparison needs at least two",
            f"Type: referee-calib report {study.folder} --compare FINGERPRINT_A FINGERPRINT_B",
        )
    fingerprints = [choose_referee(study, prefix) for prefix in prefixes]
    if len(set(fingerprints)) < len(fingerprints):
        raise InputError(f"referees {', '.join(prefixes)}", "one of them is named twice", "Name each referee once.")
    return fingerprints


def _sides(fingerprints: Sequence[str], descriptions: Mapping[str, dict[str, Any]]) -> tuple[ComparedReferee, ...]:
    described = [(one, dict(descriptions.get(one, {}))) for one in fingerprints]
    return tuple(ComparedReferee(one, f"{about.get('name') or 'unnamed'} {one[:8]}", about) for one, about in described)


def _ablation(
    people: JoinedDimension, applicable: Sequence[JudgedItem], scores: Mapping[str, Sequence[GivenScore]], level: float
) -> Ablation:
    """Measure one dimension; costs count every claim that has it, rated or not."""
    from agreement import Ratings, ablation

    place = {claim.id: i for i, claim in enumerate(applicable)}
    columns = {name: _columns(its, people.dimension, place) for name, its in scores.items()}

    def of(what: str) -> dict[str, NDArray[np.float64]]:
        return {name: column[what] for name, column in columns.items()}

    videos = np.unique([claim.video for claim in applicable], return_inverse=True)[1]
    raters = people.raters or ("nobody",)
    return ablation(
        Ratings.from_array(people.levels_on(applicable), scale=people.scale, raters=raters, wide=True),
        of("level"),
        scores=of("expected"),
        costs={cost: of(cost) for cost in COSTS if _known(of(cost))},
        cluster=videos,
        confidence=level,
    )


def _known(cost: Mapping[str, NDArray[np.float64]]) -> bool:
    """Tell whether some claim's cost is known of every referee."""
    return bool((~np.isnan(np.stack(list(cost.values())))).all(axis=0).any())


def _columns(scores: Sequence[GivenScore], dimension: str, place: Mapping[str, int]) -> dict[str, NDArray[np.float64]]:
    """Return level, expected level and costs of one referee per claim, NaN where unknown; the first sample counts."""
    names = ("level", "expected", *COSTS)
    columns = {name: np.full(len(place), np.nan) for name in names}
    for score in scores:
        if score.dimension != dimension or score.claim not in place or score.sample:
            continue
        told = (score.level, score.expected, score.seconds, score.tokens, float(score.level is None))
        for name, value in zip(names, told, strict=True):
            columns[name][place[score.claim]] = np.nan if value is None else value
    return columns


def _over_all(results: Sequence[Ablation]) -> list[list[float | None]]:
    """Correct the p-values of all dimensions together."""
    from agreement import holm

    adjusted = iter(holm([one.p_value for result in results for one in result.differences]))
    return [[next(adjusted) for _ in result.differences] for result in results]


def _dimension(
    dimension: str, found: Ablation, tails: TailComparison, p_holm: Sequence[float | None], margin: float
) -> DimensionAblation:
    differences = tuple(
        RefereeDifference(one.measure, one.first, one.second, one.estimate, one.p_value, p)
        for one, p in zip(found.differences, p_holm, strict=True)
    )
    unknown = tuple(f"{cost} are not known of every referee" for cost in COSTS if cost not in found.values)
    beside = tuple(RefereeDifference(*names, estimate, None, None) for names, estimate in tails.differences)
    return DimensionAblation(
        dimension,
        found.n_units,
        found.n_clusters,
        found.n_dropped,
        {**found.values, **tails.values},
        (*differences, *beside),
        found.notes + unknown,
        _equivalences(differences, found.n_clusters, margin),
    )


def _equivalences(
    differences: Sequence[RefereeDifference], n_videos: int, margin: float
) -> tuple[PairEquivalence, ...]:
    """Hold the differences of kappa and alpha of each pair against the margin."""
    held: dict[tuple[str, str], list[RefereeDifference]] = {}
    for one in differences:
        if one.measure in SAMENESS:
            held.setdefault((one.first, one.second), []).append(one)
    return tuple(
        PairEquivalence(
            *pair,
            _sameness(its, margin),
            tuple(one.estimate for one in its),
            _videos_for_sameness([one.estimate for one in its], margin, n_videos),
        )
        for pair, its in held.items()
    )


def _sameness(differences: Sequence[RefereeDifference], margin: float) -> Equivalence:
    """Read the intervals; a difference is one only where it outlasts the correction for all that are looked at."""
    from agreement import Equivalence, equivalence

    found = equivalence([one.estimate for one in differences], margin)
    sure = any(one.p_holm is not None and one.p_holm < 1 - one.estimate.confidence for one in differences)
    return Equivalence.CANNOT_TELL if found is Equivalence.APART and not sure else found


def _videos_for_sameness(differences: Sequence[Estimate], margin: float, n_videos: int) -> int | None:
    """Project the videos at which every interval would lie within the margin, or outside it."""
    needed = [
        videos_needed(one.value, one.low, one.high, -margin, margin, n_videos)
        for one in differences
        if one.value is not None and one.low is not None and one.high is not None
    ]
    if len(needed) < len(differences) or None in needed:
        return None
    most = max((n for n in needed if n is not None), default=0)
    return most if most > n_videos else None


def _apart(descriptions: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """Return the settings in which descriptions differ, by dotted name."""
    flat = [dict(_flat("", one)) for one in descriptions]
    names = dict.fromkeys(name for one in flat for name in one if not _BESIDE & set(name.split(".")))
    values = {name: tuple(one.get(name) for one in flat) for name in names}
    return {name: told for name, told in values.items() if any(value != told[0] for value in told)}


def _flat(prefix: str, value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for name, inner in value.items():
        pairs += _flat(f"{prefix}{name}.", inner) if isinstance(inner, Mapping) else [(f"{prefix}{name}", inner)]
    return pairs
