"""From the body of a chat answer to a reply: what the rung promised is checked every time.

A server may answer HTTP 200 and leave out what was asked for. Then the reply is an error that says so;
no number stands in for it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from referee_calib.referee.backends.openai.answer_errors import error_in, how_it_ended
from referee_calib.referee.backends.openai.answer_json import parse_json
from referee_calib.referee.backends.openai.answering_model import is_same_model
from referee_calib.referee.backends.openai.retry import clean
from referee_calib.referee.decoding_settings import Rung
from referee_calib.referee.question import Reply
from referee_calib.referee.reply import logprob_ladder

_LONGEST_TEXT = 100_000
_LONGEST_NAME = 200
_NAMED_ID = re.compile(r"token_id:(\d+)")
_EVENTS = re.compile(rb"\s*(data|event|id|retry)?:")  # the lines of server-sent events
_CALLED = "the model called a tool in place of an answer; take its tools away"
_THOUGHTS = ("thinking", "reasoning", "redacted_thinking", "thought")  # parts of a content that are no answer


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """The parts of a chat answer that matter."""

    text: str
    refusal: str
    finish: str  # why it ended: "stop", "length", "content_filter", "error", or a provider's own word
    reasoned: bool  # whether the model wrote reasoning that is kept apart from the answer
    # tokens that could have stood first, with their log-probabilities; None when the server sent none
    top: list[tuple[str, float]] | None
    tokens: int | None
    model: str = ""  # who answered, as the server says
    asked_tokens: int | None = None  # tokens of the question, as the server counted
    called: bool = False  # whether it calls a tool in place of an answer

    @property
    def cut(self) -> bool:
        """Whether the reply came to its longest length: what stands there may be a draft."""
        return how_it_ended(self.finish) == "cut"

    @property
    def failed(self) -> bool:
        """Whether the server broke the reply off."""
        return how_it_ended(self.finish) == "failed"

    @property
    def withheld(self) -> bool:
        """Whether a filter or the model withheld the reply."""
        return bool(self.refusal) or how_it_ended(self.finish) == "withheld"


class UnreadableAnswer(ValueError):
    """The body is not a chat answer."""


def read_chat_answer(body: bytes) -> ChatAnswer:
    """Read a chat answer."""
    try:
        answer = parse_json(body)
    except ValueError as error:
        if _EVENTS.match(body):
            why = "the server sends its answer in pieces (as server-sent events), which nobody asked for"
            raise UnreadableAnswer(why) from error
        shown = clean(body[:200].decode("utf-8", "replace"), 80)
        raise UnreadableAnswer(f"the answer is not JSON ({clean(str(error), 80)}): {shown}") from error
    choices = answer.get("choices") if isinstance(answer, dict) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        wrong = error_in(body)
        raise UnreadableAnswer(wrong.says if wrong else "the answer holds no choices")
    message = choices[0].get("message")
    if not isinstance(message, dict):
        raise UnreadableAnswer("the answer holds no message")
    content, text = message.get("content"), _words(message.get("content"))[:_LONGEST_TEXT]
    return ChatAnswer(
        text=text,
        refusal=_words(message.get("refusal")) or "".join(_words(part.get("refusal")) for part in _parts(content)),
        finish=_words(choices[0].get("finish_reason")),
        reasoned=any(_words(message.get(name)) for name in ("reasoning_content", "reasoning"))
        or any(part.get("type") in _THOUGHTS for part in _parts(content)),
        top=_top(choices[0].get("logprobs")),
        tokens=_count(answer.get("usage"), "prompt_tokens", "completion_tokens"),
        model=_words(answer.get("model"))[:_LONGEST_NAME],
        asked_tokens=_count(answer.get("usage"), "prompt_tokens"),
        called=not text.strip() and bool(message.get("tool_calls") or message.get("function_call")),
    )


def read(
    body: bytes,
    rung: Rung,
    answers: Sequence[str],
    ids: Sequence[int] | None,
    seconds: float,
    *,
    model: str = "",
    alias_of: str = "",
) -> Reply:
    """Turn a chat answer into a reply.

    It is "ok" when words or a distribution came, "refused" when the model or a filter declined, else "error": also
    when another model answered than `model`, the one that was asked for (any may where that is empty).
    """
    try:
        said = read_chat_answer(body)
    except UnreadableAnswer as error:
        return Reply(status="error", reason=str(error), seconds=seconds, rung=rung)
    plain = Reply(text=said.text, seconds=seconds, tokens=said.tokens, rung=rung)
    if model and not is_same_model(model, said.model, alias_of):
        return replace(plain, status="error", reason=f"another model answered: {clean(said.model, 80)}")
    if said.failed:
        why = f"the server broke the reply off (finish_reason {clean(said.finish, 40)})"
        return replace(plain, status="error", reason=why)
    if said.called:
        return replace(plain, status="error", reason=_CALLED)
    if said.withheld:
        why = clean(said.refusal) or "the server's content filter withheld the reply"
        return replace(plain, text=said.text or said.refusal, status="refused", reason=why)
    if rung == "parsed":
        return _in_words(said, plain)
    probabilities, wrong = probabilities_of(said, rung, answers, ids)
    if wrong:
        return replace(plain, status="error", reason=f"rung {rung}: {wrong}")
    return replace(plain, distribution=probabilities)


def probabilities_of(
    said: ChatAnswer, rung: Rung, answers: Sequence[str], ids: Sequence[int] | None
) -> tuple[tuple[float, ...], str]:
    """Read the answers' probabilities as a rung promises them, and say what is wrong with them, if anything."""
    if said.reasoned:
        return (), "the model reasons before it answers; turn that off, or take the rung parsed"
    if said.called:
        return (), _CALLED
    if not said.top:
        return (), "the server sent no log-probabilities"
    if any(not math.isfinite(p) and p != -math.inf for _, p in said.top):
        return (), "a log-probability is not a number"
    if rung == "exact":
        found: tuple[float, ...] | None = logprob_ladder.distribution_of_ids(_by_id(said.top), ids or ())
    else:
        found = logprob_ladder.distribution(said.top, answers, prefixes=rung == "choice")
    if found is None:
        return (), "the log-probabilities of the answers' tokens are missing"
    return found, logprob_ladder.fault(
        [math.exp(p) if p < 1 else p for _, p in said.top], "truncated"
    ) or logprob_ladder.fault(found, rung)


def _in_words(said: ChatAnswer, plain: Reply) -> Reply:
    """Take a reply in words; one that was cut holds a draft, whatever its last line says."""
    if not said.cut:
        return plain
    within = " within its reasoning" if said.reasoned and not said.text.strip() else ""
    after = "" if said.tokens is None else f", after {said.tokens} tokens with the question"
    why = f"the reply was cut at its longest length{within}{after}: raise max_tokens"
    return replace(plain, status="error", reason=why)


def _by_id(top: Sequence[tuple[str, float]]) -> dict[int, float]:
    named = ((_NAMED_ID.fullmatch(token), logprob) for token, logprob in top)
    return {int(found.group(1)): logprob for found, logprob in named if found}


def _top(listed: Any) -> list[tuple[str, float]] | None:
    """Return what could have stood first; a list that is in no known form is none.

    It stands in ``content[0].top_logprobs``, or, in the form of the older completions, in ``top_logprobs[0]`` as a
    mapping from tokens. Some servers name the chosen token beside the most likely ones again: it counts once.
    """
    content = listed.get("content") if isinstance(listed, dict) else None
    if content is None and isinstance(listed, dict):
        content = [{"top_logprobs": first} for first in listed.get("top_logprobs") or () if isinstance(first, dict)]
    first = content[0] if isinstance(content, list) and content else None
    others = first.get("top_logprobs") if isinstance(first, dict) else None
    if isinstance(others, dict):
        others = [{"token": token, "logprob": logprob} for token, logprob in others.items()]
    if not isinstance(others, list) or not others:
        return None  # the chosen token alone says nothing about the other answers
    known = [item for item in others if not (isinstance(item, dict) and item.get("logprob", 0) is None)]
    pairs = [pair for pair in map(_pair, known) if pair is not None]
    return list(dict.fromkeys(pairs)) if pairs and len(pairs) == len(known) else None


def _pair(item: Any) -> tuple[str, float] | None:
    if not isinstance(item, dict):
        return None
    token, logprob = item.get("token"), item.get("logprob")
    if not isinstance(token, str) or isinstance(logprob, bool) or not isinstance(logprob, (int, float)):
        return None
    return token, float(logprob)


def _words(value: Any) -> str:
    """Return text; some servers send content as a part or a list of parts, of which thoughts are no answer."""
    if isinstance(value, str):
        return value
    bare = "".join(part for part in value if isinstance(part, str)) if isinstance(value, list) else ""
    return bare + "".join(_words(part.get("text")) for part in _parts(value) if part.get("type") not in _THOUGHTS)


def _parts(content: Any) -> list[dict[str, Any]]:
    """Return the parts of a content that is not simply a text."""
    listed = content if isinstance(content, list) else [content]
    return [part for part in listed if isinstance(part, dict)]


def _count(usage: Any, *names: str) -> int | None:
    if not isinstance(usage, dict):
        return None
    counts = [usage.get(name) for name in names]
    known = [count for count in counts if isinstance(count, int) and not isinstance(count, bool)]
    return sum(known) if known else None
