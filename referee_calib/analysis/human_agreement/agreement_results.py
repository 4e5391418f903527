"""What agreement with people gives, dimension by dimension: typed values, nothing drawn and nothing worded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from referee_calib.analysis.human_agreement.judgement_records import JudgedItem
from referee_calib.analysis.human_agreement.level_scale import FIVE_LEVELS, LevelScale

if TYPE_CHECKING:
    from agreement import CalibrationCurve, Estimate, OppositeLevels


@dataclass(frozen=True, slots=True)
class ExcludedRows:
    """Rows that could not take part in a figure, with the reason and their names.

    Attributes
    ----------
    dimension : str
        Its name, or "" for rows of no dimension.
    what : str
        Kind of row, and what it lacks: "claim without a rating", "rating without a level", "failed score", ….
    reason : str
        As the row itself states it: "cannot judge", "unsupported: …".
    names : tuple of str
        One per row: the claim's id, with the rater after a slash where a rating was lost.
    """

    dimension: str
    what: str
    reason: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JudgementCounts:
    """What took part on one dimension.

    Attributes
    ----------
    applicable : int
        Claims that have this dimension.
    rated : int
        Claims with at least one level from a person.
    rated_twice : int
        Claims with levels from at least two people: only these tell about people with people.
    scored : int
        Claims with a level from the referee.
    matched : int
        Claims with both.
    compared : int
        Claims with a level from the referee and levels from two people: on these people and referee are compared.
    levels, raters, videos : int
        Levels people gave, the people, and the videos of the rated claims.
    """

    applicable: int
    rated: int
    rated_twice: int
    scored: int
    matched: int
    compared: int
    levels: int
    raters: int
    videos: int


@dataclass(frozen=True, slots=True)
class AllClaims:
    """A coefficient on all claims that hold it, two figures about different claims: not to be subtracted."""

    people: Estimate
    referee: Estimate


@dataclass(frozen=True, slots=True)
class CoefficientSummary:
    """One coefficient three times, on the same claims: people with people, with the referee, and the difference.

    Attributes
    ----------
    people, referee, difference : Estimate
        Of the claims that the referee scored and two people rated.
    p_value : float or None
        Of no difference, None where the data do not define one.
    all_claims : AllClaims or None
        Either side on all claims that hold it, None where these are the same claims.
    """

    name: str
    people: Estimate
    referee: Estimate
    difference: Estimate
    p_value: float | None = None
    all_claims: AllClaims | None = None


@dataclass(frozen=True, slots=True)
class RaterEstimate:
    """An estimate that belongs to one person."""

    rater: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class NamedEstimate:
    """An estimate under its name."""

    name: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class LevelPrevalence:
    """How often each level was given, on the claims judged by both: people's ratings, the referee's scores."""

    people: tuple[int, ...]
    referee: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SliceResult:
    """One kind of claim by itself.

    Attributes
    ----------
    by : str
        "size", "span", "source" or "step", or the column of a table.
    value : str
        What these claims share: "small", "short", ….
    n_claims, n_videos : int
        Judged by both.
    people, referee, difference : Estimate
        Quadratic kappa of those that two people rated; without a value, and with the reason, where claims are too few.
    loss, drawn_leniency : Estimate or None
        What the verdict holds: the loss on the scale of the study's kappa, and the leniency, both drawn towards the
        other slices of the same slicing (:func:`agreement.group_losses`). None where nobody rated the claims.
    below_floor : bool
        Whether claims or videos are too few to judge the slice by itself.
    label : str
        What it is called where a column of a table tells the claims apart; else "".
    """

    by: str
    value: str
    n_claims: int
    n_videos: int
    people: Estimate
    referee: Estimate
    difference: Estimate
    leniency: Estimate
    loss: Estimate | None = None
    drawn_leniency: Estimate | None = None
    below_floor: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """Everything about one dimension.

    Attributes
    ----------
    coefficients : tuple of CoefficientSummary
        "percent_agreement", "cohen_kappa_quadratic", "krippendorff_alpha_ordinal", "gwet_ac2_quadratic", in this order.
    leave_one_out : tuple of RaterEstimate
        Each person's quadratic kappa with the other people.
    leniency : Estimate
        Mean of referee minus person over all pairs, in levels.
    confusion : tuple of tuple of int
        ``confusion[person's level][referee's level]``: pairs of one rating and one score.
    notes : tuple of str
        What `agreement` has to say beside the numbers.
    by_level : tuple of NamedEstimate
        "rps" (in levels), "noise_floor", "recalibrated", "explained", "explained_as_is"; "auc" and "base_rate" of
        acceptable ratings: those from three quarters of the scale on, 3 or more of 0 to 4.
    tail : OppositeLevels or None
        Confident acceptances and rejections; None where nobody rated. Positions are those of the rated claims.
    tail_claims : dict of str to tuple of str
        Ids of the claims with a "confident_acceptance" or a "confident_rejection".
    scale : tuple of float
        All levels in order.
    """

    dimension: str
    counts: JudgementCounts
    coefficients: tuple[CoefficientSummary, ...]
    leave_one_out: tuple[RaterEstimate, ...]
    leniency: Estimate
    leniency_by_rater: tuple[RaterEstimate, ...]
    calibration: CalibrationCurve
    confusion: tuple[tuple[int, ...], ...]
    notes: tuple[str, ...] = ()
    prevalence: LevelPrevalence | None = None
    slices: tuple[SliceResult, ...] = ()
    by_level: tuple[NamedEstimate, ...] = ()
    tail: OppositeLevels | None = None
    tail_claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scale: LevelScale = FIVE_LEVELS


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A claim that people and the referee see differently.

    Attributes
    ----------
    referee : float
        The referee's (expected) level.
    gap : float
        Referee minus the people's mean, in levels.
    reply : str
        The backend's raw reply; untrusted text.
    time : float
        Second of the frame shown.
    image : bytes
        That frame as JPEG without anything drawn on it; empty when it could not be read.
    image_size : (int, int)
        Its width and height in pixels.
    note : str
        Why there is no frame.
    """

    claim: JudgedItem
    dimension: str
    people: tuple[tuple[str, float], ...]
    referee: float
    gap: float
    reply: str
    time: float
    image: bytes = b""
    image_size: tuple[int, int] = (0, 0)
    note: str = ""
