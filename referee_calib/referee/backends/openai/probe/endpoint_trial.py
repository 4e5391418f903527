"""Trial questions to one server, and what its refusals make of the requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from referee_calib.errors import InputError
from referee_calib.referee.backends.openai.http_client import GATEWAY, EndpointClient, RequestOutcome
from referee_calib.referee.backends.openai.probe.request_adaptation import RequestAdaptation
from referee_calib.referee.backends.openai.probe.server_facts import ServerFacts, is_passing, is_web_page, not_now
from referee_calib.referee.backends.openai.probe.trial_questions import QUESTIONS, Messages, trial_messages
from referee_calib.referee.backends.openai.request_body import chat_body, rung_fields
from referee_calib.referee.backends.openai.response_body import ChatAnswer, UnreadableAnswer, read_chat_answer
from referee_calib.referee.decoding_settings import Decoding, Rung
from referee_calib.referee.prompting.prompt_file import LEVELS

RETRIES = 3
"""Most repeats of a trial question: what is answered with HTTP 500 is often refused for good."""

_ADDRESS = "Check the address: it usually ends in /v1."
_LOG = "Look at the server's log."
_NO_REPLY = "Check what answers at that address: it is no chat server, or one that is set up otherwise."
_MODEL = "Ask for a model that it serves."
_NO_ADDRESS = (404, 405)
_FORBIDDEN = 403
_SHOULD_NAME = (400, 422)  # statuses that refuse the request for what stands in it


@dataclass(frozen=True)
class Trial:
    """How one trial question ended."""

    outcome: RequestOutcome
    answer: ChatAnswer | None = None
    why: str = ""  # there is no answer

    @property
    def broke_off(self) -> bool:
        """Whether the server did answer, with a failure of its own in place of the reply."""
        return self.outcome.inside and self.outcome.status >= 500


class EndpointTrial:
    """Asks one server trial questions of `pictures` pictures, and learns from its refusals what to send."""

    def __init__(
        self,
        client: EndpointClient,
        url: str,
        model: str,
        decoding: Decoding,
        extra: Mapping[str, Any],
        facts: ServerFacts,
        pictures: int,
    ) -> None:
        self.url, self.decoding, self.pictures = url, decoding, pictures
        self.adaptation = RequestAdaptation()
        self._client, self._model, self._extra, self._facts = client, model, extra, facts
        self._let_in = False

    def adapted(self, rung: Rung) -> dict[str, Any]:
        """Return the fields that are sent otherwise on a rung, without those that the user states."""
        changed = self.adaptation.fields(rung, self.decoding)
        return {name: value for name, value in changed.items() if name not in self._extra}

    def shortest(self) -> dict[str, Any]:
        """Return the field that asks for a reply of one token."""
        return {"max_completion_tokens" if self.adaptation.completion_tokens else "max_tokens": self.adaptation.least}

    async def ask(
        self, rung: Rung, words: str = QUESTIONS[0], ids: Sequence[int] | None = None, *, first: int = 0, **fields: Any
    ) -> Trial:
        """Ask about pictures, `first` being the number of the first, changing what the server refuses."""
        messages = trial_messages(words, self.pictures, first=first)
        trial = await self.send(messages, rung, ids, **fields)
        while trial.answer is None and not trial.broke_off:
            sent = orjson.loads(self._body(messages, rung, ids, fields))
            changed = self.adaptation.after(trial.why, sent, self._extra.keys() | fields.keys())
            if changed is None:
                return trial
            self.adaptation = changed
            trial = await self.send(messages, rung, ids, **fields)
        return trial

    async def send(
        self, messages: Messages, rung: Rung = "parsed", ids: Sequence[int] | None = None, **fields: Any
    ) -> Trial:
        """Send messages as they are; raise an InputError when the server cannot be asked at present."""
        outcome = await self._client.ask(self._body(messages, rung, ids, fields), self.url, retries=RETRIES)
        if not self._let_in or outcome.status != _FORBIDDEN:  # who was let in is forbidden a field
            self._facts.check_key(self.url, outcome)
        if is_passing(outcome) or (outcome.status in GATEWAY and not outcome.inside) or is_web_page(outcome):
            raise not_now(self.url, outcome)
        if outcome.failed:
            return Trial(outcome, why=outcome.failed)
        self._let_in = True
        try:
            return Trial(outcome, read_chat_answer(outcome.body))
        except UnreadableAnswer as error:
            return Trial(outcome, why=str(error))

    async def first_question(self) -> Trial:
        """Ask in words; an InputError says which part of the question the server refuses."""
        trial = await self.ask("parsed")
        if trial.answer is not None or trial.broke_off:
            return trial
        if trial.outcome.failed and trial.outcome.status not in _NO_ADDRESS:
            await self._blame_a_part(trial)
        if trial.outcome.status in _SHOULD_NAME:
            guessed = await self._guessed(trial)
            if guessed is not None:
                return guessed
        raise InputError(f"endpoint {self.url}", f"it cannot be used: {trial.why}", _what_to_do(trial))

    async def _blame_a_part(self, refused: Trial) -> None:
        """Ask without the pictures, and without the system message: what then comes shows what is refused."""
        without_pictures = await self.send(self._messages(0))
        if without_pictures.answer is not None:
            await self._blame_pictures(refused)
        without_system = await self.send(self._messages(self.pictures, system=False))
        if without_system.answer is not None:
            do = "Serve the model with a chat template that takes a system message."
            raise InputError(f"endpoint {self.url}", f"it takes no system message: {refused.why}", do)
        if (await self.send(self._messages(0, system=False))).answer is not None:
            do = "Serve a vision-language model, with a chat template that takes a system message."
            raise InputError(
                f"endpoint {self.url}", f"it takes neither pictures nor a system message: {refused.why}", do
            )

    async def _blame_pictures(self, refused: Trial) -> None:
        if self.pictures > 1 and (await self.send(self._messages(1))).answer is not None:
            do = 'Raise its limit (vLLM: --limit-mm-per-prompt), or show one picture: frames = "frame".'
            why = f"it takes one picture in a request, and a question shows more: {refused.why}"
            raise InputError(f"endpoint {self.url}", why, do)
        do = "Serve a vision-language model with its vision part; pictures are sent inside the request, as data: URLs."
        raise InputError(f"endpoint {self.url}", f"it takes no pictures: {refused.why}", do)

    def _messages(self, pictures: int, *, system: bool = True) -> Messages:
        return trial_messages(QUESTIONS[0], pictures, captions=self.pictures, system=system)

    async def _guessed(self, refused: Trial) -> Trial | None:
        """Try what servers often refuse, where the refusal names nothing."""
        messages = trial_messages(QUESTIONS[0], self.pictures)
        before = self.adaptation
        sent = orjson.loads(self._body(messages, "parsed", None, {}))
        for guess in before.guesses(sent, self._extra.keys()):
            self.adaptation = guess
            trial = await self.send(messages)
            if trial.answer is not None:
                return trial
        self.adaptation = before
        return None

    async def with_room(self, room: int) -> Trial:
        """Ask in words with so many tokens for the reply, or fewer where the server does not allow that."""
        self.adaptation = replace(self.adaptation, room=room)
        return await self.ask("parsed")

    def _body(self, messages: Messages, rung: Rung, ids: Sequence[int] | None, fields: Mapping[str, Any]) -> bytes:
        asked = {**rung_fields(rung, LEVELS, ids), **self.adaptation.fields(rung, self.decoding)}
        return chat_body(self._model, messages, self.decoding, rung, {**asked, **self._extra, **fields})


def _what_to_do(refused: Trial) -> str:
    if refused.outcome.status in _NO_ADDRESS:
        return _MODEL if "model" in refused.why.lower() else _ADDRESS
    return _LOG if refused.outcome.inside or refused.why.startswith("HTTP ") else _NO_REPLY
