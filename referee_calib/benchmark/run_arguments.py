"""What is typed for a system: ``[NAME=]FILE[+FILE …][,FILE …]``: ``+`` joins files of a run, a comma parts seeds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from referee_calib.benchmark.compared_runs import SystemFiles
from referee_calib.errors import InputError

HOW = "A system is FILE, NAME=FILE, NAME=SEED1,SEED2, or NAME=SPANS+ANSWERS where a run has several files."


def systems_of(arguments: Sequence[str]) -> list[SystemFiles]:
    """Read arguments; a system without a name is called as its file, or as its folder where files are called alike.

    Raises
    ------
    InputError
        For a file that is not there, or two systems of one name.
    """
    parsed = [_system(one) for one in arguments]
    files = [runs[0][0] for _, runs in parsed]
    stems = [_stem(path) for path in files]
    names = [
        name or (stem if stems.count(stem) == 1 else f"{path.resolve().parent.name}/{stem}")
        for (name, _), path, stem in zip(parsed, files, stems, strict=True)
    ]
    if again := next((name for name in names if names.count(name) > 1), None):
        raise InputError(f"two systems are called {again!r}", "their rows could not be told apart", HOW)
    return [SystemFiles(name, runs) for name, (_, runs) in zip(names, parsed, strict=True)]


def _system(argument: str) -> tuple[str, tuple[tuple[Path, ...], ...]]:
    if Path(argument).exists():
        return "", ((Path(argument),),)
    name, equals, rest = argument.partition("=")
    files = rest if equals else argument
    runs = tuple(tuple(map(Path, run.split("+"))) for run in files.split(","))
    if equals and Path(rest).exists():
        runs = ((Path(rest),),)
    lost = next((path for run in runs for path in run if not path.is_file()), None)
    if lost is not None:
        why = "it is a folder" if lost.is_dir() else "there is no such file"
        raise InputError(f"{lost or repr(argument)}", why, HOW)
    return name.strip() if equals else "", runs


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").rpartition(".")[0] or path.name
