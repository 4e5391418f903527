"""A random order that anybody can draw again from its seed, whatever order things came in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeVar

_Item = TypeVar("_Item")


def seeded_order(items: Iterable[_Item], key: Callable[[_Item], str], *seed: object) -> list[_Item]:
    """Return the items in the order of the digests of seed and key.

    >>> seeded_order(["a", "b", "c"], str, 1) == seeded_order(["c", "b", "a"], str, 1)
    True
    """
    begin = "\0".join(map(str, seed))
    return sorted(items, key=lambda one: hashlib.sha256(f"{begin}\0{key(one)}".encode()).digest())
