"""What Markdown is made of: escaped text, an estimate in words, a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from referee_calib.report.document.number_format import interval, number, signed

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")


def plain(text: object) -> str:
    """Escape a text so that it is shown as it is, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(str(text).split()))


def told(estimate: Mapping[str, Any], sign: bool = False, digits: int = 2) -> str:
    """Write an estimate with its interval, or why there is none."""
    if estimate["value"] is None:
        return f"not defined: {estimate['reason']}"
    value = (signed if sign else number)(estimate["value"], digits)
    return f"{value} {interval(estimate, digits)}".strip()


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table; nothing without rows."""
    written = [" | ".join(plain(cell) for cell in row) for row in rows]
    if written:
        yield f"| {' | '.join(header)} |"
        yield f"|{'---|' * len(header)}"
        yield from (f"| {row} |" for row in written)
        yield ""
