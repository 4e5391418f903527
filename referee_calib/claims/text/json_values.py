"""JSON as models write it: in fences or in prose, with quotes within quotes, trailing commas or missing ends.

The reader never fails and goes over the text once. What was never closed is marked, so that nobody takes the first four
digits of a number that is cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from referee_calib.claims.text.tags import clean

DEEPEST = 40

_TOKEN = re.compile(
    r"""(?P<open>[{\[(])|(?P<close>[}\])])|(?P<colon>:)|(?P<comma>,)
    |"(?P<double>(?:[^"\\]|\\.|"(?=\w|\ \w)){0,4000}+)"
    |'(?P<single>(?:[^'\\\n]|\\.|'(?!\s{0,20}[:,\]})])){0,1000}+)'(?=\s{0,20}[:,\]})])
    |(?P<number>-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)(?![\w.])
    |(?P<word>[^\s{}\[\]():,"']+)""",
    re.VERBOSE | re.DOTALL,
)
_START = re.compile(r"[{\[]")
_CLOSES = {"}": "{", "]": "[", ")": "("}
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": ""}


@dataclass(slots=True)
class JsonNode:
    """One value: an object, an array, a text, a number or a word such as `null`."""

    kind: Literal["object", "array", "text", "number", "word"]
    text: str  # what stands there, without quotes; of objects and arrays their opening bracket
    # start, end: offsets in the text
    start: int
    end: int
    closed: bool = True
    entries: list[tuple[str, JsonNode]] = field(default_factory=list)  # of an object, repeated keys too
    items: list[JsonNode] = field(default_factory=list)  # of an array

    def get(self, *keys: str) -> JsonNode | None:
        """Return the value of the first of these keys that the object has."""
        return next((value for key in keys for name, value in self.entries if name.lower() == key), None)

    def walk(self) -> Iterator[tuple[JsonNode, tuple[JsonNode, ...]]]:
        """Yield this value and all below it that are objects or arrays, each with those around it, outermost first."""
        waiting: list[tuple[JsonNode, tuple[JsonNode, ...]]] = [(self, ())]
        while waiting:
            node, around = waiting.pop()
            yield node, around
            inner = [value for _, value in node.entries] + node.items
            waiting += [(value, (*around, node)) for value in reversed(inner) if value.kind in ("object", "array")]


def json_values(text: str, start: int = 0, end: int | None = None) -> Iterator[JsonNode]:
    """Yield the outermost objects and arrays that begin between two offsets."""
    end = len(text) if end is None else end
    position = start
    while (opening := _START.search(text, position, end)) is not None:
        root = _read(text, opening.start(), end)
        yield root
        position = root.end


def _read(text: str, start: int, end: int) -> JsonNode:
    root = _opened(text[start], start)
    stack, keys, pending = [root], [""], ""
    position = start + 1
    while stack and (token := _TOKEN.search(text, position, end)) is not None:
        position = token.end()
        kind = token.lastgroup
        if kind == "open":
            node = _opened(token[0], token.start())
            if len(stack) < DEEPEST:
                _add(stack[-1], keys[-1], node)
                keys[-1] = pending = ""
                stack.append(node)
                keys.append("")
        elif kind == "close":
            _close(stack, keys, token)
            pending = ""
        elif kind == "colon":
            keys[-1], pending = pending, ""
        elif kind == "comma":
            keys[-1] = pending = ""
        else:
            node = _scalar(token)
            if keys[-1] or stack[-1].kind == "array":
                _add(stack[-1], keys[-1], node)
                keys[-1] = ""
            pending = node.text
    for node in stack:
        node.closed, node.end = False, position
    return root


def _close(stack: list[JsonNode], keys: list[str], token: re.Match[str]) -> None:
    """Close what this bracket closes; what was opened within it and not closed stays marked as open."""
    wanted = _CLOSES[token[0]]
    if all(node.text != wanted for node in stack):
        return
    while True:
        node = stack.pop()
        keys.pop()
        node.end = token.end()
        if node.text == wanted:
            return
        node.closed = False


def _opened(bracket: str, start: int) -> JsonNode:
    return JsonNode("object" if bracket == "{" else "array", bracket, start, start)


def _add(parent: JsonNode, key: str, node: JsonNode) -> None:
    if parent.kind == "array":
        parent.items.append(node)
    elif key:
        parent.entries.append((key, node))


def _scalar(token: re.Match[str]) -> JsonNode:
    kind = token.lastgroup
    if kind in ("double", "single"):
        text = clean(_ESCAPED.sub(_unescaped, token[kind])) if "\\" in token[kind] else token[kind]
        return JsonNode("text", text, token.start(), token.end())
    return JsonNode("number" if kind == "number" else "word", token[0], token.start(), token.end())


def _unescaped(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    return _CONTROL.get(found[2], found[2])
