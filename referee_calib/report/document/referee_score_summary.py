"""How the referee scores, in ``report.json`` and in one line: near-constant judges and unsure readings show here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import described
from referee_calib.report.schema.score_schema import ScoreSummaryJson
from referee_calib.report.wording.number_format import listed, number

if TYPE_CHECKING:
    from referee_calib.analysis import ScoreDistribution

NEAR_CONSTANT = 0.9  # share of one level from which a referee hardly tells claims apart
RUNGS = {
    "exact": "from the probabilities of all answers",
    "choice": "from a choice among the answers alone",
    "truncated": "from the most probable tokens alone",
    "parsed": "from the words of the reply",
    "unknown": "in a way the backend did not say",
}


def score_summary(found: tuple[ScoreDistribution, ...], titles: Mapping[str, str]) -> list[ScoreSummaryJson]:
    """Return how the referee scores, one entry per dimension."""
    return [_dimension(item, titles.get(item.dimension, item.dimension)) for item in found]


def _dimension(item: ScoreDistribution, title: str) -> ScoreSummaryJson:
    constant = item.modal_share is not None and item.modal_share >= NEAR_CONSTANT
    row: ScoreSummaryJson = described(item, title=title, near_constant=constant, rungs=dict(item.rungs))
    row["line"] = _line(row)
    return row


def _line(row: ScoreSummaryJson) -> str:
    """Write one dimension's scores as one sentence."""
    warning = ", nearly always the same" if row["near_constant"] else ""
    read = [f"{_percent(share)} {RUNGS.get(name, name)}" for name, share in row["rungs"].items() if name != "unknown"]
    unknown = row["rungs"].get("unknown", 0.0)
    if read and unknown:
        read.append(f"{_percent(unknown)} {RUNGS['unknown']}")
    told = [
        f"{_percent(row['modal_share'])} of {row['n']:,} scores are {row['modal_level']}{warning}",
        f"entropy {number(row['entropy'])} of {number(math.log2(len(row['scale'])))} bits",
        *([f"read {listed(read)}"] if read else []),
        *([f"median probability of all answers {number(row['mass'])}"] if row["mass"] is not None else []),
    ]
    return f"{row['title']}: {'; '.join(told)}."


def _percent(share: float | None) -> str:
    return number(share) if share is None else f"{number(100 * share, 0)} %"
