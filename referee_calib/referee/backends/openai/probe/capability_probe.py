"""What an endpoint can do, found out by asking and by checking what comes back.

A server answers HTTP 200 to fields that it does not know, so that an answer proves nothing: its content does. Asked
are the served models, the version, the tokens of the answers, and trial questions in the form of real ones: first in
words, which shows what the server refuses, then on every rung, best first, until one holds what it promises.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from referee_calib.errors import InputError
from referee_calib.referee.backends.openai.answering_model import is_same_model
from referee_calib.referee.backends.openai.capabilities import Capabilities
from referee_calib.referee.backends.openai.http_client import EndpointClient
from referee_calib.referee.backends.openai.probe.endpoint_trial import EndpointTrial, Trial
from referee_calib.referee.backends.openai.probe.picture_trial import check_pictures
from referee_calib.referee.backends.openai.probe.request_adaptation import ROOMS
from referee_calib.referee.backends.openai.probe.rung_trial import RungTrial, try_rung
from referee_calib.referee.backends.openai.probe.server_facts import ServerFacts
from referee_calib.referee.backends.openai.response_body import ChatAnswer
from referee_calib.referee.backends.openai.retry import clean
from referee_calib.referee.decoding_settings import RUNGS, Decoding, Rung
from referee_calib.referee.prompting.prompt_file import LEVELS, YES_NO
from referee_calib.referee.reply.level_parser import read_level

_CUT = "the model did not come to an answer: raise max_tokens, or turn its reasoning off"


class CapabilityProbe:
    """Asks the servers of a client.

    Parameters
    ----------
    client : EndpointClient
    model : str
    decoding : Decoding
        A rung that is not "auto" is the only one tried.
    extra : mapping
        The user's own fields of a request.
    key_env : str
        For the message about a missing key.
    alias_of : str
        Name that the replies may give the model.
    pictures : int
        Of a trial question.
    min_mass : float
        Least probability that the levels must hold together for a rung to be found good.
    answers : sequence of tuple of str
        Further answers that questions will allow; on the rung "exact" each is one token.
    """

    def __init__(
        self,
        client: EndpointClient,
        model: str,
        decoding: Decoding,
        extra: Mapping[str, Any],
        key_env: str,
        *,
        alias_of: str = "",
        pictures: int = 2,
        min_mass: float = 0.5,
        answers: Sequence[tuple[str, ...]] = (),
    ) -> None:
        self._client, self._model, self._decoding, self._extra = client, model, decoding, extra
        self._alias_of, self._pictures = alias_of, pictures
        self._min_mass = min_mass if decoding.rung == "auto" else 0.0
        self._facts, self._answers = ServerFacts(client, model, key_env), (LEVELS, YES_NO, *answers)

    async def capabilities(self) -> Capabilities:
        """Ask all servers and return what they have in common.

        An InputError says that none answers, the model is not served, the key is refused, another model answers, the
        system message or the pictures are refused, a pinned rung does not hold, or two servers differ.
        """
        urls = await self._facts.reachable(self._refusal)
        found = await asyncio.gather(*map(self._one, urls))
        for url, other in zip(urls[1:], found[1:], strict=True):
            if (other.rung, other.tokens, other.adapted) != (found[0].rung, found[0].tokens, found[0].adapted):
                raise InputError(
                    f"servers {urls[0]} and {url}",
                    f"they can do different things (rungs {found[0].rung} and {other.rung})",
                    "Name servers of one kind, or pin a rung that both have.",
                )
        return found[0]

    def _trial(self, url: str, pictures: int) -> EndpointTrial:
        return EndpointTrial(self._client, url, self._model, self._decoding, self._extra, self._facts, pictures)

    async def _refusal(self, url: str) -> str:
        return (await self._trial(url, 0).ask("parsed")).why  # pictures it may refuse for reasons of their own

    async def _one(self, url: str) -> Capabilities:
        trial = self._trial(url, self._pictures)
        words = await trial.first_question()
        self._check_model(url, words.answer)
        root = url.removesuffix("/v1")
        version, tokens = await asyncio.gather(self._facts.version(root), self._facts.tokens(root, self._answers))
        found = replace(await self._best_rung(trial, words, tokens), version=version)
        answered = clean(words.answer.model, 80) if words.answer else ""
        return replace(found, answers_as="" if answered == self._model else answered)

    def _check_model(self, url: str, answer: ChatAnswer | None) -> None:
        """Refuse another model than the one that was asked for."""
        if answer is None or is_same_model(self._model, answer.model, self._alias_of):
            return
        other = clean(answer.model, 80)
        raise InputError(
            f"model {self._model}",
            f"at {url} another model answers: {other}",
            f'Ask for {other}; or, where {self._model} is another name of it, say so: alias_of = "{other}".',
        )

    async def _best_rung(self, trial: EndpointTrial, words: Trial, tokens: dict[str, int]) -> Capabilities:
        plain = Capabilities("parsed", tokens, seconds=words.outcome.seconds)
        whole = all(plain.ids(answers) for answers in self._answers if answers != YES_NO)
        ids, tried = plain.ids(LEVELS) if whole else None, dict[str, str]()
        reasons = words.answer is not None and words.answer.reasoned
        pinned = None if self._decoding.rung == "auto" else self._decoding.rung
        for rung in RUNGS[:-1] if pinned is None else (pinned,) * (pinned != "parsed"):
            if words.broke_off:
                tried[rung] = words.why
                continue
            on_rung = await try_rung(trial, rung, ids, self._min_mass)
            reasons |= on_rung.reasons
            if not on_rung.why:
                doubts = await self._doubts(trial, rung, on_rung, ids)
                mass = None if rung == "choice" else on_rung.mass
                return replace(
                    plain,
                    rung=rung,
                    mass=mass,
                    seconds=on_rung.seconds,
                    reasons=reasons,
                    tried=tried,
                    adapted=trial.adapted(rung),
                    doubts=doubts,
                )
            if on_rung.broke_off and pinned is None:
                words = Trial(replace(words.outcome, inside=True), why=on_rung.why)
            tried[rung] = on_rung.why
        if pinned not in (None, "parsed"):
            do = 'Let the rung be found (rung = "auto"), or take another one.'
            raise InputError(f"endpoint {trial.url}", f"rung {pinned}: {tried[pinned]}", do)
        return replace(await self._in_words(trial, words, plain, reasons), tried=tried)

    async def _in_words(self, trial: EndpointTrial, words: Trial, plain: Capabilities, reasons: bool) -> Capabilities:
        """Give a model that thinks or explains first room for its verdict."""
        if words.broke_off:
            return replace(plain, reasons=reasons, doubts=(f"a trial question got no reply: {words.why}",))
        answer = words.answer
        if answer is not None and _unfinished(answer) and max(ROOMS) > self._decoding.max_tokens:
            words = await trial.with_room(ROOMS[0])
            answer = words.answer or answer
        reasons = reasons or (answer is not None and answer.reasoned)
        doubts = await self._doubts(trial, "parsed", RungTrial(), None)
        if answer is not None and answer.failed:
            doubts = ("a reply to a trial question broke off; such replies are errors", *doubts)
        if answer is not None and _unfinished(answer):
            if answer.reasoned and not answer.text.strip():
                raise InputError(f"endpoint {trial.url}", f"it cannot be used: {_CUT}")
            doubts = ("a reply to a trial question was cut before its end; such replies are errors", *doubts)
        return replace(
            plain, seconds=words.outcome.seconds, reasons=reasons, adapted=trial.adapted("parsed"), doubts=doubts
        )

    async def _doubts(
        self, trial: EndpointTrial, rung: Rung, found: RungTrial, ids: tuple[int, ...] | None
    ) -> tuple[str, ...]:
        doubt = await check_pictures(trial, rung, found, ids)
        return (doubt,) if doubt else ()


def _unfinished(answer: ChatAnswer) -> bool:
    """Say whether a reply needs more room: it was cut, or it thought and came to no verdict."""
    return answer.cut or (answer.reasoned and read_level(answer.text).status != "ok")
