"""Bringing a rubric, and the prompts in its language that lie beside it, into the folder of a new study."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from referee_calib import rubric as rubrics
from referee_calib.errors import StudyError
from referee_calib.io import make_folder, write_bytes
from referee_calib.study.study_config import CONFIG

NAME = "rubric.toml"
PROMPTS = "prompts"


@contextmanager
def rubric_of_study(folder: Path, file: Path | None) -> Iterator[str]:
    """Put a rubric where a study is about to be made, and give its name there; "" for none.

    A file that lies in the folder already is taken as it is; any other is checked and copied, with the prompt files in
    ``prompts`` beside it. What was copied goes again when the study cannot be made.

    Raises
    ------
    InputError
        When it is no rubric.
    StudyError
        When the folder holds another file of that name, or cannot be written.
    """
    if file is None:
        yield ""
        return
    inside = _inside(folder, file)
    if inside is not None:
        yield inside.as_posix()
        return
    rubrics.load(file)
    copied: list[Path] = []
    made = not folder.exists()
    try:
        if not (folder / CONFIG).exists():  # else the study is refused, and nothing of it may change
            copied += _copied(folder, file)
        yield NAME
    finally:
        if not (folder / CONFIG).exists():
            _take_back(folder, copied, made=made)


def prompts_beside(file: Path) -> list[Path]:
    """Return the prompt files beside a rubric."""
    return sorted((file.parent / PROMPTS).glob("*.txt"))


def _inside(folder: Path, file: Path) -> Path | None:
    """Return the path of a rubric within the folder; one that is only there needs no folder before its name."""
    for place in (file, folder / file):
        if place.is_file():
            whole = place.resolve()
            return whole.relative_to(folder.resolve()) if whole.is_relative_to(folder.resolve()) else None
    return None


def _copied(folder: Path, file: Path) -> Iterator[Path]:
    pairs = [(file, folder / NAME), *((one, folder / PROMPTS / one.name) for one in prompts_beside(file))]
    for source, target in pairs:
        content = source.read_bytes()
        if target.exists() and target.read_bytes() != content:
            do = f"Remove it, or take it: --rubric {target}" if target.name == NAME else "Remove it."
            raise StudyError(f"{target} is there already", f"it differs from {source}", do)
    for source, target in pairs:
        if not target.exists():
            make_folder(target.parent)
            write_bytes(target, source.read_bytes())
            yield target


def _take_back(folder: Path, copied: list[Path], *, made: bool) -> None:
    for path in copied:
        path.unlink(missing_ok=True)
    with suppress(OSError):  # not empty: somebody else's files
        (folder / PROMPTS).rmdir()
    if made:
        with suppress(OSError):
            folder.rmdir()
