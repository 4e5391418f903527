"""What can be stated on the command line about the notation of replies."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from referee_calib.errors import InputError

_OPTIONS = (
    click.option(
        "--format",
        "notation",
        metavar="NAME",
        default="auto",
        show_default=True,
        help="Of replies: the notation of boxes and times, as open-o3 or vtimellm; by default every one that a reply "
        "shows. Or an annotation tool whose export the files are: label-studio, potato, argilla, cvat.",
    ),
    click.option(
        "--box-order",
        metavar="ORDER",
        help="Order of a box's numbers: xyxy, yxyx or xywh; by default that of the notation.",
    ),
    click.option(
        "--time-unit",
        metavar="UNIT",
        default="seconds",
        show_default=True,
        help="Of bare times: seconds, milliseconds, percent, shares, frames:FPS or samples:NUMBER.",
    ),
)


def notation_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the verb these options, which it gets as one, ``reading``."""

    @functools.wraps(command)
    def called(*given: Any, notation: str, box_order: Any, time_unit: str, **others: Any) -> Any:
        from referee_calib.claims import FORMAT_NAMES, ReadingOptions

        if notation not in ("auto", *FORMAT_NAMES):
            known = ", ".join(("auto", *FORMAT_NAMES))
            raise InputError(f"--format {notation}", "it is no known notation", f"Known are {known}.")
        reading = ReadingOptions(format=notation, order=box_order, time_unit=time_unit)
        return command(*given, reading=reading, **others)

    for option in reversed(_OPTIONS):
        called = option(called)
    return called
