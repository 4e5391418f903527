"""The options that say which referee is meant, alike for every verb that asks one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from referee_calib.referee import Prompt, Referee, RefereeSpec
    from referee_calib.rubric import Rubric

Command = TypeVar("Command", bound=Callable[..., Any])
RUNGS = ("auto", "exact", "choice", "truncated", "parsed")
FRAMES = ("both", "frame", "crop", "span")
NAMES = ("base_url", "model", "revision", "prompt", "frames", "rung", "concurrency", "cache")

_OPTIONS = (
    click.option("--base-url", multiple=True, metavar="URL", help="Where the model is served; may be repeated."),
    click.option("--model", metavar="M", help="The model's name, as the server or the hub knows it."),
    click.option("--revision", metavar="R", help="The model's revision; it is part of the referee's fingerprint."),
    click.option("--prompt", metavar="P", help="A prompt: level-1, yes-no-1, one of the study, or a file."),
    click.option("--frames", type=click.Choice(FRAMES), help="What the referee is shown."),
    click.option("--rung", type=click.Choice(RUNGS), help="How levels are read; found by itself when not given."),
    click.option("--concurrency", type=click.IntRange(min=1), metavar="N", help="Most questions in flight at once."),
    click.option("--cache", metavar="FILE|none", help="Where replies are kept; in the user's cache folder by default."),
)


def referee_options(command: Command) -> Command:
    """Give a verb the options; they arrive as :data:`NAMES`, to be passed on as a mapping."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def spec_of(name: str, given: Mapping[str, Any], folder: Path | None) -> RefereeSpec:
    """Return the specification that ``--referee NAME`` and the options mean.

    Parameters
    ----------
    name : str
        A backend, a backend with its model, or a referee of the study.
    given : mapping
        Values of the options of :func:`referee_options`; None or empty where not given.
    folder : Path, optional
        The study.

    Raises
    ------
    InputError
        For an unknown name, prompt or address.
    """
    from referee_calib.referee import FramePolicy, load_spec
    from referee_calib.referee.registry import addresses

    spec = load_spec(name, folder=folder)
    changed: dict[str, Any] = {key: given[key] for key in ("model", "revision") if given.get(key) is not None}
    if given.get("base_url"):
        changed["urls"] = addresses(given["base_url"])
    if given.get("prompt"):
        changed["prompt"] = _prompt(given["prompt"], folder)
    if given.get("frames"):
        changed["frames"] = FramePolicy.named(given["frames"])
    if given.get("rung"):
        changed["decoding"] = replace(spec.decoding, rung=given["rung"])
    if given.get("concurrency"):
        changed["options"] = {**spec.options, "concurrency": given["concurrency"]}
    if changed.get("model") and spec.name == spec.backend:
        changed["name"] = f"{spec.backend}:{changed['model']}"
    return replace(spec, **changed)


def referee_of(
    name: str, given: Mapping[str, Any], folder: Path | None, rubric: Rubric, *, offline: bool = False
) -> Referee:
    """Make the referee that the options mean, with a cache when its replies cost something.

    With `offline` it needs no server and cannot be asked.

    Raises
    ------
    InputError
        As of :func:`spec_of`; and when the backend, its model or the cache cannot be used.
    """
    from referee_calib import referee as referees

    spec = spec_of(name, given, folder)
    made = referees.make_referee(spec, rubric, offline=True) if offline else referees.make_referee(spec, rubric)
    if not offline and getattr(made.backend, "cacheable", False):
        made = replace(made, cache=referees.open_cache(given.get("cache")))
    context = click.get_current_context(silent=True)
    if context is not None:
        context.call_on_close(made.close)  # an engine that is left alone may keep the process from ending
    return made


def _prompt(name: str, folder: Path | None) -> Prompt:
    from referee_calib.referee import Prompt
    from referee_calib.referee.prompting.prompt import load_prompt

    path = Path(name)
    return Prompt.from_file(path) if path.suffix and path.is_file() else load_prompt(name, folder)
