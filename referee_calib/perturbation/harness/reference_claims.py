"""True evidence to start from: the reference of claims whose own words name what is there, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from referee_calib import geometry
from referee_calib.perturbation.harness.reference_objects import POINTS, overlap
from referee_calib.perturbation.harness.reward_table import On
from referee_calib.perturbation.response_curve import true_claims
from referee_calib.records import Claim

ELSEWHERE = f"it points elsewhere (overlap below {POINTS:g}), so its words may not name what is there"
PERTURBED = "it is a perturbed claim that people were given"


def starts(
    claims: Iterable[Claim], on: On, perturbed: Collection[str] = frozenset()
) -> tuple[list[Claim], dict[str, int]]:
    """Return true claims of one kind of evidence, and how many claims gave none, by reason.

    Parameters
    ----------
    claims : iterable of Claim
    on : {"boxes", "span"}
    perturbed : collection of str
        Ids of claims that were made by perturbing others, and are no truth.
    """
    left: Counter[str] = Counter()
    kept = []
    for claim in claims:
        reason = PERTURBED if claim.id in perturbed else _why_not(claim, on)
        if reason:
            left[reason] += 1
        else:
            kept.append(claim)
    found, others = true_claims(kept, on)
    return found, dict(left + Counter(others))


def _why_not(claim: Claim, on: On) -> str:
    """Say why a claim gives no true one; empty when it may."""
    if on == "span":
        if claim.span is None or claim.reference_span is None:
            return "it has no span" if claim.span is None else "no reference span"
        return "" if float(geometry.tiou(claim.span, claim.reference_span)) >= POINTS else ELSEWHERE
    if not claim.boxes or claim.reference_boxes is None:
        return "it has no box" if not claim.boxes else "no reference boxes"
    if not claim.reference_boxes:
        return "what is asked about is not in view at the claim's times"
    pairs = ((own, true) for own in claim.boxes for true in claim.reference_boxes if own[0] == true[0])
    return "" if any(overlap(own[1:], true[1:]) >= POINTS for own, true in pairs) else ELSEWHERE
