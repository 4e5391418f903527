"""What the verbs share: the study argument, the common options, progress, and printing."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from referee_calib.errors import InputError, StudyError

Command = TypeVar("Command", bound=Callable[..., Any])


class StudyPath(click.Path):
    """A path that is not empty: an unset shell variable must not mean the folder one stands in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse an empty text, else convert as usual."""
        if not str(value).strip():
            raise InputError(
                "STUDY is empty", "it names no folder, as an unset shell variable does", "For this folder type: ."
            )
        return super().convert(value, param, ctx)


study_argument = click.argument("study", metavar="STUDY", type=StudyPath(path_type=Path))

_OPTIONS: dict[str, Callable[[Command], Command]] = {
    "referee": click.option(
        "--referee", metavar="FINGERPRINT", help="Beginning of a referee's fingerprint, when there are several."
    ),
    # numpy's generators take no seed below 0
    "seed": click.option(
        "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same result."
    ),
    "json": click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on stdout."),
    "quiet": click.option("--quiet", "-q", is_flag=True, help="No progress bar and no remarks on stderr."),
}


def options(*names: str) -> Callable[[Command], Command]:
    """Give a verb options that verbs spell alike: "referee", "seed", "json" (as ``as_json``), "quiet"."""

    def add(command: Command) -> Command:
        for name in reversed(names):
            command = _OPTIONS[name](command)
        return command

    return add


@contextmanager
def progress(total: int, unit: str, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Show a bar of so many "claims" on stderr, if a terminal; yields what is called with how much more is done."""
    from tqdm import tqdm

    off = quiet or not sys.stderr.isatty()
    with tqdm(total=total, unit=f" {unit}", disable=off, file=sys.stderr, dynamic_ncols=True) as bar:

        def advance(steps: int) -> None:
            bar.update(steps)

        yield advance


def talks() -> bool:
    """Return whether somebody reads along: stderr is a terminal."""
    return sys.stderr.isatty()


def remark(text: str, *, quiet: bool = False) -> None:
    """Say something about the work on stderr."""
    if not quiet:
        click.echo(text, err=True)


def steps(*, quiet: bool) -> Callable[[str], None]:
    """Return what tells each step of the work as it begins."""
    return lambda step: remark(f"{step} …", quiet=quiet)


def result(data: Mapping[str, Any], text: str, *, as_json: bool) -> None:
    """Print a result on stdout: as JSON, or in words; StudyError when stdout is a file on a full disk, say."""
    try:
        click.echo(json.dumps(data, indent=2, allow_nan=False) if as_json else text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that the last flush at exit has somewhere to go
        why = f"{error.strerror}; what it tells of is done"
        raise StudyError(
            "the result cannot be printed", why, "Free some space and type the same command again."
        ) from error


def counted(number: int, one: str, many: str = "") -> str:
    """Return ``"1 claim"`` or ``"2 claims"``."""
    return f"{number} {one if number == 1 else many or one + 's'}"
