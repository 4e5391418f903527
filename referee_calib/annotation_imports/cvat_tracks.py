"""CVAT's exports: "CVAT for video 1.1" as XML, and the ``annotations.json`` of a task's backup, alone or in its zip.

Frames of the XML are numbers of the video's frames from 0 on. Those of a backup count the frames of the task, which may
begin later and leave frames out; its ``task.json`` says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.annotation_reading import plain_xml
from referee_calib.errors import InputError
from referee_calib.rating_tables import archive_files, read_content, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_STEP = re.compile(r"step\s*=\s*(\d+)")
_ZIP = b"PK\x03\x04"
_WAYS = "Export it from CVAT as “CVAT for video 1.1”, or give the backup of the task."
Corners = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class CvatBox:
    """A box on a frame of the video, in pixels; `outside` means that the object is gone from here on."""

    frame: int
    corners: Corners
    outside: bool = False
    rotated: bool = False


@dataclass(slots=True)
class CvatTrack:
    """One object: its boxes at key frames, and the answers in its attributes by name.

    Attributes
    ----------
    place : str
        Which one it is, for messages.
    label : str
    task : str
        Name of the task.
    assignee : str
        Who was to annotate it; "" when nobody was named.
    size : tuple of int or None
        Width and height of the frames.
    boxes : list of CvatBox
    answers : dict of str to set of str
        Every value that an attribute has somewhere.
    """

    place: str
    label: str = ""
    task: str = ""
    assignee: str = ""
    size: tuple[int, int] | None = None
    boxes: list[CvatBox] = field(default_factory=list)
    answers: dict[str, set[str]] = field(default_factory=dict)

    def answer(self, name: str, value: Any) -> None:
        """Add a value of an attribute."""
        self.answers.setdefault(name, set()).add(str(value or "").strip())


def read_cvat(path: Path) -> list[CvatTrack]:
    """Return the tracks of an export.

    Raises
    ------
    InputError
        When it is none of CVAT's.
    """
    data = read_content(path)
    if data.startswith(_ZIP):
        files = archive_files(path, data, (".xml", ".json"))
        texts = {name.rpartition("/")[2]: text_of(path / name, held)[0] for name, held in files.items()}
    else:
        texts = {"annotations.xml" if data.lstrip()[:1] == b"<" else "annotations.json": text_of(path, data)[0]}
    try:
        if "annotations.xml" in texts:
            return _xml_tracks(plain_xml(texts["annotations.xml"].removeprefix("\ufeff")))
        if "annotations.json" in texts:
            task = json.loads(texts.get("task.json", "{}"))
            return list(_json_tracks(json.loads(texts["annotations.json"]), task))
    except InputError as error:
        raise InputError(f"{path}: {error.seen}", error.why, error.do or _WAYS) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        why = f"it is not as CVAT writes it ({type(error).__name__}: {error})"
        raise InputError(f"{path}", why, _WAYS) from error
    raise InputError(f"{path}", "it holds no annotations of CVAT", _WAYS)


def _xml_tracks(root: Element) -> list[CvatTrack]:
    if root.tag != "annotations":
        raise InputError(f"its outermost element is <{root.tag}>", "CVAT's is <annotations>")
    if root.find("image") is not None and root.find("track") is None:
        raise InputError("it is “CVAT for images”", "its tracks are cut into frames")
    tasks = [*root.iterfind("meta/task"), *root.iterfind("meta/job"), *root.iterfind("meta/project/tasks/task")]
    by_number = {_text(one, "id"): one for one in tasks}
    found = []
    for track in root.iterfind("track"):
        task = by_number.get(track.get("task_id", ""), tasks[0] if tasks else root)
        one = CvatTrack(f"track {track.get('id')}", track.get("label", ""), _text(task, "name"))
        one.assignee, one.size = _text(task, "assignee/username"), _size(task)
        one.place += f" of {one.task}" if one.task else ""
        for attribute in track.iterfind("attribute"):
            one.answer(attribute.get("name", ""), attribute.text)
        for box in track.iterfind("box"):
            _add_xml_box(one, box)
        found.append(one)
    return found


def _add_xml_box(track: CvatTrack, box: Element) -> None:
    for attribute in box.iterfind("attribute"):
        track.answer(attribute.get("name", ""), attribute.text)
    if box.get("keyframe", "1") == "1":
        x1, y1, x2, y2 = (float(box.attrib[name]) for name in ("xtl", "ytl", "xbr", "ybr"))
        turned = float(box.get("rotation", 0)) != 0
        outside = box.get("outside") == "1"
        track.boxes.append(CvatBox(int(box.attrib["frame"]), (x1, y1, x2, y2), outside, turned))


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _size(task: Element) -> tuple[int, int] | None:
    width, height = _text(task, "original_size/width"), _text(task, "original_size/height")
    return (int(width), int(height)) if width and height else None


def _json_tracks(jobs: Any, task: Mapping[str, Any]) -> Iterable[CvatTrack]:
    data = task.get("data") or {}
    step = _STEP.search(str(data.get("frame_filter") or ""))
    first, every = int(data.get("start_frame") or 0), int(step[1]) if step else 1
    for job in jobs if isinstance(jobs, list) else [jobs]:
        for number, track in enumerate([*job.get("tracks", []), *job.get("shapes", [])], start=1):
            one = CvatTrack(f"object {number}", str(track.get("label", "")), str(task.get("name") or ""))
            for holder in (track, *track.get("shapes", [])):
                for attribute in holder.get("attributes", []):
                    one.answer(str(attribute["name"]), attribute["value"])
            for shape in track.get("shapes", [track]):
                if shape.get("type") == "rectangle":
                    x1, y1, x2, y2 = map(float, shape["points"])
                    turned, frame = bool(shape.get("rotation")), first + every * int(shape["frame"])
                    one.boxes.append(CvatBox(frame, (x1, y1, x2, y2), bool(shape.get("outside")), turned))
            yield one
