"""Which claims a batch releases: by stratum in proportion to the square root of its size, within one by chance.

Within a stratum every claim has a place that is uniform in [0, 1), spread over its videos, and a batch takes the
smallest ones that are left: so a claim's chance to be released so far is how far its stratum's places reach. In which
order claims of a batch are begun is drawn apart from that. Every stratum is spread over the whole batch, so a batch
that is half done has done half of each stratum.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from referee_calib.records import Claim
from referee_calib.study.assignment.claim_kinds import SET_APART
from referee_calib.study.claim_sampling import claim_places

_LAST = 2  # videos that the next claim should not be of
_AHEAD = 8  # claims among which one of another video is looked for


@dataclass(frozen=True, slots=True)
class ReleasedClaim:
    """One claim of a batch."""

    claim: str
    video: str
    stratum: str
    draw: float  # its place within the stratum


@dataclass(frozen=True, slots=True)
class StratumShare:
    """One stratum: how many claims it has, how many were released before, and how many are now."""

    stratum: str
    claims: int
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class BatchDraw:
    """The claims of a batch in the order in which they are begun, and the strata they come from."""

    claims: tuple[ReleasedClaim, ...]
    strata: tuple[StratumShare, ...]


def draw_batch(
    claims: Sequence[Claim], kinds: Sequence[str], released: Mapping[str, str], size: int, seed: int
) -> BatchDraw:
    """Draw a batch.

    Parameters
    ----------
    claims : sequence of Claim
        All that people rate.
    kinds : sequence of str
        The stratum of each.
    released : mapping of str to str
        Stratum by id of the claims that earlier batches released.
    size : int
        Claims to release; 0 for all that are left.
    seed : int
        Same seed, same batches.
    """
    members: dict[str, list[Claim]] = defaultdict(list)
    for claim, kind in zip(claims, kinds, strict=True):
        members[released.get(claim.id, kind)].append(claim)
    left = {kind: [one for one in its if one.id not in released] for kind, its in sorted(members.items())}
    now = _shares({kind: (len(members[kind]), len(its)) for kind, its in left.items()}, size)
    strata = [
        StratumShare(kind, len(members[kind]), len(members[kind]) - len(its), now[kind]) for kind, its in left.items()
    ]
    drawn = {kind: _smallest(members[kind], its, kind, now[kind], seed) for kind, its in left.items()}
    return BatchDraw(tuple(_spread(_in_order(drawn, seed))), tuple(strata))


def _shares(counts: Mapping[str, tuple[int, int]], size: int) -> dict[str, int]:
    """Share a batch among strata with so many claims in all and left; claims set apart get their even share."""
    from agreement import square_root_allocation

    left = sum(its for _, its in counts.values())
    size = min(size, left) if size else left
    found = {kind: round(size * its / max(1, left)) for kind, (_, its) in counts.items() if kind in SET_APART}
    others = {kind: its for kind, its in counts.items() if kind not in SET_APART}
    if not others:
        return found
    size -= sum(found.values())
    before = {kind: every - its for kind, (every, its) in others.items()}
    target = square_root_allocation([every for every, _ in others.values()], size + sum(before.values()))
    wanted = {kind: max(0, its - before[kind]) for kind, its in zip(others, target, strict=True)}
    while sum(wanted.values()) > size:  # a stratum had more than its share before
        most = max(wanted, key=lambda kind: wanted[kind])
        wanted[most] -= 1
    return found | wanted


def _smallest(every: Sequence[Claim], left: Sequence[Claim], kind: str, count: int, seed: int) -> list[ReleasedClaim]:
    places = claim_places(every, seed)
    chosen = sorted(left, key=lambda one: (places[one.id], one.id))[:count]
    return [ReleasedClaim(one.id, one.video, kind, places[one.id]) for one in chosen]


def _in_order(drawn: Mapping[str, Sequence[ReleasedClaim]], seed: int) -> list[ReleasedClaim]:
    """Mix the strata evenly: the k-th of n claims of a stratum, shuffled, stands at (k + u) / n."""
    turns: list[tuple[float, str, ReleasedClaim]] = []
    for kind, its in drawn.items():
        start = _uniform(seed, "order", kind)
        shuffled = sorted(its, key=lambda one: _uniform(seed, "order", kind, one.claim))
        turns += [((k + start) / len(its), one.claim, one) for k, one in enumerate(shuffled)]
    return [one for *_, one in sorted(turns, key=lambda turn: turn[:2])]


def _spread(claims: list[ReleasedClaim]) -> list[ReleasedClaim]:
    """Keep claims of one video apart where others are near."""
    left, found = list(claims), list[ReleasedClaim]()
    while left:
        last = {one.video for one in found[-_LAST:]}
        place = next((k for k, one in enumerate(left[:_AHEAD]) if one.video not in last), 0)
        found.append(left.pop(place))
    return found


def _uniform(seed: int, *names: str) -> float:
    text = "\0".join((str(seed), *names))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:6]) / 2**48
