"""JSON as servers write it: also with a byte order mark, or with NaN and Infinity, which some programs put there."""

from __future__ import annotations

import json
from typing import Any

import orjson

_ODD = (b"NaN", b"Infinity")
_MARK = b"\xef\xbb\xbf"


def parse_json(body: bytes) -> Any:
    """Parse a body, or raise a ValueError that says what is wrong with it."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        if not body.startswith(_MARK) and not any(word in body for word in _ODD):
            raise
        try:
            return json.loads(body.removeprefix(_MARK))
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error
