"""The layouts of files of replies, one module each; which one a file has is seen from its first row, or stated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referee_calib.rollout_files.layouts import (
    lmms_eval_samples,
    ms_swift_completions,
    reward_log_lines,
    rollout_records,
    trl_completions,
    verl_generations,
    vstar_results,
)
from referee_calib.rollout_files.layouts.layout import RolloutLayout, message_text, question_text, whole_number
from referee_calib.rollout_files.layouts.open_o3_data import is_open_o3, reference_of

# in the order in which a row is tried on them: the one that asks for least comes last
LAYOUTS: dict[str, RolloutLayout] = {
    one.LAYOUT.name: one.LAYOUT
    for one in (
        reward_log_lines,
        vstar_results,
        lmms_eval_samples,
        verl_generations,
        ms_swift_completions,
        trl_completions,
        rollout_records,
    )
}


def layout_of(row: Mapping[str, Any]) -> RolloutLayout | None:
    """Return the layout that a row has, None when it has none that is known."""
    return next((layout for layout in LAYOUTS.values() if layout.recognises(row)), None)


__all__ = [
    "LAYOUTS",
    "RolloutLayout",
    "is_open_o3",
    "layout_of",
    "message_text",
    "question_text",
    "reference_of",
    "whole_number",
]
