"""The client of a reward server: scores as a reward does, with what fails on the way as failed replies."""

from __future__ import annotations

import http.client
import json
import logging
import os
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from referee_calib.errors import InputError
from referee_calib.reward.training.reply_reward import ReplyReward

logger = logging.getLogger(__name__)
TOKEN_VARIABLE = "REFEREE_CALIB_TOKEN"  # noqa: S105  a variable's name
PIECE = 256  # items of one request
_PASSING = frozenset({408, 425, 429, 502, 503, 504})
_LONGEST_WAIT = 10.0


@dataclass(frozen=True, slots=True)
class RewardClient:
    """Scores by a reward server; picklable, and safe in threads and after a fork: nothing is kept open.

    Attributes
    ----------
    url : str
        Address of the server, as ``http://127.0.0.1:8600``; ``?token=…`` behind it is taken as the token.
    token : str, optional
        By default that of the address, or of the environment variable REFEREE_CALIB_TOKEN.
    time_limit : float
        Seconds that a call may take, waiting and asking again included; what is missing then failed.
    """

    url: str
    token: str = field(default="", repr=False)
    time_limit: float = 120.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(f"reward server {self.url!r:.80}", "an address begins with http:// or https://")

    def score(self, items: Iterable[Mapping[str, Any]]) -> list[ReplyReward]:
        """Reward items in order; raises InputError for what no waiting mends: a wrong token, a wrong address."""
        listed = [dict(item) for item in items]
        deadline = time.monotonic() + self.time_limit
        found: list[ReplyReward] = []
        for start in range(0, len(listed), PIECE):
            found += self._piece(listed[start : start + PIECE], deadline)
        return found

    def _piece(self, items: Sequence[Mapping[str, Any]], deadline: float) -> list[ReplyReward]:
        body = json.dumps({"items": items}, default=_plain).encode()
        why = "the time limit of this call has passed"
        for attempt in range(1_000_000):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            status, answer, wait = self._ask(body, left)
            if status == 200:
                return _results(answer, len(items))
            why = f"HTTP {status}: {_said(answer)}" if status else _said(answer)
            if status and status not in _PASSING:
                raise InputError(f"reward server {self._place()}", why, _advice(status))
            time.sleep(min(max(wait, random.uniform(0, min(_LONGEST_WAIT, 0.25 * 2**attempt))), left))  # noqa: S311
        logger.warning("reward server %s: %s", self._place(), why)
        return [ReplyReward(reward=None, value=None, status="failed", reason=f"error: reward server: {why}")] * len(
            items
        )

    def _ask(self, body: bytes, seconds: float) -> tuple[int, bytes, float]:
        """Return HTTP status (0 without an answer), body, and the seconds to leave the server alone."""
        parts = urlsplit(self.url)
        made: Callable[..., http.client.HTTPConnection] = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = made(parts.hostname or "", parts.port, timeout=seconds)
        headers = {"Content-Type": "application/json"}
        if token := self.token or parse_qs(parts.query).get("token", [""])[0] or os.environ.get(TOKEN_VARIABLE, ""):
            headers["Authorization"] = f"Bearer {token}"
        try:
            connection.request("POST", f"{parts.path.rstrip('/')}/score", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), _seconds(answer.headers.get("Retry-After"))
        except (OSError, http.client.HTTPException) as error:
            return 0, f"{type(error).__name__}: {error}".encode(), 0.0
        finally:
            connection.close()

    def _place(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}:{parts.port}" if parts.port else f"{parts.scheme}://{parts.hostname}"


def _results(answer: bytes, count: int) -> list[ReplyReward]:
    try:
        results = [ReplyReward.from_json(row) for row in json.loads(answer)["results"]]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError("the answer of a reward server", f"it cannot be read ({type(error).__name__})") from error
    if len(results) != count:
        raise InputError("the answer of a reward server", f"it has {len(results)} results for {count} items")
    return results


def _said(answer: bytes) -> str:
    return " ".join(answer[:300].decode("utf-8", "replace").split())


def _advice(status: int) -> str:
    return f"Set {TOKEN_VARIABLE} to the server's token." if status in (401, 403) else ""


def _seconds(said: str | None) -> float:
    try:
        return min(_LONGEST_WAIT, max(0.0, float(said or 0)))
    except ValueError:
        return 0.0


def _plain(value: Any) -> Any:
    to_list = getattr(value, "tolist", None)
    return to_list() if callable(to_list) else str(value)
