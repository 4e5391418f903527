"""What an analysis of two tables is made from: units, people's ratings of them, and judges' scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from referee_calib.analysis.human_agreement.level_scale import LevelScale
from referee_calib.analysis.input_digests import InputDigest
from referee_calib.item_nouns import ItemNouns

if TYPE_CHECKING:
    from referee_calib.analysis.human_agreement.agreement_results import ExcludedRows
    from referee_calib.threshold_record import ThresholdRecord
    from referee_calib.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class TableUnit:
    """One unit of a table.

    Attributes
    ----------
    id : str
        As the table names it.
    video : str
        The cluster it belongs to; its own name where the table knows no clusters.
    dimensions : tuple of str
        Dimensions on which it was rated or scored.
    text, link : str
        What to show of it and where it can be seen; "" where the tables do not say.
    """

    id: str
    video: str
    dimensions: tuple[str, ...]
    text: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class TableRating:
    """One person's level of a unit, in the values of the table; without one, with the reason."""

    claim: str
    rater: str
    dimension: str
    level: float | None
    reason: str = ""
    rubric: str = ""


@dataclass(frozen=True, slots=True)
class TableScore:
    """One judge's score of a unit, in the values of the table; a cell without a number is a failed score."""

    claim: str
    dimension: str
    level: float | None
    expected: float | None
    status: str = "ok"
    reason: str = ""
    sample: int = 0
    raw: str = ""
    rung: str = ""
    mass: float | None = None
    seconds: float | None = None
    tokens: int | None = None

    def to_json(self) -> Mapping[str, Any]:
        """Return the fields as JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableJudgements:
    """Two tables, joined by unit.

    Attributes
    ----------
    units : sequence of TableUnit
        Of either table.
    ratings : sequence of TableRating
    scores : mapping of str to sequence of TableScore
        By judge, in the order of the file.
    scales : mapping of str to LevelScale
        The levels of each dimension in order, in the values of the table.
    slices : mapping
        Labels by column and id of the unit.
    thresholds : Thresholds
        Leniency in steps of the scale.
    losses : sequence of ExcludedRows
        Rows that were left out when the tables were read.
    notes : sequence of str
        How they were read.
    """

    name: str
    units: Sequence[TableUnit]
    ratings: Sequence[TableRating]
    scores: Mapping[str, Sequence[TableScore]]
    scales: Mapping[str, LevelScale]
    thresholds: Thresholds
    nouns: ItemNouns
    slices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    inputs: tuple[InputDigest, ...] = ()
    losses: Sequence[ExcludedRows] = ()
    notes: Sequence[str] = ()
    threshold_record: ThresholdRecord | None = None
