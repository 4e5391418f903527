"""Subgroups of claims in ``report.json``: agreement and leniency for each kind of claim, and what makes a kind."""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.analysis.human_agreement import slices as rule
from referee_calib.analysis.human_agreement.agreement_results import DimensionResult, LevelPrevalence, SliceResult
from referee_calib.report.document.json_rows import described
from referee_calib.report.schema.dimension_schema import LevelsJson, SubgroupingJson, SubgroupJson
from referee_calib.report.wording.number_format import count

WORDS = {  # title, label of one subgroup, definition
    "size": (
        "Object size",
        "{} boxes",
        f"mean area of the claim's boxes: small below {100 * rule.SMALL:g} % of the frame, large from "
        f"{100 * rule.LARGE:g} %",
    ),
    "span": (
        "Span length",
        "{} spans",
        f"length of the claim's span in seconds: short below {rule.SHORT:g} s, long from {rule.LONG:g} s",
    ),
    "source": ("Source", "from {}", "where the rollout came from"),
    "step": (
        "Policy step",
        "step {}",
        f"training step of the policy; thirds of the claims where there are more than {rule.MOST_STEPS} steps",
    ),
}


def subgroup(row: SliceResult) -> SubgroupJson:
    """Return one kind of claim in words."""
    title, label, _ = WORDS[row.by]
    found: SubgroupJson = described(row, title=title, label=label.format(row.value))
    return found


def subgrouping(results: Sequence[DimensionResult], confidence: float) -> SubgroupingJson:
    """Say how claims were divided, what a subgroup needs at least, and how many intervals miss by chance."""
    rows = [row for result in results for row in result.slices]
    used = {row.by for row in rows}
    drawn = sum(e.low is not None for row in rows for e in (row.difference, row.leniency))
    return {
        "definitions": [{"by": by, "title": t, "text": text} for by, (t, _, text) in WORDS.items() if by in used],
        "least": {"claims": rule.MIN_CLAIMS, "videos": rule.MIN_VIDEOS},
        "note": _note(drawn, confidence) if drawn else "",
    }


def _note(drawn: int, confidence: float) -> str:
    missed = (1 - confidence) * drawn
    return (
        f"Many subgroups invite chance findings: of {count(drawn, 'interval')} at {100 * confidence:g} %, about "
        f"{missed:.1f} would miss the true value by chance alone. A subgroup that "
        "stands out is a reason to rate more such claims, not a finding."
    )


def prevalence(found: LevelPrevalence | None) -> dict[str, LevelsJson]:
    """Return how often each level was given, as counts and shares; shares are None where nothing was given."""
    counts = {"people": found.people if found else (), "referee": found.referee if found else ()}
    return {who: {"counts": list(n), "shares": _shares(n)} for who, n in counts.items()}


def _shares(counts: Sequence[int]) -> list[float] | None:
    return [n / sum(counts) for n in counts] if sum(counts) else None
