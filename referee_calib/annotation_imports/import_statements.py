"""What is stated about an export: who its users are, what its questions ask, and how its levels are numbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from referee_calib.errors import InputError
from referee_calib.rubric import Rubric, Scale
from referee_calib.study import check_rater_name

SKIP, NOTE = "skip", "note"


@dataclass(frozen=True, slots=True)
class AnnotationStatements:
    """What is known about an export.

    Attributes
    ----------
    everybody : str
        The rater whose annotations a file holds that names nobody; "" where users are named.
    raters : mapping of str to str
        Raters by user.
    questions : mapping of str to str
        By question: the dimension that it asks about, "skip" or "note".
    lowest : int
        The number that stands for the worst level.
    """

    everybody: str = ""
    raters: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    lowest: int = 0

    def rater(self, user: str) -> str:
        """Return who a user is; by default the user's own name."""
        return self.raters.get(user) or self.everybody or check_rater_name(user)

    def asks(self, question: str, rubric: Rubric) -> str:
        """Return the dimension that a question asks about, "skip" or "note"; "" when it is none of them."""
        stated = self.questions.get(question)
        if stated is not None:
            return stated
        plain = " ".join(question.casefold().split())
        named = {scale.dimension: scale.dimension for scale in rubric.scales} | {SKIP: SKIP, NOTE: NOTE}
        named |= {" ".join(scale.title.casefold().split()): scale.dimension for scale in rubric.scales}
        return named.get(plain, "")


def annotation_statements(
    raters: Sequence[str], questions: Sequence[str], lowest: int, rubric: Rubric
) -> AnnotationStatements:
    """Read what was stated as ``USER=NAME`` or ``NAME``, and as ``QUESTION=DIMENSION``.

    Raises
    ------
    InputError
        For a statement of another form, and for a dimension that the rubric does not ask about.
    """
    named = [pair.rpartition("=") for pair in raters]
    alone = [name for user, mark, name in named if not mark]
    if len(alone) > 1 or (alone and len(named) > 1):
        raise InputError(f"--rater {' --rater '.join(raters)}", "one name alone stands for everybody in the file")
    pairs = {user.strip(): check_rater_name(name) for user, mark, name in named if mark}
    asked = dict(_question(pair, rubric) for pair in questions)
    return AnnotationStatements(check_rater_name(alone[0]) if alone else "", pairs, asked, lowest)


def _question(pair: str, rubric: Rubric) -> tuple[str, str]:
    question, mark, target = (part.strip() for part in pair.rpartition("="))
    known = [*(scale.dimension for scale in rubric.scales), SKIP, NOTE]
    if not mark or not question or target not in known:
        raise InputError(f"--question {pair}", f"a question asks about {', '.join(known)}", "Type: QUESTION=DIMENSION")
    return question, target


def scale_of(rubric: Rubric, dimension: str) -> Scale:
    """Return the scale of a dimension that the rubric asks about."""
    return next(scale for scale in rubric.scales if scale.dimension == dimension)
