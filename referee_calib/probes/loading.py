"""Rewards by name, or from somebody else's code."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.perturb.named import NAMES, rewards
from referee_calib.probes.paying import Payer, Writer, does
from referee_calib.probes.writing import write

Makers = Sequence[tuple[str, Callable[[], Any]]]


def payers(
    names: Sequence[str],
    media: Path,
    referees: Makers = (),
    *,
    durations: Mapping[str, float] | None = None,
    writer: str = "",
) -> list[Payer]:
    """Make rewards.

    Parameters
    ----------
    names : sequence of str
        Names of :data:`referee_calib.perturb.named.NAMES`, or ``module:attribute``.
    media : Path
        Folder of the videos.
    referees : sequence of (label, callable)
        Of the semantic reward.
    durations : mapping of video to seconds, optional
    writer : str
        ``module:attribute`` of a function from a reply to the text that the rewards read; this package's grammar by
        default.

    Raises
    ------
    InputError
        For a name that is neither, or an object that is no reward.
    """
    how = write if not writer else _writer(writer)
    found: list[Payer] = []
    for name in names:
        if ":" in name:
            made = reward_of(load(name))
            found.append(Payer(name, name, made, does=does(made)))
            continue
        for one in rewards([name], media, referees):
            role = Payer(one.name, one.label, one.reward, one.role, one.on, does(one.reward))
            found.append(role)
    return [replace(one, writer=how, media=media, durations=durations or {}) for one in found]


def load(path: str) -> Any:
    """Import ``module:attribute``, also from the folder one stands in.

    Raises
    ------
    InputError
        When there is no such module or attribute.
    """
    module, _, attribute = path.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise  # the module is there and misses another one: that is its own trouble
        raise InputError(f"reward {path!r:.120}", f"there is no module {module!r}; I looked in {here} too") from error
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise InputError(f"reward {path!r:.120}", f"{module} has no {attribute!r}")
        found = getattr(found, part)
    return found


def reward_of(found: Any) -> Any:
    """Return a reward: an object as it is, or an instance of a class that needs no parameter.

    Raises
    ------
    InputError
        When it neither has ``judge`` nor can be called.
    """
    if isinstance(found, type):
        try:
            found = found()
        except TypeError as error:
            why = f"the class cannot be made without parameters ({error})"
            raise InputError(f"reward {found.__qualname__}", why, "Name an instance of it instead.") from error
    if hasattr(found, "judge") or callable(found):
        return found
    raise InputError(
        f"reward {found!r:.80}",
        f"a reward has judge(claims, media), or is called with completions; names are {', '.join(NAMES)}",
    )


def _writer(path: str) -> Writer:
    found: Writer = load(path)
    if not callable(found):
        raise InputError(f"writer {path!r:.120}", "it is called with a reply and returns its text")
    return found
