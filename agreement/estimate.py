"""What every coefficient returns: a value with its interval, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar

from agreement.tables.result_frames import Tabular

THESE_RATERS = "these raters"
RATERS_LIKE_THESE = "raters like these"


@dataclass(frozen=True)
class Interval:
    """Limits, or the reason why there are none, and how they were made.

    Without arguments: no interval was asked for. ``degrees_of_freedom`` are Student's t's, where both limits have them.
    """

    low: float | None = None
    high: float | None = None
    method: str = "none"
    standard_error: float | None = None
    reason: str | None = None
    notes: tuple[str, ...] = ()
    degrees_of_freedom: float | None = None


@dataclass(frozen=True)
class Estimate(Tabular):
    """A coefficient with its interval and the numbers behind it.

    A statistic that the data do not define is ``None`` with a ``reason``; it is never NaN and never 0.

    Parameters
    ----------
    value : float or None
        The coefficient.
    low, high : float or None
        Limits of the interval; None where no interval was asked for or the data hold none.
    confidence : float
        Nominal coverage of the interval, 0.95 for 95 %.
    method : str
        How the interval was made: ``"jackknife-t (atanh)"``, ``"bootstrap percentile"``, ``"none"``, …
    n_units, n_raters, n_ratings : int
        What entered the coefficient.
    n_dropped : int
        Ratings that were given and could not enter; the notes say why.
    n_clusters : int or None
        Number of clusters that were resampled, None where units were taken as independent.
    reason : str or None
        Why the value, or the interval of a value, is undefined.
    notes : tuple of str
        What a reader has to know beside the number; a :class:`~agreement.result_notes.Note` has a code too.
    standard_error : float or None
        Standard error on the coefficient's own scale, where the method gives one.
    parts : mapping of str to Estimate
        The pieces a coefficient is made of: pairs of raters, or categories.
    population : str
        Whom the interval speaks of: ``"these raters"``, or ``"raters like these"`` where they are taken as a sample.
    averaged_over : float or None
        Ratings per unit that the mean is taken over, of a coefficient for means such as ICC(2,k); None for one rating.

    Examples
    --------
    >>> Estimate(0.81, 0.7, 0.88, n_units=40, n_raters=3, n_ratings=120).to_json()["value"]
    0.81
    >>> print(Estimate(None, None, None, reason="no unit has two ratings"))
    undefined: no unit has two ratings
    """

    frame_leaf: ClassVar[bool] = True

    value: float | None
    low: float | None
    high: float | None
    confidence: float = 0.95
    method: str = "none"
    n_units: int = 0
    n_raters: int = 0
    n_ratings: int = 0
    n_dropped: int = 0
    n_clusters: int | None = None
    reason: str | None = None
    notes: tuple[str, ...] = ()
    standard_error: float | None = None
    parts: Mapping[str, Estimate] = field(default_factory=dict, hash=False)
    population: str = THESE_RATERS
    averaged_over: float | None = None

    def __post_init__(self) -> None:
        for name in ("value", "low", "high", "standard_error"):
            number = getattr(self, name)
            if number is not None and not math.isfinite(number):
                raise ValueError(f"Estimate.{name} is {number}: an undefined number is None with a reason.")
        if self.value is None and not self.reason:
            raise ValueError("Estimate without a value: say why in `reason`.")

    def __str__(self) -> str:
        if self.value is None:
            return f"undefined: {self.reason}"
        if self.low is None or self.high is None:
            return f"{self.value:.3f}"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    @classmethod
    def undefined(cls, reason: str, **counts: Any) -> Estimate:
        """Return an estimate without a value; ``counts`` are what entered it and its notes.

        Examples
        --------
        >>> print(Estimate.undefined("no unit has two ratings", n_units=3))
        undefined: no unit has two ratings
        """
        return cls(None, None, None, reason=reason, **counts)

    def with_interval(self, value: float, interval: Interval, *, notes: tuple[str, ...] = ()) -> Estimate:
        """Return the same counts with a value and its interval.

        Parameters
        ----------
        value : float
            The coefficient.
        interval : Interval
            Its limits, how they were made, or why there are none.
        notes : tuple of str
            What is said after the notes of the counts and those of the interval.

        Examples
        --------
        >>> counted = Estimate.undefined("not computed", n_units=40, n_clusters=9)
        >>> print(counted.with_interval(0.5, Interval(0.2, 0.7, "bootstrap percentile")))
        0.500 [0.200, 0.700]
        """
        return replace(
            self,
            value=float(value),
            low=interval.low,
            high=interval.high,
            method=interval.method,
            standard_error=interval.standard_error,
            reason=interval.reason,
            notes=(*self.notes, *interval.notes, *notes),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a dictionary of plain numbers, strings and lists.

        Returns
        -------
        dict
            ``parts`` appears only where there are some.

        Examples
        --------
        >>> sorted(Estimate(1.0, None, None).to_json())[:3]
        ['averaged_over', 'confidence', 'high']
        """
        row: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "parts"}
        row["notes"] = list(self.notes)
        if self.parts:
            row["parts"] = {name: part.to_json() for name, part in self.parts.items()}
        return row
