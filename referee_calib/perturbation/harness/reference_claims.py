"""Reference claims: true evidence to start from, the reference of claims whose own words name what is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from referee_calib import geometry
from referee_calib.perturbation.families.reference_objects import POINTS, overlap
from referee_calib.perturbation.harness.reward_table import On
from referee_calib.records import Claim

ELSEWHERE = f"it points elsewhere (overlap below {POINTS:g}), so its words may not name what is there"
UNREADABLE = "its video cannot be read"
OUT_OF_VIEW = "what is asked about is not in view at the claim's times"


def true_claims(
    claims: Iterable[Claim], on: On, names: Mapping[str, str] | None = None
) -> tuple[list[Claim], dict[str, int]]:
    """Replace what the model wrote by what is true, and keep each piece of true evidence once.

    Parameters
    ----------
    claims : iterable of Claim
    on : {"boxes", "span"}
        A claim about boxes loses its span and the reverse, so that a reward is asked about one object.
    names : mapping of rollout id to phrase, optional
        What the question asks about, where known; otherwise the claim's own phrase stands.

    Returns
    -------
    claims : list of Claim
        In order.
    excluded : dict of str to int
        How many gave no true claim, by reason.
    """
    found: dict[tuple[object, ...], Claim] = {}
    excluded: Counter[str] = Counter()
    for claim in claims:
        true = _true(claim, on, (names or {}).get(claim.rollout, claim.object))
        if isinstance(true, str):
            excluded[true] += 1
            continue
        key = (true.video, true.question, true.object, true.boxes, true.span)
        if key in found:
            excluded["the same true evidence as another claim"] += 1
        found.setdefault(key, true)
    return list(found.values()), dict(excluded)


def select_reference_claims(
    claims: Iterable[Claim],
    on: On,
    readable: Collection[str] | None = None,
) -> tuple[list[Claim], dict[str, int]]:
    """Return true claims of one kind of evidence, and how many claims gave none, by reason.

    Parameters
    ----------
    claims : iterable of Claim
        Those that point at the truth take part: their words name what is there, so that the true evidence is right in
        words and place.
    on : {"boxes", "span"}
    readable : collection of str, optional
        The videos that can be read; all by default.
    """
    excluded: Counter[str] = Counter()
    kept = []
    for claim in claims:
        reason = _why_not(claim, on)
        if reason:
            excluded[reason] += 1
        else:
            kept.append(claim)
    true, others = true_claims(kept, on)
    found = [claim for claim in true if readable is None or claim.video in readable]
    return found, dict(excluded + Counter(others) + Counter({UNREADABLE: len(true) - len(found)}))


def subsample_by_video(claims: Sequence[Claim], limit: int | None) -> list[Claim]:
    """Take at most `limit` claims, one of each video in turn."""
    if limit is None or len(claims) <= limit:
        return list(claims)
    turn: Counter[str] = Counter()
    order: list[tuple[int, int]] = []
    for place, claim in enumerate(claims):
        order.append((turn[claim.video], place))
        turn[claim.video] += 1
    return [claims[place] for place in sorted(place for _, place in sorted(order)[:limit])]


def _true(claim: Claim, on: On, name: str) -> Claim | str:
    """Return the true claim, or why there is none."""
    if on == "boxes":
        if claim.reference_boxes is None:
            return "no reference boxes"
        if not claim.reference_boxes:
            return OUT_OF_VIEW
        return replace(claim, object=name, boxes=claim.reference_boxes, span=None, id="")
    if claim.reference_span is None:
        return "no reference span"
    return replace(claim, object=name, boxes=(), span=claim.reference_span, id="")


def _why_not(claim: Claim, on: On) -> str:
    """Say why a claim gives no true one; empty when it may."""
    if on == "span":
        if claim.span is None or claim.reference_span is None:
            return "it has no span" if claim.span is None else "no reference span"
        return "" if float(geometry.tiou(claim.span, claim.reference_span)) >= POINTS else ELSEWHERE
    if not claim.boxes or claim.reference_boxes is None:
        return "it has no box" if not claim.boxes else "no reference boxes"
    if not claim.reference_boxes:
        return OUT_OF_VIEW
    pairs = ((own, true) for own in claim.boxes for true in claim.reference_boxes if own[0] == true[0])
    return "" if any(overlap(own[1:], true[1:]) >= POINTS for own, true in pairs) else ELSEWHERE
