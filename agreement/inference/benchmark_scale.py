"""What a coefficient is called: benchmark scales, with the probability of each of their words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.json_fields import JsonFields

SCALES: dict[str, tuple[tuple[float, str], ...]] = {
    "Landis-Koch": (
        (0.8, "almost perfect"),
        (0.6, "substantial"),
        (0.4, "moderate"),
        (0.2, "fair"),
        (0.0, "slight"),
        (-1.0, "poor"),
    ),
    "Altman": ((0.8, "very good"), (0.6, "good"), (0.4, "moderate"), (0.2, "fair"), (-1.0, "poor")),
    "Fleiss": ((0.75, "excellent"), (0.4, "intermediate to good"), (-1.0, "poor")),
    "Cicchetti-Sparrow": ((0.75, "excellent"), (0.6, "good"), (0.4, "fair"), (-1.0, "poor")),
}


@dataclass(frozen=True)
class BenchmarkScale(JsonFields):
    """How probable each word of a scale is for a coefficient.

    Attributes
    ----------
    scale : str
        Whose words these are.
    levels : tuple of str
        The words, best first.
    lower_ends : tuple of float
        Where the interval of each word begins.
    probabilities : tuple of float or None
        Of each word, their sum 1; None where the coefficient has no standard error.
    level : str or None
        The best word that holds with the required probability: the coefficient lies in its interval or above.
    naive_level : str
        The word of the value alone, whose error it ignores.
    required : float
        The probability required.
    reason : str or None
        Why there are no probabilities.
    """

    scale: str
    levels: tuple[str, ...]
    lower_ends: tuple[float, ...]
    probabilities: tuple[float, ...] | None
    level: str | None
    naive_level: str
    required: float = 0.95
    reason: str | None = None

    @property
    def cumulative(self) -> tuple[float, ...] | None:
        """Probability of each word or a better one."""
        if self.probabilities is None:
            return None
        return tuple(sum(self.probabilities[: i + 1]) for i in range(len(self.probabilities)))


def benchmark_scale(estimate: Estimate, scale: str = "Landis-Koch", *, required: float = 0.95) -> BenchmarkScale:
    r"""Return what a coefficient is called, with the probability that the word is right.

    With standard error s the true coefficient lies in :math:`[a, b)` with probability
    :math:`\Phi((\hat\kappa - a)/s) - \Phi((\hat\kappa - b)/s)`, divided by that of [−1, 1]. The word to use is the best
    one for which the probability of it or a better one reaches ``required``: with a large error that is a humbler word
    than the value's own.

    Parameters
    ----------
    estimate : Estimate
        Any chance-corrected coefficient with a standard error.
    scale : {"Landis-Koch", "Altman", "Fleiss", "Cicchetti-Sparrow"}, default "Landis-Koch"
    required : float, default 0.95

    Returns
    -------
    BenchmarkScale

    References
    ----------
    K. L. Gwet, *Handbook of Inter-Rater Reliability*, 4th ed. (2014), chapter 6. The scales: J. R. Landis and G. G.
    Koch, Biometrics 33 (1977); D. G. Altman, *Practical Statistics for Medical Research* (1991); J. L. Fleiss,
    *Statistical Methods for Rates and Proportions* (1981); D. V. Cicchetti and S. A. Sparrow (1981).

    Examples
    --------
    >>> found = benchmark_scale(Estimate(0.67, 0.35, 0.85, standard_error=0.15), "Altman")
    >>> found.naive_level, found.level, [round(p, 3) for p in found.cumulative]
    ('good', 'moderate', [0.182, 0.675, 0.964, 0.999, 1.0])
    """
    from scipy.special import ndtr

    if scale not in SCALES:
        raise AgreementError(f"scale={scale!r}", f"choose one of {', '.join(map(repr, SCALES))}")
    if not 0 < required < 1:
        raise AgreementError(f"required={required!r}", "it is a probability between 0 and 1, such as 0.95")
    if estimate.value is None:
        raise AgreementError("an undefined coefficient", str(estimate.reason), "It is called nothing.")
    ends = tuple(end for end, _ in SCALES[scale])
    words = tuple(word for _, word in SCALES[scale])
    naive = next((word for end, word in SCALES[scale] if estimate.value >= end), words[-1])
    error = estimate.standard_error
    if not error:
        reason = estimate.reason or "no standard error was computed"
        return BenchmarkScale(scale, words, ends, None, None, naive, required, reason)
    above = [float(ndtr((estimate.value - end) / error)) for end in (1.0, *ends)]
    whole = above[-1] - above[0]
    found = tuple((b - a) / whole for a, b in pairwise(above))
    totals = [sum(found[: i + 1]) for i in range(len(found))]
    level = next((word for word, total in zip(words, totals, strict=True) if total >= required), words[-1])
    return BenchmarkScale(scale, words, ends, found, level, naive, required)
