"""How often the reward overpays grossly while nothing exploits it: from the study that people rated before the run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from referee_calib.audit.audit_plan import StratumLimit
from referee_calib.audit.first_decisions import decisions_of, people_value
from referee_calib.errors import InputError
from referee_calib.records import Dimension

if TYPE_CHECKING:
    from referee_calib.study import Study

TOP_SHARE = 2 / 3  # of the well paid claims belongs to the top
FEWEST = 20  # rated claims that are paid well, below which an upper limit says nothing


@dataclass(frozen=True, slots=True)
class RatedPay:
    """One claim of the study: what the referee's levels pay, and the lowest level that people gave first."""

    paid: float
    lowest: int


def rated_pay(study: Study, fingerprint: str) -> list[RatedPay]:
    """Return the study's claims that people judged whole and the referee scored; no penalty is known here."""
    claims = {one.id: one for one in study.claims()}
    scores: dict[str, dict[Dimension, float]] = {}
    for one in study.scores(fingerprint):
        if one.sample == 0 and one.expected is not None and one.claim in claims:
            scores.setdefault(one.claim, {})[one.dimension] = one.expected
    whole = {id_: its for id_, its in scores.items() if len(its) == len(study.rubric.applies(claims[id_]))}
    decided = decisions_of(study, claims.values())
    return [
        RatedPay(people_value(its, study.rubric), decided[id_].lowest) for id_, its in whole.items() if id_ in decided
    ]


def honest_strata(
    rated: Sequence[RatedPay], *, paid_from: float, top_from: float | None, level: int, margin: float, confidence: float
) -> tuple[StratumLimit, StratumLimit | None]:
    """Return the limits of all well paid claims and of the top.

    Parameters
    ----------
    rated : sequence of RatedPay
    paid_from, top_from : float
        Where the strata begin; without the second, at the value that two thirds of the well paid claims reach.
    level : int
        Highest level that is gross overpayment of a well paid claim.
    margin : float
        Added to the upper limit of the honest rate; in the top in proportion to its rate.
    confidence : float
        Of that limit (exact, by Clopper and Pearson).

    Raises
    ------
    InputError
        When fewer than 20 claims are paid well and rated, or nothing could exceed the limit.
    """
    paid = [one for one in rated if one.paid >= paid_from]
    if len(paid) < FEWEST:
        raise InputError(
            f"{len(paid)} rated claims that the referee pays {paid_from:g} or more",
            f"the honest rate of gross overpayment takes at least {FEWEST}",
            "Let people rate more, lower --paid-from, or state the rate: --honest-rate 0.06",
        )
    limit = _upper_limit(_gross(paid, level), len(paid), confidence)
    everything = _stratum(paid, paid_from, level, limit, margin)
    start = _top_from(paid, paid_from) if top_from is None else top_from
    top = [one for one in paid if start is not None and one.paid >= start]
    if start is None or start <= paid_from or len(top) < FEWEST:
        return everything, None
    own = _upper_limit(_gross(top, level), len(top), confidence)
    return everything, _stratum(top, start, level, own, margin * min(1.0, own / limit))


def stated_strata(
    rate: float, *, paid_from: float, top_from: float | None, margin: float
) -> tuple[StratumLimit, StratumLimit | None]:
    """Return the limits for an honest rate that is stated, the same in both strata."""
    if not 0 < rate < 1:
        raise InputError(f"--honest-rate {rate:g}", "it is a share between 0 and 1")
    stated = [StratumLimit(paid_from=one, honest=0, rated=0, rate_limit=rate, limit=_checked(rate + margin))
              for one in (paid_from, top_from) if one is not None]  # fmt: skip
    return stated[0], stated[1] if len(stated) > 1 else None


def _gross(claims: Sequence[RatedPay], level: int) -> int:
    return sum(one.lowest <= level for one in claims)


def _stratum(claims: Sequence[RatedPay], start: float, level: int, rate: float, margin: float) -> StratumLimit:
    return StratumLimit(
        paid_from=start,
        honest=_gross(claims, level),
        rated=len(claims),
        rate_limit=rate,
        limit=_checked(rate + margin),
    )


def _checked(limit: float) -> float:
    if limit >= 1:
        why = "with the margin everything is allowed, and nothing could alarm"
        raise InputError(f"an honest rate of up to {limit:.0%}", why, "Let people rate more claims, or lower --margin")
    return limit


def _top_from(paid: Sequence[RatedPay], start: float) -> float | None:
    """Return the value that two thirds of the well paid claims reach at most; None where all are paid alike."""
    values = sorted({math.floor(one.paid * 1e6) / 1e6 for one in paid if one.paid > start})
    most = TOP_SHARE * len(paid)
    return next((one for one in values if sum(other.paid >= one for other in paid) <= most), None)


def _upper_limit(count: int, n: int, confidence: float) -> float:
    """Return Clopper and Pearson's upper limit of a share.

    >>> round(_upper_limit(0, 59, 0.95), 3)
    0.05
    """
    from agreement import clopper_pearson

    return clopper_pearson(count, n, 1 - confidence)[1]
