"""Result files as they are typed: PATH, or NAME=PATH, where files of one name are seeds of one system.

A path may be several, joined by ``+``; they are called as the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from referee_calib.errors import InputError

JOIN = "+"


def named_paths(given: Sequence[str]) -> list[tuple[str, Path]]:
    """Return the system's name and the path of each file; without a name, the file's own is the system's.

    >>> [name for name, _ in named_paths(["ser=a/1.json", "ser=a/2.json", "b/base.json.gz"])]
    ['ser', 'ser', 'base']
    """
    paths = [_parted(one) for one in given]
    again = [str(path) for path, n in Counter(path.resolve() for _, path in paths).items() if n > 1]
    if again:
        raise InputError(again[0], "the same file is named twice", "Name each file once.")
    stems = Counter(_stem(path) for name, path in paths if not name)
    typed = {name for name, _ in paths}
    if taken := next((path for name, path in paths if not name and _stem(path) in typed), None):
        why = f"another file was given the name {_stem(taken)}, of which this is no seed unless it is named so too"
        raise InputError(str(taken), why, f"Write: NAME={taken}")
    return [(name or _file_name(path, stems), path) for name, path in paths]


def run_names(named: Sequence[tuple[str, Path]]) -> list[str]:
    """Return a name for each file of ``named_paths``: the system's, and behind it the file's where it has several.

    >>> run_names(named_paths(["ser=a/1.json", "ser=a/2.json", "ser=b/2.json", "base.json"]))
    ['ser 1', 'ser a/2', 'ser b/2', 'base']
    """
    seeds, files = Counter(name for name, _ in named), Counter((name, _stem(path)) for name, path in named)
    return [
        name if seeds[name] == 1 else f"{name} {_stem(path) if files[name, _stem(path)] == 1 else _path(path)}"
        for name, path in named
    ]


def _file_name(path: Path, stems: Counter[str]) -> str:
    return _stem(path) if stems[_stem(path)] == 1 else _path(path)


def joined_files(given: Path) -> list[str]:
    """Return the files of a run; one that is there is one, whatever its name."""
    return [str(given)] if given.exists() else str(given).split(JOIN)


def _first(path: Path) -> Path:
    return Path(joined_files(path)[0] or path)


def _stem(path: Path) -> str:
    return Path(_first(path).name.removesuffix(".gz")).stem


def _path(path: Path) -> str:
    return str(_first(path).parent / _stem(path))


def _parted(given: str) -> tuple[str, Path]:
    name, equals, rest = given.partition("=")
    if not equals or Path(given).exists():
        return "", Path(given)
    if not name.strip() or not rest.strip():
        raise InputError(given, "a file is given as PATH or as NAME=PATH", "Write a name before the equals sign.")
    return " ".join(name.split()), Path(rest)
