"""What claims are told apart by before some are drawn: the referee's level, overlap with the reference, and so on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from referee_calib.claim_strata import strata
from referee_calib.errors import StudyError
from referee_calib.records import Claim
from referee_calib.study.study import Study

PERTURBED_KIND, AUDITED_KIND = "perturbed", "audit"
SET_APART = frozenset({PERTURBED_KIND, AUDITED_KIND})  # kinds that no figure counts
_OVERLAPS = ((0.1, "overlap below 0.1"), (0.5, "overlap below 0.5"), (0.75, "overlap below 0.75"))


def kinds_of(study: Study, claims: Sequence[Claim], names: Sequence[str], referee: str = "") -> list[str]:
    """Return the stratum of each claim: its labels of all these kinds together, "" without any.

    Parameters
    ----------
    names : sequence of str
        Of :data:`referee_calib.study.settings.STRATA`. Perturbed claims and those of an audit are strata of their own
        in any case.
    referee : str
        Beginning of a fingerprint, needed for "referee level" where several have scored the study.

    Raises
    ------
    StudyError
        When levels are asked for and no referee scored the study, or several did and none is named.
    """
    columns = [_column(study, name, claims, referee) for name in names]
    labels = (" · ".join(filter(None, row)) for row in zip(*columns, strict=True)) if columns else [""] * len(claims)
    return [_set_apart(one) or label for one, label in zip(claims, labels, strict=True)]


def _set_apart(claim: Claim) -> str:
    return PERTURBED_KIND if claim.perturbed else AUDITED_KIND if claim.audited else ""


def _column(study: Study, name: str, claims: Sequence[Claim], referee: str) -> list[str]:
    if name == "referee level":
        levels = _levels(study, referee)
        return [levels.get(one.id, "not scored") for one in claims]
    if name in ("object size", "span length"):
        what, noun = ("size", "object") if name == "object size" else ("span", "span")
        return [f"{label} {noun}" if label else f"no {noun}" for label in strata(claims)[what]]
    label: dict[str, Callable[[Claim], str]] = {
        "overlap": _overlap,
        "source": lambda one: f"from {one.source or 'unknown'}",
        "policy step": lambda one: "no step" if one.step is None else f"step {one.step}",
    }
    return [label[name](one) for one in claims]


def _levels(study: Study, referee: str) -> dict[str, str]:
    """Label claims by the referee's mean level over the dimensions, rounded."""
    scores = [one for one in study.scores() if one.referee.startswith(referee) and not one.sample]
    found = sorted({one.referee for one in scores})
    if len(found) != 1:
        what = f"{len(found)} referees {'like ' + referee + ' ' if referee else ''}have scored it"
        advice = f"Choose one with --referee: {', '.join(one[:8] for one in found)}" if found else ""
        advice = advice or f"Score it first: referee-calib score {study.folder}"
        raise StudyError(f"strata by referee level of {study.folder}", what, advice)
    levels: defaultdict[str, list[float]] = defaultdict(list)
    for one in scores:
        if one.expected is not None:
            levels[one.claim].append(one.expected)
    return {claim: f"level {round(sum(its) / len(its))}" for claim, its in levels.items()}


def _overlap(claim: Claim) -> str:
    overlaps = [*_box_overlaps(claim), *_span_overlap(claim)]
    if not overlaps:
        return "no reference"
    mean = sum(overlaps) / len(overlaps)
    return next((label for most, label in _OVERLAPS if mean < most), "overlap from 0.75")


def _box_overlaps(claim: Claim) -> list[float]:
    """Return the IoU of each box with the reference box nearest in time."""
    from referee_calib.geometry import iou

    if not claim.boxes or not claim.reference_boxes:
        return []
    true = claim.reference_boxes
    nearest = [min(true, key=lambda one: abs(one[0] - box[0])) for box in claim.boxes]
    return [float(iou(box[1:], its[1:])) for box, its in zip(claim.boxes, nearest, strict=True)]


def _span_overlap(claim: Claim) -> list[float]:
    from referee_calib.geometry import tiou

    if claim.span is None or claim.reference_span is None:
        return []
    return [float(tiou(claim.span, claim.reference_span))]
