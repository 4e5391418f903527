"""Exports of Potato, Argilla and Label Studio come into a study: claim by claim, and what is not taken is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers_label_studio import RECORDING, levels, small_study
from helpers_study import run

from referee_calib import annotation_imports
from referee_calib.cli.annotation_tools import annotation_options
from referee_calib.study import Study, audit


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return small_study(tmp_path / "study")


def saved(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def brought(study: Study, path: Path, *more: object) -> dict[str, Any]:
    result = run("import", study.folder, path, *more, "--json")
    assert result.exit_code == 0, result.output
    (done,) = json.loads(result.stdout)["files"]
    return done  # type: ignore[no-any-return]


def refused(study: Study, path: Path, *more: object) -> str:
    result = run("import", study.folder, path, *more)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    return str(result.stderr)


def test_potatos_folder_gives_each_annotators_levels(study: Study, tmp_path: Path) -> None:
    box, span, both, *_ = (one.id for one in study.claims())
    schemes = {"relevance": {"scale_5": "5"}, "Localization": {"scale_2": "2"}, "mood": {"good": "1"}}
    first = {"id": box, "displayed_text": "", "span_annotations": {}, "label_annotations": schemes}
    empty = {"id": span, "displayed_text": "", "span_annotations": {}, "label_annotations": {}}
    saved(tmp_path / "out/ann/annotated_instances.jsonl", first)
    with (tmp_path / "out/ann/annotated_instances.jsonl").open("a") as file:
        file.write("\n" + json.dumps(empty))
    pairs = [[{"schema": "relevance", "name": "scale_9"}, "9"], [{"schema": "timing", "name": "scale_1"}, "1"]]
    skip = [[{"schema": "skip", "name": "not visible"}, "true"], [{"schema": "note", "name": "text_box"}, "dark"]]
    state = {"user_id": "bob", "instance_id_to_label_to_value": {span: pairs, both: skip, "i9": pairs}}
    saved(tmp_path / "out/b/user_state.json", state)
    done = brought(study, tmp_path / "out", "--format", "potato", "--lowest-level", 1)
    assert levels(study) == {
        ("ann", 0): {"relevance": 4, "localization": 1},
        ("bob", 1): {"timing": 0},
        ("bob", 2): dict.fromkeys(("relevance", "localization", "timing"), "not visible"),
    }
    assert {one.note for one in study.ratings() if one.reason} == {"dark"}
    assert {one.name: one.origin for one in study.raters()} == {"ann": "potato", "bob": "potato"}
    counts = {one["reason"]: (one["count"], one["names"]) for one in done["excluded"]}
    assert counts["annotation(s) without an answer"] == (1, [f"record 2 ({span})"])
    assert counts["the item is no claim of this study"][0] == 2  # both answers about i9
    off = counts["an answer is not on the study's scale"]
    assert off == (1, [f"record 3 (bob): {span}, relevance by bob: '9', levels are 1 to 5"])
    assert any("--question" in reason for reason in counts)  # "mood" asks about no dimension
    again = brought(study, tmp_path / "out", "--format", "potato", "--lowest-level", 1)
    assert (again["ratings"], again["new"], again["known"]) == (6, 0, 6)
    assert [one.action for one in audit.trail(study)] == ["import annotations"]


def test_doctor_says_what_was_not_taken_and_no_address_is_stored(study: Study, tmp_path: Path) -> None:
    exports = [one["answer"] for one in json.loads(RECORDING.read_text()) if one["method"] == "export"]
    for task in exports[0]:
        for one in task["annotations"]:
            one["completed_by"] = {"id": one["completed_by"], "email": "anna@example.org"}
    path = saved(tmp_path / "project.json", exports[0])
    done = brought(study, path, "--format", "label-studio")
    assert any("user anna@example.org" in name for one in done["excluded"] for name in one["names"])
    said = " ".join(run("doctor", study.folder).stdout.split())
    assert "project.json: not usable were 1 " in said
    assert b"anna@example.org" not in b"".join(one.read_bytes() for one in study.folder.glob("study.*"))


def test_a_potato_file_alone_is_of_whom_its_folder_names(study: Study, tmp_path: Path) -> None:
    row = {"id": study.claims()[0].id, "span_annotations": {}, "label_annotations": {"how good": {"scale_2": "2"}}}
    path = saved(tmp_path / "carl" / "annotated_instances.jsonl", row)
    brought(study, path, "--format", "potato", "--question", "how good=relevance")
    assert levels(study) == {("carl", 0): {"relevance": 2}}


def test_argillas_submitted_responses_are_ratings_by_level_or_by_its_words(study: Study, tmp_path: Path) -> None:
    words = study.rubric.scales[0].levels
    responses = [
        {"user_id": "u1", "status": "submitted", "values": {"relevance": {"value": 3}, "Localization": {"value": "1"}}},
        {"user_id": "u2", "status": "submitted", "values": {"relevance": {"value": words[4]}}},
        {"user_id": "u3", "status": "draft", "values": {"relevance": {"value": 0}}},
        {"user_id": "u4", "status": "submitted", "values": {"timing": {"value": 2}, "relevance": {"value": 2.5}}},
    ]
    claim = study.claims()[0].id
    record = {"id": "r1", "fields": {"claim_id": claim}, "responses": responses, "suggestions": []}
    path = saved(tmp_path / "argilla.json", [record])
    done = brought(study, path, "--format", "argilla", "--rater", "u1=anna")
    assert levels(study) == {("anna", 0): {"relevance": 3, "localization": 1}, ("u2", 0): {"relevance": 4}}
    counts = {one["reason"]: one["count"] for one in done["excluded"]}
    assert counts == {
        "response(s) that were not submitted": 1,
        "an answer to a question that this claim is not asked": 1,  # the claim has no span
        "an answer is not on the study's scale": 1,
    }


def test_a_json_export_of_label_studio_is_checked_as_a_pull_is(study: Study, tmp_path: Path) -> None:
    exports = [one["answer"] for one in json.loads(RECORDING.read_text()) if one["method"] == "export"]
    path = saved(tmp_path / "project-2.json", exports[0])
    done = brought(study, path, "--format", "label-studio", "--rater", "2=anna", "--rater", "3=bert")
    assert (done["new"], sum(one["count"] for one in done["excluded"])) == (15, 7)
    assert levels(study)["anna", 0] == {"relevance": 4, "localization": 2}
    assert Study.open(study.folder).config.label_studio.raters == ("2=anna", "3=bert", "4=label-studio-4")
    # a later export has the correction, which is added, and lacks what was removed, which stays
    later = brought(study, saved(tmp_path / "later.json", exports[-1]), "--format", "label-studio")
    assert later["new"] == 2
    assert levels(study)["anna", 0]["relevance"] == 1


def test_files_that_hold_nothing_of_use_change_nothing_and_say_why(study: Study, tmp_path: Path) -> None:
    row = {"id": "i1", "span_annotations": {}, "label_annotations": {"relevance": {"scale_2": "2"}}}
    path = saved(tmp_path / "annotated.json", row)
    said = refused(study, path, "--format", "potato")
    assert "nothing in this export of potato can be used" in said
    assert "the item is no claim of this study" in said
    assert "it is not as argilla writes it" in refused(study, saved(tmp_path / "x.json", [{"id": 1, "responses": 3, "a.responses": [1], "a.responses.users": 5}]), "--format", "argilla")  # fmt: skip  # noqa: E501
    assert study.raters() == []


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (("--rater", "a=b"), "without --format"),
        (("--format", "potato", "--rater", "anna", "--rater", "bert"), "one name alone stands for everybody"),
        (("--format", "potato", "--question", "mood=happiness"), "a question asks about relevance, localization"),
        (("--format", "potatoes"), "it is no known notation"),
        (("--format", "potato", "--media", ".", "--link"), "--link, --media with --format potato"),
    ],
)
def test_statements_that_cannot_be_meant_are_refused(
    study: Study, tmp_path: Path, stated: tuple[str, ...], said: str
) -> None:
    path = saved(tmp_path / "annotated.json", {"id": "i1", "label_annotations": {}})
    assert said in refused(study, path, *stated)


def test_a_rater_of_the_app_does_not_give_ratings_of_another_tool_too(study: Study, tmp_path: Path) -> None:
    study.add_rater("ann")
    row = {"id": study.claims()[0].id, "label_annotations": {"relevance": {"scale_2": "2"}}, "user": "ann"}
    said = refused(study, saved(tmp_path / "annotated.json", row), "--format", "potato")
    assert "rates elsewhere (app)" in said
    assert study.ratings() == []


def test_the_command_names_every_tool_that_can_be_read() -> None:
    assert set(annotation_options.FORMATS) == set(annotation_imports.FORMATS)
    named = run("import", "--help").stdout
    assert all(tool in named for tool in annotation_options.FORMATS)
