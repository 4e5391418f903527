"""Whether a rung holds: the probabilities that come are the model's, of the answers, and before any temperature."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import linear_regression, median

from referee_calib.referee.backends.openai.probe.endpoint_trial import EndpointTrial, Trial
from referee_calib.referee.backends.openai.probe.trial_questions import CONTRARY, QUESTIONS
from referee_calib.referee.backends.openai.response_body import ChatAnswer, probabilities_of
from referee_calib.referee.decoding_settings import Rung
from referee_calib.referee.prompting.prompt_file import LEVELS
from referee_calib.referee.reply import logprob_ladder

IMPOSSIBLE = -25.0
"""Log-probability of a second-best token below which it got none: on a question without a right answer a model's own
second choice lies far above."""

SHARPENED = 1.5
"""Ratio of the differences between log-probabilities at two temperatures from which on it is not a server's noise."""

_FLOOR = -1000.0  # what servers write for the logarithm of nothing lies below

_UNIT_TEMPERATURE = 1.0


@dataclass(frozen=True)
class RungTrial:
    """What the trial questions gave on a rung."""

    why: str = ""  # it does not hold
    reasons: bool = False  # whether the model wrote reasoning first
    answers: tuple[ChatAnswer, ...] = ()  # one for each question
    probabilities: tuple[tuple[float, ...], ...] = ()  # of the levels, for each answer
    seconds: float = 0.0
    broke_off: bool = False  # whether an error came inside the answer, which tells nothing about the rung

    @property
    def mass(self) -> float:
        """Least probability of all levels together."""
        return min(math.fsum(one) for one in self.probabilities)


async def try_rung(trial: EndpointTrial, rung: Rung, ids: Sequence[int] | None, min_mass: float) -> RungTrial:
    """Try a rung with probabilities.

    Parameters
    ----------
    trial : EndpointTrial
    rung : {"exact", "choice", "truncated"}
    ids : sequence of int or None
        Tokens of the levels, where they are known.
    min_mass : float
        Least probability of the levels together on most of the questions; not looked at on the rung "choice".
    """
    if rung == "exact" and ids is None:
        return RungTrial("the server's tokenizer cannot be asked, or a level is not one token")
    gate = await trial.ask(rung, CONTRARY if rung == "choice" else QUESTIONS[0], ids)
    if gate.answer is None:
        return RungTrial(gate.why, broke_off=gate.broke_off)
    _, why = probabilities_of(gate.answer, rung, LEVELS, ids)
    if rung == "choice" and not why and gate.answer.text.strip() not in LEVELS:
        why = "the reply was to be a level, and is another word"
    why = why or (await _wrong_tokens(trial, ids) if rung == "exact" else "")
    if why:
        return RungTrial(why, gate.answer.reasoned)
    more = QUESTIONS if rung == "choice" else QUESTIONS[1:]
    others = await asyncio.gather(*(trial.ask(rung, words, ids) for words in more))
    return await _several(trial, rung, ids, ([] if rung == "choice" else [gate]) + others, min_mass)


async def _several(
    trial: EndpointTrial, rung: Rung, ids: Sequence[int] | None, trials: Sequence[Trial], min_mass: float
) -> RungTrial:
    answers = [one.answer for one in trials if one.answer is not None]
    if len(answers) < len(trials):
        failed = next(one for one in trials if one.answer is None)
        return RungTrial(failed.why, broke_off=failed.broke_off)
    read = [probabilities_of(one, rung, LEVELS, ids) for one in answers]
    found, why = [shares for shares, _ in read], next((wrong for _, wrong in read if wrong), "")
    if not why and all(map(_one_hot, answers)):
        why = "one token has all of the probability on every question: these are no probabilities of the model"
    if not why and rung != "choice" and (usual := median(map(math.fsum, found))) < min_mass:
        why = f"the levels hold only {usual:.3f} of the probability: the model begins its reply with something else"
    why = why or await _sharpened(trial, rung, ids, answers)
    seconds = median(one.outcome.seconds for one in trials)
    return RungTrial(why, any(one.reasoned for one in answers), tuple(answers), tuple(found), seconds)


def _one_hot(answer: ChatAnswer) -> bool:
    """Say whether nothing is left for a second token, as after a temperature of 0."""
    ordered = sorted((logprob for _, logprob in answer.top or ()), reverse=True)
    return len(ordered) < 2 or ordered[1] < IMPOSSIBLE


async def _sharpened(trial: EndpointTrial, rung: Rung, ids: Sequence[int] | None, answers: Sequence[ChatAnswer]) -> str:
    """Ask again at temperature 1, at which a model's probabilities are its own; say so if they were others before."""
    if trial.decoding.temperature == _UNIT_TEMPERATURE or "temperature" in trial.adaptation.left_out:
        return ""
    kept = trial.adaptation
    again = [await trial.ask(rung, words, ids, temperature=_UNIT_TEMPERATURE) for words in QUESTIONS[:2]]
    trial.adaptation = kept  # a server that refuses this temperature may take the other one
    slopes = [_slope(one.answer, before) for one, before in zip(again, answers, strict=False)]
    colder = trial.decoding.temperature < _UNIT_TEMPERATURE
    if all(slope is not None and (slope > SHARPENED if colder else slope < 1 / SHARPENED) for slope in slopes):
        return "the probabilities change with the temperature (at temperature = 1 they are the model's own)"
    return ""


def _slope(one: ChatAnswer | None, other: ChatAnswer) -> float | None:
    """Return how differences between the log-probabilities of one answer grow in the other.

    It is the slope of the least-squares line over the tokens of both, 1 / T for probabilities after temperature T; None
    where three tokens are not there.
    """
    mine = dict(one.top or ()) if one is not None else {}
    pairs = [(mine[token], there) for token, there in other.top or () if token in mine]
    known = [pair for pair in pairs if min(pair) > _FLOOR]
    if len(known) < 3 or len({here for here, _ in known}) == 1:
        return None
    return linear_regression([here for here, _ in known], [there for _, there in known]).slope


async def _wrong_tokens(trial: EndpointTrial, ids: Sequence[int] | None) -> str:
    """Look at the texts of the tokens that stood for the levels."""
    named = await trial.ask("exact", QUESTIONS[0], ids, return_tokens_as_token_ids=None)
    if named.answer is None or named.answer.top is None:
        return named.why or "the server sent no log-probabilities"
    texts = {logprob_ladder.plain(token).strip() for token, _ in named.answer.top}
    return "" if texts >= set(LEVELS) else "the tokens of the levels are not those of the server's tokenizer"
