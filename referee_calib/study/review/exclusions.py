"""Exclusions: raters and claims that leave every figure, with a reason. Nothing is removed, all is reversible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from sqlalchemy import Connection

from referee_calib.errors import InputError
from referee_calib.records import Claim, Rating
from referee_calib.study.assignment import close_claim, readmit, reopen_claim, withdraw
from referee_calib.study.review.decision import actor_of, checked_name, checked_reason, now
from referee_calib.study.store import audit_rows, claim_rows, rating_rows
from referee_calib.study.store.assignment import assignment_rows
from referee_calib.study.store.review import exclusion_rows, review_rows
from referee_calib.study.study import Study

ExclusionKind = Literal["rater", "claim"]
_Row = TypeVar("_Row", Claim, Rating)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One decision to exclude a rater or a claim, or to include it again.

    Attributes
    ----------
    seq : int
        Its number; of one subject the highest counts.
    kind : {"rater", "claim"}
    subject : str
        The rater's name, or the claim's id.
    excluded : bool
        False when it is included again.
    reason, coordinator : str
        Why, and who decided.
    time : str
        ISO 8601, UTC.
    """

    seq: int
    kind: ExclusionKind
    subject: str
    excluded: bool
    reason: str
    coordinator: str
    time: str


def exclude(study: Study, coordinator: str, kind: ExclusionKind, subject: str, reason: str) -> None:
    """Take a rater's ratings, or a claim, out of every figure. InputError when there is no such one, or no reason.

    Nobody else is asked about an excluded claim, and where work is assigned, others are asked in the place of an
    excluded rater. It is one step, for which this hold on the study is used from one thread.
    """
    with study.transaction():
        _decide(study, coordinator, kind, subject, reason, excluded=True)
        if _is_assigned(study):
            take_away = withdraw if kind == "rater" else close_claim
            take_away(study, subject, actor=actor_of(coordinator.strip()), reason=reason.strip())


def include_again(study: Study, coordinator: str, kind: ExclusionKind, subject: str, reason: str) -> None:
    """Undo an exclusion, in one step as :func:`exclude`. InputError when it is not excluded, or no reason is given."""
    with study.transaction():
        _decide(study, coordinator, kind, subject, reason, excluded=False)
        if _is_assigned(study):
            give_back = readmit if kind == "rater" else reopen_claim
            give_back(study, subject, actor=actor_of(coordinator.strip()), reason=reason.strip())


def exclusions(study: Study, *, history: bool = False) -> list[Exclusion]:
    """Return the exclusions that stand, or with `history` every decision, in order of arrival."""
    with study.reading() as connection:
        found = [Exclusion(**row) for row in exclusion_rows.exclusions(connection, history=history)]
    return found if history else [one for one in found if one.excluded]


def claims_with_excluded(study: Study, *, sampled: bool = False) -> list[Claim]:
    """Return the claims as :meth:`Study.claims`, those that a coordinator excluded among them."""
    claims = study.claims(sampled=sampled, perturbed=True)
    with study.reading() as connection:
        return claim_rows.without_set_apart(connection, claims)


def without_excluded(study: Study, records: Sequence[_Row]) -> list[_Row]:
    """Leave out the raters and claims that a coordinator excluded; what is only set apart stays."""
    with study.reading() as connection:
        return review_rows.without_excluded(connection, records)


def record_state(study: Study) -> tuple[int, ...]:
    """Return numbers that change whenever the study's records do, at a cost that does not grow with them."""
    with study.reading() as connection:
        return review_rows.state(connection)


def _decide(study: Study, coordinator: str, kind: ExclusionKind, subject: str, reason: str, *, excluded: bool) -> None:
    verb = "exclude" if excluded else "include again"
    name, why = checked_name(coordinator), checked_reason(reason, f"{verb} {kind} {subject}")
    if kind not in get_args(ExclusionKind):
        raise InputError(f"{verb} {kind!r:.40}", f"only a {' or a '.join(get_args(ExclusionKind))} is excluded")
    row = {"kind": kind, "subject": subject, "excluded": excluded, "reason": why, "coordinator": name, "time": now()}
    with study.writing() as connection:
        there = _there(connection, kind, subject)
        held = exclusion_rows.excluded_names(connection)
        if not there:
            raise InputError(f"{verb} {kind} {subject!r:.80}", f"the study has no such {kind}")
        if (subject in (held.raters if kind == "rater" else held.claims)) == excluded:
            raise InputError(f"{verb} {kind} {subject}", "it is excluded already" if excluded else "it is not excluded")
        exclusion_rows.add_exclusion(connection, row)
        audit_rows.add(connection, actor_of(name), f"{verb} {kind}", subject, {"reason": why})


def _is_assigned(study: Study) -> bool:
    with study.reading() as connection:
        return assignment_rows.is_assigned(connection)


def _there(connection: Connection, kind: ExclusionKind, subject: str) -> bool:
    if kind == "rater":
        return subject in rating_rows.origins(connection)
    return bool(claim_rows.dimensions(connection, [subject]))
