"""The pages before the first rating. Which one is due, the study says; what is clicked here is stored at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import streamlit as st

from annotate_app import components, static_pages
from annotate_app.onboarding.known_claim_cards import example_cards, feedback_card
from annotate_app.onboarding.markdown_text import markdown_html
from annotate_app.onboarding.practice_words import attempt_words, failed_words, feedback_words, practice_banner
from annotate_app.panel_way_back import show_way_back
from annotate_app.served_study import ServedStudy
from referee_calib.errors import StudyError
from referee_calib.study import (
    OnboardingState,
    OnboardingText,
    PracticeAnswer,
    decline_consent,
    give_consent,
    instructions_text,
    mark_feedback_read,
    mark_instructions_read,
)

RECONSIDER, ATTEMPT_SEEN, TROUBLE = "reconsider", "attempt_seen", "step_not_stored"


def is_before_rating(state: OnboardingState) -> bool:
    """Tell whether something stands between a rater and the rating page."""
    return state.step != "rating" or state.feedback is not None


def show_onboarding(
    served: ServedStudy,
    rater: str,
    state: OnboardingState,
    asked: str,
    on_turn: Callable[[], None],
    on_view: Callable[[], None],
) -> None:
    """Show what stands between a rater and the rating page; in practice, the instructions when they are `asked` for."""
    practice = state.step == "practice"
    done, total = (state.n_done, state.n_claims) if practice else (0, 0)
    view = "done" if not practice else "instructions" if asked == "instructions" else "rate"
    facts = {"study": served.name, "rater": rater, "done": done, "total": total, "view": view, "demo": served.simulated}
    components.show_header(facts, on_view)
    if st.session_state.pop(TROUBLE, False):
        st.warning("That could not be stored just now, or the text has changed meanwhile. Please look once more.")
    if view == "instructions":
        _show_instructions_again(served)
    elif state.feedback is not None and (card := feedback_card(served, state.feedback)):
        _show_feedback(served, rater, state, state.feedback, card)
    elif practice:
        _show_practice(served, rater, state, on_turn)
    elif state.step == "failed":
        st.html(failed_words(state))
        show_way_back(served, rater, "screened out")
    elif state.text is not None:
        _show_text(served, rater, state, state.text)


def _show_text(served: ServedStudy, rater: str, state: OnboardingState, text: OnboardingText) -> None:
    if state.step == "instructions":
        _show_instructions(served, rater, text)
    elif state.step == "declined" and not st.session_state.get(RECONSIDER):
        st.html(static_pages.declined())
        show_way_back(served, rater, "screened out")
        st.button("Read it again", on_click=_reconsider, key="again")
    else:
        _show_consent(served, rater, text)


def show_instructions_text(served: ServedStudy, total: int) -> None:
    """Show the study's own instructions, or what every rater is asked to do where it has none."""
    text = instructions_text(served.study)
    st.html(markdown_html(text.text) if text else static_pages.task(total))


def show_examples(served: ServedStudy) -> None:
    """Show the examples of the study, where it has any."""
    cards = example_cards(served)
    if cards:
        components.show_known_claims("examples", cards, "Examples")


def _show_consent(served: ServedStudy, rater: str, text: OnboardingText) -> None:
    st.html(markdown_html(text.text))
    with st.container(key="consent", horizontal=True):
        st.button("I agree", type="primary", on_click=_agree, args=(served, rater, text.digest), key="agree")
        st.button("I do not take part", on_click=_decline, args=(served, rater, text.digest), key="decline")


def _show_instructions(served: ServedStudy, rater: str, text: OnboardingText) -> None:
    st.html(markdown_html(text.text))
    show_examples(served)
    st.html(static_pages.words(served.study.rubric))
    read = (served.study, rater, text.digest)
    st.button("I have read this", type="primary", on_click=_store, args=(mark_instructions_read, *read), key="start")


def _show_instructions_again(served: ServedStudy) -> None:
    show_instructions_text(served, 0)
    show_examples(served)
    st.button("Back to practice", type="primary", on_click=_back_to_practice, key="start")
    st.html(static_pages.words(served.study.rubric))


def _show_practice(served: ServedStudy, rater: str, state: OnboardingState, on_turn: Callable[[], None]) -> None:
    began = st.session_state.get(ATTEMPT_SEEN, 1)
    if state.n_done == 0 and state.last is not None and began < state.attempt:
        st.html(attempt_words(state))
        st.button("Try again", type="primary", on_click=_begin_attempt, args=(state.attempt,), key="start")
        return
    st.html(practice_banner(state))
    card = served.practice_card(rater, state.claim)
    turn = f"{st.session_state.get('turn', 0)}/{state.attempt}"  # the same claim comes again in another attempt
    components.show_player({**card, "turn": turn}, on_turn)


def _show_feedback(
    served: ServedStudy, rater: str, state: OnboardingState, answer: PracticeAnswer, card: dict[str, Any]
) -> None:
    components.show_known_claims("feedback", [card], feedback_words(card, state))
    words, read = "Start rating" if state.step == "rating" else "Go on", (served.study, rater, answer.act)
    st.button(words, type="primary", on_click=_store, args=(mark_feedback_read, *read), key="start")


def _agree(served: ServedStudy, rater: str, digest: str) -> None:
    st.session_state.pop(RECONSIDER, None)
    _store(give_consent, served.study, rater, digest)


def _decline(served: ServedStudy, rater: str, digest: str) -> None:
    st.session_state.pop(RECONSIDER, None)
    _store(decline_consent, served.study, rater, digest)


def _store(step: Callable[..., None], *what: Any) -> None:
    """Store a step; where that fails, as when the text has changed meanwhile, the page says so and asks again."""
    try:
        step(*what)
    except StudyError as error:
        logging.getLogger(__name__).warning("step not stored: %s", error)
        st.session_state[TROUBLE] = True


def _reconsider() -> None:
    st.session_state[RECONSIDER] = True


def _back_to_practice() -> None:
    st.query_params.from_dict({"view": "rate"})


def _begin_attempt(number: int) -> None:
    st.session_state[ATTEMPT_SEEN] = number
