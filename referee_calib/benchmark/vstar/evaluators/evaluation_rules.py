"""The two public evaluators of V-STaR, as rules by name: they differ in how spans are read and how the judge answers.

Definitions are those of ``eval.py`` of V-STaR-Bench/V-STaR and ``eval/test/eval_vstar.py`` of
marinero4972/Open-o3-Video, as of November 2025 to March 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from referee_calib.benchmark.vstar.evaluators.answer_spans import Span, read_span, span_in_reply

SPAN_FIELDS = {1: ("answer_temporal", "answer_temporal_pre"), 2: ("answer_temporal_2", "answer_temporal_pre_2")}
BOX_FIELDS = {1: "answer_spatial", 2: "answer_spatial_2"}
CHAINS = (1, 2)


@dataclass(frozen=True)
class EvaluationRules:
    """How one evaluator reads a result file.

    Parameters
    ----------
    name : str
    source : str
        Repository and file.
    rereads_spans : bool
        Whether a span that is stored as an empty list is read again from the reply, mm:ss included.
    temperature : float or None
        Of the judge; None leaves it to the server's own decoding, as the evaluator leaves it to the model's.
    """

    name: str
    source: str
    rereads_spans: bool
    temperature: float | None

    def span(self, item: Mapping[str, Any], chain: int) -> Span | None:
        """Return the answer to "when" in a chain, None where there is none."""
        field, reply = SPAN_FIELDS[chain]
        value = item.get(field)
        if self.rereads_spans and value == [] and isinstance(item.get(reply), str):
            value = span_in_reply(item[reply])
        return read_span(value)


UPSTREAM = EvaluationRules("upstream", "V-STaR-Bench/V-STaR eval.py", rereads_spans=False, temperature=None)
OPEN_O3 = EvaluationRules(
    "open-o3", "marinero4972/Open-o3-Video eval/test/eval_vstar.py", rereads_spans=True, temperature=0.0
)
RULES = {rules.name: rules for rules in (UPSTREAM, OPEN_O3)}
