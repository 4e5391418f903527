"""A referee behind any OpenAI-compatible endpoint: vLLM, SGLang, LMDeploy, or a hosted model.

One backend speaks to one model on one or several servers, with many questions under way at once. What a
server can give is found out once (:mod:`.capabilities`) and is part of the settings, because it can change
a score; addresses, time limits and the number under way cannot and are not.
"""

from __future__ import annotations

import math
import os
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from referee_calib.errors import InputError
from referee_calib.referee.backends.openai.capabilities import Capabilities
from referee_calib.referee.backends.openai.capability_log import log_once
from referee_calib.referee.backends.openai.endpoint_options import LEAVE_OUT, addresses, fields, key
from referee_calib.referee.backends.openai.event_loop_thread import EventLoopThread
from referee_calib.referee.backends.openai.http_client import EndpointClient
from referee_calib.referee.backends.openai.probe.capability_probe import CapabilityProbe
from referee_calib.referee.backends.openai.question_pass import QuestionPass
from referee_calib.referee.backends.openai.request_body import question_body, rung_fields
from referee_calib.referee.backends.openai.response_body import read
from referee_calib.referee.backends.openai.retry import RetryPolicy
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.referee.question import Question, Reply
from referee_calib.referee.referee_spec import check_variable

AHEAD = 64
"""Most questions read beyond those under way."""

GRACE = 2.0
"""Seconds for which an interrupt waits for what is under way: it is paid for."""

_PINNED = "on a pinned rung requests are sent as stated, and the server refuses or cuts them so"

_INHERITED: list[object] = []
"""What a child process got from its parent; kept, because closing it would talk on the parent's connections."""


class OpenAIBackend:
    """Asks a model over HTTP.

    Parameters
    ----------
    urls : str or sequence of str
        Base addresses, as in ``"http://127.0.0.1:8000/v1"``; several serve the same model and share the work.
    model : str
        Its served name.
    revision : str
        Of the weights, for the fingerprint; the endpoint does not say.
    decoding : Decoding
    api_key_env : str
        Name of the environment variable that holds the key. The key is nowhere else.
    concurrency : int
        Most requests under way at once; fewer when the servers say that it is too much.
    timeout : float
        Seconds for one attempt.
    retries : int
        Repeats of a question that failed on the way.
    deadline : float
        Seconds after which a question is not repeated any more, and for which it waits when no server can be
        reached.
    extra : mapping, optional
        Further fields of every request, as in ``{"chat_template_kwargs": {"enable_thinking": False}}``; None,
        or the words "leave out", takes a field out.
    alias_of : str
        Name under which the server answers, where `model` is another name of it: a reply that names a third model is
        an error. It is part of the settings.
    pictures : int
        Pictures of a trial question: as many as the questions have.
    min_mass : float
        Least probability of the levels on the trial questions for which probabilities are read at all.

    Raises
    ------
    InputError
        For an address that is none, credentials in an address, or fields that are not JSON.
    """

    reads_words = True
    cacheable = True
    deterministic = False
    takes_pauses = True  # see :meth:`answers`

    def __init__(
        self,
        urls: str | Sequence[str],
        model: str,
        *,
        revision: str = "",
        decoding: Decoding | None = None,
        api_key_env: str = "OPENAI_API_KEY",
        concurrency: int = 64,
        timeout: float = 120.0,
        retries: int = 6,
        deadline: float = 900.0,
        extra: Mapping[str, Any] | None = None,
        alias_of: str = "",
        pictures: int = 2,
        min_mass: float = 0.5,
    ) -> None:
        self.urls = addresses([urls] if isinstance(urls, str) else urls)
        check_variable(api_key_env, "openai backend")
        self.model, self.revision, self.decoding = model, revision, decoding or Decoding()
        self.api_key_env, self.concurrency, self.timeout = api_key_env, concurrency, timeout
        self.retries, self.deadline, self.extra = retries, deadline, fields(extra or {})
        self.alias_of, self._pictures, self._min_mass = alias_of, pictures, min_mass
        if not model:
            raise InputError("openai backend", "it needs a model")
        for name, value, least in (("concurrency", concurrency, 1), ("retries", retries, 0)):
            if value < least:
                raise InputError(f"openai backend: {name} = {value}", f"it must be {least} or more")
        for name, seconds in (("timeout", timeout), ("deadline", deadline)):
            if not 0 < seconds < math.inf:
                raise InputError(f"openai backend: {name} = {seconds}", "it must be above 0 seconds, and finite")
        self._answers: tuple[tuple[str, ...], ...] = ()
        self._found: Capabilities | None = None
        self._fresh()

    def expect_answers(self, answers: Sequence[tuple[str, ...]]) -> None:
        """Take the answers that questions will allow: the rung "exact" needs one token for each of them."""
        self._answers = tuple(dict.fromkeys(answers))

    def _fresh(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._running: tuple[EventLoopThread, EndpointClient] | None = None
        self._finalizer: weakref.finalize[Any, Any] | None = None

    # what it is

    def settings(self) -> dict[str, Any]:
        """Return what can change a reply; with the rung "auto" this asks the endpoint, once."""
        if self.decoding.rung == "auto":
            rung, extra = self.capabilities().rung, {**self.capabilities().adapted, **self.extra}
        else:
            rung, extra = self.decoding.rung, self.extra
        own = {"backend": "openai", "model": self.model, "revision": self.revision, "rung": rung}
        decoding = {"decoding": self.decoding.pinned(rung).settings()}
        alias = {"alias_of": self.alias_of} if self.alias_of else {}
        return own | decoding | ({"extra": extra} if extra else {}) | alias

    def describe(self) -> dict[str, Any]:
        """Return the settings, the addresses, and what the endpoint was found to give."""
        what = "A model behind an OpenAI-compatible endpoint; it judges what its pictures show."
        found = self._found.to_json() if self._found else None
        return {**self.settings(), "what": what, "urls": list(self.urls), "capabilities": found}

    def capabilities(self) -> Capabilities:
        """Return what the endpoint can do, asked once; an InputError says why it cannot be used."""
        if self._found is None:
            engine, client = self._started()
            probe = CapabilityProbe(
                client,
                self.model,
                self.decoding,
                self.extra,
                self.api_key_env,
                alias_of=self.alias_of,
                pictures=self._pictures,
                min_mass=self._min_mass,
                answers=self._answers,
            )
            found = engine.run(probe.capabilities())
            if self.decoding.rung != "auto" and found.adapted:
                raise InputError(f"endpoint {self.urls[0]}", _PINNED, f"Write {_as_toml(found.adapted)}.")
            self._found = found
            log_once(self.model, self.urls, found)
        return self._found

    # asking

    def answer(self, question: Question) -> Reply:
        """Answer one question."""
        return next(reply for _, reply in self.answers([question]))

    def answers(self, questions: Iterable[Question | None]) -> Iterator[tuple[Question, Reply]]:
        """Answer questions, many at once, in the order in which replies come.

        At most ``concurrency`` and a few more are read ahead. On an interrupt, what comes back within two seconds is
        still given out before it goes on. An InputError at the first question says why the endpoint cannot be used.
        """
        most = self.concurrency + min(self.concurrency, AHEAD)
        run: QuestionPass | None = None
        try:
            for question in questions:
                if question is not None:
                    run = run or self._new_run()
                    run.submit(question)
                if run is None:
                    continue
                yield from run.ready(wait=run.open >= most)
            while run and run.open:
                yield from run.ready(wait=True)
        except KeyboardInterrupt:
            yield from run.last(GRACE) if run else ()
            raise
        finally:
            if run:
                run.stop()

    def _new_run(self) -> QuestionPass:
        found = self.capabilities()
        return QuestionPass(*self._started(), partial(self._body, found), partial(self._reply, found))

    def _body(self, found: Capabilities, question: Question) -> bytes:
        answers = question.answers
        if found.rung == "exact" and found.ids(answers) is None:
            raise InputError(
                f"answers {', '.join(answers)}", "this model has no single token for each", "Take the rung choice."
            )
        asked = {**rung_fields(found.rung, answers, found.ids(answers)), **found.adapted, **self.extra}
        return question_body(question, self.model, self.decoding, found.rung, asked)

    def _reply(self, found: Capabilities, question: Question, body: bytes, seconds: float) -> Reply:
        answers, ids = question.answers, found.ids(question.answers)
        return read(body, found.rung, answers, ids, seconds, model=self.model, alias_of=self.alias_of)

    # the loop behind it

    def _started(self) -> tuple[EventLoopThread, EndpointClient]:
        if self._pid != os.getpid():
            _INHERITED.append(self._running)  # a child process leaves its parent's connections alone
            if self._finalizer is not None:
                self._finalizer.detach()
            self._fresh()
        with self._lock:
            if self._running is None:
                client = EndpointClient(
                    self.urls,
                    key=key(self.api_key_env),
                    most=self.concurrency,
                    timeout=self.timeout,
                    deadline=self.deadline,
                    retries=RetryPolicy(self.retries),
                )
                self._running = EventLoopThread(client.close), client
                self._finalizer = weakref.finalize(self, self._running[0].close)
            return self._running

    def close(self) -> None:
        """End the loop and its connections; the next question starts new ones."""
        if self._pid == os.getpid() and self._running is not None:
            self._running[0].close()
            self._running = None

    def __getstate__(self) -> dict[str, Any]:
        gone = ("_lock", "_running", "_finalizer", "_pid")
        return {name: value for name, value in self.__dict__.items() if name not in gone}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._fresh()


def _as_toml(fields: Mapping[str, Any]) -> str:
    """Write fields as the lines of the table `extra` in ``referees.toml``."""
    written = {name: f'"{LEAVE_OUT}"' if value is None else value for name, value in fields.items()}
    return ", ".join(f"{name} = {value}" for name, value in written.items()) + " into its table extra"
