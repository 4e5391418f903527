"""A reply without what the model thought aloud before it.

Servers that do not keep the reasoning apart leave it in the reply, in the marks of the model's own format. What is
thought is no verdict: neither a level in an unfinished thought, nor one in a thought whose opening mark the chat
template had already written, so that only the closing one is in the reply.
"""

from __future__ import annotations

import re

_NAMES = r"(?:seed:)?(?:think(?:ing)?|thoughts?|reasoning|analysis)"
_OPEN, _CLOSE = r"[<\[◁]\|?", r"\|?[>\]▷]"
_THOUGHT = re.compile(
    rf"{_OPEN}(?P<name>{_NAMES}){_CLOSE}.*?(?:{_OPEN}/(?P=name){_CLOSE}|\Z)", re.DOTALL | re.IGNORECASE
)
_THOUGHT_END = re.compile(rf"\A.*{_OPEN}/{_NAMES}{_CLOSE}", re.DOTALL | re.IGNORECASE)
_FINAL = "<|channel|>final<|message|>"  # of OpenAI's harmony format, in which everything before it is thought
_CHANNEL = "<|channel|>"
_END = re.compile(r"<\|(?:return|end|start)\|>")


def without_thoughts(text: str) -> str:
    r"""Return what follows the thoughts; an unfinished thought leaves nothing.

    >>> without_thoughts("Level: 1? No.</think>\n3").strip()
    '3'
    """
    if _CHANNEL in text:
        _, final, said = text.rpartition(_FINAL)
        text = _END.split(said)[0] if final else ""
    return _THOUGHT_END.sub(" ", _THOUGHT.sub(" ", text))
