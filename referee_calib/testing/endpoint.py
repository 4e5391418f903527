"""An OpenAI-compatible endpoint on this machine, with a fake model, fixed latency and faults on request.

For tests, and to try a scoring run without a model::

    python -m referee_calib.testing.endpoint --port 8000 --latency 0.1 --fault 429,every=10,times=1,seconds=0.5

Its answers are computed from the request's digest and mean nothing. It listens on 127.0.0.1 only.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable
from types import TracebackType
from typing import Any, Self

import orjson
from aiohttp import web

from referee_calib.errors import InputError
from referee_calib.testing import http_responses
from referee_calib.testing.chat_completions import FEATURES, completion, spoiled
from referee_calib.testing.fake_endpoint_model import FakeAnswer, answers_of, digest_of, encode, text_of
from referee_calib.testing.faults import STATUSES, Fault, FaultSchedule

LARGEST_REQUEST = 256 * 1024 * 1024
HUGE = 64 * 1024 * 1024


class Endpoint:
    """The endpoint: a context manager that serves in a thread of its own.

    Parameters
    ----------
    latency : float
        Seconds before every chat answer.
    faults : iterable of Fault or str
        What goes wrong, and when (see :class:`~referee_calib.testing.faults.Fault`).
    supports : collection of str
        Which of ``FEATURES`` it has. Fields of others are ignored with HTTP 200, as vLLM does.
    models : sequence of str
        Names it serves; others are answered with 404.
    unlisted : bool
        Serve every name, whatever is listed.
    key : str
        When not empty, requests without this key are answered with 401.
    reasoning : bool
        The model thinks before it speaks.
    nudge : float
        Standard deviation of a noise on the logits that differs between repeats of a request.
    version : str
        What ``/version`` says.
    port : int
        0 picks a free one.

    Attributes
    ----------
    url : str
        Base address, ending in ``/v1``.
    received, paid : Counter of str
        By digest of the request: how often it came, and how often an answer was computed for it.
    bodies : dict of str to dict
        The latest chat request of each digest.
    paths : Counter of str
    flying, peak : int
        Chat requests in flight, now and at most.
    """

    def __init__(
        self,
        *,
        latency: float = 0.0,
        faults: Iterable[Fault | str] = (),
        supports: Collection[str] = FEATURES,
        models: Collection[str] = ("fake",),
        unlisted: bool = False,
        key: str = "",
        reasoning: bool = False,
        nudge: float = 0.0,
        version: str = "0.32.0",
        port: int = 0,
    ) -> None:
        self.latency, self.supports, self.models, self.key = latency, set(supports), tuple(models), key
        self.unlisted = unlisted
        self.reasoning, self.nudge, self.version, self.port = reasoning, nudge, version, port
        self.script = FaultSchedule([Fault.parse(fault) if isinstance(fault, str) else fault for fault in faults])
        self.received: Counter[str] = Counter()
        self.paid: Counter[str] = Counter()
        self.paths: Counter[str] = Counter()
        self.bodies: dict[str, dict[str, Any]] = {}
        self.number = self.peak = self.flying = 0
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Base address, ending in ``/v1``."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake endpoint", daemon=True)
        self._thread.start()
        self.resume()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.pause()
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join()
        self._loop.close()

    def pause(self) -> None:
        """Stop listening and cut what is open: a server that died."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()

    def resume(self) -> None:
        """Listen, on the same port as before."""
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()

    async def serve(self) -> None:
        """Serve in the running event loop until it is cancelled."""
        await self._start()
        try:
            await asyncio.Event().wait()
        finally:
            await self._stop()

    async def _start(self) -> None:
        app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[self._door])
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/version", self._version)
        if "tokenize" in self.supports:
            app.router.add_post("/tokenize", self._tokenize)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=4096, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @web.middleware
    async def _door(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.paths[request.path] += 1
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            return http_responses.error(401, "Incorrect API key provided")
        return await handler(request)

    async def _models(self, request: web.Request) -> web.StreamResponse:
        listed = [{"id": name, "object": "model", "owned_by": "nobody"} for name in self.models]
        return http_responses.as_json({"object": "list", "data": listed})

    async def _version(self, request: web.Request) -> web.StreamResponse:
        return http_responses.as_json({"version": self.version})

    async def _tokenize(self, request: web.Request) -> web.StreamResponse:
        body = orjson.loads(await request.read())
        ids = encode(str(body.get("prompt", "")))
        return http_responses.as_json({"count": len(ids), "max_model_len": 2048, "tokens": ids, "token_strs": None})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        number, self.number = self.number, self.number + 1
        body = orjson.loads(await request.read())
        digest, words = digest_of(body), text_of(body)
        self.received[digest] += 1
        self.bodies[digest] = body
        fault = self.script.next(number, words, digest)
        self.flying += 1
        self.peak = max(self.peak, self.flying)
        try:
            return await self._answer(request, body, digest, fault)
        finally:
            self.flying -= 1

    async def _answer(
        self, request: web.Request, body: dict[str, Any], digest: str, fault: Fault | None
    ) -> web.StreamResponse:
        kind = fault.kind if fault else ""
        if fault and kind in STATUSES:
            status, message = STATUSES[kind]
            return http_responses.error(status, message, {"Retry-After": fault.retry_after()} if "429" in kind else {})
        if fault and kind == "hang":
            await asyncio.sleep(fault.seconds or 3600)
        elif self.latency:
            await asyncio.sleep(self.latency)
        if kind in ("hang", "cut"):
            return http_responses.cut(request)
        if kind == "redirect":
            raise web.HTTPTemporaryRedirect("http://localhost.invalid/v1/chat/completions")
        if kind == "html":
            return web.Response(text="<html><body>Welcome to the gateway</body></html>", content_type="text/html")
        if body.get("model") not in self.models and not self.unlisted:
            return http_responses.error(404, f"The model `{body.get('model')}` does not exist.")
        return await self._paid(request, body, digest, kind)

    async def _paid(self, request: web.Request, body: dict[str, Any], digest: str, kind: str) -> web.StreamResponse:
        self.paid[digest] += 1
        spoken = FakeAnswer(digest, answers_of(body), self.nudge, self.paid[digest])
        if kind in ("", "cut-body", "truncated-json"):
            payload = orjson.dumps(completion(body, spoken, self.supports, reasoning=self.reasoning))
            if kind == "cut-body":
                return await http_responses.cut_in_the_middle(request, payload)
            return http_responses.as_bytes(payload[: len(payload) // 2] if kind else payload)
        if kind == "huge":
            return http_responses.as_bytes(b'{"choices":["' + b"x" * HUGE + b'"]}')
        return http_responses.as_json(spoiled(kind, body, spoken))


def main() -> None:
    """Serve from the command line until interrupted."""
    import click

    @click.command(help="An OpenAI-compatible endpoint with a fake model, on 127.0.0.1.")
    @click.option("--port", default=8000, show_default=True)
    @click.option("--latency", default=0.0, show_default=True, help="Seconds before every answer.")
    @click.option("--fault", "faults", multiple=True, help="KIND[,every=10,times=1,…]; may be repeated.")
    @click.option("--without", multiple=True, type=click.Choice(FEATURES), help="A feature to leave out.")
    @click.option("--model", "models", multiple=True, default=("fake",), show_default=True)
    @click.option("--reasoning", is_flag=True, help="Think before speaking.")
    @click.option("--nudge", default=0.0, help="Noise between repeats of a request.")
    def serve(without: tuple[str, ...], **options: Any) -> None:
        kept = [name for name in FEATURES if name not in without]
        try:
            endpoint = Endpoint(supports=kept, **options)
        except InputError as error:
            raise click.UsageError(str(error)) from error
        click.echo(f"A fake model answers at {endpoint.url}. Stop it with Ctrl-C.")
        try:
            asyncio.run(endpoint.serve())
        except KeyboardInterrupt:
            click.echo(f"{endpoint.number} requests, {sum(endpoint.paid.values())} answered.")

    serve()


if __name__ == "__main__":
    main()
