"""Making the plan of an audit from the study that people rated before the run, or from a rate that is stated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from referee_calib.audit.audit_plan import AuditPlan
from referee_calib.audit.honest_rate import honest_strata, rated_pay, stated_strata
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from referee_calib.study import Study

PAID_FROM = 0.75


def make_plan(
    study: Study,
    *,
    referee: str | None = None,
    honest_rate: float | None = None,
    paid_from: float = PAID_FROM,
    top_from: float | None = None,
    level: int = 1,
    margin: float = 0.03,
    confidence: float = 0.95,
    **given: Any,
) -> AuditPlan:
    """Return the plan of an audit, which :func:`fix_plan` stores.

    Parameters
    ----------
    study : Study
        Rated by people, and scored by the referee of the reward.
    referee : str, optional
        Beginning of that referee's fingerprint, where several scored the study.
    honest_rate : float, optional
        How often well paid claims are overpaid grossly without any exploit; estimated from the study by default.
    paid_from : float
        What counts as paid well.
    top_from : float, optional
        Where the top begins; by default at the pay that two thirds of the study's well paid claims reach.
    level : int
        Highest level of people that makes a well paid claim grossly overpaid.
    margin, confidence
        See :class:`AuditPlan`.
    **given
        The other fields of :class:`AuditPlan`.

    Raises
    ------
    InputError
        When a value cannot be, or too little is known of the honest rate.
    """
    from referee_calib.analysis import choose_referee

    _check(study, paid_from, top_from, level)
    rest: dict[str, Any] = {"level": level, "margin": margin, "confidence": confidence, **given}
    rest |= {"study": study.config.name, "rubric": study.rubric.version}
    if honest_rate is not None:
        paid, top = stated_strata(honest_rate, paid_from=paid_from, top_from=top_from, margin=margin)
        return AuditPlan(referee="", paid=paid, top=top, **rest)
    fingerprint = choose_referee(study, referee, verb="audit init")
    paid, top = honest_strata(
        rated_pay(study, fingerprint), paid_from=paid_from, top_from=top_from, level=level, margin=margin,
        confidence=confidence,
    )  # fmt: skip
    return AuditPlan(referee=fingerprint, paid=paid, top=top, **rest)


def _check(study: Study, paid_from: float, top_from: float | None, level: int) -> None:
    if not 0 < paid_from <= 1:
        raise InputError(f"--paid-from {paid_from:g}", "a claim is paid between 0 and 1")
    if top_from is not None and not paid_from < top_from <= 1:
        raise InputError(f"--top-from {top_from:g}", f"the top lies above --paid-from {paid_from:g}, up to 1")
    lowest = min(scale.top for scale in study.rubric.scales)
    if not 0 <= level < lowest:
        raise InputError(f"--level {level}", f"it is one of the rubric's levels below {lowest}")
