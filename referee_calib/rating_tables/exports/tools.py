"""Which tool an export comes from, and where its files lie in a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from referee_calib.rating_tables.exports import (
    argilla,
    doccano,
    inspect_ai,
    label_studio,
    potato,
    prodigy,
    study_ratings,
)
from referee_calib.rating_tables.exports.answers import Answers
from referee_calib.rating_tables.json_rows import Object
from referee_calib.rating_tables.source import TableSource


class Tool(NamedTuple):
    """How a tool's objects are known and read."""

    knows: Callable[[Object], bool]
    read: Callable[[list[Object], TableSource], Answers]


POTATO_FILES = potato.FILES
TOOLS = {  # the more telling ones first
    "study": Tool(study_ratings.is_study_rating, study_ratings.read),
    "prodigy": Tool(prodigy.is_prodigy, prodigy.read),
    "potato": Tool(potato.is_potato, potato.read),
    "label-studio": Tool(label_studio.is_label_studio, label_studio.read),
    "argilla": Tool(argilla.is_argilla, argilla.read),
    "doccano": Tool(doccano.is_doccano, doccano.read),
    "inspect": Tool(inspect_ai.is_inspect, inspect_ai.read),
}


def tool_of(rows: list[Object]) -> str | None:
    """Return the tool whose export begins like this, None for none of them."""
    return next((name for name, tool in TOOLS.items() if rows and tool.knows(rows[0])), None)


def potato_files(folder: Path) -> dict[str, Path]:
    """Return the file of each annotator of a folder of Potato's, by name."""
    found = {path.parent.name: path for name in reversed(POTATO_FILES) for path in sorted(folder.glob(f"*/{name}"))}
    return dict(sorted(found.items()))


def doccano_files(folder: Path) -> dict[str, Path]:
    """Return the file of each annotator of a folder of doccano's, by name."""
    return {path.stem: path for path in sorted(folder.glob("*.jsonl"))}


def inspect_files(folder: Path) -> dict[str, Path]:
    """Return the file of each rater of a folder of Inspect's precomputed scores, by name."""
    found = {path.stem: path for path in sorted(folder.glob("*.jsonl"))}
    return found if found and all(map(_begins_as_inspect, found.values())) else {}


def _begins_as_inspect(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        line = next((line for line in file if line.strip()), "")
    try:
        row = json.loads(line)
    except ValueError:
        return False
    return isinstance(row, dict) and inspect_ai.is_inspect(row)


FOLDERS = {  # the more telling ones first
    "potato": (potato_files, potato.with_user),
    "inspect": (inspect_files, inspect_ai.with_user),
    "doccano": (doccano_files, doccano.with_user),
}
