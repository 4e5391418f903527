"""The files of each system as they are typed: ``[NAME=]FILE[+FILE …]``; a name that stands again is another seed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from referee_calib.benchmark.compared_runs import SystemFiles
from referee_calib.cli.benchmarks.run_names import JOIN, joined_files, named_paths
from referee_calib.errors import InputError


def systems_of(given: Sequence[str]) -> list[SystemFiles]:
    """Return the systems in the order in which they are typed; ``+`` joins the files of one run.

    Raises
    ------
    InputError
        For a file that is not there, or one that is named twice.
    """
    found: dict[str, list[tuple[Path, ...]]] = {}
    for name, path in named_paths(given):
        found.setdefault(name, []).append(tuple(map(_existing, joined_files(path))))
    return [SystemFiles(name, tuple(runs)) for name, runs in found.items()]


def _existing(part: str) -> Path:
    path = Path(part)
    if not path.is_file():
        how = f"A system is FILE, NAME=FILE, or NAME=FILE{JOIN}FILE where a run has several."
        raise InputError(part or "an empty name", "it is a folder" if path.is_dir() else "there is no such file", how)
    return path
