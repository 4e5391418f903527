"""A study's own Markdown as HTML: text only. What is HTML in it shows as the characters that it is made of.

Links lead to http and https alone and show where they lead; pictures come from the study's folder ``onboarding/``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

PICTURES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
}
PICTURE_NAME = re.compile(rf"[A-Za-z0-9_-][A-Za-z0-9._-]*({'|'.join(map(re.escape, PICTURES))})", re.IGNORECASE)
PICTURE_ADDRESS = "/onboarding/"
_WEB = re.compile(r"https?://", re.IGNORECASE)


def markdown_html(text: str) -> str:
    """Return Markdown as HTML in which nothing of the text can act."""
    html: str = _reader().render(text)
    return f'<article class="rc-page rc-text">{html}</article>'


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.validateLink = _is_allowed  # type: ignore[method-assign]
    for name, rule in (("image", _image), ("link_open", _link_open), ("link_close", _link_close)):
        reader.add_render_rule(name, rule)
    return reader


def _is_allowed(url: str) -> bool:
    return bool(_WEB.match(url) or PICTURE_NAME.fullmatch(url))


def _image(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    source, words = str(tokens[index].attrGet("src") or ""), escape(tokens[index].content)
    if not PICTURE_NAME.fullmatch(source):
        return words
    return f'<img src="{PICTURE_ADDRESS}{escape(source)}" alt="{words}">'


def _link_open(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    address = _address(tokens[index])
    return f'<a href="{escape(address)}" rel="noopener noreferrer" target="_blank">' if address else ""


def _link_close(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    opened = max(at for at in range(index) if tokens[at].type == "link_open")
    address = _address(tokens[opened])
    shown = "".join(one.content for one in tokens[opened + 1 : index])
    told = "" if shown == address else f" ({escape(address)})"
    return f"</a>{told}" if address else ""


def _address(token: Token) -> str:
    address = str(token.attrGet("href") or "")
    return address if _WEB.match(address) else ""
