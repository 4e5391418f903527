"""The tail of one dimension in ``report.json``, and in the words of the headline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import plain
from referee_calib.report.schema.dimension_schema import DimensionJson, OppositeEndJson, TailJson
from referee_calib.report.wording.number_format import count, listed

if TYPE_CHECKING:
    from agreement import OppositeEnd
    from referee_calib.analysis import DimensionResult

ACCEPTANCE, REJECTION = "confident_acceptance", "confident_rejection"
_TITLES = {ACCEPTANCE: "Confident acceptance", REJECTION: "Confident rejection"}


def tail_document(result: DimensionResult) -> TailJson | None:
    """Return what ``report.json`` says of opposite ends on one dimension; None where nobody rated."""
    found = result.tail
    if found is None:
        return None
    ends = {ACCEPTANCE: found.acceptance, REJECTION: found.rejection}
    return {
        "low": found.low,
        "high": found.high,
        "apart": found.apart,
        "n_claims": found.n_units,
        "n_videos": found.n_clusters,
        "ends": [_end(kind, end, result.tail_claims.get(kind, ())) for kind, end in ends.items()],
    }


def _end(kind: str, end: OppositeEnd, claims: Sequence[str]) -> OppositeEndJson:
    return {
        "kind": kind,
        "title": _TITLES[kind],
        "claims": list(claims),
        "n_far": end.n_far,
        "share": plain(end.share),
        "far_share": plain(end.far_share),
        "expected": end.expected,
        "far_expected": end.far_expected,
        "p_value": end.test.p_value,
    }


def tail_sentence(dimensions: Sequence[DimensionJson], who: str) -> str:
    """Say how many claims it accepts against everybody, and what share of videos is not excluded; "" unrated."""
    seen, clean = [], []
    for item in dimensions:
        tail = item["tail"]
        end = tail["ends"][0] if tail else None
        if not tail or not end or end["far_share"]["high"] is None:
            continue
        name, excluded = item["title"].lower(), f"{100 * end['far_share']['high']:.1f} %"
        if end["claims"]:
            seen.append(f"{len(end['claims'])} of {count(tail['n_claims'], 'claim')} on {name}")
        else:
            clean.append(f"{name} (more than {excluded} of {count(tail['n_videos'], 'video')} are excluded)")
    told = [f"It accepts with confidence what all {who} reject: {listed(seen)}."] if seen else []
    told += [f"No claim that all {who} reject was accepted with confidence on {listed(clean)}."] if clean else []
    return " ".join(told)
