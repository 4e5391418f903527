"""What a server says about itself: the models it serves, its version, the tokens of the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson

from referee_calib.errors import InputError, UnreachableError
from referee_calib.referee.backends.openai.http_client import EndpointClient, RequestOutcome
from referee_calib.referee.backends.openai.retry import CROWDED, clean
from referee_calib.referee.reply import logprob_ladder

PROXY = "Check the proxy that the environment names (HTTP_PROXY, HTTPS_PROXY), or pass it by (NO_PROXY)."
_PROXY_WANTS_LOGIN = 407
_NEWLINE = "\n"  # what chat templates put before the reply


class ServerFacts:
    """Asks servers about themselves; `key_env` is for the message about a missing key."""

    def __init__(self, client: EndpointClient, model: str, key_env: str) -> None:
        self._client, self._model, self._key_env = client, model, key_env

    async def reachable(self, refusal: Callable[[str], Awaitable[str]]) -> list[str]:
        """Return the addresses that answer and serve the model, or raise an InputError.

        `refusal` asks an address a question to the model and returns why no answer came, nothing where one did: some
        serve more names than they list, and some list what they do not serve.
        """
        servers = self._client.servers.all
        outcomes = await asyncio.gather(
            *(self._client.request_once("GET", f"{server.url}/models") for server in servers)
        )
        answering = [server.url for server, outcome in zip(servers, outcomes, strict=True) if outcome.status]
        if not answering:
            do = PROXY if outcomes[0].proxy else "Start the server, or check the address."
            raise UnreachableError(f"endpoint {servers[0].url}", outcomes[0].failed, do)
        for server, outcome in zip(servers, outcomes, strict=True):
            self.check_key(server.url, outcome)
            if not outcome.status:
                self._client.servers.not_reached(server, surely=True)
                continue
            served = served_models(outcome)
            if served and self._model not in served and (why := await refusal(server.url)):
                raise InputError(
                    f"model {self._model}", f"{server.url} does not serve it: {why}", f"It lists {_some(served)}."
                )
        return answering

    def check_key(self, url: str, outcome: RequestOutcome) -> None:
        """Refuse a server that refuses the key, or a proxy that wants a login."""
        if outcome.status == _PROXY_WANTS_LOGIN:
            raise InputError(f"endpoint {url}", outcome.failed, PROXY)
        if outcome.status in (401, 403):
            do = f"Put its key into the environment: export {self._key_env}=…"
            raise InputError(f"endpoint {url}", outcome.failed, do)

    async def version(self, root: str) -> str:
        """Return the server's version; empty when it names none."""
        outcome = await self._client.request_once("GET", f"{root}/version")
        found = _json(outcome)
        version = found.get("version") if isinstance(found, dict) else None
        return clean(version, 40) if isinstance(version, str) else ""

    async def tokens(self, root: str, allowed: Sequence[tuple[str, ...]]) -> dict[str, int]:
        """Ask the server's tokenizer for the token of each answer; none when it has no such address.

        `allowed` are the answers of each kind of question; of a kind, all have a token of their own or none has.
        """
        words = list(dict.fromkeys(word for answers in allowed for word in answers))
        texts = [_NEWLINE, *(_NEWLINE + word for word in words)]
        before, *encoded = await asyncio.gather(*(self._encode(root, text) for text in texts))
        if before is None:
            return {}
        known: dict[str, int] = {}
        for answers in allowed:
            ids = [encoded[words.index(answer)] for answer in answers]
            found = logprob_ladder.answer_tokens([one for one in ids if one is not None], before)
            known |= dict(zip(answers, found, strict=True)) if found and len(found) == len(answers) else {}
        return known

    async def _encode(self, root: str, text: str) -> list[int] | None:
        body = orjson.dumps({"model": self._model, "prompt": text, "add_special_tokens": False})
        outcome = await self._client.request_once("POST", f"{root}/tokenize", body)
        if is_passing(outcome):
            await asyncio.sleep(1.0)
            outcome = await self._client.request_once("POST", f"{root}/tokenize", body)
        if is_passing(outcome):
            raise not_now(root, outcome)
        found = _json(outcome)
        ids = found.get("tokens") if isinstance(found, dict) else None
        return ids if isinstance(ids, list) and all(type(id_) is int for id_ in ids) else None


def is_passing(outcome: RequestOutcome) -> bool:
    """Say whether an outcome tells nothing about what the server can do: a busy server must not get a lower rung."""
    return outcome.status in (0, *CROWDED)


def is_web_page(outcome: RequestOutcome) -> bool:
    """Say whether a web page came in place of an answer."""
    return outcome.status == 200 and bool(outcome.failed) and not outcome.inside


def not_now(url: str, outcome: RequestOutcome) -> InputError:
    """Return the error for a server that cannot be asked at present."""
    do = "Check the address, or try again later." if is_web_page(outcome) else "Try again later."
    do = f"{do} {PROXY}" if outcome.proxy else do
    return InputError(f"endpoint {url}", f"it cannot be asked what it can do: {outcome.failed}", do)


def served_models(outcome: RequestOutcome) -> list[str]:
    """Return the names that a list of models holds; none when it is no such list."""
    found = _json(outcome)
    listed = found.get("data") if isinstance(found, dict) else None
    return [str(item.get("id")) for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def _some(served: list[str]) -> str:
    listed = ", ".join(clean(name, 80) for name in served[:10])
    return listed + (f" and {len(served) - 10} more" if len(served) > 10 else "")


def _json(outcome: RequestOutcome) -> Any:
    if outcome.status != 200:
        return None
    try:
        return orjson.loads(outcome.body)
    except orjson.JSONDecodeError:
        return None
