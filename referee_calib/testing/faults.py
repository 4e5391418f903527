"""What an endpoint can do wrong, on request: by number of the call, by its content, or so many times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from time import time
from typing import Any

from referee_calib.errors import InputError

STATUSES = {
    "400-long": (400, "This model's maximum context length is 2048 tokens. However, you requested 9000 tokens."),
    "400-image": (400, "Failed to load image: cannot identify image file"),
    "401": (401, "Incorrect API key provided"),
    "403": (403, "Not allowed"),
    "404": (404, "Not Found"),
    "408": (408, "Request timeout"),
    "409": (409, "Conflict"),
    "413": (413, "Request entity too large"),
    "422": (422, "Unprocessable"),
    "429": (429, "Rate limit reached"),
    "429-date": (429, "Rate limit reached"),
    "500": (500, "EngineCore encountered an issue"),
    "502": (502, "Bad gateway"),
    "503": (503, "The server is overloaded"),
}
KINDS = {
    **{kind: f"HTTP {code}: {said}" for kind, (code, said) in STATUSES.items()},
    "429": "HTTP 429 with Retry-After in seconds",
    "429-date": "HTTP 429 with Retry-After as a date",
    "hang": "no answer for `seconds`, then the connection is cut",
    "cut": "the connection is cut before the answer",
    "cut-body": "the connection is cut in the middle of the answer",
    "truncated-json": "half of the JSON, with a length that fits",
    "html": "HTTP 200 with a web page",
    "redirect": "HTTP 307 to another host",
    "huge": "an answer of 64 MB",
    "empty-choices": "no choices",
    "null-content": "content null, no log-probabilities",
    "refusal": "the field refusal is set",
    "content-filter": "finish_reason content_filter",
    "out-of-range": "says 7; only the digits 5 to 9 have log-probabilities",
    "echo": "says the prompt back, in words, without log-probabilities",
    "no-digits": "log-probabilities of other tokens than the digits",
    "no-logprobs": "leaves the log-probabilities out",
    "logits": "numbers above 0 where log-probabilities belong",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, and when. Without a condition it always does.

    Attributes
    ----------
    kind : str
        A key of ``KINDS``.
    at : tuple of int
        Only for these numbers of the chat requests, counted from 0 in order of arrival.
    every : int
        Only for every so manieth chat request, beginning with the first.
    contains : str
        Only for requests whose words contain this text.
    times : int or None
        At most so many times for each request content, so that a repeat succeeds.
    until : int or None
        Only for chat requests below this number.
    seconds : float
        Length of a hang; Retry-After of a 429 (rounded up to whole seconds in a date).
    """

    kind: str
    at: tuple[int, ...] = ()
    every: int = 0
    contains: str = ""
    times: int | None = None
    until: int | None = None
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            known = "; ".join(f"{kind}: {what}" for kind, what in KINDS.items())
            raise InputError(f"fault {self.kind!r:.40}", "there is none of that name", f"Known are {known}.")

    @classmethod
    def parse(cls, written: str) -> Fault:
        """Read ``KIND[,name=value…]``, as in ``429,every=10,times=1,seconds=0.5`` or ``500,at=3+7``."""
        kind, *pairs = written.split(",")
        read: dict[str, Callable[[str], Any]] = {"every": int, "contains": str, "times": int, "until": int}
        read |= {"seconds": float, "at": lambda numbers: tuple(map(int, numbers.split("+")))}
        given = dict(pair.partition("=")[::2] for pair in pairs)
        try:
            values = {name: read[name](value) for name, value in given.items()}
        except (KeyError, ValueError) as error:
            raise InputError(f"fault {written!r:.80}", f"{error} cannot be read", "Write KIND,every=10") from error
        return cls(kind.strip(), **values)

    def meets(self, number: int, words: str) -> bool:
        """Say whether the fault is for this request, how often it happened aside."""
        return (
            (not self.at or number in self.at)
            and (not self.every or number % self.every == 0)
            and (self.until is None or number < self.until)
            and self.contains in words
        )

    def retry_after(self) -> str:
        """Return the header of a 429."""
        return formatdate(time() + self.seconds, usegmt=True) if self.kind == "429-date" else f"{self.seconds:g}"


@dataclass
class FaultSchedule:
    """The faults of an endpoint, with the memory of which happened to what."""

    faults: list[Fault]  # the first that meets a request happens to it
    _happened: Counter[tuple[int, str]] = field(default_factory=Counter)

    def next(self, number: int, words: str, digest: str) -> Fault | None:
        """Return what goes wrong with this request, and remember it."""
        for place, fault in enumerate(self.faults):
            key = (place, digest)
            if fault.meets(number, words) and (fault.times is None or self._happened[key] < fault.times):
                self._happened[key] += 1
                return fault
        return None
