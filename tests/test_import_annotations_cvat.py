"""CVAT's exports come into a study: attributes as levels, boxes as marks at the claim's own times."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from helpers_label_studio import STEADY, levels, small_study
from helpers_study import run

from referee_calib.study import Study
from referee_calib.video import probe

SIZE = (480, 270)  # of the clip


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = small_study(tmp_path / "study")
    info = probe(made.media_path(STEADY))
    assert (info.width, info.height, info.fps) == (*SIZE, 25)
    return made


def box(frame: int, *corners: float, **more: object) -> str:
    place = " ".join(f'{name}="{value}"' for name, value in zip(("xtl", "ytl", "xbr", "ybr"), corners, strict=True))
    flags = {"outside": 0, "keyframe": 1, "occluded": 0, **more}
    answers = flags.pop("answers", {})
    said = " ".join(f'{name}="{value}"' for name, value in flags.items())
    inside = "".join(f'<attribute name="{name}">{escape(str(v))}</attribute>' for name, v in answers.items())  # type: ignore[attr-defined]
    return f'<box frame="{frame}" {said} {place}>{inside}</box>'


def xml(*tracks: str, name: str = "clips", assignee: str = "anna", size: tuple[int, int] = SIZE) -> str:
    who = (
        f"<assignee><username>{assignee}</username><email>{assignee}@example.org</email></assignee>" if assignee else ""
    )
    frame = f"<original_size><width>{size[0]}</width><height>{size[1]}</height></original_size>"
    meta = f"<meta><task><id>1</id><name>{name}</name>{who}{frame}</task></meta>"
    held = "".join(f'<track id="{n}" label="thing">{track}</track>' for n, track in enumerate(tracks))
    return f'<?xml version="1.0" encoding="utf-8"?>\n<annotations><version>1.1</version>{meta}{held}</annotations>'


def brought(study: Study, path: Path, *more: object) -> dict[str, Any]:
    result = run("import", study.folder, path, "--format", "cvat", "--json", *more)
    assert result.exit_code == 0, result.output
    (done,) = json.loads(result.stdout)["files"]
    return done  # type: ignore[no-any-return]


def refused(study: Study, path: Path, *more: object) -> str:
    result = run("import", study.folder, path, "--format", "cvat", *more)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1), result.output
    return str(result.stderr)


def test_attributes_are_levels_and_boxes_are_marks_between_key_frames_too(study: Study, tmp_path: Path) -> None:
    claims = [one.id for one in study.claims()]
    answers = {"claim": claims[0], "relevance": 3, "localization": "1 - touches it", "colour": "red"}
    # the claim's box is at 2.00 s, frame 50 of 25 a second: halfway between the key frames 40 and 60
    moving = box(40, 0, 0, 120, 135, answers=answers) + box(60, 120, 67.5, 240, 202.5, answers=answers)
    gone = box(100, 120, 67.5, 240, 202.5, outside=1, answers=answers)
    left = box(10, 0, 0, 120, 135, answers={"claim": claims[1], "relevance": "unset", "timing": 9})
    other = box(10, 0, 0, 120, 135, answers={"claim": "c0"})
    path = tmp_path / "annotations.xml"
    path.write_text(xml(moving + gone, left, other))
    done = brought(study, path)
    assert levels(study) == {("anna", 0): {"relevance": 3, "localization": 1}}
    marks = {one.claim: one.boxes for one in study.marks()}
    # (0 + 120) / 2 = 60 of 480 pixels is 0.125; 33.75 of 270 is 0.125; 180 of 480 is 0.375; 168.75 of 270 is 0.625
    assert marks[claims[0]] == (pytest.approx((2.0, 0.125, 0.125, 0.375, 0.625)),)
    # that claim has no box; so the frame that was drawn on counts: frame 10 is shown from 0.40 s
    assert marks[claims[1]] == (pytest.approx((0.4, 0, 0, 0.25, 0.5)),)
    counts = {one["reason"]: one["count"] for one in done["excluded"]}
    assert counts.pop("the item is no claim of this study") == 1
    assert counts.pop("an attribute that was left as it was, unanswered") == 1
    assert counts.pop("an answer is not on the study's scale") == 1
    assert [(n, "--question" in why) for why, n in counts.items()] == [(1, True)]  # colour
    assert {one.origin for one in study.raters()} == {"cvat"}
    again = brought(study, path)
    assert (again["new"], again["new_marks"]) == (0, 0)


def test_a_task_named_after_its_claim_needs_no_attribute_and_everybody_can_be_named(
    study: Study, tmp_path: Path
) -> None:
    claim = study.claims()[2].id
    path = tmp_path / "annotations.xml"
    path.write_text(xml(box(90, 0, 0, 120, 135, answers={"timing": 4}), name=claim, assignee=""))
    assert "names nobody who annotated it" in refused(study, path)
    brought(study, path, "--rater", "carl")
    assert levels(study) == {("carl", 2): {"timing": 4}}


def test_the_backup_of_a_task_counts_its_own_frames(study: Study, tmp_path: Path) -> None:
    claim = study.claims()[0].id
    attributes = [{"name": "claim_id", "value": claim}, {"name": "relevance", "value": "2"}]
    shape = {"type": "rectangle", "points": [0, 0, 120, 135], "frame": 20, "outside": False, "attributes": []}
    track = {"frame": 20, "label": "thing", "attributes": attributes, "shapes": [shape]}
    alone = {"type": "rectangle", "points": [0, 0, 120, 135], "frame": 5, "label": "thing", "attributes": []}
    task = {"name": "clips", "data": {"start_frame": 10, "frame_filter": "step=2"}}
    path = tmp_path / "backup.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("task.json", json.dumps(task))
        archive.writestr(
            "annotations.json", json.dumps([{"version": 0, "tags": [], "shapes": [alone], "tracks": [track]}])
        )
    done = brought(study, path, "--rater", "anna")
    assert levels(study) == {("anna", 0): {"relevance": 2}}
    # frame 20 of the task is frame 10 + 2 · 20 = 50 of the video, and that is the claim's own at 2.00 s
    assert study.marks()[0].boxes == (pytest.approx((2.0, 0, 0, 0.25, 0.5)),)
    assert [one["count"] for one in done["excluded"]] == [1]  # the shape names no claim


@pytest.mark.parametrize(
    ("track", "reason"),
    [
        (box(10, 0, 0, 120, 135, rotation=30), "a box that is turned"),
        (box(10, 500, 0, 600, 98), "a box lies outside the frame"),
        (box(9999, 0, 0, 120, 135), "the frames have another size, or another number"),
    ],
)
def test_boxes_that_cannot_be_a_mark_are_named(study: Study, tmp_path: Path, track: str, reason: str) -> None:
    claim = study.claims()[0].id
    answered = box(10, 0, 0, 120, 135, answers={"relevance": 3, "claim": claim}, keyframe=0)
    path = tmp_path / "annotations.xml"
    path.write_text(xml(track + answered))
    (one,) = brought(study, path)["excluded"]
    assert one["reason"].startswith(reason)
    assert one["names"] == ["track 0 of clips"]
    assert study.marks() == []


def test_different_values_on_different_frames_and_another_clip_are_no_answer(study: Study, tmp_path: Path) -> None:
    claim = study.claims()[0].id
    both = "".join(box(frame, 0, 0, 120, 135, answers={"claim": claim, "relevance": frame}) for frame in (1, 2))
    path = tmp_path / "annotations.xml"
    path.write_text(xml(both, size=(640, 480)))
    assert "different values on different frames" in refused(study, path)
    assert "another size" in refused(study, path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<annotations><meta/><image id='0'/></annotations>", "CVAT for images"),
        ("<annotation/>", "its outermost element is <annotation>"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><annotations/>", "states a document type"),
        ("<annotations", "it is no XML"),
        (
            '[{"tracks": [{"label_id": 1, "attributes": [{"spec_id": 1, "value": "3"}]}]}]',
            "it is not as CVAT writes it",
        ),
        ("3", "it is not as CVAT writes it"),
    ],
)
def test_what_is_none_of_cvats_is_one_line(study: Study, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "file"
    path.write_text(text)
    assert said in refused(study, path, "--rater", "anna")
