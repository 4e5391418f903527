"""Reading, checking and writing one table of ``study.toml`` as a frozen dataclass.

A field's type is one of bool, int, float, str, or a tuple of str; its default says what a study without the key has.
The metadata ``words`` is the remark that stands beside the key in the file, ``check`` a function that returns what is
wrong with a value, or "".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar, TypeVar

from referee_calib.errors import StudyError


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsTable:
    """One table; subclasses name it and add the keys."""

    TABLE: ClassVar[str] = ""


_Table = TypeVar("_Table", bound=SettingsTable)


def setting(default: Any, words: str, check: Callable[[Any], str] | None = None) -> Any:
    """Declare a key with its default, the remark beside it, and what else must hold of a value."""
    return field(default=default, metadata={"words": words, "check": check})


def read_settings(kind: type[_Table], table: Any, place: str) -> _Table:
    """Build the settings from a table of TOML; StudyError names the first key that is unknown, or is not what it is."""
    where = f"{place}: [{kind.TABLE}]"
    if not isinstance(table, dict):
        raise StudyError(f"{where} is not a table", "it was damaged or edited")
    known = {one.name: one for one in fields(kind)}
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise StudyError(f"{where} {', '.join(unknown)}", f"only {', '.join(known)} are known here")
    return kind(**{name: _value(known[name], value, where) for name, value in table.items()})


def settings_toml(settings: SettingsTable) -> str:
    """Return the table as TOML with its remarks, "" when everything in it is as by default."""
    stated = [
        (one, getattr(settings, one.name)) for one in fields(settings) if getattr(settings, one.name) != one.default
    ]
    if not stated:
        return ""
    lines = [f"# {one.metadata['words']}\n{one.name} = {_toml(value)}\n" for one, value in stated]
    return f"\n[{settings.TABLE}]\n" + "".join(lines)


def _value(key: Field[Any], value: Any, where: str) -> Any:
    kind = type(key.default)
    if kind is float and type(value) is int:
        value = float(value)
    if kind is tuple and isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = tuple(value)
    if type(value) is not kind:
        wanted = "a list of texts" if kind is tuple else kind.__name__
        raise StudyError(f"{where} {key.name} = {value!r:.80}", f"it must be {wanted}")
    check = key.metadata["check"]
    wrong = check(value) if check else ""
    if wrong:
        raise StudyError(f"{where} {key.name} = {value!r:.80}", wrong)
    return value


def _toml(value: Any) -> str:
    # TOML's values are JSON's, except that TOML also wants DEL escaped
    packed = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
    return packed.replace("\x7f", "\\u007f")
