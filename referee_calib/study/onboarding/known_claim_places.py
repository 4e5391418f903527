"""Where gold claims and attention checks stand among the claims of a rater: at seeded places, in their share.

A place is decided by itself, from the seed, the rater and the number of claims before it. So the claims in between may
be drawn while the rater works, and a list that grows moves nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from referee_calib.study.onboarding.known_claim import Role
from referee_calib.study.people.raters import personal_order
from referee_calib.study.settings import OnboardingSettings

SILENT: tuple[Role, ...] = ("gold", "attention")  # in the order in which they take a place that is given to both
MIN_BLOCK = 2


def mix_known(
    keys: Iterable[str], known: Mapping[Role, Sequence[str]], rater: str, seed: int, settings: OnboardingSettings
) -> Iterator[str]:
    """Yield a rater's items with gold claims and attention checks among them, each at most once.

    In every block of 1 / share items one place is given to the role; when its claims are used up, no more come. A gold
    claim that is among the items already comes where it stands.

    Parameters
    ----------
    keys : iterable of str
        The items of the rater, in order.
    known : mapping of role to sequence of str
        The claims of each role.
    rater, seed : str and int
        Whose list it is, and the study's order seed.
    settings : OnboardingSettings
        The shares of the list.
    """
    own = list(keys)
    shares = {"gold": settings.gold_share, "attention": settings.attention_share}
    there = set(own)
    waiting = {
        role: personal_order((one for one in known.get(role, ()) if one not in there), rater, seed) for role in SILENT
    }
    place, served = 0, dict.fromkeys(SILENT, 0)
    for key in own:
        for role in SILENT:
            if waiting[role] and served[role] < _due(place, shares[role], role, rater, seed):
                served[role] += 1
                yield waiting[role].pop(0)
                place += 1
        yield key
        place += 1


def _due(place: int, share: float, role: Role, rater: str, seed: int) -> int:
    """Return how many claims of a role belong to this place or an earlier one."""
    if not share:
        return 0
    size = max(MIN_BLOCK, round(1 / share))
    block, within = divmod(place, size)
    digest = hashlib.sha256(f"{seed}\0{rater}\0{role}\0{block}".encode()).digest()
    return block + (within >= int.from_bytes(digest[:8]) % size)
