"""A rater of the benchmark of the annotation app: what a browser sends and gets, without a browser.

Videos, frames and ratings go by HTTP, turns by Streamlit's own websocket protocol. Like the page, a rater sends a
rating until it is confirmed, asks for the next claim until it comes, and connects again when the connection is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import aiohttp
from annotate_page import LivePage
from annotate_study import FPS, SECONDS, Act

ASK_SECONDS, LATER_SECONDS = 2.0, 4.0  # as turns.js
RETRY_SECONDS = 1.5  # as outbox.js
FIRST_SECONDS = 20.0  # for the first page of a rater
LOST = (aiohttp.ClientError, ConnectionError, TimeoutError)


class Times(NamedTuple):
    """When an act was done, and what it took in seconds: from the key to the confirmation, and to the next claim."""

    at: float
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
        self._page: LivePage | None = None

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
                if not await self._thought(go_on, think):
                    watching.cancel()
                    break
                await self._rate(think)
                await watching
            await self._leave()

    async def _thought(self, go_on: Callable[[], bool], think: float) -> bool:
        """Wait for as long as somebody thinks; False when the time is over before."""
        seconds = min(self._random.expovariate(1 / think), 3 * think) if think else 0.0
        until = time.monotonic() + seconds
        while go_on() and (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 0.5))
        return go_on()

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
        self.times.append(Times(began, saved, time.perf_counter() - began, bool(again)))

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

    async def _until_shown(self, claim: str) -> int:
        """Ask for another claim than this one until it is there; return how often it was asked again."""
        self._turns += 1
        for again in range(100):
            patience = FIRST_SECONDS if not claim else LATER_SECONDS if again else ASK_SECONDS
            try:
                self._card = await asyncio.wait_for(self._turned(claim), patience)
            except TimeoutError:
                continue
            except LOST as error:
                self.troubles.append(repr(error))
                await self._leave()
                await asyncio.sleep(0.5)
            else:
                return again
        raise RuntimeError(f"{self.name}: no claim came: {self.troubles[-3:]}")

    async def _turned(self, claim: str) -> dict[str, Any]:
        if self._page is None:
            self._page = await LivePage.open(self._http, self.url)
        else:
            await self._page.ask(self._turns if claim else 0)
        return await self._page.other_than(claim)

    async def _leave(self) -> None:
        if self._page is not None:
            self.bytes += self._page.bytes
            await self._page.close()
            self._page = None
