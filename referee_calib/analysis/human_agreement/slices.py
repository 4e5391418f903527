"""Slices: which claims are alike, so that agreement and leniency can be looked at for each kind by itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agreement import Comparison, Estimate, GroupLoss, Ratings, SliceRow, group_losses
from referee_calib.analysis.human_agreement.agreement_results import SliceResult
from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.claim_strata import LARGE, LONG, MIN_CLAIMS, MIN_VIDEOS, SHORT, SMALL, strata
from referee_calib.records import Claim

__all__ = [
    "LARGE", "LONG", "MIN_CLAIMS", "MIN_VIDEOS", "MOST_STEPS", "SHORT", "SMALL",
    "labels_of", "named_slice", "sets_claims_apart", "slice_label", "slice_labels", "slice_results",
]  # fmt: skip
KAPPA = "cohen_kappa_quadratic"
MOST_STEPS = 4  # more training steps than this are put into thirds
Labels = list[str]
_LABELS = {"size": "{} boxes", "span": "{} spans", "source": "from {}", "step": "step {}"}


def slice_label(by: str, value: str) -> str:
    """Return what a slice is called: "small boxes", "step 100"."""
    return _LABELS[by].format(value)


def slice_labels(claims: Sequence[Claim]) -> dict[str, Labels]:
    """Label every claim on every slicing, "" where it does not apply; many steps are put into thirds."""
    return {
        **{name: list(labels) for name, labels in strata(claims).items()},
        "source": [claim.source for claim in claims],
        "step": _steps([claim.step for claim in claims]),
    }


def labels_of(joined: JoinedDimension) -> dict[str, Labels]:
    """Label the claims of a dimension on every slicing: by the columns of its table, or by what is in the claims."""
    if joined.columns is not None:
        return dict(joined.columns)
    return slice_labels([claim for claim in joined.claims if isinstance(claim, Claim)])


def named_slice(row: SliceResult) -> str:
    """Return what a slice is called, in a table "system cogvideo"."""
    return row.label or slice_label(row.by, row.value)


def sets_claims_apart(labels: Sequence[str]) -> bool:
    """Tell whether a slicing sets claims apart at all."""
    return len(set(labels) - {""}) > 1


def slice_results(
    joined: JoinedDimension, labels: dict[str, Labels], found: Comparison, people: Ratings, confidence: float
) -> tuple[SliceResult, ...]:
    """Return one result per slice in reading order; a slice with too few claims has a reason for figures of its own.

    What the verdict holds is estimated for every slice, however small: all slices of one slicing together.
    """
    videos = np.unique(joined.videos, return_inverse=True)[1]
    rows = {(row.by, row.value): row for row in found.slices}
    both = ~np.isnan(joined.referee)
    results = []
    for by, its in labels.items():
        apart = sets_claims_apart(its)
        held = group_losses(people, joined.referee, its, cluster=videos, confidence=confidence) if apart else ()
        by_value = {one.value: one for one in held}
        for value in _in_order(its) if apart else ():
            inside = np.flatnonzero(both & (np.array(its, dtype=object) == value))
            n_claims, n_videos = len(inside), len({joined.claims[i].video for i in inside})
            row, reason = rows.get((by, value)), _too_few(n_claims, n_videos)
            drawn = _drawn(by_value.get(value))
            label = "" if joined.columns is None else f"{by} {value}"
            if row is None or reason:
                none = Estimate(None, None, None, confidence=confidence, n_units=n_claims, reason=reason)
                results.append(SliceResult(by, value, n_claims, n_videos, none, none, none, none, *drawn, True, label))
                continue
            sides = _sides(row, confidence)
            results.append(SliceResult(by, value, n_claims, n_videos, *sides, row.leniency, *drawn, label=label))
    return tuple(results)


def _sides(row: SliceRow, confidence: float) -> tuple[Estimate, Estimate, Estimate]:
    """Return quadratic kappa of the claims that two people rated, unless these are too few."""
    kappa = row.compared[KAPPA]
    if row.n_single and row.n_units < MIN_CLAIMS:
        reason = f"too few claims: {row.n_units} of them were rated by two people, fewer than {MIN_CLAIMS}"
        none = Estimate(None, None, None, confidence=confidence, n_units=row.n_units, reason=reason)
        return none, none, none
    return kappa.ceiling, kappa.human_referee, kappa.difference


def _drawn(found: GroupLoss | None) -> tuple[Estimate | None, Estimate | None]:
    return (found.loss, found.leniency) if found else (None, None)


def _too_few(n_claims: int, n_videos: int) -> str | None:
    if n_claims < MIN_CLAIMS:
        return f"too few claims: {n_claims} judged by both, fewer than {MIN_CLAIMS}"
    if n_videos < MIN_VIDEOS:
        return f"too few videos: {n_videos}, fewer than {MIN_VIDEOS}"
    return None


def _steps(steps: Sequence[int | None]) -> Labels:
    known = sorted(step for step in steps if step is not None)
    if len(set(known)) <= MOST_STEPS:
        return ["" if step is None else f"{step}" for step in steps]
    first, second = (known[len(known) * i // 3] for i in (1, 2))
    edges = ((known[0], first), (first, second), (second, known[-1] + 1))
    bands = [[step for step in known if low <= step < high] for low, high in edges]
    names = {s: f"{band[0]}–{band[-1]}" if band[0] != band[-1] else f"{s}" for band in bands for s in band}
    return ["" if step is None else names[step] for step in steps]


_ORDER = {name: place for place, name in enumerate(("small", "short", "medium", "large", "long"))}


def _in_order(labels: Sequence[str]) -> list[str]:
    def place(label: str) -> tuple[int, int, str]:
        start = label.partition("–")[0]
        return _ORDER.get(label, 9), int(start) if start.isdecimal() else 0, label

    return sorted(set(labels) - {""}, key=place)
