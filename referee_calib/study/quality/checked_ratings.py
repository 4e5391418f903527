"""Storing what a rater sends, with its checks, in one step: all of it is stored, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from referee_calib.records import Claim, Mark, Rating
from referee_calib.study import scale_check
from referee_calib.study.onboarding import KnownClaim, add_practice_answer, known_claim, known_claims
from referee_calib.study.quality.act_checks import act_flags
from referee_calib.study.quality.gold_results import attention_flag, missed_attention
from referee_calib.study.quality.held_ratings import add_holds, release_rerated
from referee_calib.study.quality.quality_flag import KINDS, QualityFlag
from referee_calib.study.quality.rating_acts import act_of, acts_of
from referee_calib.study.store import act_rows, audit_rows
from referee_calib.study.store.onboarding import known_claim_rows
from referee_calib.study.study import AddResult, Study


def add_checked_ratings(
    study: Study, ratings: Sequence[Rating], claim: Claim, *, marks: Sequence[Mark] = (), asked: Sequence[str] = ()
) -> AddResult:
    """Append the ratings of one act; hold them, or the rater, where a flag with the action "hold" says so.

    Flags that need all raters are left to :func:`~referee_calib.study.quality.quality_flags.quality_flags`.

    Parameters
    ----------
    ratings : sequence of Rating
        One rater's, of one claim.
    claim : Claim
        That claim.
    marks : sequence of Mark
        What the rater drew in the same act; nothing of it is kept of a practice claim.
    asked : sequence of str
        The kinds of flags about which the page asked before the rater saved all the same; kept in the audit trail.

    Raises
    ------
    RatingError
        As :meth:`Study.add_ratings`, and when a practice claim is answered a second time in one attempt.
    """
    scale_check.check_ratings(study.rubric, ratings)
    known = known_claim(study, claim.id)
    if known is not None and known.role == "practice":
        new = add_practice_answer(study, ratings)
        return AddResult(new, len(ratings) - new)
    attention = known is not None and known.role == "attention"
    checks = known_claims(study, "attention") if attention else []
    with study.writing() as connection:
        new = act_rows.add(connection, ratings, marks)
        if new:
            flags = act_flags(act_of(list(ratings)), claim, study.config.quality)
            missed = _attention_flags(connection, ratings[0].rater, study, checks) if attention else []
            _follow(connection, ratings[0], [*flags, *missed], [one for one in KINDS if one in asked])
    return AddResult(new, len(ratings) - new)


def _attention_flags(
    connection: Connection, rater: str, study: Study, checks: Sequence[KnownClaim]
) -> list[QualityFlag]:
    acts = acts_of(known_claim_rows.answers(connection, "attention", rater))
    flag = attention_flag(rater, missed_attention(acts, checks), study.config.quality)
    return [flag] if flag else []


def _follow(connection: Connection, one: Rating, flags: Sequence[QualityFlag], asked: Sequence[str]) -> None:
    held = [flag for flag in flags if flag.action == "hold"]
    add_holds(connection, held)
    if not any(flag.claim for flag in held):
        release_rerated(connection, one.rater, one.claim)
    if asked:
        audit_rows.add(connection, f"rater {one.rater}", "confirm rating", one.claim, {"asked": list(asked)})
