"""The objects of an annotation tool's export: of a file, or of the folder or archive of several annotators."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath

from referee_calib.errors import InputError
from referee_calib.rating_tables.any_table import PARQUET
from referee_calib.rating_tables.binary_table import parquet_table
from referee_calib.rating_tables.exports import FOLDERS, POTATO_FILES
from referee_calib.rating_tables.file_content import ZIP, archive_files, read_content, text_of
from referee_calib.rating_tables.json_rows import Object, json_objects


def export_objects(path: Path, tool: str) -> list[Object]:
    """Return the objects of an export of a tool, in the order of the file.

    Raises
    ------
    InputError
        When it cannot be read, or holds no objects.
    """
    if path.is_dir():
        return objects_of_folder(path, tool)
    data = read_content(path)
    if data.startswith(PARQUET):
        rows: list[Object] = parquet_table(path, data).to_dict("records")
        return rows
    return objects_of_archive(path, data) if data.startswith(ZIP) else json_objects(path, text_of(path, data)[0])


def objects_of_archive(path: Path, data: bytes) -> list[Object]:
    """Return the objects of the JSON files of a zip archive, each with the annotator after whom it is named."""
    files = archive_files(path, data, (".jsonl", ".json"))
    rows = {PurePath(name): json_objects(path / name, text_of(path, held)[0]) for name, held in files.items()}
    if any(name.name in POTATO_FILES for name in rows):
        return _joined(
            path, {name.parent.name: held for name, held in rows.items() if name.name in POTATO_FILES}, "potato"
        )
    return _joined(path, {name.stem: held for name, held in rows.items()}, "doccano")


def objects_of_folder(path: Path, wanted: str | None) -> list[Object]:
    """Return the objects of every annotator's file in a folder, of the tool that is wanted or is seen."""
    for tool, (files_of, _) in FOLDERS.items():
        files: dict[str, Path] = files_of(path)
        if files and wanted in (None, tool):
            rows = {name: json_objects(file, text_of(file, read_content(file))[0]) for name, file in files.items()}
            return _joined(path, rows, tool)
    raise InputError(f"{path} is a folder", "it holds no export of Potato, doccano or Inspect", "Give a file.")


def _joined(path: Path, rows: dict[str, list[Object]], tool: str) -> list[Object]:
    if not any(rows.values()):
        raise InputError(f"{path}", "it holds no annotations")
    with_user: Callable[[list[Object], str], list[Object]] = FOLDERS[tool][1]
    return [row for name, held in rows.items() for row in with_user(held, name)]
