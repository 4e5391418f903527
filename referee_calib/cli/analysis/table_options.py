"""The options with which a verb takes two tables in place of a study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from referee_calib.table_study import TableStudyOptions

Command = TypeVar("Command", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path)
_OPTIONS = (
    click.option("--ratings", type=_FILE, metavar="FILE", help="Table of people's ratings, in place of a study."),
    click.option("--scores", type=_FILE, metavar="FILE", help="Table of judges' scores."),
    click.option("--ratings-sheet", metavar="NAME", help="Sheet of the ratings in an Excel workbook of several."),
    click.option("--scores-sheet", metavar="NAME", help="Sheet of the scores, which may be of the same workbook."),
    click.option("--unit", default="unit", show_default=True, help="Column of both tables: what was judged."),
    click.option("--rater", default="rater", show_default=True, help="Column of the ratings that names who rated."),
    click.option("--value", default="value", show_default=True, help="Column of the ratings that holds the level."),
    click.option("--wide", metavar="RATERS", help="Ratings with one column per rater: all, or the columns' names."),
    click.option("--cluster", help="Column of what is independent; by default video or cluster, else each unit."),
    click.option("--dimension", "dimensions", multiple=True, metavar="NAME", help="Only this one; repeatable."),
    click.option("--judges", metavar="NAMES", help="Judges to take, and what they judge: gpt=alignment,clip."),
    click.option("--scale", "scales", multiple=True, metavar="1:5", help="All levels in order; NAME=0:1 for one."),
    click.option("--slice", "slices", multiple=True, metavar="COLUMN", help="Kinds of units to look at; repeatable."),
    click.option("--link", metavar="COLUMN", help="Column of where a unit can be seen."),
    click.option("--text", metavar="COLUMN", help="Column of what to show of a unit, such as its prompt."),
    click.option("--missing", metavar="CODES", help="Codes for a missing rating or score: --missing=-1,99."),
)  # fmt: skip
NAMES = (
    "ratings", "scores", "ratings_sheet", "scores_sheet", "unit", "rater", "value", "wide", "cluster", "dimensions",
    "judges", "scales", "slices", "link", "text", "missing",
)  # fmt: skip


def table_options(command: Command) -> Command:
    """Give a verb the options of two tables; :func:`tables_of` reads them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def tables_of(ctx: click.Context, given: dict[str, Any], name: str = "") -> TableStudyOptions | None:
    """Return what was said of two tables; None where none was named.

    Raises
    ------
    UsageError
        When one table is named without the other, or columns without tables.
    """
    from click.core import ParameterSource

    if given["ratings"] is None and given["scores"] is None:
        typed = [key for key in NAMES if ctx.get_parameter_source(key) is ParameterSource.COMMANDLINE]
        if typed:
            option = next(p.opts[0] for p in ctx.command.params if p.name == typed[0])
            raise click.UsageError(f"{option} is about tables: name them with --ratings FILE --scores FILE", ctx)
        return None
    if given["ratings"] is None or given["scores"] is None:
        there, lost = ("scores", "ratings") if given["ratings"] is None else ("ratings", "scores")
        raise click.UsageError(f"--{there} needs the other table: add --{lost} FILE", ctx)
    from referee_calib.table_study import TableStudyOptions

    return TableStudyOptions(**{key: given[key] for key in NAMES}, name=name)
