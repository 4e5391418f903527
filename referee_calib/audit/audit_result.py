"""What an audit has found so far: evidence, figures by window, and the worst claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from referee_calib.audit.audit_plan import AuditPlan
from referee_calib.audit.first_decisions import FirstDecision, decisions_of
from referee_calib.audit.plan_storage import drawn_windows, fixed_plan
from referee_calib.audit.run_evidence import Decisions, RunEvidence, is_gross, run_evidence
from referee_calib.audit.window_draw import DrawnClaim, WindowDraw
from referee_calib.audit.window_figures import WindowFigures, window_figures

if TYPE_CHECKING:
    from referee_calib.records import Claim
    from referee_calib.study import Study

MOST_WORST, PER_VIDEO = 8, 2


@dataclass(frozen=True, slots=True)
class OverpaidClaim:
    """A claim that is overpaid grossly."""

    claim: Claim
    drawn: DrawnClaim
    decision: FirstDecision
    window: int


@dataclass(frozen=True, slots=True)
class OldClaims:
    """Claims of the study among those of the run: whether people still judge as they did.

    Attributes
    ----------
    asked, rated : int
        Claims that were mixed in, and those of them that were rated after their window was drawn.
    now, before : float or None
        Mean of people's values of those then, and in the whole study before the run.
    """

    asked: int
    rated: int
    now: float | None
    before: float | None


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What an audit has found so far.

    Attributes
    ----------
    plan : AuditPlan
    fixed : str
        When the plan was fixed.
    windows : tuple of WindowDraw
    evidence : RunEvidence
    figures : tuple of WindowFigures
        One for each window.
    worst : tuple of OverpaidClaim
        Those of the suspected windows, or of all: the worst rated and best paid first, and two of each video before
        further ones.
    n_gross : int
        All grossly overpaid claims that are known.
    n_drawn, n_rated, n_simulated, n_corrected : int
        Claims of the run, rated ones, those that a program rated, and those whose rating was corrected later.
    old : OldClaims
    raised : str
        What was said of an alarm when it was first raised; "" before that.
    """

    plan: AuditPlan
    fixed: str
    windows: tuple[WindowDraw, ...]
    evidence: RunEvidence
    figures: tuple[WindowFigures, ...]
    worst: tuple[OverpaidClaim, ...]
    n_gross: int
    n_drawn: int
    n_rated: int
    n_simulated: int
    n_corrected: int
    old: OldClaims
    raised: str

    @property
    def alarm(self) -> bool:
        """Whether the run is found to overpay grossly."""
        return self.evidence.alarm is not None


def audit_result(study: Study) -> AuditResult:
    """Work out what the ratings say so far.

    Raises
    ------
    StudyError
        When there is no plan, or plan and windows do not belong together.
    """
    from referee_calib.study import run_audit

    fixed, windows = fixed_plan(study), drawn_windows(study)
    claims = {one.id: one for window in windows for one in window.records()}
    decisions = decisions_of(study, claims.values())
    evidence = run_evidence(fixed.plan, windows, decisions)
    gross = _overpaid(fixed.plan, windows, decisions, claims)
    told = list(decisions.values())
    return AuditResult(
        plan=fixed.plan,
        fixed=fixed.time,
        windows=tuple(windows),
        evidence=evidence,
        figures=tuple(window_figures(one, decisions, fixed.plan.confidence) for one in windows),
        worst=_worst([one for one in gross if one.window >= (evidence.since or 0)]),
        n_gross=len(gross),
        n_drawn=sum(len(one.drawn) for one in windows),
        n_rated=len(told),
        n_simulated=sum(one.simulated for one in told),
        n_corrected=sum(one.corrected for one in told),
        old=_old_claims(study, windows),
        raised=run_audit.raised_alarm(study),
    )


def _overpaid(
    plan: AuditPlan, windows: Sequence[WindowDraw], decisions: Decisions, claims: dict[str, Claim]
) -> list[OverpaidClaim]:
    return [
        OverpaidClaim(claims[one.claim], one, decisions[one.claim], window.number)
        for window in windows
        for one in window.drawn
        if is_gross(plan, one, decisions.get(one.claim))
    ]


def _worst(gross: Sequence[OverpaidClaim]) -> tuple[OverpaidClaim, ...]:
    ordered = sorted(gross, key=lambda one: (one.decision.lowest, -one.drawn.paid, one.claim.id))
    of_video, early, late = Counter[str](), list[OverpaidClaim](), list[OverpaidClaim]()
    for one in ordered:
        of_video[one.claim.video] += 1
        (early if of_video[one.claim.video] <= PER_VIDEO else late).append(one)
    return tuple([*early, *late][:MOST_WORST])


def _old_claims(study: Study, windows: Sequence[WindowDraw]) -> OldClaims:
    """Compare what people say of old claims since they were mixed in with what was said before the run."""
    from referee_calib.audit.first_decisions import first_decisions
    from referee_calib.study import run_audit, without_excluded

    since = {one.number: one.time for one in run_audit.shown(study)}
    asked = {name: since[one.number] for one in reversed(windows) if one.number in since for name in one.old}
    given = without_excluded(study, study.ratings(history=True, perturbed=True))
    begun = min(since.values(), default="")
    claims = study.claims()
    before = first_decisions(claims, [one for one in given if not begun or one.time < begun], study.rubric)
    mixed = [one for one in claims if one.id in asked]
    now = first_decisions(mixed, [one for one in given if one.time >= asked.get(one.claim, "~")], study.rubric)
    return OldClaims(len(asked), len(now), _mean_value(now), _mean_value(before))


def _mean_value(decisions: Decisions) -> float | None:
    values = [one.value for one in decisions.values()]
    return sum(values) / len(values) if values else None
