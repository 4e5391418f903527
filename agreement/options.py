"""Options that every coefficient takes, checked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np

from agreement.arrays import Floats
from agreement.errors import AgreementError

IntervalName = Literal["jackknife", "bootstrap", "bca", "pigeonhole", "analytic"]
ResampledName = Literal["jackknife", "bootstrap"]
INTERVALS = ("jackknife", "bootstrap", "bca", "pigeonhole", "analytic", None)
RESAMPLED = ("jackknife", "bootstrap", None)


@dataclass(frozen=True)
class Options:
    """How to make an interval, checked; ``allowed`` are the kinds that the coefficient has.

    ``population`` is the number of units that the rated ones were drawn from, None where it has no end.
    """

    interval: str | None = "jackknife"
    confidence: float = 0.95
    n_resamples: int = 2000
    seed: int = 0
    allowed: tuple[str | None, ...] = INTERVALS
    population: int | None = None

    def __post_init__(self) -> None:
        check_interval(self.interval, self.allowed)
        check_confidence(self.confidence)
        check_resamples(self.n_resamples)
        check_seed(self.seed)
        if self.population is not None:
            check_population(self.population, self.interval)

    def unsampled(self, n_units: int) -> float:
        """Return the share of the population that was not rated, 1 where the population has no end."""
        if self.population is None:
            return 1.0
        if self.population < n_units:
            raise AgreementError(
                f"population={self.population} and {n_units} rated units",
                "a sample is no larger than what it is drawn from",
                "Give the number of all units, rated or not.",
            )
        return 1 - n_units / self.population


def check_population(population: int, interval: str | None) -> None:
    """Refuse a population that is not a whole number above 0, and intervals that do not know of it."""
    if not isinstance(population, Integral) or population < 1:
        raise AgreementError(f"population={population!r}", "it is a whole number: of all units, rated or not")
    if interval not in ("jackknife", "analytic", None):
        raise AgreementError(
            f"population= with interval={interval!r}",
            "resamples of units know no finite population",
            "Use 'jackknife' or 'analytic'.",
        )


def check_interval(interval: str | None, allowed: tuple[str | None, ...]) -> None:
    """Refuse an interval that is not one of those allowed."""
    if interval not in allowed:
        raise AgreementError(f"interval={interval!r}", f"choose one of {', '.join(map(repr, allowed))}")


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


def whole_numbers(name: str, given: Sequence[int], least: int) -> tuple[int, ...]:
    """Return the numbers of a sequence as integers, refusing others."""
    numbers = numbers_or_none(given)
    if numbers is None or not (numbers.ndim == 1 and len(numbers)):
        raise AgreementError(
            f"{name}={given!r}", f"a sequence of whole numbers is expected, such as ({least}, {least + 1})"
        )
    if not np.isfinite(numbers).all() or (numbers != np.floor(numbers)).any() or (numbers < least).any():
        what = f"whole numbers from {least}" if least else "whole numbers, none below 0,"
        raise AgreementError(f"{name}={given!r}", f"{what} are expected")
    return tuple(int(n) for n in numbers)


def numbers_or_none(given: Any) -> Floats | None:
    """Return numbers as floats, None where something is none."""
    try:
        return np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        return None
