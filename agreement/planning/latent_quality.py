"""The latent quality behind simulated studies, with noise matched so that people and referee reach given kappas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from agreement.arrays import Codes, Floats, Ints
from agreement.coefficients.kappa import kappa_of_tables
from agreement.coefficients.weights import agreement_weights
from agreement.errors import AgreementError
from agreement.planning.quality_shapes import draw_quality
from agreement.planning.simulated_design import Size

TRUTH = 80_000  # simulated pairs with which a correlation is matched to a kappa


@dataclass(frozen=True)
class LatentQuality:
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
    ) -> LatentQuality:
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
def latent_quality(
    kappa: float, referee_kappa: float, shares: tuple[float, ...], common: float, severity: float, quality: str
) -> LatentQuality:
    """Return what a study with these agreements is drawn from; the last ones are kept, for matching takes a while."""
    return LatentQuality.of(kappa, referee_kappa, np.array(shares), common, severity, quality)


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
