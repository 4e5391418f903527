"""Taking work back: leases that ran out, the open work of somebody who stopped, everything of somebody who is out."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import Connection

from referee_calib.errors import StudyError
from referee_calib.study import audit
from referee_calib.study.store import audit_rows, rating_rows
from referee_calib.study.store.assignment import assignment_rows, standing_rows
from referee_calib.study.study import Study


def reclaim(study: Study, rater: str | None = None, *, actor: str = audit.PROGRAM, now: datetime | None = None) -> int:
    """Take back what is open and return how many claims that was: where the lease ran out, or all of one rater.

    Others are given it. Whoever returns late can still finish what they had: it is kept as an extra rating.
    """
    with study.writing() as connection:
        if rater is None:
            return reclaim_due(connection, now or datetime.now(UTC), actor)
        _check_rater(connection, rater)
        return _take_back(connection, assignment_rows.of_rater(connection, rater, ("open",)), actor, "asked for")


def reclaim_due(connection: Connection, now: datetime, actor: str = audit.PROGRAM) -> int:
    """Take back the claims whose lease has run out."""
    return _take_back(connection, assignment_rows.due(connection, assignment_rows.moment(now)), actor, "lease expired")


def withdraw(study: Study, rater: str, *, actor: str, reason: str) -> int:
    """Take a rater out of the assignment: their open work and their ratings no longer fill a claim's target.

    The ratings stay stored; others are asked in their place. Returns how many assignments that changed.
    """
    with study.writing() as connection:
        _check_rater(connection, rater)
        theirs = assignment_rows.of_rater(connection, rater)
        standing_rows.change(connection, rater, takes_part=False)
        assignment_rows.end(connection, theirs, "withdrawn")
        detail = {"claims": len(theirs), "reason": reason}
        audit_rows.add(connection, actor, "withdraw assignments", f"rater {rater}", detail)
    return len(theirs)


def readmit(study: Study, rater: str, *, actor: str, reason: str) -> int:
    """Let a rater take part again: what they rated counts towards the targets again. Returns how many claims."""
    with study.writing() as connection:
        _check_rater(connection, rater)
        standing_rows.change(connection, rater, takes_part=True)
        theirs = assignment_rows.of_rater(connection, rater, ("withdrawn",))
        assignment_rows.end(connection, theirs, "expired")
        assignment_rows.settle(connection, {(rater, one.claim, one.occasion) for one in theirs})
        detail = {"claims": len(theirs), "reason": reason}
        audit_rows.add(connection, actor, "readmit to assignment", f"rater {rater}", detail)
    return len(theirs)


def _take_back(connection: Connection, given: list[assignment_rows.Given], actor: str, why: str) -> int:
    if given:
        assignment_rows.end(connection, given, "expired")
        detail = {"why": why, "claims": len(given), "raters": dict(sorted(Counter(one.rater for one in given).items()))}
        audit_rows.add(connection, actor, "reclaim assignments", f"{len(given)} claims", detail)
    return len(given)


def _check_rater(connection: Connection, rater: str) -> None:
    if rater not in rating_rows.origins(connection):
        raise StudyError(f"rater {rater!r:.80}", "the study has no such rater")
