"""Slices in ``report.json``: agreement and leniency for each kind of claim, and what makes a kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from referee_calib.analysis.human_agreement import slices as made
from referee_calib.analysis.human_agreement.agreement_results import DimensionResult, LevelPrevalence, SliceResult
from referee_calib.report.document.number_format import count

WORDS = {  # title, label of one slice, definition
    "size": (
        "Object size",
        "{} boxes",
        f"mean area of the claim's boxes: small below {100 * made.SMALL:g} % of the frame, large from "
        f"{100 * made.LARGE:g} %",
    ),
    "span": (
        "Span length",
        "{} spans",
        f"length of the claim's span in seconds: short below {made.SHORT:g} s, long from {made.LONG:g} s",
    ),
    "source": ("Source", "from {}", "where the rollout came from"),
    "step": (
        "Policy step",
        "step {}",
        f"training step of the policy; thirds of the claims where there are more than {made.MOST_STEPS} steps",
    ),
}


def slices(result: DimensionResult) -> list[dict[str, Any]]:
    """Return the slices of one dimension as JSON types."""
    return [_slice(row) for row in result.slices]


def _slice(row: SliceResult) -> dict[str, Any]:
    title, label, _ = WORDS[row.by]
    return {
        "by": row.by,
        "title": title,
        "value": row.value,
        "label": label.format(row.value),
        "n_claims": row.n_claims,
        "n_videos": row.n_videos,
        "people": row.people.to_json(),
        "referee": row.referee.to_json(),
        "difference": row.difference.to_json(),
        "leniency": row.leniency.to_json(),
    }


def slicing(results: Sequence[DimensionResult], confidence: float) -> dict[str, Any]:
    """Say how claims were sliced, and how many of the intervals miss by chance.

    Parameters
    ----------
    results : sequence of DimensionResult
    confidence : float

    Returns
    -------
    dict
        ``definitions``, ``least`` (claims and videos a slice needs) and ``note``, "" without slices.
    """
    rows = [row for result in results for row in result.slices]
    used = {row.by for row in rows}
    drawn = sum(e.low is not None for row in rows for e in (row.difference, row.leniency))
    return {
        "definitions": [{"by": by, "title": t, "text": text} for by, (t, _, text) in WORDS.items() if by in used],
        "least": {"claims": made.MIN_CLAIMS, "videos": made.MIN_VIDEOS},
        "note": _note(drawn, confidence) if drawn else "",
    }


def _note(drawn: int, confidence: float) -> str:
    missed = (1 - confidence) * drawn
    return (
        f"Many slices invite chance findings: of {count(drawn, 'interval')} at {100 * confidence:g} %, about "
        f"{missed:.1f} would miss the true value by chance alone. A slice that "
        "stands out is a reason to rate more such claims, not a finding."
    )


def prevalence(found: LevelPrevalence | None) -> dict[str, Any]:
    """Return how often each level was given, as counts and shares; shares are None where nothing was given."""
    counts = {"people": found.people if found else (), "referee": found.referee if found else ()}
    return {who: {"counts": list(n), "shares": _shares(n)} for who, n in counts.items()}


def _shares(counts: Sequence[int]) -> list[float] | None:
    return [n / sum(counts) for n in counts] if sum(counts) else None
