"""The pages before the first rating: consent, instructions with examples, practice with feedback."""

from annotate_app.onboarding.onboarding_pages import (
    is_before_rating,
    show_examples,
    show_instructions_text,
    show_onboarding,
)

__all__ = ["is_before_rating", "show_examples", "show_instructions_text", "show_onboarding"]
