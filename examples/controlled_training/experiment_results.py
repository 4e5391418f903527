"""Results as JSON lines, and their means over seeds with intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from clip_world import Floats
from scipy.stats import spearmanr
from scipy.stats import t as student

from referee_calib.io import json_lines

RUNS, EXAMINED, FACTS = "runs.jsonl", "examined.jsonl", "facts.jsonl"


class Mean(NamedTuple):
    """A mean over seeds with its 95 % interval (Student's t); without one when there is a single seed."""

    value: float
    low: float | None
    high: float | None


def mean_over_seeds(values: Sequence[float] | Floats) -> Mean:
    """Return the mean of one number of each seed."""
    found = np.asarray(values, dtype=float)
    middle = float(found.mean())
    if len(found) < 2:
        return Mean(middle, None, None)
    half = float(student.ppf(0.975, len(found) - 1) * found.std(ddof=1) / math.sqrt(len(found)))
    return Mean(middle, middle - half, middle + half)


@dataclass(frozen=True)
class Results:
    """Everything that the page and the figures say."""

    facts: dict[str, Any]  # what was run
    runs: list[dict[str, Any]]  # one for each condition and seed: rows of outcomes by step
    examined: dict[str, dict[str, Any]]  # by condition, from before training

    @property
    def labels(self) -> dict[str, str]:
        """What people read, by condition, in the order of the experiment."""
        return {run["condition"]: run["label"] for run in self.runs}

    @property
    def steps(self) -> list[int]:
        """Steps at which the policy was looked at."""
        return [row["step"] for row in self.runs[0]["rows"]]

    def curve(self, condition: str, outcome: str) -> list[Mean]:
        """Return an outcome by step."""
        return [mean_over_seeds(column) for column in self._table(condition, outcome).T]

    def start(self, outcome: str) -> Mean:
        """Return an outcome before training, which is the same under every reward."""
        return self.curve(self.runs[0]["condition"], outcome)[0]

    def end(self, condition: str, outcome: str) -> Mean:
        """Return an outcome after the last step."""
        return mean_over_seeds(self._table(condition, outcome)[:, -1])

    def peak(self, condition: str, outcome: str) -> Mean:
        """Return the largest mean of an outcome over the steps."""
        return max(self.curve(condition, outcome), key=lambda mean: mean.value)

    def gain(self, condition: str, outcome: str = "quality") -> Mean:
        """Return what training added."""
        table = self._table(condition, outcome)
        return mean_over_seeds(table[:, -1] - table[:, 0])

    def difference(self, condition: str, other: str, outcome: str) -> Mean:
        """Return how much higher one condition ends than another, paired by seed."""
        return mean_over_seeds(self._table(condition, outcome)[:, -1] - self._table(other, outcome)[:, -1])

    def rank_with_gain(self, figure: str) -> float:
        """Return Spearman's rho, over the rewards, of a figure from before training with the gain; none counts as 0."""
        before = [_value(self.examined[name][figure]) or 0.0 for name in self.labels]
        return float(spearmanr(before, [self.gain(name).value for name in self.labels]).statistic)

    @property
    def exploit_below_zero(self) -> str:
        """Say for how many of the rewards without a planted exploit the exploit gain lies below 0."""
        gains = [row["exploit_gain"] for name, row in self.examined.items() if not name.startswith("corner")]
        return f"{sum(gain is not None and gain < 0 for gain in gains)} of {len(gains)}"

    def _table(self, condition: str, outcome: str) -> Floats:
        """Return an outcome, shape (seeds, steps)."""
        runs = sorted((run for run in self.runs if run["condition"] == condition), key=lambda run: run["seed"])
        return np.array([[row[outcome] for row in run["rows"]] for run in runs])


def _value(figure: Any) -> float | None:
    return figure["value"] if isinstance(figure, dict) else figure


def write_results(folder: Path, results: Results) -> None:
    """Write three files of JSON lines."""
    folder.mkdir(parents=True, exist_ok=True)
    json_lines.write(folder / RUNS, results.runs)
    json_lines.write(folder / EXAMINED, results.examined.values())
    json_lines.write(folder / FACTS, [results.facts])


def read_results(folder: Path) -> Results:
    """Read what :func:`write_results` wrote."""
    read: Callable[[str], list[dict[str, Any]]] = lambda name: [row for _, row in json_lines.read(folder / name)]  # noqa: E731
    (facts,) = read(FACTS)
    return Results(facts, read(RUNS), {row["condition"]: row for row in read(EXAMINED)})
