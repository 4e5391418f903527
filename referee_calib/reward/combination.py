"""From two judgements of one claim to one number: relevance and placement, both 0 to 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from referee_calib.errors import InputError


class Combination(Protocol):
    """Takes relevance and placement, 0 to 1, to a score from 0 to 1 that falls with neither."""

    def __call__(self, relevance: float, placement: float) -> float:
        """Combine."""


@dataclass(frozen=True)
class Product:
    """`relevance · placement`: what is well placed but irrelevant earns nothing."""

    def __call__(self, relevance: float, placement: float) -> float:
        """Combine."""
        return relevance * placement


@dataclass(frozen=True)
class Mean:
    """`(relevance + placement) / 2`: each makes up for the other."""

    def __call__(self, relevance: float, placement: float) -> float:
        """Combine."""
        return (relevance + placement) / 2


@dataclass(frozen=True)
class Min:
    """The worse of the two."""

    def __call__(self, relevance: float, placement: float) -> float:
        """Combine."""
        return min(relevance, placement)


@dataclass(frozen=True)
class Weighted:
    """`w · relevance + (1 - w) · placement`.

    Attributes
    ----------
    relevance : float
        Weight w of relevance, 0 to 1.
    """

    relevance: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.relevance <= 1:
            raise InputError(f"Weighted(relevance={self.relevance})", "a weight lies between 0 and 1")

    def __call__(self, relevance: float, placement: float) -> float:
        """Combine."""
        return self.relevance * relevance + (1 - self.relevance) * placement


def combined(combine: Combination, relevance: float | None, placement: float | None) -> float:
    """Combine the two; where the rubric asks about one of them only, that one stands for both."""
    if relevance is not None and placement is not None:
        return combine(relevance, placement)
    return next((one for one in (relevance, placement) if one is not None), 0.0)


_NAMED: dict[str, Callable[[], Combination]] = {"product": Product, "mean": Mean, "min": Min, "weighted": Weighted}


def combination(given: str | Combination) -> Combination:
    """Return a combination by its name (``product``, ``mean``, ``min``, ``weighted``), or the one given."""
    if not isinstance(given, str):
        return given
    if given not in _NAMED:
        raise InputError(f"combine={given!r:.60}", f"a combination is one of {', '.join(_NAMED)}")
    return _NAMED[given]()
