"""What can be stated on the command line about files of replies, for ``referee-calib import``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from referee_calib.errors import InputError
from referee_calib.rollout_files import FIELDS, LAYOUTS, RolloutFileOptions

_FILE = click.Path(path_type=Path)
_OPTIONS = (
    click.option(
        "--layout",
        type=click.Choice(list(LAYOUTS)),
        help="Which program wrote the replies; seen from their first row by default.",
    ),
    click.option(
        "--map",
        "columns",
        metavar="FIELD=COLUMN",
        multiple=True,
        help="The column that holds a field: video=path; a dot leads into one: video=doc.video. Repeatable.",
    ),
    click.option(
        "--dataset", metavar="FILE", type=_FILE, help="The data set of the replies, whose rows complete theirs."
    ),
    click.option(
        "--join",
        metavar="FIELD[=FIELD]",
        help="By which field of a reply (and of the data set) rows belong together; found by default.",
    ),
    click.option("--box-unit", metavar="UNIT", help="Of replies that state none: pixels:WIDTHxHEIGHT, 0-1 or 0-1000."),
    click.option("--reference-unit", metavar="UNIT", help="Of true boxes whose rows state none; 0-1 by default."),
    click.option(
        "--strip-prefix",
        metavar="PATH",
        multiple=True,
        help="Beginning to take off the videos' paths. Repeatable: the first that fits.",
    ),
    click.option("--ignore-extra", is_flag=True, help="Pass over fields of rollouts.jsonl that are not known."),
)


def reply_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the verb these options, which it gets as one, ``replies``."""

    @functools.wraps(command)
    def called(
        *given: Any,
        layout: str | None,
        columns: tuple[str, ...],
        dataset: Path | None,
        join: str | None,
        box_unit: str | None,
        reference_unit: str | None,
        strip_prefix: tuple[str, ...],
        ignore_extra: bool,
        **others: Any,
    ) -> Any:
        if join is not None and dataset is None:
            raise InputError(f"--join {join}", "there is nothing to join with", "Name the data set: --dataset FILE")
        replies = RolloutFileOptions(
            layout=layout,
            columns=dict(_column(one) for one in columns),
            box_unit=_unit("--box-unit", box_unit),
            reference_unit=_unit("--reference-unit", reference_unit),
            strip_prefix=strip_prefix,
            ignore_extra=ignore_extra,
            dataset=dataset,
            join=join,
        )
        return command(*given, replies=replies, **others)

    for option in reversed(_OPTIONS):
        called = option(called)
    return called


def _column(stated: str) -> tuple[str, str]:
    field, _, column = (part.strip() for part in stated.partition("="))
    if field not in FIELDS or not column:
        raise InputError(f"--map {stated}", f"a field is one of {', '.join(FIELDS)}", "Type: --map FIELD=COLUMN")
    return field, column


def _unit(option: str, value: str | None) -> str | None:
    from referee_calib.claims import BoxUnit

    if value is None:
        return None
    try:
        return str(BoxUnit.parse(value))
    except InputError as error:
        raise InputError(f"{option} {value}", error.why, error.do) from error
