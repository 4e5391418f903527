"""Options that every coefficient takes, checked once."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, Literal, TypedDict

from numpy.typing import ArrayLike

from agreement.errors import AgreementError

IntervalName = Literal["jackknife", "bootstrap", "bca", "pigeonhole", "analytic"]
INTERVALS = ("jackknife", "bootstrap", "bca", "pigeonhole", "analytic", None)


class Keywords(TypedDict, total=False):
    """Keyword-only options that every coefficient takes; :class:`Options` documents them."""

    scale: Any
    interval: IntervalName | None
    cluster: ArrayLike | None
    confidence: float
    n_resamples: int
    seed: int


@dataclass(frozen=True)
class Options:
    """How to make the interval.

    Parameters
    ----------
    scale : sequence, optional
        Categories in order, where ratings are an array.
    interval : {"jackknife", "bootstrap", "bca", "pigeonhole", "analytic"} or None, default "jackknife"
        Jackknife-t on the atanh scale; percentile or BCa bootstrap; bootstrap of units (or clusters) and raters at once
        (pigeonhole; Owen 2007); the published standard error; or the value alone.
    cluster : array_like of shape (units,), optional
        What is independent, for instance the video of each unit; by default the clusters of the Ratings, else
        the units.
    confidence : float, default 0.95
    n_resamples : int, default 2000
    seed : int, default 0
    """

    scale: Any = None
    interval: IntervalName | None = "jackknife"
    cluster: ArrayLike | None = None
    confidence: float = 0.95
    n_resamples: int = 2000
    seed: int = 0

    def __post_init__(self) -> None:
        if self.interval not in INTERVALS:
            raise AgreementError(f"interval={self.interval!r}", f"choose one of {', '.join(map(repr, INTERVALS))}")
        check_confidence(self.confidence)
        check_resamples(self.n_resamples)
        check_seed(self.seed)


def check_confidence(confidence: float) -> float:
    """Refuse a confidence that is not a number strictly between 0 and 1."""
    if not isinstance(confidence, Real) or not 0 < confidence < 1:
        raise AgreementError(f"confidence={confidence!r}", "it is a share between 0 and 1, such as 0.95")
    return confidence


def check_resamples(n_resamples: int, least: int = 2) -> int:
    """Refuse a number of resamples that is not whole, or below the least that means something."""
    if not isinstance(n_resamples, Integral) or n_resamples < least:
        raise AgreementError(
            f"n_resamples={n_resamples!r}", f"it is a whole number, {least} or more; a bootstrap needs 2000 for a paper"
        )
    return n_resamples


def check_seed(seed: int) -> int:
    """Refuse a seed that is not a whole number of 0 or more."""
    if not isinstance(seed, Integral) or seed < 0:
        raise AgreementError(f"seed={seed!r}", "a seed is a whole number, 0 or more")
    return seed
