"""The program behind a certificate: the versions it ran with, and every file that decides what a reward pays."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

# of this package: what reads claims, shows frames, asks a referee and pays
SOURCES = (
    *(f"{room}/**/*.py" for room in ("claims", "records", "referee", "reward", "video")),
    *("geometry.py", "rubric.py", "rubric.toml"),
)
MOST_NAMED = 5


@cache
def file_digests(root: Path = Path(__file__).parents[2]) -> Mapping[str, str]:
    """Return the SHA-256 of every file that decides what a reward pays, by its path in the package."""
    files = sorted({file for pattern in SOURCES for file in root.glob(pattern)})
    return {file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def file_differences(validated: Mapping[str, str]) -> list[str]:
    """Name the files of this package that are not what they were when the reward was validated."""
    here = file_digests()
    changed = sorted(name for name in {*validated, *here} if validated.get(name) != here.get(name))
    if not changed:
        return []
    more = f" and {len(changed) - MOST_NAMED} more" if len(changed) > MOST_NAMED else ""
    return [f"files of referee_calib: {', '.join(changed[:MOST_NAMED])}{more} not as validated"]


def version_differences(validated: Mapping[str, str]) -> list[str]:
    """Name every program whose version is not the one that the reward was validated with."""
    here = {name: installed_version(name) for name in validated}
    return [
        f"{name} is {here[name] or 'not installed'}, validated with {version}"
        for name, version in validated.items()
        if here[name] != version
    ]


def installed_version(name: str) -> str:
    """Return the version of Python or of a distribution; "" where it is not installed."""
    if name == "python":
        return platform.python_version()
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
