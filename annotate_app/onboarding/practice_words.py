"""The sentences of practice: what it is, how an answer was, how an attempt went. Everything is escaped here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referee_calib.study.onboarding import OnboardingState, PracticeAttempt


def practice_banner(state: OnboardingState) -> str:
    """Return the line above a practice claim."""
    attempt = f", attempt {state.attempt} of {state.allowed}" if state.attempt > 1 else ""
    return (
        f'<p class="rc-practice"><b>Practice {state.n_done + 1} of {state.n_claims}{attempt}.</b> '
        "After each answer you see what is right and why. It counts for nothing else.</p>"
    )


def feedback_words(card: Mapping[str, Any], state: OnboardingState) -> str:
    """Return the heading above the explanation of an answer; plain text, which the page sets as such."""
    wrong = [row["title"] for row in card["levels"] if not row["right"]]
    said = "Right." if not wrong else f"Not right on {' and '.join(wrong)}."
    if state.step == "rating" and state.last is not None and state.last.passed:
        return f"{said} Practice is passed: {_score(state.last)}."
    return said


def attempt_words(state: OnboardingState) -> str:
    """Return what is said between two attempts."""
    last = state.last
    score = f"{_score(last)}. " if last else ""
    left = state.allowed - state.attempt
    after = "This is the last try." if not left else f"After this one you have {left} more."
    return (
        '<article class="rc-page rc-done"><h1>Not quite yet.</h1>'
        f"<p>{score}That is below the mark for this study. The same claims come again; read the sentences of each "
        f"level once more, and take your time. {after}</p></article>"
    )


def failed_words(state: OnboardingState) -> str:
    """Return the page of somebody who did not pass."""
    score = f"{_score(state.last)} in the last try. " if state.last else ""
    return (
        '<article class="rc-page rc-done"><h1>Thank you for trying.</h1>'
        f"<p>{score}This study needs answers closer to its examples, so there is nothing more to rate for you here. "
        "The person who runs the study sees this and can give you another try; then this page goes on by itself when "
        "you load it again.</p></article>"
    )


def _score(attempt: PracticeAttempt) -> str:
    return f"{attempt.n_right} of {attempt.n_judged} answers were right"
