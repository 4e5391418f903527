"""Questions in words alone to any OpenAI-compatible endpoint: a judge of answers, which looks at no video."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from referee_calib.referee.cache.question_keys import digest_of
from referee_calib.referee.cache.reply_cache import ReplyCache
from referee_calib.referee.question import Reply

if TYPE_CHECKING:
    from referee_calib.referee.backends.openai.http_client import EndpointClient

Messages = Sequence[dict[str, str]]


@dataclass(frozen=True)
class TextModel:
    """A model that is asked in words.

    Parameters
    ----------
    urls : tuple of str
        Base addresses; several serve the same model and share the work.
    model : str
        Its served name.
    temperature : float or None
        None leaves it to the server's own decoding.
    max_tokens : int
    api_key_env : str
        Name of the environment variable that holds the key.
    concurrency : int
        Most requests under way at once.
    timeout, deadline : float
        Seconds for one attempt, and after which a question is not repeated any more.
    retries : int
    """

    urls: tuple[str, ...]
    model: str
    temperature: float | None = 0.0
    max_tokens: int = 512
    api_key_env: str = "OPENAI_API_KEY"
    concurrency: int = 32
    timeout: float = 120.0
    deadline: float = 900.0
    retries: int = 6

    def body(self, messages: Messages) -> dict[str, Any]:
        """Return the request, which is also what a kept reply is found by."""
        drawn = {} if self.temperature is None else {"temperature": self.temperature}
        return {"model": self.model, "messages": list(messages), "max_tokens": self.max_tokens, **drawn}


def ask_in_words(
    model: TextModel,
    questions: Sequence[Messages],
    *,
    cache: ReplyCache | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> list[Reply]:
    """Ask every question and return the replies in order; one that failed has a status and a reason.

    A question that stands there again is asked once. Replies are kept in `cache` as they come, so that an interrupted
    run goes on where it stopped; `advance` is called with how many more are there.
    """
    keys = [digest_of("words", model.body(one)) for one in questions]
    places = {key: i for i, key in reversed(list(enumerate(keys)))}
    kept = {} if cache is None else {key: one for key in places if (one := cache.get(key)) is not None}
    open_ones = sorted(place for key, place in places.items() if key not in kept)
    advance(len(questions) - len(open_ones))
    replies = _asked(model, questions, open_ones, keys, cache, advance)
    found = kept | {keys[place]: one for place, one in zip(open_ones, replies, strict=True)}
    return [found[key] for key in keys]


def _asked(
    model: TextModel,
    questions: Sequence[Messages],
    places: Sequence[int],
    keys: Sequence[str],
    cache: ReplyCache | None,
    advance: Callable[[int], None],
) -> list[Reply]:
    if not places:
        return []
    import orjson

    from referee_calib.referee.backends.openai.endpoint_options import addresses, key
    from referee_calib.referee.backends.openai.event_loop_thread import EventLoopThread
    from referee_calib.referee.backends.openai.http_client import EndpointClient
    from referee_calib.referee.backends.openai.retry import RetryPolicy

    client = EndpointClient(
        addresses(model.urls),
        key=key(model.api_key_env),
        most=model.concurrency,
        timeout=model.timeout,
        deadline=model.deadline,
        retries=RetryPolicy(model.retries),
    )

    async def one(place: int) -> Reply:
        reply = await _reply(client, orjson.dumps(model.body(questions[place])), model.model)
        if cache is not None:
            cache.put(keys[place], reply, {"model": model.model})
        advance(1)
        return reply

    async def every() -> list[Reply]:
        return list(await asyncio.gather(*map(one, places)))

    engine = EventLoopThread(client.close)
    try:
        return engine.run(every())
    finally:
        engine.close()


async def _reply(client: EndpointClient, body: bytes, model: str) -> Reply:
    from referee_calib.referee.backends.openai.answering_model import is_same_model
    from referee_calib.referee.backends.openai.response_body import UnreadableAnswer, read_chat_answer

    outcome = await client.ask(body)
    if outcome.failed:
        return Reply(status="error", reason=outcome.failed)
    try:
        said = read_chat_answer(outcome.body)
    except UnreadableAnswer as error:
        return Reply(status="error", reason=str(error))
    if not is_same_model(model, said.model):
        return Reply(status="error", reason=f"another model answered: {said.model[:80]}")
    if said.failed or not said.text.strip():
        return Reply(status="error", reason=f"the server sent no words (finish_reason {said.finish[:40] or 'unknown'})")
    return Reply(text=said.text, seconds=outcome.seconds, tokens=said.tokens)
