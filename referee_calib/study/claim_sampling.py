"""Which claims people rate: a seeded sample, stratified by video.

Every video gives claims in proportion to how many it has, to within one: the claims of a video are
shuffled, the k-th of its n (k from 0) is placed at (k + u) / n with one random u in [0, 1) per video, and
the sample is the claims with the smallest places (systematic sampling within strata). Before the cut every
claim has the same chance, so unweighted statistics of the sample speak for all claims.

The randomness is a hash of seed, video and claim. So the same seed gives the same sample whatever the
order of import, and a larger sample of the same seed contains the smaller one.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

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
    if n_claims < 1 or n_claims > len(claims):
        raise StudyError(f"a sample of {n_claims} claims", f"the study has {len(claims)}")
    places: list[tuple[float, str]] = []
    for video, ids in _by_video(claims).items():
        ids.sort(key=lambda claim: _draw(seed, video, claim))
        start = _draw(seed, video)
        places += [((k + start) / len(ids), claim) for k, claim in enumerate(ids)]
    return [claim for _, claim in sorted(places)[:n_claims]]


def _by_video(claims: Sequence[Claim]) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for claim in claims:
        groups[claim.video].append(claim.id)
    return groups


def _draw(seed: int, *names: str) -> float:
    text = "\0".join((str(seed), *names))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:6]) / 2**48
