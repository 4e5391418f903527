"""Agreement of the ratings so far: coefficients, pairs of raters, severity and drift, with intervals by video.

Whoever looks often, and stops when a number looks well, makes no test: intervals hold for one look that was planned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.human_agreement.dimension_agreement import COEFFICIENTS, KAPPA
from referee_calib.analysis.human_agreement.join import JoinedDimension, join
from referee_calib.analysis.study_monitor.rating_log import RatingLog, moment

if TYPE_CHECKING:
    from agreement import Estimate, Ratings

MOST_PAIRED = 20  # raters of whom single pairs are shown: 190 pairs
FLEISS = "fleiss_kappa_quadratic"
PER = 100  # ratings, the unit that drift is told by
UNRATED = "nobody gave a level on this dimension"
TOO_MANY = f"single pairs are shown for up to {MOST_PAIRED} raters"


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Quadratic kappa of two raters on the claims that both rated."""

    first: str
    second: str
    kappa: Estimate


@dataclass(frozen=True, slots=True)
class AgreementSoFar:
    """One dimension.

    Attributes
    ----------
    n_claims, n_twice, n_levels : int
        Claims with a level, with levels of two raters or more, and levels.
    coefficients : dict of str to Estimate
        "cohen_kappa_quadratic", "krippendorff_alpha_ordinal", "gwet_ac2_quadratic", "percent_agreement"; of more than
        `MOST_PAIRED` raters "fleiss_kappa_quadratic" in the place of the first, which looks at every pair.
    pairs : tuple of PairAgreement
        Empty, with `no_pairs` saying why, where raters are too many or too few.
    severity : dict of str to Estimate
        By rater, in levels above (+) or below (−) the average rater on the same claims.
    drift : dict of str to Estimate
        By rater, change of severity in levels per 100 of the rater's own claims.
    """

    dimension: str
    n_claims: int
    n_twice: int
    n_levels: int
    coefficients: Mapping[str, Estimate]
    pairs: tuple[PairAgreement, ...]
    no_pairs: str
    severity: Mapping[str, Estimate]
    drift: Mapping[str, Estimate]


def agreement_so_far(log: RatingLog, *, confidence: float = 0.95) -> list[AgreementSoFar]:
    """Measure every dimension of the rubric; what a coordinator excluded, and second looks, take no part."""
    places = _places(log)
    return [_measure(_joined(log, scale.dimension), places, confidence) for scale in log.rubric.scales]


def _joined(log: RatingLog, dimension: str) -> JoinedDimension:
    rubric = log.rubric
    return join(dimension, log.counted_claims, log.counted, (), rubric=rubric.version, scale=rubric[dimension].numbers)


def _places(log: RatingLog) -> dict[tuple[str, str], int]:
    """Return which of a rater's claims each was, from 0, by the time of its last rating."""
    last: dict[str, dict[str, tuple[float, int]]] = {}
    for number, one in enumerate(log.counted):
        time = moment(one.time)
        last.setdefault(one.rater, {})[one.claim] = (time.timestamp() if time else 0.0, number)
    return {
        (rater, claim): place
        for rater, its in last.items()
        for place, claim in enumerate(sorted(its, key=lambda claim, its=its: its[claim]))  # type: ignore[misc]
    }


def _measure(joined: JoinedDimension, places: Mapping[tuple[str, str], int], confidence: float) -> AgreementSoFar:
    if not joined.claims:
        return _unrated(joined.dimension, confidence)
    from agreement import Ratings, rater_drift, rater_severity

    ids = [claim.id for claim in joined.claims]
    people = Ratings.from_array(joined.people, scale=joined.scale, units=ids, raters=joined.raters, wide=True)
    videos = np.unique(joined.videos, return_inverse=True)[1]
    when = np.array([[places.get((r, c), np.nan) for r in joined.raters] for c in ids], dtype=np.float64) / PER
    found = _coefficients(people, videos, confidence)
    return AgreementSoFar(
        dimension=joined.dimension,
        n_claims=joined.counts.rated,
        n_twice=joined.counts.rated_twice,
        n_levels=joined.counts.levels,
        coefficients=found,
        pairs=_pairs(joined, found.get(KAPPA), videos, confidence),
        no_pairs="" if 1 < len(joined.raters) <= MOST_PAIRED else TOO_MANY if len(joined.raters) > 1 else "one rater",
        severity=rater_severity(people, cluster=videos, confidence=confidence),
        drift=rater_drift(people, when, cluster=videos, confidence=confidence),
    )


def _coefficients(people: Ratings, videos: NDArray[np.int_], confidence: float) -> dict[str, Estimate]:
    from agreement import cohen_kappa, fleiss_kappa, gwet_ac, krippendorff_alpha, percent_agreement

    name, kappa = (KAPPA, cohen_kappa) if len(people.raters) <= MOST_PAIRED else (FLEISS, fleiss_kappa)
    return {
        name: kappa(people, weights="quadratic", cluster=videos, confidence=confidence),
        "krippendorff_alpha_ordinal": krippendorff_alpha(people, cluster=videos, confidence=confidence),
        "gwet_ac2_quadratic": gwet_ac(people, weights="quadratic", cluster=videos, confidence=confidence),
        "percent_agreement": percent_agreement(people, cluster=videos, confidence=confidence),
    }


def _pairs(
    joined: JoinedDimension, whole: Estimate | None, videos: NDArray[np.int_], confidence: float
) -> tuple[PairAgreement, ...]:
    names = joined.raters
    if whole is None or len(names) < 2:
        return ()
    if len(names) == 2:
        return (PairAgreement(names[0], names[1], whole),)
    return tuple(
        PairAgreement(
            names[i],
            names[j],
            whole.parts.get(f"{names[i]} & {names[j]}") or _of_pair(joined, [i, j], videos, confidence),
        )
        for i, j in combinations(range(len(names)), 2)
    )


def _of_pair(joined: JoinedDimension, pair: list[int], videos: NDArray[np.int_], confidence: float) -> Estimate:
    """Return the kappa of two of a crowd, whose own one pools all pairs."""
    from agreement import cohen_kappa

    both = joined.people[:, pair]
    options: dict[str, Any] = {"weights": "quadratic", "scale": joined.scale, "confidence": confidence}
    return cohen_kappa(both, cluster=videos, **options)


def _unrated(dimension: str, confidence: float) -> AgreementSoFar:
    from agreement import Estimate

    none = Estimate.undefined(UNRATED, confidence=confidence)
    return AgreementSoFar(dimension, 0, 0, 0, dict.fromkeys(COEFFICIENTS, none), (), UNRATED, {}, {})
