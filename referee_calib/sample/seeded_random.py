"""Seeded chance: every draw is named, so adding one somewhere changes no other."""

from __future__ import annotations

import random


def seeded_random(*names: object) -> random.Random:
    """Return a generator that depends on the names alone: the same on every machine and Python."""
    return random.Random("/".join(map(str, names)))  # noqa: S311 - not for secrets
