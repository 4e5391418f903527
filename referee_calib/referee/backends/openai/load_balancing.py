"""Several servers of one model: which gets the next request, and how many may be under way.

The next request goes to the server with the fewest under way. How many a server may have grows by about
one per round of successes and is halved when the server says that it is too much (429, 503, a timeout),
once per round: what was sent before the last cut tells nothing about what came after it. A server that asks to
be left alone is left alone, and one that cannot be reached gets nothing until it answers a small request.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

logger = logging.getLogger(__name__)


class NoServerReached(Exception):
    """All servers have been out of reach for longer than the patience."""


WORTH_SAYING = 5.0
"""Seconds of quiet that a server asks for, from which on somebody who watches is told why nothing happens."""

PAUSES = (0.25, 15.0)
"""Seconds of quiet for a server that says "too much" and not for how long: the first, doubled up to the longest."""

REACHED_AGAIN = (0.25, 15.0)
"""Seconds between two looks at a server that is down: the first, doubled up to the longest."""


@dataclass(eq=False)
class Server:
    """One address."""

    url: str  # base address, ending in ``/v1`` or whatever the server's is
    limit: float  # how many requests it may have under way
    flying: int = 0  # how many it has
    quiet_until: float = 0.0  # time of the event loop before which it wants nothing
    down: bool = False  # whether it could not be reached lately
    cut_at: float = -1.0
    pause: float = 0.0
    broken: int = 0

    def room(self, now: float) -> bool:
        """Say whether it may get a request now."""
        return not self.down and now >= self.quiet_until and self.flying < int(self.limit)


class ServerPool:
    """The servers of a model, inside one event loop.

    All together have at most `most` requests under way; while all are out of reach a request waits for `patience`
    seconds; `alive` asks an address something small.
    """

    def __init__(
        self, urls: Sequence[str], most: int, patience: float, alive: Callable[[str], Awaitable[bool]]
    ) -> None:
        self.most, self.patience = most, patience
        self.all = [Server(url, float(most)) for url in urls]
        self._alive = alive
        self._none_since = 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._looking: set[asyncio.Task[None]] = set()
        self._dice = random.Random()  # noqa: S311 - spreads first requests over equal servers

    @property
    def flying(self) -> int:
        """How many requests are under way."""
        return sum(server.flying for server in self.all)

    async def take(self, url: str = "") -> Server:
        """Wait for room and return the server that gets the request; :meth:`give` it back afterwards."""
        loop = asyncio.get_running_loop()
        while True:
            server = self._best(loop.time()) if not url else next(s for s in self.all if s.url == url)
            if server is not None:
                server.flying += 1
                return server
            if self._given_up(loop.time()):
                raise NoServerReached
            turn = loop.create_future()
            self._waiting.append(turn)
            self._wake_when_quiet_ends(loop)
            try:
                await turn
            except asyncio.CancelledError:
                if not turn.cancelled():
                    self._wake()  # it was this one's turn: somebody else gets it
                raise

    def give(self, server: Server) -> None:
        """Say that a request is no longer under way."""
        server.flying -= 1
        self._wake()

    def went_well(self, server: Server) -> None:
        """Let the server have a little more."""
        server.broken, server.pause = 0, 0.0
        server.limit = min(float(self.most), server.limit + 1.0 / server.limit)

    def too_much(self, server: Server, sent_at: float, quiet: float | None = None) -> None:
        """Halve what the server may have, once for all that was sent before.

        It wants nothing for `quiet` seconds; 0 when it did not say how long, None when it asks for no quiet.
        """
        now = asyncio.get_running_loop().time()
        if sent_at > server.cut_at:
            server.limit = max(1.0, server.limit / 2)
            server.cut_at = now
            first, longest = PAUSES
            server.pause = min(longest, 2 * server.pause or first)
        if quiet is not None:
            wanted = quiet or server.pause * self._dice.uniform(0.5, 1.0)
            if wanted >= WORTH_SAYING and now >= server.quiet_until:
                logger.warning("%s has too much to do and gets nothing for %.0f s", server.url, wanted)
            server.quiet_until = max(server.quiet_until, now + wanted)

    def not_reached(self, server: Server, *, surely: bool) -> None:
        """Leave the server out until it answers again: when a connection was refused, or after three breaks."""
        server.broken += 1
        if (surely or server.broken >= 3) and not server.down:
            server.down = True
            others = any(not one.down for one in self.all)
            what = "its questions go to the others" if others else f"waiting for up to {self.patience:g} s"
            logger.warning("%s cannot be reached; %s", server.url, what)
            self._none_since = asyncio.get_running_loop().time()
            task = asyncio.get_running_loop().create_task(self._look(server))
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)

    async def _look(self, server: Server) -> None:
        pause, longest = REACHED_AGAIN
        while True:
            await asyncio.sleep(pause * self._dice.uniform(0.8, 1.2))
            if await self._alive(server.url):
                server.down, server.broken = False, 0
                logger.warning("%s can be reached again", server.url)
                self._wake()
                return
            pause = min(longest, 2 * pause, max(self.patience / 4, 0.05))
            if self._given_up(asyncio.get_running_loop().time()):
                self._let_go(len(self._waiting))

    def _given_up(self, now: float) -> bool:
        return all(server.down for server in self.all) and now - self._none_since >= self.patience

    def _best(self, now: float) -> Server | None:
        if self.flying >= self.most:
            return None
        free = [server for server in self.all if server.room(now)]
        return min(free, key=lambda server: (server.flying, self._dice.random())) if free else None

    def _wake(self) -> None:
        """Let as many look for room as there may be; who finds none waits again."""
        room = min(self.most - self.flying, sum(max(0, int(s.limit) - s.flying) for s in self.all if not s.down))
        self._let_go(room)

    def _let_go(self, most: int) -> None:
        while most > 0 and self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                most -= 1

    def _wake_when_quiet_ends(self, loop: asyncio.AbstractEventLoop) -> None:
        quiet = [s.quiet_until for s in self.all if not s.down and s.quiet_until > loop.time()]
        if quiet:
            loop.call_at(min(quiet) + 1e-3, self._wake)
