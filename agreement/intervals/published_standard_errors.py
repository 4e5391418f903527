"""Published standard errors, for units that are independent.

K. L. Gwet, *Handbook of Inter-Rater Reliability*, 4th ed. (2014), chapters 5–6 (equations for κ*_i, the value that
unit i contributes): ``var = Σ (κ*_i − κ)² / (n (n − 1))``; and J. L. Fleiss, J. Cohen, B. S. Everitt, "Large sample
standard errors of kappa and weighted kappa", Psychological Bulletin 72 (1969), for two raters.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from agreement.arrays import Floats
from agreement.estimate import Interval
from agreement.intervals.quantiles import normal_quantile, t_quantile
from agreement.intervals.rating_patterns import Patterns, distinct
from agreement.ratings import Ratings

Published = Callable[[Ratings, float, float], Interval]
Slope = Callable[[Floats, Floats], Floats]


def percent_interval(weights: Floats) -> Published:
    """Return the maker of Gwet's interval of raw agreement."""

    def interval(ratings: Ratings, value: float, confidence: float) -> Interval:
        patterns = distinct(ratings)[0]
        return _gwet(patterns, _observed(patterns, weights), value, confidence, (0.0, 1.0))

    return interval


def chance_interval(
    weights: Floats, chance: Callable[[Floats], Floats], slope: Slope, bounds: tuple[float, float] = (-1.0, 1.0)
) -> Published:
    """Return the maker of Gwet's interval of a coefficient whose chance term is a function of category shares (q,).

    ``slope`` maps shares of units (P, q) and shares to what each unit says about chance agreement (P,); its mean is
    chance agreement. Brennan and Prediger's does not vary.
    """

    def interval(ratings: Ratings, value: float, confidence: float) -> Interval:
        patterns = _rated(ratings)
        shares = patterns.category_shares
        pi = patterns.repeats @ shares / patterns.repeats.sum()
        expected = float(chance(pi))
        own = (_observed(patterns, weights) - expected * _paired(patterns)) / (1 - expected)
        own = own - 2 * (1 - value) * (slope(shares, pi) - expected) / (1 - expected)
        return _gwet(patterns, own, value, confidence, bounds)

    return interval


def conger_interval(weights: Floats) -> Published:
    """Return the maker of Gwet's interval of Conger's kappa.

    With the shares p_g of rater g, linearised in unit i to L_ig = (δ_ig − ε_ig p_g) n/n_g + p_g, the unit says
    Σ_g (Σ_{h≠g} p_h)ᵀ W L_ig / (r(r − 1)) about chance agreement.
    """

    def interval(ratings: Ratings, value: float, confidence: float) -> Interval:
        patterns = _rated(ratings)
        n, present = patterns.repeats.sum(), patterns.codes >= 0
        hits = (patterns.codes[:, :, None] == np.arange(patterns.n_categories)).astype(float)
        n_g = patterns.repeats @ present
        kept = n_g > 0
        hits, present, n_g = hits[:, kept], present[:, kept], n_g[kept]
        p = np.tensordot(patterns.repeats, hits, axes=1) / n_g[:, None]
        others = (p.sum(axis=0) - p) @ weights
        r = len(n_g)
        linear = (hits - present[:, :, None] * p) * (n / n_g)[:, None] + p
        says = np.einsum("gk,pgk->p", others, linear) / (r * (r - 1))
        expected = float((others * p).sum() / (r * (r - 1)))
        own = (_observed(patterns, weights) - expected * _paired(patterns)) / (1 - expected)
        own = own - 2 * (1 - value) * (says - expected) / (1 - expected)
        return _gwet(patterns, own, value, confidence)

    return interval


def alpha_interval(weights: Floats) -> Published:
    """Return the maker of Gwet's interval of Krippendorff's alpha for a fixed distance, as agreement weights."""

    def interval(ratings: Ratings, value: float, confidence: float) -> Interval:
        patterns = distinct(ratings)[0]
        patterns = patterns.subset(patterns.size >= 2)
        n, size = patterns.repeats.sum(), patterns.size
        mean_size = patterns.repeats @ size / n
        agree = patterns.unit_agreement(weights) * size / mean_size
        uneven = (size - mean_size) / mean_size
        observed = patterns.repeats @ agree / n
        pi = patterns.repeats @ patterns.counts / (n * mean_size)
        expected = float(pi @ weights @ pi)
        own = (agree - observed * uneven - expected) / (1 - expected)
        says = patterns.counts @ (weights @ pi) / mean_size - expected * uneven
        centre = (observed - expected) / (1 - expected)
        own = own - 2 * (1 - centre) * (says - expected) / (1 - expected)
        return _gwet(patterns, own - centre + value, value, confidence)

    return interval


def kappa_interval(weights: Floats) -> Published:
    """Return the maker of the interval of Fleiss, Cohen and Everitt for the (weighted) kappa of two raters."""

    def interval(ratings: Ratings, value: float, confidence: float) -> Interval:
        patterns = distinct(ratings)[0]
        patterns = patterns.subset(patterns.size >= 2)
        q, n = patterns.n_categories, patterns.repeats.sum()
        cell = patterns.codes[:, 0].astype(np.intp) * q + patterns.codes[:, 1]
        p = np.bincount(cell, weights=patterns.repeats, minlength=q * q).reshape(q, q) / n
        rows, columns = weights @ p.sum(axis=0), weights.T @ p.sum(axis=1)
        expected = p.sum(axis=1) @ rows
        spread = (p * np.square(weights - (1 - value) * np.add.outer(rows, columns))).sum()
        variance = (spread - (value - expected * (1 - value)) ** 2) / (n * (1 - expected) ** 2)
        error = float(np.sqrt(max(variance, 0.0)))
        reach = normal_quantile(confidence) * error
        return _limits(value, reach, error, "analytic (Fleiss, Cohen and Everitt 1969)", (-1.0, 1.0))

    return interval


def _rated(ratings: Ratings) -> Patterns:
    patterns = distinct(ratings)[0]
    return patterns.subset(patterns.size > 0)


def _paired(patterns: Patterns) -> Floats:
    """Return n/n' for units with two ratings or more, 0 for others: unit values average to the coefficient."""
    two = (patterns.pairs > 0).astype(float)
    scaled: Floats = two * (patterns.repeats.sum() / (patterns.repeats @ two))
    return scaled


def _observed(patterns: Patterns, weights: Floats) -> Floats:
    return patterns.unit_agreement(weights) * _paired(patterns)


def _gwet(
    patterns: Patterns, own: Floats, value: float, confidence: float, bounds: tuple[float, float] = (-1.0, 1.0)
) -> Interval:
    n, method = patterns.repeats.sum(), "analytic (Gwet 2014)"
    if n < 2:
        return Interval(method=method, reason=f"only {int(n)} unit, a standard error needs two")
    error = float(np.sqrt(patterns.repeats @ np.square(own - value) / (n * (n - 1))))
    return _limits(value, t_quantile(int(n) - 1, confidence) * error, error, method, bounds)


def _limits(value: float, reach: float, error: float, method: str, bounds: tuple[float, float]) -> Interval:
    if error < 1e-12:
        return Interval(method=method, standard_error=0.0, reason="the published standard error is 0 on these ratings")
    # Some weight matrices let a kappa fall below its usual range: an end that the value has passed ends nothing.
    low = value - reach if value < bounds[0] else max(value - reach, bounds[0])
    high = value + reach if value > bounds[1] else min(value + reach, bounds[1])
    return Interval(low, high, method, standard_error=error)
