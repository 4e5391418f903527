"""The answers that a question allows: a level of the scale that is asked about, or yes and no.

Every answer is one token, because the probability of an answer is read from that of its token: the digits 0 to 9 are,
"10" is two, and its first one is the answer 1 as well, so that a model that means the best level of eleven would be
counted for the second worst. A scale of eleven levels therefore goes by the letters P (worst) to Z (best), for replies
in words too, so that one question has one set of answers whatever the backend. P to Z are eleven, each is one token of
every vocabulary, none begins a sentence as "A" and "I" do, and none is a mark at school, where A is the best.
"""

from __future__ import annotations

LEVELS = ("0", "1", "2", "3", "4")  # of a prompt that names them itself
YES_NO = ("yes", "no")
ANY_LEVELS = ("levels",)  # of a prompt that asks for whatever levels the scale has
_DIGITS = tuple("0123456789")
_LETTERS = tuple("PQRSTUVWXYZ")


def level_answers(n_levels: int) -> tuple[str, ...]:
    """Return the answer that stands for each level of a scale, worst first.

    >>> level_answers(2)
    ('0', '1')
    >>> level_answers(11)[10]
    'Z'
    """
    return _DIGITS[:n_levels] if n_levels <= len(_DIGITS) else _LETTERS[:n_levels]


def answers_on(answers: tuple[str, ...], n_levels: int) -> tuple[str, ...]:
    """Return the answers of a prompt on a scale of so many levels."""
    return level_answers(n_levels) if answers == ANY_LEVELS else answers


def are_allowed(answers: tuple[str, ...]) -> bool:
    """Whether these are answers that a parser can read."""
    return answers in (LEVELS, ANY_LEVELS) or are_yes_no(answers)


def are_yes_no(answers: tuple[str, ...]) -> bool:
    """Whether the answers are yes and no, in either order."""
    return sorted(answers) == sorted(YES_NO)
