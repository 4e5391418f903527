"""From what a browser posts to ratings in the database: every field is checked, a repeat changes nothing."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from annotate_app.mark_submission import submitted_mark
from annotate_app.served_study import SKIP_REASONS, ServedStudy
from annotate_app.submission_rejected import SubmissionRejected
from referee_calib.records import Claim, Mark, Rating, is_finite
from referee_calib.rubric import Rubric
from referee_calib.study import (
    FLAG_KINDS,
    AddResult,
    add_checked_ratings,
    known_claim,
    may_rate,
    owns,
    place_of,
    read_key,
)

__all__ = ["SubmissionRejected", "submit_rating"]

MAX_NOTE = 1000
MAX_SECONDS = 7 * 24 * 3600.0  # of active time, so that sums of it stay numbers
MAX_WAIT = 90 * 24 * 3600.0


def submit_rating(served: ServedStudy, rater: str, body: Any) -> AddResult:
    """Store what one person said about one claim; an act that was stored before is ``known``.

    The body is decoded JSON: ``act`` (unique per act of rating), ``study``, ``rater``, ``claim`` (the item's key),
    ``rubric``, ``levels`` (dimension to level, every dimension of the claim) or ``reason`` (why it was skipped),
    ``note``, ``seconds`` (active time), ``watched`` (share of the evidence that was on the screen, or null), ``asked``
    (the kinds of flags about which the page asked), ``waited`` (seconds between the act and this request) and, where
    the rater drew something, ``mark``. Raises SubmissionRejected with the status and a sentence for the rater,
    StudyError when the study cannot be written; nothing is stored then.
    """
    if not isinstance(body, Mapping):
        raise SubmissionRejected(400, "The rating could not be read.")
    _check_page(served, rater, body)
    claim, occasion, place = _item(served, rater, body.get("claim"))
    _check_onboarding(served, rater, claim, _act(body))
    given = datetime.now(UTC) - timedelta(seconds=_waited(body))
    act = {
        "rater": rater,
        "time": given.isoformat(timespec="milliseconds"),
        "origin": "app",
        "nonce": _act(body),
    }
    common: dict[str, Any] = {
        "claim": claim.id,
        "note": _note(body),
        "seconds": _number(body, "seconds", MAX_SECONDS),
        "order": place,
        "rubric": served.study.rubric.version,
        "occasion": occasion,
        "watched": _watched(body),
        **act,
    }
    judged = _judgements(served.study.rubric, claim, body)
    if not body.get("reason") and not served.can_be_shown(claim):
        raise SubmissionRejected(422, "This video cannot be shown, so the claim cannot be rated. Skip it, please.")
    ratings = [Rating(dimension=name, **what, **common) for name, what in judged.items()]
    marks = _marks(served, claim, body, act)
    return add_checked_ratings(served.study, ratings, claim, marks=marks, asked=_asked(body))


def _marks(served: ServedStudy, claim: Claim, body: Mapping[str, Any], act: Mapping[str, Any]) -> list[Mark]:
    if body.get("mark") is None:
        return []
    if read_key(body["claim"]) != (claim.id, ""):
        raise SubmissionRejected(422, "Nothing is drawn at a second look.")
    return [submitted_mark(claim, body["mark"], served.end_of(claim), act)]


def _check_page(served: ServedStudy, rater: str, body: Mapping[str, Any]) -> None:
    if body.get("study") not in served.keys:
        raise SubmissionRejected(409, "This page belongs to another study. Reload it, please.")
    if body.get("rater") != rater:
        raise SubmissionRejected(401, "Somebody else is signed in now. Sign in with your own code, please.")
    if body.get("rubric") != served.study.rubric.version:
        raise SubmissionRejected(
            409, "The words of the scales have changed. Reload the page and rate this claim again, please."
        )


def _item(served: ServedStudy, rater: str, wanted: Any) -> tuple[Claim, str, int]:
    """Return claim, occasion, and how many items the rater had before it."""
    named = read_key(wanted)
    known = known_claim(served.study, named[0]) if named else None
    if named and not named[1] and known is not None and known.role == "practice":
        return served.study.claims([named[0]])[0], "", 0
    if named is None or not owns(served.study, rater, wanted):
        raise SubmissionRejected(404, "This claim is not one of yours.")
    return served.study.claims([named[0]])[0], named[1], place_of(served.study, rater, wanted)


def _check_onboarding(served: ServedStudy, rater: str, claim: Claim, act: str) -> None:
    """Refuse what comes before consent and practice; an act that is stored may arrive again."""
    if any(one.nonce == act for one in served.study.ratings_of(rater, claim.id)):
        return
    refusal = may_rate(served.study, rater, claim.id)
    if refusal:
        raise SubmissionRejected(403, refusal)


def _watched(body: Mapping[str, Any]) -> float | None:
    return None if body.get("watched") is None else _number(body, "watched", 1)


def _asked(body: Mapping[str, Any]) -> tuple[str, ...]:
    asked = body.get("asked", [])
    if not isinstance(asked, list) or not all(one in FLAG_KINDS for one in asked):
        raise SubmissionRejected(422, "What the page asked about could not be read.")
    return tuple(asked)


def _judgements(rubric: Rubric, claim: Claim, body: Mapping[str, Any]) -> dict[Any, dict[str, Any]]:
    reason, levels = body.get("reason", ""), body.get("levels", {})
    asked = rubric.applies(claim)
    if reason:
        return {name: {"level": None, "reason": _reason(reason, body, levels)} for name in asked}
    if not isinstance(levels, Mapping) or set(levels) != set(asked):
        raise SubmissionRejected(422, f"This claim is judged on {' and '.join(asked)}, each of them and no other.")
    for name, level in levels.items():
        top = rubric[name].top
        if type(level) is not int or not 0 <= level <= top:
            raise SubmissionRejected(422, f"The level of {name} must be a whole number from 0 to {top}.")
    return {name: {"level": levels[name], "reason": ""} for name in asked}


def _reason(reason: Any, body: Mapping[str, Any], levels: Any) -> str:
    if reason not in SKIP_REASONS:
        raise SubmissionRejected(422, f"A claim is skipped for one of these reasons: {', '.join(SKIP_REASONS)}.")
    if levels:
        raise SubmissionRejected(422, "A skipped claim has no levels.")
    if reason == "other" and not _note(body):
        raise SubmissionRejected(422, "Please write the reason in the note.")
    return str(reason)


def _note(body: Mapping[str, Any]) -> str:
    note = body.get("note", "")
    if not isinstance(note, str) or len(note) > MAX_NOTE:
        raise SubmissionRejected(422, f"A note has at most {MAX_NOTE} characters.")
    return note.strip()


def _waited(body: Mapping[str, Any]) -> float:
    """Return for how long a rating waited; a clock that jumped tells nothing, and the time of arrival counts."""
    waited = _number(body, "waited", sys.float_info.max)
    return waited if waited <= MAX_WAIT else 0.0


def _number(body: Mapping[str, Any], name: str, most: float) -> float:
    value = body.get(name, 0)
    if not is_finite(value):
        raise SubmissionRejected(422, f"{name} must be a number.")
    if not 0 <= value <= most:
        raise SubmissionRejected(422, f"{name} must not be negative, and not so large.")
    return float(value)


def _act(body: Mapping[str, Any]) -> str:
    act = body.get("act")
    if not isinstance(act, str) or not re.fullmatch(r"[A-Za-z0-9_~-]{8,100}", act):
        raise SubmissionRejected(422, "The rating carries no name of its own.")
    return act
