"""The on-policy audit in the study: its plan, its windows, and putting the claims of a window to the raters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from referee_calib.errors import StudyError
from referee_calib.records import Claim
from referee_calib.study.assignment import release_beside
from referee_calib.study.store import audit_rows
from referee_calib.study.store.run_audit import run_audit_rows
from referee_calib.study.store.run_audit.run_audit_rows import StoredPlan, StoredWindow
from referee_calib.study.study import Study

__all__ = [
    "StoredPlan",
    "StoredWindow",
    "add_drawn",
    "add_plan",
    "drawn",
    "note_alarm",
    "put_to_raters",
    "raised_alarm",
    "shown",
    "shown_claims",
    "stored_plan",
]
_DRAWN, _PUT, _ALARM = "drawn", "put", "audit alarm"


def stored_plan(study: Study) -> StoredPlan | None:
    """Return the plan as it was stored, None before that."""
    with study.reading() as connection:
        return run_audit_rows.plan(connection)


def add_plan(study: Study, digest: str, content: Mapping[str, Any]) -> None:
    """Store the plan; StudyError when there is one already, which cannot be changed."""
    with study.writing() as connection:
        there = run_audit_rows.plan(connection)
        if there is not None:
            raise StudyError(
                f"study {study.folder} has the audit plan {there.digest[:12]} of {there.time}",
                "a plan is fixed before the run, and what was seen since must not change it",
                "For another run make a second study: export this one, and import all but decisions.jsonl.",
            )
        run_audit_rows.add_plan(connection, digest, content)
        audit_rows.note(connection, "fix audit plan", digest, plan=dict(content))


def drawn(study: Study) -> list[StoredWindow]:
    """Return the windows that were drawn."""
    with study.reading() as connection:
        return run_audit_rows.windows(connection, _DRAWN)


def shown(study: Study) -> list[StoredWindow]:
    """Return what became of the windows that were put to the raters."""
    with study.reading() as connection:
        return run_audit_rows.windows(connection, _PUT)


def shown_claims(study: Study) -> set[str]:
    """Return the ids of all claims that the audit puts to people, old ones of the study among them."""
    with study.reading() as connection:
        return run_audit_rows.shown_ids(connection)


def add_drawn(study: Study, number: int, content: Mapping[str, Any], **detail: Any) -> None:
    """Store a window that was drawn; StudyError when somebody else has drawn it meanwhile."""
    with study.writing() as connection:
        if len(run_audit_rows.windows(connection, _DRAWN)) >= number:
            do = "Sample again when the run has gone on."
            raise StudyError(f"window {number}", "somebody else has drawn it meanwhile", do)
        run_audit_rows.add_window(connection, number, _DRAWN, content)
        audit_rows.note(connection, "draw audit window", f"window {number}", **detail)


def put_to_raters(
    study: Study, number: int, claims: Sequence[Claim], old: Sequence[str], counts: Mapping[str, int]
) -> set[str] | None:
    """Let people rate the claims of a window, which the study holds, with old claims of the study among them.

    Parameters
    ----------
    study : Study
    number : int
        Of the window.
    claims : sequence of Claim
        All of them, in the order in which they are to be begun where claims are assigned.
    old : sequence of str
        Which of them belong to the study already; their place in figures stays what it is.
    counts : mapping of str to int
        What is noted about the window.

    Returns
    -------
    set of str or None
        Where claims are assigned, those that somebody is going to get; None where everybody is asked all.
    """
    with study.transaction(), study.writing() as connection:
        if number in {one.number for one in run_audit_rows.windows(connection, _PUT)}:
            raise StudyError(f"window {number}", "somebody else has put it to the raters meanwhile; nothing is lost")
        run_audit_rows.add_old(connection, old)
        released = release_beside(study, connection, claims)
        run_audit_rows.add_window(connection, number, _PUT, counts)
        audit_rows.note(connection, "put audit window to raters", f"window {number}", **counts)
    return released


def raised_alarm(study: Study) -> str:
    """Return the sentence of the alarm that stands in the audit trail, "" when none was raised."""
    with study.reading() as connection:
        return str(audit_rows.latest_detail(connection, _ALARM).get("sentence", ""))


def note_alarm(study: Study, window: int, **detail: Any) -> bool:
    """Write an alarm into the audit trail, once; tell whether it is new."""
    with study.writing() as connection:
        if audit_rows.latest_detail(connection, _ALARM):
            return False
        audit_rows.note(connection, _ALARM, f"window {window}", **detail)
    return True
