"""The numbers of a run that a person watches, one line for each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transformers import TrainerCallback

WATCHED = {
    "reward": "reward",
    "spread": "reward_std",  # 0: all replies of a group earn the same, and nothing is learnt
    "same": "frac_reward_zero_std",
    "claims": "/claims",  # pieces of evidence in a reply
    "unread": "/parse_failures",
    "relevance": "/relevance",
    "localization": "/localization",
    "failed": "/failed",  # share of replies whose referee failed
    "tokens": "completions/mean_length",
    "seconds": "step_time",
}


class MetricLines(TrainerCallback):
    """Prints them."""

    def on_log(self, args: Any, state: Any, control: Any, logs: Mapping[str, Any] | None = None, **_more: Any) -> None:
        """Print a line of what a step logged."""
        found = {short: _value(logs or {}, name) for short, name in WATCHED.items()}
        if found["reward"] is not None:
            told = [f"{short} {value:.3g}" for short, value in found.items() if value is not None]
            print(f"step {state.global_step}: {', '.join(told)}", flush=True)


def _value(logs: Mapping[str, Any], name: str) -> float | None:
    values = [value for key, value in logs.items() if key == name or (name[0] == "/" and key.endswith(name))]
    return float(values[0]) if values else None
