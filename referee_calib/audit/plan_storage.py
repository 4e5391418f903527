"""The plan in the study: fixed once, and held against its digest whenever it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from referee_calib.audit.audit_plan import AuditPlan
from referee_calib.audit.window_draw import WindowDraw
from referee_calib.errors import StudyError

if TYPE_CHECKING:
    from referee_calib.study import Study


@dataclass(frozen=True, slots=True)
class FixedPlan:
    """A plan with the time when it was fixed."""

    plan: AuditPlan
    time: str


def fix_plan(study: Study, plan: AuditPlan) -> None:
    """Store the plan of the study's audit; it cannot be changed afterwards.

    Raises
    ------
    StudyError
        When the study has a plan.
    """
    from referee_calib.study import run_audit

    run_audit.add_plan(study, plan.digest, plan.to_json())


def fixed_plan(study: Study) -> FixedPlan:
    """Return the plan.

    Raises
    ------
    StudyError
        When there is none, it is not the one that was fixed, or the study's rubric is another one now.
    """
    from referee_calib.study import run_audit

    stored = run_audit.stored_plan(study)
    if stored is None:
        do = f"Fix it before the run: referee-calib audit init {study.folder}"
        raise StudyError(f"study {study.folder}", "it has no plan for an audit", do)
    plan = AuditPlan.from_json(stored.plan)
    if plan.digest != stored.digest:
        why = f"its content has the digest {plan.digest[:12]}, and {stored.digest[:12]} was fixed: it was edited"
        raise StudyError(f"audit plan of study {study.folder}", why, "Restore a backup of the study.")
    if plan.rubric != study.rubric.version:
        why = f"the plan rests on the rubric {plan.rubric}, and the study's is {study.rubric.version}"
        raise StudyError(f"study {study.folder}", why, "People must rate by the words that the plan was fixed with.")
    return FixedPlan(plan, stored.time)


def drawn_windows(study: Study) -> list[WindowDraw]:
    """Return all windows that were drawn, in order; StudyError when one was drawn under another plan."""
    from referee_calib.study import run_audit

    plan = fixed_plan(study).plan
    found = [WindowDraw.from_json(one.content) for one in run_audit.drawn(study)]
    other = next((one for one in found if one.plan != plan.digest), None)
    if other is not None:
        why = f"it was drawn under the plan {other.plan[:12]}, and the study's is {plan.digest[:12]}"
        raise StudyError(f"window {other.number}", why, "Two audits were imported into one study: keep them apart.")
    return found
