"""Whether a server opens the pictures of a question, told from what it counts and from what changes.

A text-only model behind a chat server often passes over pictures without a word. Then a question costs no more tokens
with pictures than without, and other pictures change nothing, while other words do. A server that counts nothing and
whose replies never change tells neither, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.errors import InputError
from referee_calib.referee.backends.openai.probe.endpoint_trial import EndpointTrial
from referee_calib.referee.backends.openai.probe.rung_trial import RungTrial
from referee_calib.referee.backends.openai.probe.trial_questions import QUESTIONS, trial_messages
from referee_calib.referee.backends.openai.response_body import probabilities_of
from referee_calib.referee.decoding_settings import Rung
from referee_calib.referee.prompting.prompt_file import LEVELS

UNTOLD = "whether the server opens the pictures could not be told; referee-calib doctor asks more"
_PLACEHOLDER = 3  # tokens that may stand for a picture that nobody opens; one that is opened takes more
_SAME = 1e-9
_MOVED = 0.02  # change of a probability from which on it is more than a server's noise
_OTHER = 2  # number of the first of other pictures


async def check_pictures(trial: EndpointTrial, rung: Rung, found: RungTrial, ids: Sequence[int] | None) -> str:
    """Raise an InputError when the pictures are passed over, and return a doubt when that cannot be told.

    Parameters
    ----------
    trial : EndpointTrial
    rung : str
    found : RungTrial
        What the trial questions gave on that rung.
    ids : sequence of int or None
    """
    if not trial.pictures:
        return ""
    counted = await _tokens_by_pictures(trial, found)
    moved, by_words = await _moved(trial, rung, found, ids)
    if counted is not None and moved < _MOVED:
        none, one, all_ = counted
        if all_ - none <= _PLACEHOLDER * trial.pictures:
            raise _ignored(trial, f"a question has {all_} tokens with pictures and {none} without")
        if all_ - one <= _PLACEHOLDER * (trial.pictures - 1) and trial.pictures > 1:
            why = (
                f"it reads the first of several pictures only: a question has {one} tokens with one and {all_} with all"
            )
            raise InputError(f"endpoint {trial.url}", why, 'Serve it otherwise, or show one picture: frames = "frame".')
        return ""
    if counted is None and found.probabilities and moved <= _SAME:
        if by_words > _MOVED:
            raise _ignored(trial, "other words change its probabilities, other pictures do not")
        return UNTOLD
    return "" if counted is not None or found.probabilities else UNTOLD


def _ignored(trial: EndpointTrial, how: str) -> InputError:
    do = "Serve a vision-language model with its vision part (llama.cpp: --mmproj)."
    return InputError(f"endpoint {trial.url}", f"it passes over the pictures: {how}", do)


async def _tokens_by_pictures(trial: EndpointTrial, found: RungTrial) -> tuple[int, int, int] | None:
    """Return the tokens of a question with no, one and all pictures; None where the server does not count words."""
    counted = [answer.asked_tokens for answer in found.answers]
    if not counted:
        counted = [await _asked_tokens(trial, words, trial.pictures) for words in QUESTIONS]
    whole, short, long = counted
    if whole is None or short is None or long is None or long <= short:
        return None
    none = await _asked_tokens(trial, QUESTIONS[0], 0)
    one = await _asked_tokens(trial, QUESTIONS[0], 1) if trial.pictures > 1 else none
    return None if none is None or one is None else (none, one, whole)


async def _asked_tokens(trial: EndpointTrial, words: str, pictures: int) -> int | None:
    answer = (await trial.send(trial_messages(words, pictures, captions=trial.pictures), **trial.shortest())).answer
    return None if answer is None else answer.asked_tokens


async def _moved(trial: EndpointTrial, rung: Rung, found: RungTrial, ids: Sequence[int] | None) -> tuple[float, float]:
    """Return the largest change of a level's probability with other pictures, and with other words."""
    if not found.probabilities:
        return 0.0, 0.0
    mine, others = found.probabilities[0], found.probabilities[1]
    answer = (await trial.ask(rung, QUESTIONS[0], ids, first=_OTHER)).answer
    shares, wrong = probabilities_of(answer, rung, LEVELS, ids) if answer is not None else ((), "none came")
    by_pictures = 1.0 if wrong else _largest(mine, shares)
    return by_pictures, _largest(mine, others)


def _largest(one: Sequence[float], other: Sequence[float]) -> float:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))
