"""Ratings that are held out of the figures: held by a flag, released by a coordinator, never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from referee_calib.errors import StudyError
from referee_calib.records import Rating
from referee_calib.study.audit import PROGRAM
from referee_calib.study.quality.quality_flag import QualityFlag
from referee_calib.study.store import audit_rows
from referee_calib.study.store.onboarding import held_rating_rows
from referee_calib.study.store.onboarding.held_rating_rows import Hold
from referee_calib.study.store.portable import is_storable
from referee_calib.study.study import Study


def holds(study: Study) -> list[Hold]:
    """Return what is held now, by rater and claim, with "" for all ratings of a rater."""
    with study.reading() as connection:
        return [one for one in held_rating_rows.latest(connection).values() if one.held]


def held_ratings(study: Study) -> list[Rating]:
    """Return the latest ratings that are held out of the figures."""
    with study.reading() as connection:
        keys = held_rating_rows.held_keys(connection)
    return [one for one in study.ratings(held=True) if held_rating_rows.is_held(one, keys)] if keys else []


def hold_flagged(study: Study, flags: Iterable[QualityFlag]) -> int:
    """Hold what flags with the action "hold" name, and return how many holds are new.

    What a coordinator released stays released.
    """
    wanted = [flag for flag in flags if flag.action == "hold"]
    with study.writing() as connection:
        return add_holds(connection, wanted)


def add_holds(connection: Connection, flags: Sequence[QualityFlag]) -> int:
    """Hold what flags name, within the caller's transaction."""
    new = 0
    for flag in flags:
        there = held_rating_rows.latest(connection, flag.rater)
        for claim in flag.held_claims:
            before = there.get((flag.rater, claim))
            if before is not None and (before.held or before.actor != PROGRAM):
                continue
            _decide(connection, PROGRAM, flag.rater, claim, held=True, reason=f"{flag.kind}: {flag.words}")
            new += 1
    return new


def hold(study: Study, rater: str, claim: str = "", *, actor: str, reason: str) -> None:
    """Hold the rating of a claim, or all ratings of a rater, by a coordinator's decision."""
    _check(study, rater, reason)
    with study.writing() as connection:
        _decide(connection, actor, rater, claim, held=True, reason=reason)


def release(study: Study, rater: str, claim: str = "", *, actor: str, reason: str) -> int:
    """Release the rating of a claim, or everything of a rater that is held, and return how many holds that were.

    Raises
    ------
    StudyError
        When nothing of it is held, or no reason is given.
    """
    _check(study, rater, reason)
    with study.writing() as connection:
        held = [one for one in held_rating_rows.latest(connection, rater).values() if one.held]
        meant = [one for one in held if not claim or one.claim == claim]
        if not meant:
            raise StudyError(f"rater {rater}{claim and f', claim {claim}'}", "nothing of it is held")
        for one in meant:
            _decide(connection, actor, rater, one.claim, held=False, reason=reason)
    return len(meant)


def release_rerated(connection: Connection, rater: str, claim: str) -> None:
    """Release a rating that the program held and that was given anew, without a flag this time."""
    before = held_rating_rows.latest(connection, rater).get((rater, claim))
    if before is not None and before.held and before.actor == PROGRAM:
        _decide(connection, PROGRAM, rater, claim, held=False, reason="rated anew, without a flag")


def _decide(connection: Connection, actor: str, rater: str, claim: str, *, held: bool, reason: str) -> None:
    held_rating_rows.add(connection, actor, rater, claim, held=held, reason=reason)
    action = "hold ratings" if held else "release ratings"
    audit_rows.add(connection, actor, action, rater, {"claim": claim, "reason": reason})


def _check(study: Study, rater: str, reason: str) -> None:
    if rater not in {one.name for one in study.raters()}:
        raise StudyError(f"rater {rater!r:.80}", "the study has no such rater")
    if not reason.strip():
        raise StudyError("no reason", "the report says why a rating was held or released", "Say it: --reason TEXT")
    if not is_storable(reason):
        raise StudyError(f"the reason {reason!r:.80}", "it holds bytes that are no text")
