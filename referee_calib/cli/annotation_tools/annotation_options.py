"""What can be stated on the command line about exports of annotation tools, for ``referee-calib import --format``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from referee_calib.cli import common
from referee_calib.errors import InputError

FORMATS = ("label-studio", "potato", "argilla", "cvat")
_OPTIONS = (
    click.option(
        "--rater",
        "raters",
        metavar="[USER=]NAME",
        multiple=True,
        help="Of an export: which rater a user is; a name alone is the rater of everything in the file. Repeatable.",
    ),
    click.option(
        "--question",
        "questions",
        metavar="QUESTION=DIMENSION",
        multiple=True,
        help="Of an export: what a question asks about: a dimension, skip or note. Repeatable.",
    ),
    click.option(
        "--lowest-level",
        type=int,
        default=0,
        show_default=True,
        help="Of an export: the number that stands for the worst level; 1 where a tool counts from 1.",
    ),
)


@dataclass(frozen=True, slots=True)
class AnnotationExports:
    """What was stated; `tool` is None when the files are no exports of annotation tools."""

    tool: str | None
    raters: tuple[str, ...]
    questions: tuple[str, ...]
    lowest: int

    def refuse_beside(self, options: set[str]) -> None:
        """Refuse options that are about claims and videos, which an export of annotations has none of."""
        if options:
            why = "an export of annotations brings no claims and no videos"
            raise InputError(f"{', '.join(sorted(options))} with --format {self.tool}", why, "Import them apart.")

    def bring(self, study: Path, files: tuple[Path, ...], *, as_json: bool) -> None:
        """Import the files and print what became of each."""
        from referee_calib.annotation_imports import annotation_statements, import_annotations
        from referee_calib.study import Study

        with Study.open(study) as opened:
            stated = annotation_statements(self.raters, self.questions, self.lowest, opened.rubric)
            done = import_annotations(opened, files, str(self.tool), stated)
        lines = [line for one in done for line in one.lines()]
        raters = sorted({name for one in done for name in one.stored.raters})
        lines += [f"Raters registered: {', '.join(raters)}."] if raters else []
        common.result({"files": [one.to_json() for one in done]}, "\n".join(lines), as_json=as_json)


def annotation_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the verb these options, which it gets as one, ``exports``.

    The tool is said by ``--format``, the option that names the notation of replies otherwise: a file holds the one or
    the other.
    """

    @functools.wraps(command)
    def called(
        *given: Any,
        notation: str,
        raters: tuple[str, ...],
        questions: tuple[str, ...],
        lowest_level: int,
        **others: Any,
    ) -> Any:
        tool = notation if notation in FORMATS else None
        if tool is None and (raters or questions or lowest_level):
            why = "it is about exports of annotation tools"
            raise InputError("--rater, --question or --lowest-level without --format", why, "Add --format TOOL.")
        notation = "auto" if tool else notation
        exports = AnnotationExports(tool, raters, questions, lowest_level)
        return command(*given, notation=notation, exports=exports, **others)

    for option in reversed(_OPTIONS):
        called = option(called)
    return called
