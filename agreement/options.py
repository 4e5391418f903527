"""Options that every coefficient takes, checked once."""

from __future__ import annotations

from dataclasses import dataclass
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
        if not 0 < self.confidence < 1:
            raise AgreementError(f"confidence={self.confidence}", "it is a share between 0 and 1, such as 0.95")
        if self.n_resamples < 2:
            raise AgreementError(f"n_resamples={self.n_resamples}", "a bootstrap needs many, 2000 for a paper")
