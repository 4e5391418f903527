"""Which claims people rate: a seeded sample, stratified by video.

Every video gives claims in proportion to how many it has, to within one: the claims of a video are
shuffled, the k-th of its n (k from 0) is placed at (k + u) / n with one random u in [0, 1) per video, and
the sample is the claims with the smallest places (systematic sampling within strata). Before the cut every
claim has the same chance, so unweighted statistics of the sample speak for all claims.

The randomness is a hash of seed, video and claim. So the same seed gives the same sample whatever the
order of import, and a larger sample of the same seed contains the smaller one.

Kinds of claims that are rare get few claims in such a draw, or none. Further ones can be drawn for them, by letting the
places of a kind reach further. They speak for their kind alone: what is said of all claims rests on the plain draw, so
it needs no weights, and within a kind each claim has the weight 1 over how far its place could have reached.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from referee_calib.claim_strata import strata
from referee_calib.errors import StudyError
from referee_calib.records import Claim


def stratified_sample(claims: Sequence[Claim], n_claims: int, seed: int) -> list[str]:
    """Draw claims for people to rate.

    Parameters
    ----------
    claims : sequence of Claim
        All claims of the study.
    n_claims : int
        How many to draw.
    seed : int
        Same seed, same sample.

    Returns
    -------
    list of str
        Ids, in the order in which they were drawn.

    Raises
    ------
    StudyError
        When there are fewer claims than asked for, or `n_claims` is not positive.
    """
    return list(draw_claims(claims, n_claims, seed).weights)


@dataclass(frozen=True, slots=True)
class ClaimDraw:
    """A draw of claims, in order.

    Attributes
    ----------
    plain : int
        The first so many are the plain draw, in which every claim had the same chance.
    weights : dict of str to float
        Per claim, 1 over its chance to be in the whole draw.
    """

    plain: int
    weights: dict[str, float]


def draw_claims(claims: Sequence[Claim], n_claims: int, seed: int, per_kind: int = 0) -> ClaimDraw:
    """Draw claims, and further ones of every kind that has fewer than `per_kind` among them.

    Parameters
    ----------
    claims, n_claims, seed
        As in :func:`stratified_sample`, which is the plain draw.
    per_kind : int
        Claims that each object size and each span length should have, as far as there are so many; 0 for none.

    Raises
    ------
    StudyError
        As :func:`stratified_sample`.
    """
    if n_claims < 1 or n_claims > len(claims):
        raise StudyError(
            f"a sample of {n_claims} claims",
            f"the study has {len(claims)}",
            f"Type: --claims {len(claims)}" * bool(claims),
        )
    places = claim_places(claims, seed)
    cut = sorted(places.items(), key=lambda item: (item[1], item[0]))[n_claims - 1][1]
    reach = dict.fromkeys(places, cut)  # a claim is drawn when its place lies within its reach
    for labels in strata(claims).values():
        kinds: defaultdict[str, list[str]] = defaultdict(list)
        for claim, label in zip(claims, labels, strict=True):
            if label and per_kind:
                kinds[label].append(claim.id)
        for ids in kinds.values():
            own = sorted(places[one] for one in ids)[:per_kind][-1] if len(ids) > per_kind else 1.0
            for one in ids:
                reach[one] = max(reach[one], own)
    drawn = sorted((place > cut, place, one) for one, place in places.items() if place <= reach[one])
    plain = sorted(((place, one) for further, place, one in drawn if not further))[:n_claims]
    further = [one for late, _, one in drawn if late]
    return ClaimDraw(len(plain), {one: 1 / min(1.0, reach[one]) for one in (*(one for _, one in plain), *further)})


def claim_places(claims: Sequence[Claim], seed: int) -> dict[str, float]:
    """Return every claim's place, uniform in [0, 1): those of one video are evenly spread."""
    places: dict[str, float] = {}
    for video, ids in _by_video(claims).items():
        ids.sort(key=lambda claim: _draw(seed, video, claim))
        start = _draw(seed, video)
        places |= {claim: (k + start) / len(ids) for k, claim in enumerate(ids)}
    return places


def _by_video(claims: Sequence[Claim]) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for claim in claims:
        groups[claim.video].append(claim.id)
    return groups


def _draw(seed: int, *names: str) -> float:
    text = "\0".join((str(seed), *names))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:6]) / 2**48
