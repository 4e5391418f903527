"""Results of an analysis as JSON types: field by field, with the words that the report adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def plain(value: Any) -> Any:
    """Return a result as JSON types: dataclasses as dictionaries, unless they have a form of their own."""
    if hasattr(value, "to_json"):
        return value.to_json()
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, (tuple, list)) else value


def described(result: Any, *without: str, **words: Any) -> Any:
    """Return a result as JSON types with `words` after its first field, or in place of fields of the same name."""
    (first, value), *rest = ((name, one) for name, one in plain(result).items() if name not in without)
    return {first: value, **words, **{name: one for name, one in rest if name not in words}}
