"""A cached property without a lock.

That of Python 3.11 holds one lock for all objects of a class while a value is computed. Threads that render wait for
each other there, and a child that is forked meanwhile waits for ever. From 3.12 on it has none, nor has this one:
two threads that ask at the same moment may both compute a value, and get equal ones.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    cached_attribute = cached_property
else:

    class cached_attribute(cached_property):  # noqa: N801 - a decorator, named as such
        """Computes an attribute when it is first read, and keeps it."""

        def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
            """Return the value that is kept, or compute it."""
            if instance is None:
                return self
            kept = instance.__dict__
            if self.attrname not in kept:
                kept[self.attrname] = self.func(instance)
            return kept[self.attrname]
