"""What an endpoint can do, found out by asking and by checking what comes back.

A server answers HTTP 200 to fields that it does not know, so that an answer proves nothing: its content does.
Asked are the served models, the version, the tokens of the answers, and one small question per rung, best
first, until one holds what it promises.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import orjson

from referee_calib.errors import InputError
from referee_calib.referee.backends.openai.http_client import GATEWAY, EndpointClient, RequestOutcome
from referee_calib.referee.backends.openai.request_body import chat_body, rung_fields
from referee_calib.referee.backends.openai.response_body import (
    ChatAnswer,
    UnreadableAnswer,
    probabilities_of,
    read_chat_answer,
)
from referee_calib.referee.backends.openai.retry import CROWDED, clean
from referee_calib.referee.decoding_settings import RUNGS, Decoding, Rung
from referee_calib.referee.prompting.prompt_file import LEVELS, YES_NO
from referee_calib.referee.reply import logprob_ladder

WORDS = (*LEVELS, *YES_NO)
_PLAIN = "Answer with one digit from 0 to 4 and nothing else."
_CONTRARY = "Say the word banana, and nothing else."
_CUT = "the model reasons and did not come to an answer: raise max_tokens, or turn its reasoning off"
_ADDRESS = "Check the address: it usually ends in /v1."
_LOG = "Look at the server's log."
_PROXY = "Check the proxy that the environment names (HTTP_PROXY, HTTPS_PROXY), or pass it by (NO_PROXY)."
_PROXY_WANTS_LOGIN = 407
_NEWLINE = "\n"  # what chat templates put before the reply


@dataclass(frozen=True)
class Capabilities:
    """What an endpoint can do; stored with the scores."""

    rung: Rung  # the best one that held
    # the token of each answer, where the server has a tokenizer to ask and the answer is one token
    tokens: dict[str, int] = field(default_factory=dict)
    version: str = ""  # of the server, when it says
    # probability of the five digits together when one was asked for; None on "choice" and "parsed"
    mass: float | None = None
    seconds: float = 0.0  # time of the latest small question
    reasons: bool = False  # whether the model writes reasoning before its answer
    tried: dict[str, str] = field(default_factory=dict)  # why each better rung did not hold

    def ids(self, answers: Sequence[str]) -> tuple[int, ...] | None:
        """Return the token of each answer; None when one has none."""
        known = tuple(self.tokens[answer] for answer in answers if answer in self.tokens)
        return known if len(known) == len(answers) else None

    def to_json(self) -> dict[str, Any]:
        """Return JSON types."""
        return asdict(self)


class CapabilityProbe:
    """Asks the servers of a client.

    A rung that is not "auto" is the only one tried; `extra` are the user's own fields of a request, and `key_env` is
    for the message about a missing key.
    """

    def __init__(
        self, client: EndpointClient, model: str, decoding: Decoding, extra: Mapping[str, Any], key_env: str
    ) -> None:
        self._client, self._model, self._decoding = client, model, decoding
        self._extra, self._key_env = extra, key_env

    async def capabilities(self) -> Capabilities:
        """Ask all servers and return what they have in common.

        An InputError says that none answers, the model is not served, the key is refused, a pinned rung does not hold,
        or two servers differ.
        """
        urls = await self.reachable()
        found = await asyncio.gather(*map(self._one, urls))
        for url, other in zip(urls[1:], found[1:], strict=True):
            if (other.rung, other.tokens) != (found[0].rung, found[0].tokens):
                raise InputError(
                    f"servers {urls[0]} and {url}",
                    f"they can do different things (rungs {found[0].rung} and {other.rung})",
                    "Name servers of one kind, or pin a rung that both have.",
                )
        return found[0]

    async def reachable(self) -> list[str]:
        """Return the addresses that answer and serve the model, or raise an InputError."""
        servers = self._client.servers.all
        outcomes = await asyncio.gather(
            *(self._client.request_once("GET", f"{server.url}/models") for server in servers)
        )
        answering = [server.url for server, outcome in zip(servers, outcomes, strict=True) if outcome.status]
        if not answering:
            do = _PROXY if outcomes[0].proxy else "Start the server, or check the address."
            raise InputError(f"endpoint {servers[0].url}", outcomes[0].failed, do)
        for server, outcome in zip(servers, outcomes, strict=True):
            self._check_key(server.url, outcome)
            if not outcome.status:
                self._client.servers.not_reached(server, surely=True)
            else:
                await self._check_served(server.url, outcome)
        return answering

    def _check_key(self, url: str, outcome: RequestOutcome) -> None:
        if outcome.status == _PROXY_WANTS_LOGIN:
            raise InputError(f"endpoint {url}", outcome.failed, _PROXY)
        if outcome.status in (401, 403):
            raise InputError(
                f"endpoint {url}", outcome.failed, f"Put its key into the environment: export {self._key_env}=…"
            )

    async def _check_served(self, url: str, outcome: RequestOutcome) -> None:
        """Refuse a model that is neither listed nor answers: some hosts serve more names than they list."""
        served = _served(outcome.body) if outcome.status == 200 else []
        if not served or self._model in served or (await self._say(url, "parsed", _PLAIN, None))[1]:
            return
        listed = ", ".join(clean(name, 80) for name in served[:10])
        more = f" and {len(served) - 10} more" if len(served) > 10 else ""
        raise InputError(f"model {self._model}", f"{url} does not serve it", f"It serves {listed}{more}.")

    async def _one(self, url: str) -> Capabilities:
        root = url.removesuffix("/v1")
        version, tokens = await asyncio.gather(self._version(root), self._tokens(root))
        tried: dict[str, str] = {}
        reasons = False
        for rung in RUNGS if self._decoding.rung == "auto" else (self._decoding.rung,):
            found, why, reasoned = await self._holds(url, rung, tokens)
            reasons |= reasoned
            if found is not None:
                return replace(found, version=version, reasons=reasons, tried=tried)
            tried[rung] = why
        if self._decoding.rung != "auto":
            do = 'Let the rung be found (rung = "auto"), or take another one.'
            raise InputError(f"endpoint {url}", f"rung {rung}: {why}", do)
        do = _ADDRESS if why.startswith(("HTTP 404", "HTTP 405")) else _LOG * why.startswith("HTTP ")
        raise InputError(f"endpoint {url}", f"it cannot be used: {why}", do)

    async def _holds(self, url: str, rung: Rung, tokens: dict[str, int]) -> tuple[Capabilities | None, str, bool]:
        """Try a rung: what it gives, or why it does not hold; and whether the model reasons first."""
        found = Capabilities(rung, tokens)
        ids = found.ids(LEVELS)
        if rung == "exact" and ids is None:
            return None, "the server's tokenizer cannot be asked, or a level is not one token", False
        outcome, said, why = await self._say(url, rung, _CONTRARY if rung == "choice" else _PLAIN, ids)
        if said is None:
            return None, why, False
        if rung == "parsed":
            cut = said.reasoned and not said.text and said.finish == "length"
            return (None if cut else replace(found, seconds=outcome.seconds)), _CUT * cut, said.reasoned
        probabilities, why = probabilities_of(said, rung, LEVELS, ids)
        why = why or await self._doubt(url, rung, said, ids)
        mass = None if rung == "choice" else sum(probabilities)
        return (None if why else replace(found, mass=mass, seconds=outcome.seconds)), why, said.reasoned

    async def _doubt(self, url: str, rung: Rung, said: ChatAnswer, ids: Sequence[int] | None) -> str:
        """Look closer at a rung that seems to hold; return what is wrong."""
        if rung == "choice" and said.text.strip() not in LEVELS:
            return "the reply was to be a level, and is another word"
        if rung != "exact":
            return ""
        _, named, why = await self._say(url, rung, _PLAIN, ids, return_tokens_as_token_ids=None)
        if named is None or named.top is None:
            return why or "the server sent no log-probabilities"
        texts = {logprob_ladder.plain(token).strip() for token, _ in named.top}
        return "" if texts >= set(LEVELS) else "the tokens of the levels are not those of the server's tokenizer"

    async def _say(
        self, url: str, rung: Rung, words: str, ids: Sequence[int] | None, **fields: Any
    ) -> tuple[RequestOutcome, ChatAnswer | None, str]:
        asked = {**rung_fields(rung, LEVELS, ids), **self._extra, **fields}
        body = chat_body(self._model, [{"role": "user", "content": words}], self._decoding, rung, asked)
        outcome = await self._client.ask(body, url)
        self._check_key(url, outcome)
        if _passing(outcome) or outcome.status in GATEWAY or _web_page(outcome):
            raise _not_now(url, outcome)
        if outcome.failed:
            return outcome, None, outcome.failed
        try:
            return outcome, read_chat_answer(outcome.body), ""
        except UnreadableAnswer as error:
            return outcome, None, str(error)

    async def _version(self, root: str) -> str:
        outcome = await self._client.request_once("GET", f"{root}/version")
        found = _json(outcome.body) if outcome.status == 200 else None
        version = found.get("version") if isinstance(found, dict) else None
        return clean(version, 40) if isinstance(version, str) else ""

    async def _tokens(self, root: str) -> dict[str, int]:
        """Ask the server's tokenizer for the token of each answer; none when it has no such address."""
        texts = [_NEWLINE, *(_NEWLINE + word for word in WORDS)]
        before, *encoded = await asyncio.gather(*(self._encode(root, text) for text in texts))
        if before is None:
            return {}
        known: dict[str, int] = {}
        for answers in (LEVELS, YES_NO):
            ids = [encoded[WORDS.index(answer)] for answer in answers]
            found = logprob_ladder.answer_tokens([one for one in ids if one is not None], before)
            known |= dict(zip(answers, found, strict=True)) if found and len(found) == len(answers) else {}
        return known

    async def _encode(self, root: str, text: str) -> list[int] | None:
        body = orjson.dumps({"model": self._model, "prompt": text, "add_special_tokens": False})
        outcome = await self._client.request_once("POST", f"{root}/tokenize", body)
        if _passing(outcome):
            await asyncio.sleep(1.0)
            outcome = await self._client.request_once("POST", f"{root}/tokenize", body)
        if _passing(outcome):
            raise _not_now(root, outcome)
        found = _json(outcome.body) if outcome.status == 200 else None
        ids = found.get("tokens") if isinstance(found, dict) else None
        return ids if isinstance(ids, list) and all(type(id_) is int for id_ in ids) else None


def _passing(outcome: RequestOutcome) -> bool:
    """Say whether an outcome tells nothing about what the server can do: a busy server must not get a lower rung."""
    return outcome.status in (0, *CROWDED)


def _web_page(outcome: RequestOutcome) -> bool:
    return outcome.status == 200 and bool(outcome.failed)


def _not_now(url: str, outcome: RequestOutcome) -> InputError:
    do = "Check the address, or try again later." if _web_page(outcome) else "Try again later."
    do = f"{do} {_PROXY}" if outcome.proxy else do
    return InputError(f"endpoint {url}", f"it cannot be asked what it can do: {outcome.failed}", do)


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _served(body: bytes) -> list[str]:
    found = _json(body)
    listed = found.get("data") if isinstance(found, dict) else None
    return [str(item.get("id")) for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
