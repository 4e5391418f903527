"""The options of ``referee-calib score --engine ray``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
RAY_ONLY = {"workers": 2, "gpus": 0.0, "batch": 256, "address": "", "media": None, "out": None}

_OPTIONS = (
    click.option(
        "--engine",
        type=click.Choice(["local", "ray"]),
        default="local",
        show_default=True,
        help="Where it runs: in this process, or in Ray actors.",
    ),
    click.option("--workers", type=click.IntRange(min=1), metavar="N", help="With ray: actors, each with a referee."),
    click.option("--gpus", type=click.FloatRange(min=0), metavar="N", help="With ray: GPUs of each actor."),
    click.option("--batch", type=click.IntRange(min=1), metavar="N", help="With ray: claims an actor gets at a time."),
    click.option("--address", metavar="ADDRESS", help="With ray: a running cluster; started here when not given."),
    click.option(
        "--media",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="With ray, when STUDY is a file of claims: the videos.",
    ),
    click.option(
        "--out",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="With ray, when STUDY is a file of claims: the scores.",
    ),
)


def ray_options(command: Command) -> Command:
    """Give the verb the options; they arrive as ``engine`` and the names of :data:`RAY_ONLY`, None when not given."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def taken(given: dict[str, Any]) -> dict[str, Any]:
    """Return the options of Ray with their defaults, refusing them for a run without it."""
    named = [name for name in RAY_ONLY if given[name] is not None]
    if named and given["engine"] != "ray":
        raise click.UsageError(f"--{named[0]} is for --engine ray")
    return {name: default if given[name] is None else given[name] for name, default in RAY_ONLY.items()}
