"""Where gold claims and attention checks stand among the claims of a rater: at seeded places, in their share.

A place is decided by itself, from the seed, the rater and the number of claims before it. So the claims in between may
be drawn while the rater works, and a list that grows moves nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from referee_calib.study.onboarding.known_claim import Role
from referee_calib.study.onboarding.known_claims import known_claims
from referee_calib.study.raters import personal_order
from referee_calib.study.study import Study

SILENT: tuple[Role, ...] = ("gold", "attention")
MIN_BLOCK = 2


def mix_known(study: Study, rater: str, regular: Iterable[str]) -> Iterator[str]:
    """Yield a rater's claims with gold claims and attention checks among them, each at most once.

    In every block of 1 / share claims one place is given to the role; when its claims are used up, no more come. A gold
    claim that is among the regular ones comes where it stands.
    """
    own = list(regular)
    settings = study.config.onboarding
    shares = {"gold": settings.gold_share, "attention": settings.attention_share}
    waiting = {role: _of_role(study, role, rater, own) for role in SILENT}
    seed, place = study.config.order_seed, 0
    for claim in own:
        role = known_at(place, rater, seed, shares)
        while role is not None and waiting[role]:
            yield waiting[role].pop(0)
            place += 1
            role = known_at(place, rater, seed, shares)
        yield claim
        place += 1


def known_at(place: int, rater: str, seed: int, shares: dict[str, float]) -> Role | None:
    """Return which role has this place, None for a claim that is there to be measured.

    Parameters
    ----------
    place : int
        How many claims the rater has before it.
    rater : str
        Whose list it is.
    seed : int
        The study's order seed.
    shares : mapping of str to float
        The share of the list of each role; 0 for none.
    """
    for role in SILENT:
        share = shares[role]
        if share > 0 and _place_in_block(place, max(MIN_BLOCK, round(1 / share)), role, rater, seed):
            return role
    return None


def _place_in_block(place: int, size: int, role: str, rater: str, seed: int) -> bool:
    block, within = divmod(place, size)
    digest = hashlib.sha256(f"{seed}\0{rater}\0{role}\0{block}".encode()).digest()
    return within == int.from_bytes(digest[:8]) % size


def _of_role(study: Study, role: Role, rater: str, own: Sequence[str]) -> list[str]:
    regular = set(own)
    ids = [one.claim for one in known_claims(study, role) if one.claim not in regular]
    return personal_order(ids, rater, study.config.order_seed)
