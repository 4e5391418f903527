"""Whether the model that answered is the one that was asked for."""

from __future__ import annotations

import re

_SNAPSHOT = re.compile(r"[-@:](\d{4}-\d{2}-\d{2}|\d{4}|\d{6}|\d{8}|00\d|latest)\Z")
_MOVING = re.compile(r"[-@:]latest\Z")


def is_same_model(asked: str, answered: str, alias_of: str = "") -> bool:
    """Compare the name in a request with the one in its reply; a reply without one is taken for the model's own.

    Equal are names that differ in their case, in a maker's prefix that one of them leaves out (``Qwen/`` or
    ``models/``), in the hub's usual revision (``@main``, which ``transformers serve`` adds), or in the date or the
    number (``-002``) that a provider adds to a moving name. Every other name is another model's, unless it is the
    stated `alias_of`.
    """
    if not answered or answered in (asked, alias_of):
        return True
    mine, theirs = (_plain(name) for name in (asked, answered))
    moving = _MOVING.sub("", mine), _SNAPSHOT.sub("", theirs)
    return any(one == other or _unprefixed(one, other) for one, other in ((mine, theirs), moving))


def _plain(name: str) -> str:
    return name.strip().lower().removeprefix("models/").removesuffix("@main")


def _unprefixed(one: str, other: str) -> bool:
    """Say whether one is the other without its maker; two makers are two models."""
    short, long = sorted((one, other), key=len)
    return "/" not in short and long.endswith(f"/{short}")
