"""From a row, whatever its program called things, to the fields of a rollout."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from referee_calib.claims import Rollout
from referee_calib.errors import FieldError
from referee_calib.rollout_files.file_options import RolloutFileOptions
from referee_calib.rollout_files.layouts import RolloutLayout, is_open_o3, question_text, reference_of

FIELDS = tuple(field.name for field in fields(Rollout))
# what programs call a field, the likeliest first
OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "rollout": ("rollout", "rollout_id", "request_id", "sample_id", "id", "uid"),
    "video": ("video", "video_path", "video_file", "videos", "vid", "video_id", "video_name", "path", "image_path"),
    "question": ("question", "problem", "query", "prompt", "messages", "input"),
    "completion": ("completion", "response", "output", "prediction", "pred", "reply", "answer_raw", "text"),
    "answer": ("answer", "solution", "ground_truth", "target"),
    "box_unit": ("box_unit", "unit"),
}


def mapped(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """Give a row's columns the names of the fields that they are stated to hold; a dot leads into a column."""
    found, taken = dict(row), set[str]()
    for name, column in columns.items():
        value = _within(row, column)
        if value is not None:
            found[name] = value
            taken.add(column)
    return {name: value for name, value in found.items() if name in columns or name not in taken}


def joined(row: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Complete a reply by its row of the data set; what the reply says itself stays."""
    more = {**other, **(reference_of(other) if is_open_o3(other) else {})}
    more["question"] = _first(other, "question") or None  # without the template that a reply's own prompt may hold
    own = {name: value for name, value in row.items() if value is not None}
    return {**{name: value for name, value in more.items() if value is not None}, **own}


def rollout_fields(
    row: Mapping[str, Any], layout: RolloutLayout, options: RolloutFileOptions, place: str, name: str
) -> dict[str, Any]:
    """Return the fields of a rollout that a row holds.

    Parameters
    ----------
    row : mapping
        A reply in the names of its program, joined with its row of the data set.
    layout : RolloutLayout
        Whose row it is; where that is exact, a column that is no field is refused.
    options : RolloutFileOptions
        What is stated.
    place : str
        For messages.
    name : str
        Of the rollout, where the row has none.

    Raises
    ------
    FieldError
        For a column that is no field, and for a video that nobody names.
    """
    found = {key: row[key] for key in FIELDS if row.get(key) is not None}
    extra = [key for key in row if key not in FIELDS]
    if not layout.exact:
        for key in ("video", "question", "answer"):
            found.setdefault(key, _first(row, key))
        found.setdefault("rollout", name)
        found.setdefault("group", _group(row))
    elif extra and not options.ignore_extra:
        raise _unknown(extra, found, place)
    found["video"] = _video_name(found.get("video"), options.strip_prefix)
    if found["video"] is None and not layout.exact:
        why = "the file does not say which video each reply is about"
        do = "Join the data set: --dataset FILE; or name the column: --map video=COLUMN"
        raise FieldError("video", f"{place}: columns {', '.join(map(str, row))}", why, do)
    _complete(found, options)
    return {key: value for key, value in found.items() if value is not None}


def _complete(found: dict[str, Any], options: RolloutFileOptions) -> None:
    if options.box_unit is not None:
        found.setdefault("box_unit", options.box_unit)
    if options.reference_unit is not None and found.get("reference_boxes") is not None:
        found.setdefault("reference_unit", options.reference_unit)
    for key in ("question", "answer"):
        if key in found and not isinstance(found[key], str) and (text := _plain_text(found[key])) is not None:
            found[key] = text
    for key in ("rollout", "group"):
        if isinstance(found.get(key), int) and not isinstance(found[key], bool):
            found[key] = str(found[key])


def _first(row: Mapping[str, Any], field: str) -> Any:
    for key in OTHER_NAMES[field]:
        if row.get(key) is None:
            continue
        value = question_text(row[key]) if field == "question" else row[key]
        if field != "answer" or isinstance(value, str):
            return value
    return "" if field == "question" else None


def _plain_text(value: Any) -> str | None:
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return value[0]
    return question_text(value)


def _video_name(value: Any, prefixes: tuple[str, ...]) -> Any:
    """Return the path of the video: out of a list of one or an object with a path, without the stated beginning."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping):
        value = value.get("path") or value.get("video") or value.get("bytes")
    if not isinstance(value, str):
        return value
    value = value.removeprefix("file://")
    prefix = next((one for one in prefixes if value.startswith(one)), None)
    return value if prefix is None else value[len(prefix) :].lstrip("/")


def _group(row: Mapping[str, Any]) -> str:
    """Name the replies of one step to one prompt."""
    prompt = row.get("prompt", row.get("messages"))
    if prompt is None:
        return ""
    packed = json.dumps(prompt, sort_keys=True, default=str).encode("utf-8", "surrogatepass")
    return f"{row.get('step', '')}-{hashlib.sha256(packed).hexdigest()[:10]}"


def _unknown(extra: list[str], found: Mapping[str, Any], place: str) -> FieldError:
    likely = suggested_mapping(extra, found)
    do = f"If they are other names: {likely}. To pass over the rest: --ignore-extra" if likely else ""
    listed = ", ".join(repr(name)[:40] for name in extra[:8]) + (" …" if len(extra) > 8 else "")
    return FieldError(
        f"unknown {sorted(extra)}",
        f"{place}: unknown field{'s' * (len(extra) > 1)} {listed}",
        f"a rollout has only {', '.join(FIELDS)}",
        do or "Correct the name, or pass over such fields: --ignore-extra",
    )


def suggested_mapping(columns: Collection[str], known: Collection[str]) -> str:
    """Return the options that give likely columns the names of fields which are not known yet, "" without any."""
    found: dict[str, str] = {}
    for field, names in OTHER_NAMES.items():
        name = next((name for name in names if name in columns and name not in found.values()), None)
        if field not in known and name is not None:
            found[field] = name
    return " ".join(f"--map {field}={name}" for field, name in found.items() if field != name)


def _within(row: Mapping[str, Any], column: str) -> Any:
    if row.get(column) is not None:
        return row[column]
    value: Any = row
    for part in column.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
