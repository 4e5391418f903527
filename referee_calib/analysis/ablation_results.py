"""What a comparison of referees gives: who they are, what sets them apart, and every dimension."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from referee_calib.analysis.input_digests import InputDigest
from referee_calib.thresholds import Thresholds

if TYPE_CHECKING:
    from agreement import Equivalence, Estimate


@dataclass(frozen=True, slots=True)
class ComparedReferee:
    """One of the referees: its fingerprint ("" in a table), a name unique among them, and its settings."""

    fingerprint: str
    label: str
    description: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RefereeDifference:
    """One pair of referees on one measure of one dimension; `p_holm` is corrected over all dimensions."""

    measure: str
    first: str
    second: str
    estimate: Estimate
    p_value: float | None
    p_holm: float | None


@dataclass(frozen=True, slots=True)
class PairEquivalence:
    """Whether two referees agree with people equally well on one dimension, in quadratic kappa and ordinal alpha.

    `videos_needed` are about how many would tell, if the differences stayed and their intervals shrank with 1/√videos;
    None where it is told, or where none can be projected.
    """

    first: str
    second: str
    state: Equivalence
    differences: tuple[Estimate, ...]
    videos_needed: int | None


@dataclass(frozen=True, slots=True)
class DimensionAblation:
    """One dimension: values by measure and referee, differences, and what is to be said beside them."""

    dimension: str
    n_claims: int
    n_videos: int
    n_dropped: dict[str, int]
    values: dict[str, dict[str, Estimate]]
    differences: tuple[RefereeDifference, ...]
    notes: tuple[str, ...]
    equivalence: tuple[PairEquivalence, ...] = ()


@dataclass(frozen=True, slots=True)
class AblationResult:
    """The referees, what sets them apart, and every dimension.

    Attributes
    ----------
    settings : dict of str to tuple
        Settings in which they differ, by dotted name, with the value of each side; None where it has no such setting.
    n_tests : int
        Differences with a p-value, over which Holm corrects.
    inputs : tuple of InputDigest
        Every side's scores with what they cost.
    margin : float
        Within which a difference of kappas is none.
    """

    sides: tuple[ComparedReferee, ...]
    settings: dict[str, tuple[Any, ...]]
    dimensions: tuple[DimensionAblation, ...]
    n_tests: int
    inputs: tuple[InputDigest, ...] = ()
    margin: float = Thresholds().equivalence
