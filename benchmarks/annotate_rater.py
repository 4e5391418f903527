"""A rater of the benchmark of the annotation app: what a browser sends and gets, without a browser.

Videos, frames and ratings go by HTTP, turns by Streamlit's own websocket protocol. Like the page, a rater sends a
rating until it is confirmed, asks for the next claim until it comes, and connects again when the connection is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import aiohttp
from annotate_study import FPS, SECONDS, Act
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ASK_SECONDS = 2.0  # as turns.js
RETRY_SECONDS = 1.5  # as outbox.js
PATIENCE = 5.0  # as connection.js
LOST = (aiohttp.ClientError, ConnectionError, TimeoutError)


class Times(NamedTuple):
    """What one act took, in seconds: from the key to the confirmation, and to the next claim."""

    saved: float
    shown: float
    disturbed: bool  # something was sent again


class Rater:
    """One signed-in browser with the rating page open."""

    def __init__(self, url: str, name: str, code: str, seed: int) -> None:
        self.url, self.name, self._code = url, name, code
        self._random = random.Random(seed)
        self.acts: list[Act] = []
        self.times: list[Times] = []
        self.bytes = 0
        self.troubles: list[str] = []  # why a connection was made anew
        self._card: dict[str, Any] = {}
        self._turns = 0
        self._trigger = ""
        self._known: dict[str, bytes] = {}
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def work(self, go_on: Callable[[], bool], think: float, start: float = 0.0) -> None:
        """Rate claims while `go_on` says so, `think` seconds each on average, and as long as there are any."""
        jar, connector = aiohttp.CookieJar(unsafe=True), aiohttp.TCPConnector(limit=6)  # of Chromium to one server
        wait = aiohttp.ClientTimeout(total=30)
        async with aiohttp.ClientSession(cookie_jar=jar, connector=connector, timeout=wait) as self._http:
            await asyncio.sleep(start)
            while go_on() and not self._http.cookie_jar.filter_cookies(self.url):
                with contextlib.suppress(*LOST):
                    await self._get(f"/i/{self._code}")
            if go_on():
                await self._until_shown("")
            while go_on() and self._card:
                watching = asyncio.create_task(self._watch(self._card))
                await asyncio.sleep(self._random.expovariate(1 / think) if think else 0)
                if not go_on():
                    watching.cancel()
                    return
                await self._rate(think)
                await watching

    # ---- what the page does ----

    async def _watch(self, card: dict[str, Any]) -> None:
        """Load what the page loads of a claim: the frame at the box, the times, the video, and a frame stepped to."""
        video = card["video"]
        number = int(card["boxes"][0][0] * FPS)
        step = min(number + self._random.randrange(-12, 13), SECONDS * FPS - 1)
        whole = {"Range": "bytes=0-"}  # as a player begins
        with contextlib.suppress(*LOST):  # the page says so, and can be rated on all the same
            await self._get(f"{video}/times")
            await asyncio.gather(self._get(video, whole), self._get(f"{video}/frame/{number}"))
            await self._get(f"{video}/frame/{step}")

    async def _rate(self, think: float) -> None:
        claim, level = self._card["claim"], self._random.randrange(5)
        nonce = f"{claim}-{self.name}-{self._random.randrange(16**8):08x}".replace(" ", "-")
        scales = [one["dimension"] for one in self._card["scales"]]
        body = {
            **{key: self._card[key] for key in ("study", "rater", "claim", "rubric")},
            **{"act": nonce, "levels": dict.fromkeys(scales, level), "reason": "", "note": "", "waited": 0},
            **{"seconds": max(4.0, think), "watched": 1.0},
        }
        began = time.perf_counter()
        again = await self._save(body)
        saved = time.perf_counter() - began
        self.acts.append(Act(nonce, self.name, claim, level))
        again += await self._until_shown(claim)
        self.times.append(Times(saved, time.perf_counter() - began, bool(again)))

    async def _save(self, body: dict[str, Any]) -> int:
        again = 0
        while True:
            with contextlib.suppress(*LOST):
                async with self._http.post(self.url + "/api/rating", json=body) as answer:
                    said = await answer.json(content_type=None) if answer.status in (200, 409, 422) else {}
                if said.get("saved"):
                    return again
                if "error" in said:
                    raise RuntimeError(f"{self.name}: refused: {said['error']}")
            again += 1
            await asyncio.sleep(RETRY_SECONDS)

    async def _get(self, path: str, headers: dict[str, str] | None = None) -> None:
        async with self._http.get(self.url + path, headers=headers, allow_redirects=False) as answer:
            async for part in answer.content.iter_chunked(65536):
                self.bytes += len(part)
            if answer.status >= 400 and answer.status != 503:
                raise RuntimeError(f"{self.name}: {path}: {answer.status}")

    # ---- Streamlit's protocol ----

    async def _until_shown(self, claim: str) -> int:
        """Ask for another claim than this one until it is there; return how often it was asked again."""
        self._turns += 1
        for again in range(1000):
            try:
                if await asyncio.wait_for(self._turn(claim), ASK_SECONDS if claim else PATIENCE * 4):
                    return again
            except TimeoutError:
                continue
            except LOST as error:
                self._socket, self.troubles = None, [*self.troubles, repr(error)]
                await asyncio.sleep(0.5)
        raise RuntimeError(f"{self.name}: no claim came: {self.troubles[-3:]}")

    async def _turn(self, claim: str) -> bool:
        if self._socket is None:
            origin = {"Origin": self.url}
            self._socket = await self._http.ws_connect(
                f"{self.url}/_stcore/stream", protocols=["streamlit"], headers=origin, max_msg_size=0, compress=15
            )
            self._known.clear()
            await self._ask(trigger=False)
        else:
            await self._ask(trigger=bool(claim))
        async for packed in self._socket:
            if packed.type is not aiohttp.WSMsgType.BINARY:
                break
            self.bytes += len(packed.data)
            if self._took(packed.data, claim):
                return True
        raise ConnectionError(f"the websocket closed: {self._socket.close_code}")

    async def _ask(self, *, trigger: bool) -> None:
        message = BackMsg()
        message.rerun_script.query_string = "view=rate"
        message.rerun_script.cached_message_hashes.extend(self._known)
        if trigger and self._trigger:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = self._trigger
            value = {"claim": "", "number": self._turns}
            state.json_trigger_value = json.dumps([{"event": "turn", "value": value}])
        assert self._socket is not None
        await self._socket.send_bytes(message.SerializeToString())

    def _took(self, packed: bytes, claim: str) -> bool:
        """Take a message; return whether it shows another claim, or that there is none left."""
        message = ForwardMsg.FromString(packed)
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            message = ForwardMsg.FromString(self._known[message.ref_hash])
            kind = message.WhichOneof("type")
        elif message.metadata.cacheable and message.hash:
            self._known[message.hash] = packed
        if kind != "delta":
            return False
        element = message.delta.new_element
        if element.WhichOneof("type") == "html" and "rc-page rc-done" in element.html.body:
            self._card = {}
            return True
        component = element.bidi_component  # an empty one in other elements
        if not component.component_name.endswith("player"):
            return False
        card = json.loads(component.json if component.WhichOneof("data") == "json" else component.mixed.json)
        self._trigger = _make_trigger_id(component.id, "events")
        if card["claim"] == claim:
            return False
        self._card = card
        return True
