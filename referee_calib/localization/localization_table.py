"""Everything that is said about several annotators' spans, or boxes: agreement, bias and noise, and the consensus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agreement import AnnotatorMarks, ConsensusMark, EdgeEffects, LocalizationAgreement

THRESHOLDS = (0.3, 0.5, 0.7)  # overlaps at which benchmarks count a hit
COVERED = 0.95  # share of people's spans that a tolerance for long ones is to cover


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalizationTable:
    """What several annotators' marks say.

    Attributes
    ----------
    agreement : LocalizationAgreement
    effects : EdgeEffects or None
        None where no item was marked by two annotators.
    consensus : tuple of ConsensusMark
        Of every item, those of one annotator too.
    n_annotators : int or None
        People; None where annotators are only numbered.
    n_clusters : int or None
        Clusters of items that two annotators or more marked; None where none were given.
    covered : float or None
        Share of the video that 95 % of people's spans do not exceed; None of boxes, or where lengths are not known.
    confidence : float
    unit : str
        What edges are measured in, such as "seconds"; "" where nobody said.
    notes : tuple of str
    """

    agreement: LocalizationAgreement
    effects: EdgeEffects | None
    consensus: tuple[ConsensusMark, ...]
    n_annotators: int | None
    n_clusters: int | None
    covered: float | None
    confidence: float
    unit: str
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON types."""
        effects = self.effects
        return {
            **self.agreement.to_json(),
            "n_annotators": self.n_annotators,
            "n_clusters": self.n_clusters,
            "covered": self.covered,
            "confidence": self.confidence,
            "unit": self.unit,
            "bias": {} if effects is None else effects.to_json()["bias"],
            "bias_reason": NOT_SHARED if effects is None else effects.reason,
            "noise": {} if effects is None else effects.to_json()["noise"],
            "consensus": [one.to_json() for one in self.consensus],
            "notes": list(self.notes),
        }


NOT_SHARED = "no item was marked by two annotators"


def localization_table(
    marks: AnnotatorMarks,
    *,
    thresholds: Sequence[float] = THRESHOLDS,
    confidence: float = 0.95,
    interval: bool = True,
    unit: str = "",
    notes: Sequence[str] = (),
) -> LocalizationTable:
    """Measure everything about marks.

    Parameters
    ----------
    marks : AnnotatorMarks
    thresholds : sequence of float
        Overlaps at which a pair of people would be refused.
    confidence : float
    interval : bool
        Whether to make intervals of agreement; those of bias and noise are always made.
    unit : str
        What edges are measured in.
    notes : sequence of str
        What is already to be said.
    """
    from agreement import consensus_marks, edge_effects, localization_agreement

    agreement = localization_agreement(marks, thresholds=thresholds, confidence=confidence, interval=interval)
    shared = bool(marks.shared.any())
    return LocalizationTable(
        agreement=agreement,
        effects=edge_effects(marks, confidence=confidence) if shared else None,
        consensus=consensus_marks(marks),
        n_annotators=len(marks.annotators) if marks.named else None,
        n_clusters=agreement.overlap.n_clusters,
        covered=_covered(marks),
        confidence=confidence,
        unit=unit,
        notes=tuple(dict.fromkeys([*notes, *agreement.overlap.notes])),
    )


def _covered(marks: AnnotatorMarks) -> float | None:
    import numpy as np

    if marks.kind != "span" or marks.extent is None or not len(marks.rows):
        return None
    return float(np.quantile(marks.shares[:, 1] - marks.shares[:, 0], COVERED))
