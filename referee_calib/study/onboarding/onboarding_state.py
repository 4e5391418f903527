"""Where a rater stands between the invitation and the first rating that counts, and the steps that lead on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from referee_calib.errors import StudyError
from referee_calib.study.onboarding.known_claims import known_claim, known_claims
from referee_calib.study.onboarding.practice import GRANT, PracticeAnswer, PracticeAttempt, PracticeResult, practice_of
from referee_calib.study.onboarding.study_texts import OnboardingText, consent_text, instructions_text
from referee_calib.study.people.raters import personal_order
from referee_calib.study.store import audit_rows
from referee_calib.study.store.onboarding import onboarding_event_rows
from referee_calib.study.store.onboarding.onboarding_event_rows import OnboardingEvent
from referee_calib.study.study import Study

Step = Literal["consent", "instructions", "practice", "rating", "failed", "declined"]
CONSENT, DECLINE, INSTRUCTIONS, FEEDBACK = "consent", "decline", "instructions", "feedback"


@dataclass(frozen=True, slots=True)
class OnboardingState:
    """What a rater is to do now.

    Attributes
    ----------
    step : {"consent", "instructions", "practice", "rating", "failed", "declined"}
        The step.
    text : OnboardingText or None
        What the step lets the rater read, at consent, instructions and declined.
    claim : str
        The practice claim to answer, "" when none is due.
    n_done, n_claims : int
        How many practice claims of this attempt are answered, of how many.
    attempt, allowed : int
        Which attempt at practice this is, from 1 on, of how many.
    feedback : PracticeAnswer or None
        An answer whose explanation the rater has not gone on from; it stands before every other thing to do.
    last : PracticeAttempt or None
        The last complete attempt.
    """

    step: Step
    text: OnboardingText | None = None
    claim: str = ""
    n_done: int = 0
    n_claims: int = 0
    attempt: int = 1
    allowed: int = 1
    feedback: PracticeAnswer | None = None
    last: PracticeAttempt | None = None


def onboarding_state(study: Study, rater: str) -> OnboardingState:
    """Return where a rater stands; a study without texts and practice claims leads straight to rating."""
    with study.reading() as connection:
        events = onboarding_event_rows.get(connection, rater)
    return _reading_state(study, events) or _practice_state(study, rater, events)


def may_rate(study: Study, rater: str, claim: str) -> str:
    """Return why a rater may not rate a claim now, "" when nothing of the onboarding stands against it.

    Which practice claim is still open, :func:`~referee_calib.study.onboarding.practice.add_practice_answer` checks.
    """
    step = onboarding_state(study, rater).step
    known = known_claim(study, claim)
    practice = known is not None and known.role == "practice"
    if step == "practice":
        return "" if practice else "Please answer the practice claims first."
    if step != "rating":
        return _REFUSALS[step]
    return "Practice is over, so this claim is no longer answered." if practice else ""


_REFUSALS = {
    "consent": "Please read and agree to the consent page first: reload this page.",
    "declined": "You declined to take part, so nothing is stored.",
    "instructions": "Please read the instructions first: reload this page.",
    "failed": "Practice was not passed, so no rating is stored. The person who runs the study can see it.",
}


def give_consent(study: Study, rater: str, digest: str) -> None:
    """Record that a rater agrees to the consent text of this digest; StudyError when the text is another by now."""
    _decide(study, rater, digest, CONSENT)


def decline_consent(study: Study, rater: str, digest: str) -> None:
    """Record that a rater does not agree to the consent text of this digest."""
    _decide(study, rater, digest, DECLINE)


def mark_instructions_read(study: Study, rater: str, digest: str) -> None:
    """Record that a rater went on from the instructions of this digest."""
    _add(study, rater, INSTRUCTIONS, digest)


def mark_feedback_read(study: Study, rater: str, act: str) -> None:
    """Record that a rater went on from the explanation of a practice answer."""
    _add(study, rater, FEEDBACK, act)


def grant_attempt(study: Study, rater: str, *, actor: str) -> None:
    """Let a rater try practice once more."""
    with study.writing() as connection:
        onboarding_event_rows.add(connection, rater, GRANT, actor)
        audit_rows.add(connection, actor, "grant practice attempt", rater, {})


def _decide(study: Study, rater: str, digest: str, kind: str) -> None:
    now = consent_text(study)
    if now is None or now.digest != digest:
        raise StudyError(
            "the consent text has changed", "what was agreed to is not what it says now", "Reload the page."
        )
    with study.writing() as connection:
        onboarding_event_rows.add(connection, rater, kind, digest)
        audit_rows.add(connection, f"rater {rater}", kind, rater, {"text": now.name, "sha256": digest})


def _add(study: Study, rater: str, kind: str, subject: str) -> None:
    with study.writing() as connection:
        onboarding_event_rows.add(connection, rater, kind, subject)


def _reading_state(study: Study, events: list[OnboardingEvent]) -> OnboardingState | None:
    """Return the state of a rater who has something to read and agree to, None when that is done."""
    consent = consent_text(study)
    if consent is not None:
        decisions = [one.kind for one in events if one.kind in (CONSENT, DECLINE) and one.subject == consent.digest]
        if not decisions:
            return OnboardingState("consent", consent)
        if decisions[-1] == DECLINE:
            return OnboardingState("declined", consent)
    instructions = instructions_text(study)
    if instructions is not None and (INSTRUCTIONS, instructions.digest) not in {
        (one.kind, one.subject) for one in events
    }:
        return OnboardingState("instructions", instructions)
    return None


def _practice_state(study: Study, rater: str, events: list[OnboardingEvent]) -> OnboardingState:
    result = practice_of(study, rater, events)
    claims = [one.claim for one in known_claims(study, "practice")]
    if not claims:
        return OnboardingState("rating")
    complete = [one for one in result.attempts if one.complete]
    last, feedback = complete[-1] if complete else None, _unread(result, events)
    if result.passed or (last is not None and not study.config.onboarding.practice_required):
        return OnboardingState("rating", feedback=feedback, last=last)
    shared: dict[str, Any] = {"n_claims": len(claims), "allowed": result.allowed, "last": last, "feedback": feedback}
    if result.failed:
        return OnboardingState("failed", attempt=result.allowed, **shared)
    done = [] if not result.attempts or result.attempts[-1].complete else result.attempts[-1].answers
    answered = {one.claim for one in done}
    open_ = [one for one in personal_order(claims, rater, study.config.order_seed) if one not in answered]
    return OnboardingState("practice", claim=open_[0], n_done=len(answered), attempt=len(complete) + 1, **shared)


def _unread(result: PracticeResult, events: list[OnboardingEvent]) -> PracticeAnswer | None:
    """Return the last answer, while its explanation is not read."""
    answers = [one for attempt in result.attempts for one in attempt.answers]
    read = {one.subject for one in events if one.kind == FEEDBACK}
    return answers[-1] if answers and answers[-1].act not in read else None
