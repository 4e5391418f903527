"""Everything that the page on people's spans says, computed with the public functions of `agreement`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agreement import (
    AnnotatorMarks,
    EdgeEffects,
    Estimate,
    LocalizationAgreement,
    LocalizationAlpha,
    edge_effects,
    localization_agreement,
)

GATES = tuple(round(0.05 * step, 2) for step in range(1, 20))  # 0.05, 0.10, … 0.95
TITLES = {"charades": "Charades-STA", "activitynet": "ActivityNet Captions"}
TOLERATED = (0.1, 0.25)  # shares of people's own pairs that a gate may refuse


@dataclass(frozen=True, slots=True)
class MomentAgreement:
    """One data set's numbers."""

    name: str
    title: str
    n_queries: int
    n_videos: int
    n_spans: int
    n_pairs: int
    whole_clip: float  # share of spans that cover the whole clip
    mean_length: float  # of a span, in percent of its clip
    found: LocalizationAgreement
    edges: EdgeEffects

    def rejected(self, gate: float) -> Estimate:
        """Share of people's pairs that a gate refuses."""
        return self.found.rejected[f"{gate:g}"]

    def rejected_by_others(self, gate: float) -> Estimate:
        """Share of single people that a gate refuses against the median of the four others."""
        return self.found.rejected_by_others[f"{gate:g}"]

    def alpha(self, measure: str, chance: str) -> LocalizationAlpha:
        """Agreement beyond chance."""
        return next(one for one in self.found.alphas if (one.measure, one.chance) == (measure, chance))

    def gate(self, share: float) -> float | None:
        """Return the highest gate of the grid whose share of refused pairs is at most `share`; None where none is."""
        fit = [gate for gate in GATES if (value := self.rejected(gate).value) is not None and value <= share]
        return max(fit, default=None)


def moment_agreement(name: str, marks: AnnotatorMarks) -> MomentAgreement:
    """Compute the numbers of one data set."""
    length = marks.rows[:, 1] - marks.rows[:, 0]
    return MomentAgreement(
        name=name,
        title=TITLES[name],
        n_queries=len(marks.items),
        n_videos=len(np.unique(marks.member)),
        n_spans=len(marks.rows),
        n_pairs=len(marks.pairs[0]),
        whole_clip=float((length >= 100).mean()),
        mean_length=float(length.mean()),
        found=localization_agreement(marks, thresholds=GATES),
        edges=edge_effects(marks),
    )
