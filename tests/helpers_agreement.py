"""Slow oracles written from the definitions, one loop per sum, and simulated tables."""

import math
from itertools import combinations, permutations

import numpy as np

# units, raters, share missing; 6⁹ patterns are beyond the table: counted by sorting
SHAPES = [(7, 2, 0.0), (23, 3, 0.25), (41, 5, 0.4), (12, 9, 0.6)]
EVERY = {
    "percent_agreement": {},
    "cohen_kappa": {"weights": "quadratic"},
    "conger_kappa": {"weights": "linear"},
    "fleiss_kappa": {},
    "gwet_ac": {"weights": "quadratic"},
    "brennan_prediger": {"weights": "ordinal"},
    "krippendorff_alpha": {"level": "ordinal"},
}


def lists(x):
    """Units as lists of the ratings present."""
    return [[v for v in row if not (isinstance(v, float) and math.isnan(v))] for row in np.asarray(x, float).tolist()]


def slow_alpha(x, level):
    units = [u for u in lists(x) if len(u) >= 2]
    pool = [v for u in units for v in u]
    n = len(pool)
    times = {v: pool.count(v) for v in set(pool)}

    def distance(a, b):
        if level == "nominal":
            return float(a != b)
        if level == "interval":
            return (a - b) ** 2
        if level == "ratio":
            return ((a - b) / (a + b)) ** 2 if a + b else 0.0
        low, high = min(a, b), max(a, b)
        return (sum(c for v, c in times.items() if low <= v <= high) - (times[a] + times[b]) / 2) ** 2

    observed = sum(sum(distance(a, b) for a, b in permutations(u, 2)) / (len(u) - 1) for u in units) / n
    expected = sum(times[a] * times[b] * distance(a, b) for a in times for b in times) / (n * (n - 1))
    return 1 - observed / expected


def slow_observed(x, weight):
    units = [u for u in lists(x) if len(u) >= 2]
    shares = [sum(weight(a, b) for a, b in permutations(u, 2)) / (len(u) * (len(u) - 1)) for u in units]
    return sum(shares) / len(shares)


def slow_shares(x, scale):
    units = [u for u in lists(x) if u]
    return [sum(u.count(k) / len(u) for u in units) / len(units) for k in scale]


def slow_kappa(first, second, scale, weight):
    both = [(a, b) for a, b in zip(first, second, strict=True) if not (math.isnan(a) or math.isnan(b))]
    n = len(both)
    observed = sum(weight(a, b) for a, b in both) / n
    expected = sum(
        weight(k, m) * sum(a == k for a, _ in both) * sum(b == m for _, b in both) for k in scale for m in scale
    ) / (n * n)
    return (observed - expected) / (1 - expected)


def slow_light(x, scale, weight):
    columns = np.asarray(x, float).T.tolist()
    values = [slow_kappa(a, b, scale, weight) for a, b in combinations(columns, 2)]
    return sum(values) / len(values)


def slow_conger(x, scale, weight):
    shares = []
    for column in np.asarray(x, float).T.tolist():
        given = [v for v in column if not math.isnan(v)]
        shares.append([given.count(k) / len(given) for k in scale])
    chance = [
        sum(weight(k, m) * p[i] * q[j] for i, k in enumerate(scale) for j, m in enumerate(scale))
        for p, q in permutations(shares, 2)
    ]
    expected = sum(chance) / len(chance)
    return (slow_observed(x, weight) - expected) / (1 - expected)


def slow_fleiss(x, scale, weight):
    p = slow_shares(x, scale)
    expected = sum(weight(k, m) * p[i] * p[j] for i, k in enumerate(scale) for j, m in enumerate(scale))
    return (slow_observed(x, weight) - expected) / (1 - expected)


def slow_gwet(x, scale, weight):
    p, q = slow_shares(x, scale), len(scale)
    total = sum(weight(k, m) for k in scale for m in scale)
    expected = total / (q * (q - 1)) * sum(v * (1 - v) for v in p)
    return (slow_observed(x, weight) - expected) / (1 - expected)


def slow_brennan_prediger(x, scale, weight):
    expected = sum(weight(k, m) for k in scale for m in scale) / len(scale) ** 2
    return (slow_observed(x, weight) - expected) / (1 - expected)


def weight_function(name, scale):
    width = scale[-1] - scale[0]
    return {
        None: lambda a, b: float(a == b),
        "linear": lambda a, b: 1 - abs(a - b) / width,
        "quadratic": lambda a, b: 1 - ((a - b) / width) ** 2,
    }[name]


def simulated(seed, n_units, n_raters, n_categories=5, missing=0.0, agree=0.5):
    """Ratings that follow the unit's own level with probability ``agree`` and are uniform otherwise."""
    rng = np.random.default_rng(seed)
    level = rng.integers(0, n_categories, (n_units, 1))
    noise = rng.integers(0, n_categories, (n_units, n_raters))
    x = np.where(rng.random((n_units, n_raters)) < agree, level, noise).astype(float)
    x[rng.random(x.shape) < missing] = np.nan
    return x


def rating_rows(score, people):
    """One row per rating: score, rating, weight 1 / J of its unit."""
    unit, rater = np.nonzero(~np.isnan(people))
    return list(zip(score[unit], people[unit, rater], 1 / (~np.isnan(people)).sum(axis=1)[unit], strict=True))


def slow_isotonic(rows):
    """Fit {x: f(x)} by max over lower ends of min over upper ends of weighted means; rows of (x, y, weight)."""
    xs = sorted({x for x, _, _ in rows})

    def mean(low, high):
        inside = [(y, w) for x, y, w in rows if low <= x <= high]
        return sum(y * w for y, w in inside) / sum(w for _, w in inside)

    means = {(a, b): mean(a, b) for a in xs for b in xs if a <= b}
    return {x: max(min(means[a, b] for b in xs if b >= x) for a in xs if a <= x) for x in xs}
