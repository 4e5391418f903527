"""Rater severity by a mixed model: units and clusters as random, so that units with one rating count too."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, rater_names, rating_values, unused_weights_note
from agreement.arrays import Floats, Ints
from agreement.errors import AgreementError
from agreement.estimate import Estimate, Interval
from agreement.intervals.quantiles import normal_quantile
from agreement.options import check_confidence
from agreement.ratings import Ratings
from agreement.result_notes import few_clusters_note
from agreement.tables.result_frames import Tabular

METHOD = "mixed model (REML), Wald"


@dataclass(frozen=True)
class MixedSeverity(Tabular):
    """What :func:`severity_mixed` found.

    Attributes
    ----------
    severity : dict of str to Estimate
        Per rater, against the average rater, in the unit of the scale.
    unit_sd, cluster_sd, error_sd : float or None
        Standard deviations of units (within clusters), of clusters and of what is left; `cluster_sd` is None without
        clusters, all are None where the model could not be fitted.
    """

    severity: dict[str, Estimate]
    unit_sd: float | None
    cluster_sd: float | None
    error_sd: float | None


def rater_severity_mixed(
    ratings: Ratings | ArrayLike, *, cluster: ArrayLike | None = None, confidence: float = 0.95
) -> MixedSeverity:
    r"""Return each rater's severity from a linear mixed model.

    :math:`y_{ij} = \mu + b_j + u_i + v_{c(i)} + e_{ij}` with fixed :math:`b_j`, :math:`\sum_j b_j = 0`, and normal
    units, clusters and errors, by restricted maximum likelihood. It uses what least squares
    (:func:`agreement.rater_severity`) cannot: units that one rater rated, as far as units are alike. The price is the
    assumption that raters met random units; where easy units went to some raters, use least squares.

    Parameters
    ----------
    ratings : Ratings or array_like of shape (units, raters)
    cluster : array_like of shape (units,), optional
        What is independent (the video); by default the clusters of the ratings, else each unit.
    confidence : float, default 0.95
        Nominal coverage of the intervals.

    Returns
    -------
    MixedSeverity

    Raises
    ------
    AgreementError
        When statsmodels is not installed.

    References
    ----------
    M. J. Lindstrom and D. M. Bates, JASA 83 (1988); fitted by ``statsmodels.regression.mixed_linear_model``.

    Examples
    --------
    >>> table = [[0, 1], [2, 3], [1, 3], [4, 4], [3, None], [None, 2]]
    >>> found = rater_severity_mixed(table)
    >>> [round(e.value, 3) for e in found.severity.values()]
    [-0.456, 0.456]
    """
    check_confidence(confidence)
    values = rating_values(ratings)
    names = rater_names(ratings, values.shape[1])
    codes = cluster_codes(cluster, ratings, len(values))
    unit, rater = np.nonzero(~np.isnan(values))
    y = values[unit, rater]
    few = few_clusters_note(None if codes is None else len(np.unique(codes[unit])))
    why = _unfit(y, unit, rater, len(names))
    fitted = None if why else _fit(y, unit, rater, None if codes is None else codes[unit], len(names))
    why = why or "the mixed model did not converge; least squares (severity) needs no convergence"
    blanks = [
        _blank(unit[rater == j], codes, confidence, (*few, *unused_weights_note(ratings)), why)
        for j in range(len(names))
    ]
    if fitted is None:
        return MixedSeverity(dict(zip(names, blanks, strict=True)), None, None, None)
    effects, errors = _centred(fitted, len(names))
    reach = normal_quantile(confidence)
    told = {
        name: blank.with_interval(b, Interval(float(b - reach * se), float(b + reach * se), METHOD, float(se)))
        for name, blank, b, se in zip(names, blanks, effects, errors, strict=True)
    }
    return MixedSeverity(told, *_deviations(fitted, codes is not None))


def _blank(units: Ints, codes: Ints | None, confidence: float, notes: tuple[str, ...], why: str) -> Estimate:
    return Estimate.undefined(
        why,
        confidence=confidence,
        method=METHOD,
        n_units=len(units),
        n_raters=1,
        n_ratings=len(units),
        n_clusters=None if codes is None else len(np.unique(codes[units])),
        notes=notes,
    )


def _unfit(y: Floats, unit: Ints, rater: Ints, n_raters: int) -> str:
    """Say why no model can be fitted, "" when one can."""
    if n_raters < 2:
        return "one rater has nobody to be compared with"
    if len(np.unique(rater)) < n_raters:
        return "a rater gave no rating at all"
    if len(np.unique(unit)) < 3 or np.bincount(unit).max() < 2:
        return "too few units were rated twice"
    return "all ratings are alike" if np.ptp(y) == 0 else ""


def _fit(y: Floats, unit: Ints, rater: Ints, cluster: Ints | None, n_raters: int) -> Any:
    """Return statsmodels' result, None when it did not converge."""
    try:
        from statsmodels.regression.mixed_linear_model import MixedLM
    except ImportError as error:
        raise AgreementError(
            "rater_severity_mixed", "statsmodels is not installed", "Type: pip install statsmodels"
        ) from error
    groups = unit if cluster is None else cluster
    within = None if cluster is None else _units_within(unit, cluster)
    model = MixedLM(y, _sum_coded(rater, n_raters), groups, exog_re=np.ones((len(y), 1)), exog_vc=within)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a variance at its limit, 0, which is an answer; convergence is asked below
        try:
            result = model.fit(reml=True)
        except np.linalg.LinAlgError:
            return None
    return result if result.converged and np.isfinite(result.bse_fe).all() else None


def _sum_coded(rater: Ints, n_raters: int) -> Floats:
    """Intercept and rater contrasts; the last rater is minus the sum of the others."""
    coded = np.vstack([np.eye(n_raters - 1), -np.ones(n_raters - 1)])
    return np.column_stack([np.ones(len(rater)), coded[rater]])


def _units_within(unit: Ints, cluster: Ints) -> Any:
    from statsmodels.regression.mixed_linear_model import VCSpec

    matrices = []
    for group in np.unique(cluster):
        its = unit[cluster == group]
        matrices.append((its[:, None] == np.unique(its)[None, :]).astype(float))
    columns = [[str(i) for i in range(m.shape[1])] for m in matrices]
    return VCSpec(["unit"], [columns], [matrices])


def _centred(fitted: Any, n_raters: int) -> tuple[Floats, Floats]:
    n = n_raters - 1
    effects = np.asarray(fitted.fe_params)[1:]
    spread = np.asarray(fitted.cov_params())[1 : n + 1, 1 : n + 1]
    contrast = np.vstack([np.eye(n), -np.ones(n)])
    return contrast @ effects, np.sqrt(np.einsum("ij,jk,ik->i", contrast, spread, contrast))


def _deviations(fitted: Any, clustered: bool) -> tuple[float, float | None, float]:
    first = float(np.sqrt(max(float(np.asarray(fitted.cov_re)[0, 0]), 0.0)))
    error = float(np.sqrt(fitted.scale))
    if not clustered:
        return first, None, error
    return float(np.sqrt(max(float(fitted.vcomp[0]), 0.0))), first, error
