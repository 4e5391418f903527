"""What a significance test found: its p-value, what it was a test of, and how it was made."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from agreement.estimate import THESE_RATERS
from agreement.json_fields import JsonFields


@dataclass(frozen=True)
class HypothesisTest(JsonFields):
    """A p-value with everything that a reader needs to judge it.

    Parameters
    ----------
    p_value : float or None
        None where the data hold no test; ``reason`` says why.
    null : str
        The hypothesis tested: ``"difference = 0"``, ``"kappa = 0"``, …
    method : str
        How the p-value was made: ``"swaps of the referee with people"``, ``"F"``, ``"chi-squared"``, …
    statistic : float or None
        The value of the test statistic.
    degrees_of_freedom : tuple of float
        Of its reference distribution, where there is one: ``(9,)`` of t or chi-squared, ``(5, 15)`` of F.
    monte_carlo_error : float or None
        Standard error of the p-value from the number of random draws; None where it is exact or by formula.
    alternative : str
        ``"two-sided"``, ``"greater"`` or ``"less"``.
    reason : str or None
        Why there is no p-value.
    population : str
        Whom it speaks of: ``"these raters"``, or ``"raters like these"`` where they are taken as a sample.

    Examples
    --------
    >>> print(HypothesisTest(0.031, "difference = 0", "swaps of the referee with people", monte_carlo_error=0.004))
    p = 0.031
    >>> print(HypothesisTest(None, "kappa = 0", "normal", reason="every rating is the same"))
    no p-value: every rating is the same
    """

    frame_leaf: ClassVar[bool] = True

    p_value: float | None
    null: str
    method: str
    statistic: float | None = None
    degrees_of_freedom: tuple[float, ...] = ()
    monte_carlo_error: float | None = None
    alternative: str = "two-sided"
    reason: str | None = None
    population: str = THESE_RATERS

    def __post_init__(self) -> None:
        if self.p_value is None:
            if not self.reason:
                raise ValueError("HypothesisTest without a p-value: say why in `reason`.")
        elif not 0 <= self.p_value <= 1 or not math.isfinite(self.p_value):
            raise ValueError(f"HypothesisTest.p_value is {self.p_value}: it is a probability, or None with a reason.")

    def __str__(self) -> str:
        if self.p_value is None:
            return f"no p-value: {self.reason}"
        return "p < 0.001" if self.p_value < 0.001 else f"p = {self.p_value:.3g}"
