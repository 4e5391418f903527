"""Every further coefficient as a function of the cross-table of two raters, so that people and a referee compare in it.

Of two raters Conger's kappa is Cohen's, Fleiss' is Scott's pi, and an intraclass correlation or Kendall's W is that of
two columns. Forms for the mean of k raters are left out: the referee is compared rating by rating, never as a mean.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations
from typing import Any, Literal

import numpy as np

from agreement.arrays import Bools, Floats
from agreement.coefficients.chance import beyond_chance, ratio
from agreement.coefficients.gwet import ac_bounds, ac_of_tables
from agreement.coefficients.kappa import kappa_of_tables
from agreement.coefficients.krippendorff import alpha_of_tables
from agreement.coefficients.weights import agreement_weights
from agreement.correlation.table_correlations import (
    ccc_of_tables,
    concordance_of_tables,
    pearson_of_tables,
    spearman_of_tables,
    tau_b_of_tables,
    unit_spread,
)
from agreement.cross_tables import counted, margins, weighted
from agreement.encoding import category_values
from agreement.labels.set_distances import SET_DISTANCES

OfTables = Callable[[Floats], Floats]
Bounds = tuple[float, float]
Form = Literal["1,1", "2,1", "3,1"]
BY_RATING = frozenset(
    f"krippendorff_alpha_{level}" for level in ("nominal", "ordinal", "interval", "ratio", *SET_DISTANCES)
)
LEAST_UNITS = 3  # two units always correlate fully


def people_weights(scale: tuple[Any, ...], own: Bools, *, nominal: bool) -> Floats:
    """Return the weights of AC, where ``own`` marks the categories of people.

    The own categories alone set how far apart two are and what chance agrees in, so that a category which only the
    referee gave does not change what the agreement of people is; it agrees with itself, and else at best in part.
    """
    if nominal or own.all():
        return agreement_weights(None if nominal else "quadratic", scale)
    values = category_values(scale)
    apart: Floats = np.abs(np.subtract.outer(values, values))
    span = float(np.ptp(values[own])) or 1.0
    return np.asarray(1 - np.square(np.minimum(apart / span, 1.0)))


def further_coefficients(
    scale: tuple[Any, ...], level: str, own: Bools | None = None
) -> dict[str, tuple[OfTables, Bounds]]:
    """Return functions of tables ``(…, q, q)``, with their ranges, beside the four coefficients of a comparison.

    Correlations only where the scale holds numbers and the level is not nominal; alpha with the distances of sets where
    it holds sets of labels; ``own`` as of :func:`people_weights`.
    """
    same: Floats = np.eye(len(scale))
    mine: Floats = same if own is None else np.eye(int(own.sum()))
    found: dict[str, tuple[OfTables, Bounds]] = {
        "fleiss_kappa": (partial(pi_of_tables, weights=same), (-1.0, 1.0)),
        "conger_kappa": (partial(kappa_of_tables, weights=same), (-1.0, 1.0)),
        "brennan_prediger": (partial(even_of_tables, weights=same, own=mine), ac_bounds(mine)),
    }
    if level == "nominal":
        return found | (_of_sets(scale) if all(isinstance(category, frozenset) for category in scale) else {})
    linear, apart = agreement_weights("linear", scale), np.ones(len(scale) * (len(scale) - 1) // 2)
    found |= {
        "cohen_kappa": (partial(kappa_of_tables, weights=same), (-1.0, 1.0)),
        "gwet_ac1": (partial(ac_of_tables, weights=same, own=own), ac_bounds(mine)),
        "krippendorff_alpha_nominal": (partial(alpha_of_tables, distance=apart), (-1.0, 1.0)),
        "cohen_kappa_linear": (partial(kappa_of_tables, weights=linear), (-1.0, 1.0)),
    }
    if all(isinstance(category, int | float) for category in scale):
        found |= _of_numbers(unit_spread(category_values(scale)))
    return found


def _of_sets(scale: tuple[Any, ...]) -> dict[str, tuple[OfTables, Bounds]]:
    found: dict[str, tuple[OfTables, Bounds]] = {}
    for name, distance in SET_DISTANCES.items():
        apart = np.array([distance(a, b) for a, b in combinations(scale, 2)])
        found[f"krippendorff_alpha_{name}"] = (partial(alpha_of_tables, distance=apart), (-1.0, 1.0))
    return found


def _of_numbers(values: Floats) -> dict[str, tuple[OfTables, Bounds]]:
    forms: tuple[Form, ...] = ("1,1", "2,1", "3,1")
    found: dict[str, tuple[OfTables, Bounds]] = {
        f"icc_{form.replace(',', '_')}": (partial(icc_of_tables, values=values, form=form), (-1.0, 1.0))
        for form in forms
    }
    for name, function, low in (
        ("kendall_w", concordance_of_tables, 0.0),
        ("kendall_tau_b", tau_b_of_tables, -1.0),
        ("spearman", spearman_of_tables, -1.0),
        ("pearson", pearson_of_tables, -1.0),
    ):
        found[name] = (partial(_of_several, function=function, values=values), (low, 1.0))
    found["lin_ccc"] = (partial(ccc_of_tables, values=values), (-1.0, 1.0))
    return found


def _of_several(tables: Floats, function: Callable[[Floats, Floats], Floats], values: Floats) -> Floats:
    enough = counted(tables) >= LEAST_UNITS
    return np.where(enough, function(tables, values), np.nan)


def pi_of_tables(tables: Floats, weights: Floats) -> Floats:
    """Return Scott's pi, which is Fleiss' kappa of two raters, NaN where undefined."""
    n = counted(tables)
    shares = ratio(np.add(*margins(tables)), 2 * n[..., None])
    observed = ratio(weighted(tables, weights), n)
    return beyond_chance(observed, ((shares @ weights) * shares).sum(axis=-1))


def even_of_tables(tables: Floats, weights: Floats, own: Floats | None = None) -> Floats:
    """Return Brennan and Prediger's coefficient of tables; chance agrees in the weights ``own``, by default all."""
    observed = ratio(weighted(tables, weights), counted(tables))
    return beyond_chance(observed, np.asarray((weights if own is None else own).mean()))


def icc_of_tables(tables: Floats, values: Floats, form: Form) -> Floats:
    """Return an intraclass correlation of two raters, NaN below two units and where nothing varies.

    It is that of the analysis of variance of their two columns.
    """
    x = values - values.mean()
    n = counted(tables)
    some = np.where(n > 1, n, np.nan)  # one unit shows no variance between units
    first, second = margins(tables)
    sums = first @ x, second @ x
    centre = np.square(sums[0] + sums[1]) / (2 * some)
    whole = (first + second) @ np.square(x) - centre
    units = weighted(tables, np.square(np.add.outer(x, x))) / 2 - centre
    raters = (np.square(sums[0]) + np.square(sums[1])) / some - centre
    between, within, error = units / (some - 1), (whole - units) / some, (whole - units - raters) / (some - 1)
    if form == "1,1":
        return ratio(between - within, between + within)
    shift = 2 * (raters - error) / some if form == "2,1" else 0.0
    return ratio(between - error, between + error + shift)
