"""Result files as they are typed: PATH, or NAME=PATH, where files of one name are seeds of one system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from referee_calib.errors import InputError


def named_paths(given: Sequence[str]) -> list[tuple[str, Path]]:
    """Return the system's name and the path of each file; without a name, the file's own is the system's.

    >>> [name for name, _ in named_paths(["ser=a/1.json", "ser=a/2.json", "b/base.json"])]
    ['ser', 'ser', 'base']
    """
    paths = [_parted(one) for one in given]
    again = [str(path) for path, n in Counter(path.resolve() for _, path in paths).items() if n > 1]
    if again:
        raise InputError(again[0], "the same file is named twice", "Name each file once.")
    stems = Counter(path.stem for name, path in paths if not name)
    return [(name or (path.stem if stems[path.stem] == 1 else str(path.with_suffix(""))), path) for name, path in paths]


def _parted(given: str) -> tuple[str, Path]:
    name, equals, rest = given.partition("=")
    if not equals or Path(given).exists():
        return "", Path(given)
    if not name.strip() or not rest.strip():
        raise InputError(given, "a file is given as PATH or as NAME=PATH", "Write a name before the equals sign.")
    return name.strip(), Path(rest)
