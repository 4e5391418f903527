"""How many videos, claims and raters? Expected interval widths by simulation, with the assumptions stated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from numbers import Real

import numpy as np

from agreement.arrays import Codes, Floats
from agreement.coefficients.kappa import kappa_of_tables
from agreement.coefficients.weights import agreement_weights
from agreement.comparison.rater_pair_estimates import ComparisonPlan, estimates
from agreement.errors import AgreementError
from agreement.json_fields import JsonFields
from agreement.options import check_confidence, check_seed, numbers_or_none, whole_numbers

TRUTH = 20_000  # simulated pairs with which a correlation is matched to a kappa


@dataclass(frozen=True)
class Design(JsonFields):
    """One design and what it would give.

    Attributes
    ----------
    videos, claims, raters : int
        Claims per video, raters per claim.
    kappa_width, alpha_width, difference_width : float or None
        Mean width of the interval of quadratic kappa and of ordinal alpha of the people, and of the difference of
        quadratic kappa between people with referee and people with people; None where most simulated studies had none.
    undefined : float
        Share of simulated studies in which the interval of the difference was undefined.
    """

    videos: int
    claims: int
    raters: int
    ratings: int
    cost: float
    kappa_width: float | None
    alpha_width: float | None
    difference_width: float | None
    undefined: float


@dataclass(frozen=True)
class StudyPlan(JsonFields):
    """What :func:`plan_agreement` found.

    Attributes
    ----------
    designs : tuple of Design
        From the cheapest.
    cheapest : Design or None
        The cheapest whose difference is as narrow as wanted.
    width : float or None
        What was wanted.
    reason : str or None
        Why there is no cheapest.
    """

    designs: tuple[Design, ...]
    cheapest: Design | None
    width: float | None
    assumptions: tuple[str, ...]
    reason: str | None


def plan_agreement(
    *,
    videos: Sequence[int] = (20, 40, 80, 160),
    claims: Sequence[int] = (1, 3, 6),
    raters: Sequence[int] = (2, 3),
    kappa: float = 0.7,
    referee_kappa: float = 0.65,
    shares: Sequence[float] = (0.15, 0.15, 0.2, 0.25, 0.25),
    video_correlation: float = 0.3,
    severity: float = 0.2,
    width: float | None = None,
    video_cost: float = 0.0,
    rating_cost: float = 1.0,
    confidence: float = 0.95,
    n_simulations: int = 40,
    seed: int = 0,
) -> StudyPlan:
    r"""Simulate studies of every design, and say how wide their intervals are and which is the cheapest that will do.

    A claim has a latent quality, normal, with the share ``video_correlation`` of its variance common to its video. A
    person sees it with normal noise and a shift of their own (standard deviation ``severity`` of the noise), the
    referee with noise of its own; thresholds at fixed quantiles make levels of the given ``shares``. Noise is set so
    that two people reach ``kappa`` (quadratic) and person and referee ``referee_kappa`` in a large sample without
    shifts. Every simulated study goes through :func:`agreement.compare`'s own estimates, with jackknife-t intervals by
    video.

    Parameters
    ----------
    videos, claims, raters : sequence of int
        Numbers of videos, claims per video and raters per claim to combine.
    kappa, referee_kappa : float
        Expected quadratic kappa of people with people, and with the referee.
    shares : sequence of float
        Share of each level, lowest first.
    video_correlation : float, default 0.3
        Intraclass correlation of quality within a video.
    severity : float, default 0.2
    width : float, optional
        Wanted width of the interval of the difference.
    video_cost, rating_cost : float
        Of one more video and of one more rating, in any unit.
    confidence : float, default 0.95
    n_simulations : int, default 40
        Studies per design; the widths are means over them.
    seed : int, default 0

    Returns
    -------
    StudyPlan

    Raises
    ------
    AgreementError
        For a kappa that people of that noise cannot reach with any referee, for shares that are none, and for numbers
        that are not finite, whole or above zero where they must be.

    Examples
    --------
    More videos beat more claims of the same videos:

    >>> found = plan_agreement(videos=(20, 60), claims=(1, 3), raters=(2,), n_simulations=10)
    >>> by = {(d.videos, d.claims): d for d in found.designs}
    >>> by[60, 1].ratings == by[20, 3].ratings, by[60, 1].kappa_width < by[20, 3].kappa_width
    (True, True)
    """
    check_confidence(confidence)
    check_seed(seed)
    levels = _shares(shares)
    sizes = (whole_numbers("videos", videos, 2), whole_numbers("claims", claims, 1), whole_numbers("raters", raters, 2))
    n_simulations = whole_numbers("n_simulations", [n_simulations], 1)[0]
    _finite(kappa=kappa, referee_kappa=referee_kappa, video_correlation=video_correlation, severity=severity)
    _finite(0.0, video_cost=video_cost, rating_cost=rating_cost, **({} if width is None else {"width": width}))
    if not 0 <= video_correlation < 1 or severity < 0:
        raise AgreementError(
            f"video_correlation={video_correlation}, severity={severity}",
            "the first is in [0, 1), the second not below 0",
        )
    thresholds = _thresholds(levels)
    people = _correlation(kappa, levels, thresholds, "kappa")
    beside = _correlation(referee_kappa, levels, thresholds, "referee_kappa")
    truth = beside / np.sqrt(people)
    if truth > 1:
        raise AgreementError(
            f"referee_kappa={referee_kappa} with kappa={kappa}",
            "a referee without any noise would agree less with people this noisy",
            f"Expect at most what a perfect referee reaches, a latent correlation of {np.sqrt(people):.2f}.",
        )
    model = (people, float(truth), video_correlation, severity)
    made = []
    for size in product(*sizes):
        rng = np.random.default_rng([seed, *size])
        widths = np.array([_widths(rng, size, thresholds, model, confidence) for _ in range(n_simulations)])
        ratings = size[0] * size[1] * size[2]
        made.append(
            Design(
                *size,
                ratings=ratings,
                cost=size[0] * video_cost + ratings * rating_cost,
                kappa_width=_mean(widths[:, 0]),
                alpha_width=_mean(widths[:, 1]),
                difference_width=_mean(widths[:, 2]),
                undefined=float(np.isnan(widths[:, 2]).mean()),
            )
        )
    designs = tuple(sorted(made, key=lambda d: (d.cost, d.difference_width is None, d.difference_width)))
    wanted = np.inf if width is None else width
    enough = [d for d in designs if d.difference_width is not None and d.difference_width <= wanted]
    reason = None if enough else f"no design gives an interval of the difference of {width} or less"
    if width is None:
        enough, reason = [], None
    assumptions = _assumptions(kappa, referee_kappa, levels, video_correlation, severity, confidence, n_simulations)
    return StudyPlan(designs, enough[0] if enough else None, width, assumptions, reason)


def _shares(shares: Sequence[float]) -> Floats:
    given = numbers_or_none(shares)
    if given is None or given.ndim != 1 or len(given) < 2 or (given <= 0).any() or not np.isfinite(given).all():
        raise AgreementError(f"shares={shares!r}", "each of two levels or more has a share above 0")
    return np.asarray(given / given.sum())


def _finite(least: float = -np.inf, **numbers: float) -> None:
    for name, number in numbers.items():
        if not isinstance(number, Real) or not np.isfinite(number) or number < least:
            what = "a finite number" if least < 0 else "a finite number, not below 0,"
            raise AgreementError(f"{name}={number!r}", f"{what} is expected")


def _thresholds(shares: Floats) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(np.cumsum(shares)[:-1]))


def _correlation(kappa: float, shares: Floats, thresholds: Floats, name: str) -> float:
    """Latent correlation with which two raters reach a quadratic kappa, by bisection on one fixed sample."""
    rng = np.random.default_rng(0)
    x, e = rng.normal(size=TRUTH), rng.normal(size=TRUTH)
    weights, q = agreement_weights("quadratic", range(len(shares))), len(shares)

    def reached(r: float) -> float:
        a, b = np.searchsorted(thresholds, x), np.searchsorted(thresholds, r * x + np.sqrt(1 - r * r) * e)
        table = np.bincount(a * q + b, minlength=q * q).reshape(q, q).astype(float)
        return float(kappa_of_tables(table, weights))

    if not 0 < kappa < reached(0.999):
        raise AgreementError(f"{name}={kappa}", f"it lies above 0 and below {reached(0.999):.2f}")
    low, high = 0.0, 0.999
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) < kappa else (low, middle)
    return low


def _widths(
    rng: np.random.Generator,
    size: tuple[int, int, int],
    thresholds: Floats,
    model: tuple[float, float, float, float],
    confidence: float,
) -> tuple[float, float, float]:
    n_videos, n_claims, n_raters = size
    people, truth, common, severity = model
    video = np.repeat(np.arange(n_videos), n_claims)
    quality = np.sqrt(common) * rng.normal(size=n_videos)[video] + np.sqrt(1 - common) * rng.normal(size=len(video))
    shift = severity * rng.normal(size=n_raters)
    noise = np.sqrt(1 - people) * (rng.normal(size=(len(video), n_raters)) + shift)
    referee = truth * quality + np.sqrt(1 - truth**2) * rng.normal(size=len(video))
    seen = np.column_stack([np.sqrt(people) * quality[:, None] + noise, referee])
    codes: Codes = np.searchsorted(thresholds, seen).astype(np.int8)
    plan = ComparisonPlan(tuple(range(len(thresholds) + 1)), (), "ordinal", "jackknife", confidence, 0, 0)
    found, _ = estimates(codes, video, plan, "pairs")
    keys = (("ceiling", 1), ("ceiling", 2), ("difference", 1))
    kappa, alpha, apart = (
        np.nan if e.low is None or e.high is None else e.high - e.low for e in (found[key] for key in keys)
    )
    return kappa, alpha, apart


def _mean(widths: Floats) -> float | None:
    known = widths[~np.isnan(widths)]
    return float(known.mean()) if 2 * len(known) > len(widths) else None


def _assumptions(
    kappa: float,
    referee_kappa: float,
    shares: Floats,
    common: float,
    severity: float,
    confidence: float,
    n_simulations: int,
) -> tuple[str, ...]:
    return (
        f"two people agree with quadratic kappa {kappa:g}, a person and the referee with {referee_kappa:g}",
        f"{len(shares)} levels with shares {', '.join(f'{share:.2f}' for share in shares)}",
        f"{common:.0%} of the variance of quality is common to the claims of one video",
        f"people differ in severity by a standard deviation of {severity:g} of their noise",
        "every claim is rated by all raters, nothing is missing, and the referee never fails",
        f"{confidence:.0%} jackknife-t intervals by video, mean width over {n_simulations} simulated studies",
    )
