"""The reward server: one reward, one bounded queue, the calls of several trainers.

Requests that come together are judged together. An item that cannot be rewarded is answered by itself, with its reason;
a queue that is full answers 429 with Retry-After, so that trainers wait.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from referee_calib.errors import RefereeCalibError
from referee_calib.reward.adapters import nemo_gym, openrlhf
from referee_calib.reward.adapters.trainer_items import facts_of, paid, reply_in
from referee_calib.reward.server.server_metrics import ServerMetrics
from referee_calib.reward.training.merged_calls import MergedCalls
from referee_calib.reward.training.reply_reward import ReplyReward

logger = logging.getLogger(__name__)

QUEUE = 4096  # items that wait or are judged
LARGEST_BODY = 32 << 20  # bytes of a request
_OPEN = ("/health",)  # without a token
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class RewardServer:
    """Routes of one reward.

    Parameters
    ----------
    reward : RolloutReward
        What is paid.
    token : str
        What clients must bring, in the header ``Authorization: Bearer …`` or as ``?token=…`` (for trainers that send no
        headers); "" lets everybody in.
    queue : int
        Items that may wait or be judged at the same time.
    on_failure : float
        What a reply without a value is paid where a protocol takes numbers alone, as all do but ``/score``.
    """

    def __init__(self, reward: Any, *, token: str = "", queue: int = QUEUE, on_failure: float = 0.0) -> None:
        self._reward, self._token, self._queue, self._on_failure = reward, token, queue, on_failure
        self._calls = MergedCalls(self._score)
        self._metrics = ServerMetrics()

    def app(self) -> web.Application:
        """Return the application."""
        app = web.Application(middlewares=[self._guard], client_max_size=LARGEST_BODY)
        app.add_routes(
            [
                web.post("/score", self.score),
                web.post("/get_reward", self.get_reward),
                web.post("/rm", self.rm),
                web.post("/verify", self.verify),
                web.get("/health", self.health),
                web.get("/metrics", self.metrics),
            ]
        )
        return app

    async def score(self, request: web.Request) -> web.Response:
        """``{"items": […]}`` → ``{"fingerprint", "results": […]}``: the client of this package."""
        body = await _object(request)
        items = body.get("items")
        if not isinstance(items, list):
            raise _refused("items is no list")
        results = await self._paid([item if isinstance(item, dict) else {} for item in items])
        rows = [one.to_json() for one in results]
        return web.json_response({"fingerprint": self._reward.fingerprint, "results": rows})

    async def get_reward(self, request: web.Request) -> web.Response:
        """OpenRLHF: ``{"query", "prompts", "labels"}``, lists → ``{"rewards", "scores", "extra_logs"}``."""
        body = await _object(request)
        columns = [one for name in ("query", "prompts", "labels") if isinstance(one := body.get(name), list)]
        if len(columns) != 3 or len({len(one) for one in columns}) != 1:
            raise _refused("query, prompts and labels are no lists of one length")
        texts = zip(*columns, strict=True)
        items = [{**facts_of(label), "completion": reply_in(str(query), str(prompt))} for query, prompt, label in texts]
        return web.json_response(openrlhf.answer_of(await self._paid(items), self._on_failure))

    async def rm(self, request: web.Request) -> web.Response:
        """Slime and Miles: ``{"prompt", "response", "label"}`` → a number."""
        body = await _object(request)
        facts = facts_of(body.get("label"), body.get("metadata"))
        (result,) = await self._paid([{**facts, "completion": body.get("response")}])
        return web.json_response(paid(result, self._on_failure))

    async def verify(self, request: web.Request) -> web.Response:
        """NeMo Gym: the request comes back with its reward."""
        body = await _object(request)
        (result,) = await self._paid([nemo_gym.item_of(body)])
        return web.json_response(nemo_gym.answer_of(body, result, self._on_failure))

    async def health(self, _request: web.Request) -> web.Response:
        """Say that the server is there, and what it pays by; nothing else, for nobody has shown a token."""
        return web.json_response({"ok": True, "fingerprint": self._reward.fingerprint})

    async def metrics(self, _request: web.Request) -> web.Response:
        """Return counters as Prometheus reads them."""
        return web.Response(text=self._metrics.text(self._calls.batches), content_type="text/plain")

    async def _paid(self, items: Sequence[Mapping[str, Any]]) -> list[ReplyReward]:
        if self._metrics.waiting and self._metrics.waiting + len(items) > self._queue:
            self._metrics.refused += len(items)
            raise web.HTTPTooManyRequests(text="the queue is full", headers={"Retry-After": "1"})
        with self._metrics.served(len(items)) as done:
            futures = [asyncio.wrap_future(one) for one in self._calls.submit(items)]
            try:
                results = list(await asyncio.gather(*futures))
            except RefereeCalibError as error:
                logger.error("not answered: %s", error)
                raise web.HTTPServiceUnavailable(text="the referee cannot be asked just now") from error
            done(results)
        return results

    def _score(self, items: Sequence[Mapping[str, Any]]) -> list[ReplyReward]:
        found: list[ReplyReward] = self._reward.score(items)
        return found

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._token and request.path not in _OPEN and not self._lets_in(request):
            raise web.HTTPUnauthorized(text="a token is needed")
        return await handler(request)

    def _lets_in(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or request.query.get(
            "token", ""
        )
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self._token.encode())


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (ValueError, RecursionError, UnicodeDecodeError) as error:
        raise _refused("the body is no JSON") from error
    if not isinstance(body, dict):
        raise _refused("the body is no JSON object")
    return body


def _refused(why: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=why)
