"""How many videos, claims and raters? Expected interval widths by simulation, with the assumptions stated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from numbers import Real

import numpy as np

from agreement.arrays import Floats
from agreement.errors import AgreementError
from agreement.json_fields import JsonFields
from agreement.options import check_confidence, check_seed, numbers_or_none, whole_numbers
from agreement.planning.latent_quality import latent_quality
from agreement.planning.quality_shapes import WORDS, QualityShape, check_shape
from agreement.planning.simulated_design import Design, DesignSimulation, Draw


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
    world = latent_quality(kappa, referee_kappa, tuple(levels.tolist()), video_correlation, severity, quality)
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
