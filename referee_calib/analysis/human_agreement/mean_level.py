"""The mean level people would give to all scored claims, from the few that they rated and the referee's scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.analysis.human_agreement.judgement_records import GivenScore, JudgedItem
from referee_calib.records import Claim, Rating

if TYPE_CHECKING:
    from agreement import Estimate, PredictionPowered


@dataclass(frozen=True, slots=True)
class MeanLevel:
    """One dimension's mean level, by people, by the referee, and by both together.

    Attributes
    ----------
    powered : PredictionPowered
        The estimate of both; its ``people_alone`` is the plain mean over the rated claims that the referee scored.
    referee : Estimate
        The mean of the referee's expected levels over all claims it scored.
    """

    dimension: str
    powered: PredictionPowered
    referee: Estimate


@dataclass(frozen=True, slots=True)
class ClaimSelection:
    """How the rated claims came to be rated.

    Attributes
    ----------
    kind : {"all", "complete", "drawn", "partly", "added", "chosen"}
        Every claim was to be rated; every one is; the rated ones lie in the seeded draw that ``study.toml`` records,
        which gives every claim the same chance; some of either are rated and nothing shows that chance chose them; they
        lie in a draw that today's claims do not give again; or nothing is known of their choice.
    n_claims, n_chosen, n_rated : int
        Of the study, for people to rate, and with a level from a person.
    """

    kind: str
    n_claims: int
    n_chosen: int
    n_rated: int


def mean_level(
    people: JoinedDimension, claims: Sequence[JudgedItem], scores: Iterable[GivenScore], *, confidence: float
) -> MeanLevel:
    """Estimate one dimension's mean level over every claim that the referee scored (first sample), by video."""
    from agreement import prediction_powered_mean

    dimension = people.dimension
    every = [claim for claim in claims if dimension in claim.dimensions]
    score = _expected(dimension, {claim.id: i for i, claim in enumerate(every)}, scores)
    videos = np.unique([claim.video for claim in every], return_inverse=True)[1]
    ends = (people.scale[0], people.scale[-1])
    options: dict[str, Any] = {"cluster": videos, "bounds": ends, "confidence": confidence}
    alone = prediction_powered_mean(score, score, power=0.0, **options)
    return MeanLevel(
        dimension=dimension,
        powered=prediction_powered_mean(score, people.levels_on(every), **options),
        referee=alone.people_alone,  # every scored claim is "rated", by the referee itself
    )


def _expected(dimension: str, place: dict[str, int], scores: Iterable[GivenScore]) -> NDArray[np.float64]:
    found = np.full(len(place), np.nan)
    for score in scores:
        if score.dimension == dimension and not score.sample and score.claim in place and score.expected is not None:
            found[place[score.claim]] = score.expected
    return found


def rated_in_assigned_order(ratings: Iterable[Rating], chosen: Iterable[str], seed: int) -> bool:
    """Tell whether everybody rated the first claims of their own order, as the app shows them.

    Ratings from elsewhere may have been given in any order, and for any reason. One without a level counts: it was
    reached.
    """
    from referee_calib.study import personal_order

    reached: dict[str, set[str]] = {}
    for rating in ratings:
        reached.setdefault(rating.rater, set()).add(rating.claim)
    ids = set(chosen)
    return all(
        (seen & ids) == set(personal_order(ids, rater, seed)[: len(seen & ids)]) for rater, seen in reached.items()
    )


def claim_selection(
    claims: Sequence[Claim],
    chosen: Iterable[str],
    rated: Iterable[str],
    size: int,
    seed: int,
    *,
    in_order: bool,
    per_kind: int = 0,
) -> ClaimSelection:
    """Tell how the rated claims were chosen, by making the recorded draw of `size` (0 for none) again.

    `in_order` says whether everybody rated the first claims of an order drawn for them:
    :func:`rated_in_assigned_order`. `per_kind` is what the draw added for rare kinds.
    """
    from referee_calib.study import draw_claims

    picked, given = set(chosen), set(rated)
    every = {claim.id for claim in claims}
    if picked == every and not size:
        kind = "all"
    elif not size:
        kind = "chosen"
    elif size <= len(claims) and picked == set(draw_claims(claims, size, seed, per_kind).weights):
        kind = "drawn" if given <= picked else "chosen"
    else:
        kind = "added"
    if kind in ("all", "drawn") and not (in_order or picked <= given):
        kind = "partly"  # a subset of a draw is a draw only if chance chose it
    return ClaimSelection(kind, len(every), len(picked), len(given))
