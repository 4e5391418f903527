"""The options that say which referee is meant, alike for every verb that asks one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from referee_calib.records import Clock
    from referee_calib.referee import Referee, RefereeSpec
    from referee_calib.rubric import Rubric

_OPTIONS = (
    click.option("--base-url", multiple=True, metavar="URL", help="Where the model is served; may be repeated."),
    click.option("--model", metavar="M", help="The model's name, as the server or the hub knows it."),
    click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="KEY=VALUE",
        help="Any other key of referees.toml: prompt=yes-no-1, frames=crop, decoding.rung=exact; may be repeated.",
    ),
    click.option("--cache", metavar="FILE|none", help="Where replies are kept; in the user's cache folder by default."),
)


@dataclass(frozen=True, slots=True)
class RefereeOptions:
    """What a user said about a referee beside its name; empty where nothing was said."""

    base_url: tuple[str, ...] = ()
    model: str | None = None
    settings: tuple[str, ...] = ()
    cache: str | None = None

    @property
    def given(self) -> bool:
        """Whether anything was said."""
        return self != RefereeOptions()

    def changes(self) -> dict[str, Any]:
        """Return what differs from the named referee, as keys of ``referees.toml``."""
        from referee_calib.referee.referees_toml import assigned

        found = assigned(self.settings, "--set")
        if self.model is not None:
            found["model"] = self.model
        return found | ({"urls": list(self.base_url)} if self.base_url else {})

    def words(self) -> list[str]:
        """Return the options as they would be typed, without the cache."""
        typed = [("--base-url", url) for url in self.base_url] + [("--model", self.model)] * (self.model is not None)
        return [str(word) for pair in [*typed, *(("--set", one) for one in self.settings)] for word in pair]


def referee_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options; they arrive as one argument, ``options``, a :class:`RefereeOptions`."""

    @functools.wraps(command)
    def collected(
        *arguments: Any, base_url: tuple[str, ...], model: str | None, settings: tuple[str, ...], **given: Any
    ) -> Any:
        options = RefereeOptions(base_url, model, settings, given.pop("cache", None))
        return command(*arguments, options=options, **given)

    decorated: Callable[..., Any] = collected
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def spec_of(name: str, options: RefereeOptions, folder: Path | None) -> RefereeSpec:
    """Return the specification that ``--referee NAME`` means: a backend, with its model, or a referee of the study."""
    from referee_calib.referee import load_spec

    return load_spec(name, folder=folder, changes=options.changes())


def referee_of(
    name: str,
    options: RefereeOptions,
    folder: Path | None,
    rubric: Rubric,
    clock: Clock = "file",
    *,
    offline: bool = False,
) -> Referee:
    """Make the referee that the options mean, cached when its replies cost something; `offline` it cannot be asked."""
    from referee_calib import referee as referees

    spec = replace(spec_of(name, options, folder), clock=clock)
    made = referees.make_referee(spec, rubric, folder=folder, offline=offline)
    if not offline and made.backend.cacheable:
        made = replace(made, cache=referees.open_cache(options.cache))
    context = click.get_current_context(silent=True)
    if context is not None:
        context.call_on_close(made.close)  # an engine that is left alone may keep the process from ending
    return made
