"""JSON as a list of objects: an array, lines of one object each, or one object that holds the list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError

Object = dict[str, Any]
HOLDERS = ("records", "data", "annotations", "results")  # keys under which a file may hold its list


def json_objects(path: Path, text: str) -> list[Object]:
    """Return the objects of a JSON file.

    Raises
    ------
    InputError
        For what is not JSON, with its line, and for what holds no objects.
    """
    try:
        whole = json.loads(text)
    except ValueError:
        return _lines(path, text)
    if isinstance(whole, dict):
        lists = [whole[key] for key in HOLDERS if isinstance(whole.get(key), list)]
        whole = lists[0] if lists and "id" not in whole else [whole]
    if not isinstance(whole, list) or not all(isinstance(one, dict) for one in whole):
        raise InputError(f"{path}", "it holds no list of objects {…}")
    return whole


def _lines(path: Path, text: str) -> list[Object]:
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path} line {number}", f"it is not JSON ({error})") from error
        if not isinstance(row, dict):
            raise InputError(f"{path} line {number}", "it holds no object {…}")
        found.append(row)
    return found
