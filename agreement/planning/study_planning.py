"""How many videos, claims and raters? Expected interval widths by simulation, with the assumptions stated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from numbers import Real

import numpy as np

from agreement.arrays import Codes, Floats, Ints
from agreement.coefficients.kappa import kappa_of_tables
from agreement.coefficients.weights import agreement_weights
from agreement.errors import AgreementError
from agreement.json_fields import JsonFields
from agreement.options import check_confidence, check_seed, numbers_or_none, whole_numbers
from agreement.planning.quality_shapes import WORDS, QualityShape, check_shape, draw_quality
from agreement.planning.simulated_design import Design, DesignSimulation, Draw, Size

TRUTH = 80_000  # simulated pairs with which a correlation is matched to a kappa


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
    quality: QualityShape = "normal",
    width: float | None = None,
    video_cost: float = 0.0,
    rating_cost: float = 1.0,
    slice_loss: float = 0.2,
    confidence: float = 0.95,
    n_simulations: int = 40,
    seed: int = 0,
) -> StudyPlan:
    r"""Simulate studies of every design, and say how wide their intervals are and which is the cheapest that will do.

    A claim has a latent quality, normal by default, with the share ``video_correlation`` of its variance common to its
    video. A person sees it with normal noise and a shift of their own (standard deviation ``severity`` of the noise),
    the referee with noise of its own; thresholds at fixed quantiles make levels of the given ``shares``. Noise is set
    so that two people reach ``kappa`` (quadratic) and person and referee ``referee_kappa`` in a large sample without
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
    quality : {"normal", "bimodal", "skewed"}, default "normal"
        How quality is spread: :mod:`agreement.planning.quality_shapes`. Evidence of a model is often right or wrong:
        bimodal. From a pilot study's own distribution plans :func:`agreement.plan_from_pilot`.
    width : float, optional
        Wanted width of the interval of the difference.
    video_cost, rating_cost : float
        Of one more video and of one more rating, in any unit.
    slice_loss : float, default 0.2
        The loss on a kind of claim that a design should be able to judge.
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
    check_shape(quality)
    levels = _shares(shares)
    _finite(kappa=kappa, referee_kappa=referee_kappa, video_correlation=video_correlation, severity=severity)
    if not 0 <= video_correlation < 1 or severity < 0:
        raise AgreementError(
            f"video_correlation={video_correlation}, severity={severity}",
            "the first is in [0, 1), the second not below 0",
        )
    world = _world(kappa, referee_kappa, tuple(levels.tolist()), video_correlation, severity, quality)
    return plan_of(
        world.draw,
        len(levels),
        _assumptions(kappa, referee_kappa, levels, video_correlation, severity, quality),
        videos=videos,
        claims=claims,
        raters=raters,
        width=width,
        video_cost=video_cost,
        rating_cost=rating_cost,
        slice_loss=slice_loss,
        confidence=confidence,
        n_simulations=n_simulations,
        seed=seed,
    )


def plan_of(
    draw: Draw,
    n_levels: int,
    assumptions: Sequence[str],
    *,
    videos: Sequence[int],
    claims: Sequence[int],
    raters: Sequence[int],
    width: float | None,
    video_cost: float,
    rating_cost: float,
    slice_loss: float,
    confidence: float,
    n_simulations: int,
    seed: int,
) -> StudyPlan:
    """Simulate every design with studies that `draw` draws, and name the cheapest that will do."""
    check_confidence(confidence)
    check_seed(seed)
    sizes = (whole_numbers("videos", videos, 2), whole_numbers("claims", claims, 1), whole_numbers("raters", raters, 2))
    n_simulations = whole_numbers("n_simulations", [n_simulations], 1)[0]
    _finite(0.0, video_cost=video_cost, rating_cost=rating_cost, **({} if width is None else {"width": width}))
    _finite(1e-6, slice_loss=slice_loss)
    simulation = DesignSimulation(
        draw, tuple(range(n_levels)), confidence, n_simulations, seed, video_cost, rating_cost, slice_loss
    )
    made = [simulation.run(size) for size in product(*sizes)]
    designs = tuple(sorted(made, key=lambda d: (d.cost, d.difference_width is None, d.difference_width)))
    wanted = np.inf if width is None else width
    enough = [d for d in designs if d.difference_width is not None and d.difference_width <= wanted]
    reason = None if enough else f"no design gives an interval of the difference of {width} or less"
    if width is None:
        enough, reason = [], None
    how = f"{confidence:.0%} jackknife-t intervals by video, mean width over {n_simulations} simulated studies"
    return StudyPlan(designs, enough[0] if enough else None, width, (*assumptions, how), reason)


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


@dataclass(frozen=True)
class _World:
    """What simulated studies are drawn from: latent correlations, thresholds, and how quality is spread."""

    people: float  # squared correlation of a person with quality: that of two people
    truth: float  # correlation of the referee with quality
    person: Floats
    referee: Floats
    common: float
    severity: float
    quality: str

    @classmethod
    def of(
        cls, kappa: float, referee_kappa: float, shares: Floats, common: float, severity: float, quality: str
    ) -> _World:
        """Set the noise so that two people reach `kappa`, and person and referee `referee_kappa`."""
        people = _correlation(kappa, shares, quality, common, "kappa")
        truth = _beside(referee_kappa, people, shares, quality, common)
        if not truth <= 1:
            raise AgreementError(
                f"referee_kappa={referee_kappa} with kappa={kappa}",
                "a referee without any noise would agree less with people this noisy",
                f"Expect at most what a perfect referee reaches, a latent correlation of {np.sqrt(people):.2f}.",
            )
        person = _thresholds(shares, quality, float(np.sqrt(people)), common)
        referee = _thresholds(shares, quality, float(truth), common)
        return cls(people, float(truth), person, referee, common, severity, quality)

    def draw(self, rng: np.random.Generator, size: Size) -> tuple[Codes, Ints]:
        """Draw one study."""
        n_videos, n_claims, n_raters = size
        video = np.repeat(np.arange(n_videos), n_claims)
        quality = draw_quality(rng, self.quality, video, self.common)
        shift = self.severity * rng.normal(size=n_raters)
        noise = np.sqrt(1 - self.people) * (rng.normal(size=(len(video), n_raters)) + shift)
        seen = np.sqrt(self.people) * quality[:, None] + noise
        beside = self.truth * quality + np.sqrt(1 - self.truth**2) * rng.normal(size=len(video))
        codes = np.column_stack([np.searchsorted(self.person, seen), np.searchsorted(self.referee, beside)])
        return codes.astype(np.int8), video


@lru_cache(maxsize=64)
def _world(
    kappa: float, referee_kappa: float, shares: tuple[float, ...], common: float, severity: float, quality: str
) -> _World:
    return _World.of(kappa, referee_kappa, np.array(shares), common, severity, quality)


def _thresholds(shares: Floats, quality: str, loading: float, common: float) -> Floats:
    """Return where levels end, so that somebody whose correlation with quality is `loading` gives these shares."""
    from scipy.special import ndtri

    inner = np.cumsum(shares)[:-1]
    if quality == "normal":
        return np.asarray(ndtri(inner))
    z, e, _ = _sample(quality, common)
    return np.asarray(np.quantile(loading * z + np.sqrt(1 - loading**2) * e, inner))


@lru_cache(maxsize=8)
def _sample(quality: str, common: float) -> tuple[Floats, Floats, Floats]:
    """Return one fixed sample of quality, each claim of its own video, and two of noise."""
    rng = np.random.default_rng(0)
    return draw_quality(rng, quality, np.arange(TRUTH), common), rng.normal(size=TRUTH), rng.normal(size=TRUTH)


def _kappa(first: Floats, second: Floats, shares: Floats) -> float:
    """Quadratic kappa of two who give the same shares to what they saw."""
    q, inner = len(shares), np.cumsum(shares)[:-1]
    a, b = (np.searchsorted(np.quantile(seen, inner), seen) for seen in (first, second))
    table = np.bincount(a * q + b, minlength=q * q).reshape(q, q).astype(float)
    return float(kappa_of_tables(table, agreement_weights("quadratic", range(q))))


def _correlation(kappa: float, shares: Floats, quality: str, common: float, name: str) -> float:
    """Latent correlation with which two raters reach a quadratic kappa, by bisection on one fixed sample."""
    z, e, f = _sample(quality, common)

    def reached(r: float) -> float:
        own = np.sqrt(1 - r)
        return _kappa(np.sqrt(r) * z + own * e, np.sqrt(r) * z + own * f, shares)

    return _bisected(reached, kappa, name)


def _beside(referee_kappa: float, people: float, shares: Floats, quality: str, common: float) -> float:
    """Correlation of a referee with quality at which a person and it reach a kappa; inf where none does."""
    z, e, f = _sample(quality, common)
    person = np.sqrt(people) * z + np.sqrt(1 - people) * e

    def reached(r: float) -> float:
        return _kappa(person, r * z + np.sqrt(1 - r * r) * f, shares)

    return float("inf") if referee_kappa > reached(1.0) else _bisected(reached, referee_kappa, "referee_kappa")


def _bisected(reached: Callable[[float], float], kappa: float, name: str) -> float:
    if not 0 < kappa <= max(reached(0.999), 0):
        raise AgreementError(f"{name}={kappa}", f"it lies above 0 and below {reached(0.999):.2f}")
    low, high = 0.0, 0.999
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) < kappa else (low, middle)
    return low


def _assumptions(
    kappa: float, referee_kappa: float, shares: Floats, common: float, severity: float, quality: str
) -> tuple[str, ...]:
    return (
        f"two people agree with quadratic kappa {kappa:g}, a person and the referee with {referee_kappa:g}",
        f"{len(shares)} levels with shares {', '.join(f'{share:.2f}' for share in shares)}",
        WORDS[quality],
        f"{common:.0%} of the variance of quality is common to the claims of one video",
        f"people differ in severity by a standard deviation of {severity:g} of their noise",
        "every claim is rated by all raters, nothing is missing, and the referee never fails",
    )
