"""What the records share: dimensions, levels, statuses, JSON, and the checks of single fields."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, Literal, Self, get_args

from referee_calib.errors import InputError

Dimension = Literal["relevance", "localization", "timing"]
Status = Literal["ok", "unparsed", "refused", "error", "unsupported"]

# What 0 s is: the beginning of the video's own clock, or its first frame.
Clock = Literal["file", "first-frame"]
CLOCKS: tuple[Clock, ...] = get_args(Clock)

# Models write times with one decimal: a time that lies this many seconds after the end is rounded, not wrong.
END_ROUNDING = 0.05

DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
STATUSES: tuple[Status, ...] = get_args(Status)
WORTH_ANOTHER_TRY: frozenset[Status] = frozenset({"error", "unparsed", "refused"})  # what is unsupported stays so
LARGEST = 1e15  # of a number of a record, so that sums of them stay numbers
FEWEST_LEVELS = 2
MOST_LEVELS = 11  # of a scale, 0 to 10; finer ratings are measurements, which coefficients of categories do not suit


class Record:
    """JSON in and out, shared by the records."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types, one key per field."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build and check a record; unknown keys are refused, so that a typo is not a lost column."""
        known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
        unknown = sorted(set(data) - known)
        if unknown:
            raise InputError(
                f"{cls.__name__} with unknown fields {', '.join(unknown)}", f"it has only {', '.join(sorted(known))}"
            )
        try:
            return cls(**data)
        except TypeError as error:
            raise InputError(f"{cls.__name__} {dict(data)!r:.200}", str(error)) from error


def set_fields(record: object, **values: object) -> None:
    for name, value in values.items():
        object.__setattr__(record, name, value)


def _plain(value: object) -> object:
    return [_plain(v) for v in value] if isinstance(value, tuple) else value


def check_texts(record: object, names: Iterable[str], error: type[InputError]) -> None:
    for name in names:
        value = getattr(record, name)
        if type(value) is not str and not isinstance(value, str):
            raise error(f"{type(record).__name__} with {name} = {value!r:.80}", "it must be text")


def is_finite(value: object) -> bool:
    """Tell whether a value is a number that fits into a float; whole numbers of JSON may be larger."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def check_numbers(record: object, names: Iterable[str], place: str, error: type[InputError]) -> None:
    """Refuse what is no number, and what is so large that sums of it are none."""
    for name in names:
        value = getattr(record, name)
        if value is not None and not (is_finite(value) and abs(value) <= LARGEST):
            raise error(f"{place} with {name} = {value!r:.40}", f"it must be a number up to {LARGEST:.0e}")


def check_dimension(value: object, place: str, error: type[InputError]) -> None:
    if value not in DIMENSIONS:
        raise error(f"{place} on {value!r:.60}", f"a dimension is one of {', '.join(DIMENSIONS)}")


def check_level(value: object, place: str, error: type[InputError]) -> None:
    """Refuse what is a level on no scale; whether it is one of the study's scale, the study's rubric tells."""
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST_LEVELS
    if value is not None and not whole:
        raise error(f"{place}: level {value!r:.60}", f"a level is a whole number from 0 to {MOST_LEVELS - 1} at most")
