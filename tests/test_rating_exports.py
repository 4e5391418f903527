"""Exports of annotation tools, each in its own form, read as ratings; what is no rating is counted and named."""

import json
import zipfile

import pytest

from referee_calib.errors import InputError
from referee_calib.rating_tables import TableSource, read_rows


def saved(tmp_path, content, name="export.json"):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True, parents=True)
    lines = name.endswith("l")
    path.write_text("\n".join(map(json.dumps, content)) if lines else json.dumps(content), encoding="utf-8")
    return path


def answers(path, **known):
    found = read_rows(TableSource(path=path, **known))
    columns = found.columns
    return list(zip(columns["unit"], columns["rater"], columns["value"], strict=True)), found


def refused(path, **known):
    with pytest.raises(InputError) as caught:
        read_rows(TableSource(path=path, **known))
    return str(caught.value)


def result(name, **value):
    return {"from_name": name, "to_name": "text", "type": next(iter(value)), "value": value}


def task(number, *annotations, predictions=()):
    data = {"text": f"t{number}", "doc": f"d{number // 2}"}
    return {"id": number, "data": data, "annotations": list(annotations), "predictions": list(predictions)}


def by(person, *results, **more):
    return {"completed_by": person, "result": list(results), "was_cancelled": False, **more}


LABEL_STUDIO = [
    task(
        1,
        by(7, result("mood", choices=["good"]), result("stars", rating=4), result("why", text=["so"])),
        by({"id": 8, "email": "b@x.org"}, result("mood", choices=["bad"]), result("stars", rating=2)),
        by(9, was_cancelled=True),
        predictions=[{"model_version": "gpt", "result": [result("mood", choices=["good"])], "score": 0.9}],
    ),
    task(
        2,
        by(7, result("mood", choices=["bad"]), result("topic", taxonomy=[["food", "fruit"], ["home"]])),
        by(8),
        by(9, result("box", x=1, y=2, width=3, height=4, rectanglelabels=["car"])),
    ),
]


def test_label_studio_gives_choices_ratings_and_taxonomies_by_question(tmp_path):
    path = saved(tmp_path, LABEL_STUDIO)
    assert "holds 3 questions: mood (3), stars (2), topic (1)" in refused(path)
    rows, found = answers(path, question="mood")
    assert rows == [("1", "7", "good"), ("1", "b@x.org", "bad"), ("2", "7", "bad")]
    said = " ".join(found.notes)
    for words in (
        "1 annotation(s) that were cancelled",
        "1 annotation(s) without an answer",
        "2 answer(s) that are no",
    ):
        assert words in said
    assert "1 prediction(s) of models; --referee NAME" in said
    assert [value for *_, value in answers(path, question="stars")[0]] == [4, 2]
    assert answers(path, question="topic")[0] == [("2", "7", frozenset({"food > fruit", "home"}))]


def test_label_studios_predictions_are_those_of_the_referee_and_its_fields_units_and_clusters(tmp_path):
    path = saved(tmp_path, LABEL_STUDIO)
    rows, found = answers(path, question="mood", referee="gpt", cluster="doc", unit="text")
    assert rows[2] == ("t1", "gpt", "good")
    assert found.columns["cluster"] == ["d0", "d0", "d0", "d1"]
    assert "row 1 has no 'movie'" in refused(path, question="mood", cluster="movie")


ARGILLA_1 = [
    {
        "external_id": f"r{i}",
        "fields": {"text": "t"},
        "responses": [
            {"user_id": "u1", "values": {"label": {"value": "yes"}, "score": {"value": i}}, "status": "submitted"},
            {"user_id": "u2", "values": {"label": {"value": "no"}}, "status": "submitted"},
            {"user_id": "u3", "values": {"label": {"value": "no"}}, "status": "draft"},
        ],
        "suggestions": [{"question_name": "label", "value": "yes", "agent": "gpt"}],
    }
    for i in range(2)
]
ARGILLA_2 = [
    {
        "id": f"r{i}",
        "fields": {"text": "t"},
        "metadata": {},
        "responses": {"label": [{"value": "yes", "user_id": "u1"}, {"value": "no", "user_id": "u2"}]},
        "suggestions": {"label": {"value": "yes", "score": None, "agent": "gpt"}},
        "_server_id": "x",
    }
    for i in range(2)
]
ARGILLA_FLAT = [
    {
        "id": f"r{i}",
        "text": "t",
        "label.responses": ["yes", "no", "no"],
        "label.responses.users": ["u1", "u2", "u3"],
        "label.responses.status": ["submitted", "submitted", "discarded"],
        "label.suggestion": "yes",
        "label.suggestion.agent": "gpt",
    }
    for i in range(2)
]
ARGILLA_HUB = [
    {
        "external_id": f"r{i}",
        "text": "t",
        "label": {"user_id": ["u1", "u2", "u3"], "value": ["yes", "no", "no"], "status": ["submitted"] * 2 + ["draft"]},
    }
    for i in range(2)
]


@pytest.mark.parametrize("form", [ARGILLA_1, ARGILLA_2, ARGILLA_FLAT, ARGILLA_HUB])
@pytest.mark.parametrize("name", ["export.json", "export.jsonl"])
def test_argilla_of_every_version_gives_submitted_responses(tmp_path, form, name):
    rows, found = answers(saved(tmp_path, form, name), question="label")
    assert rows == [(f"r{i}", user, value) for i in range(2) for user, value in (("u1", "yes"), ("u2", "no"))]
    said = " ".join(found.notes)
    assert ("2 response(s) that were not submitted" in said) == (form is not ARGILLA_2)
    assert ("4 response(s) come without a status" in said) == (form is ARGILLA_2)  # 2 records × 2 people
    if form is not ARGILLA_HUB:
        assert ("r0", "gpt", "yes") in answers(saved(tmp_path, form), question="label", referee="gpt")[0]


def test_argillas_data_sets_are_read_from_parquet(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "train.parquet"
    parquet.write_table(pa.Table.from_pylist(ARGILLA_FLAT), path)
    assert answers(path)[0] == [("r0", "u1", "yes"), ("r0", "u2", "no"), ("r1", "u1", "yes"), ("r1", "u2", "no")]


def test_label_studios_short_json_is_a_table(tmp_path):
    short = [
        {"id": 1, "annotator": 7, "annotation_id": 3, "mood": "good", "topics": {"choices": ["a", "b"]}, "lead_time": 2}
    ]
    path = saved(tmp_path, short)
    assert answers(path, unit="id", rater="annotator", value="mood")[0] == [("1", "7", "good")]
    assert answers(path, unit="id", rater="annotator", value="topics")[0] == [("1", "7", frozenset("ab"))]
    broken = saved(tmp_path, [{"unit": 1, "rater": 2, "value": {"x": [1]}}])
    assert "row 1 holds {'x': [1]}" in refused(broken)


def test_argillas_several_labels_are_sets_and_rankings_no_ratings(tmp_path):
    values = [["a", "b"], ["a"], [{"rank": 1, "value": "a"}]]
    record = {
        "id": "r",
        "fields": {},
        "responses": {"topics": [{"value": v, "user_id": i} for i, v in enumerate(values)]},
    }
    rows, found = answers(saved(tmp_path, [record]))
    assert rows == [("r", "0", frozenset("ab")), ("r", "1", frozenset("a"))]
    assert "1 answer(s) that are no rating" in " ".join(found.notes)


def prodigy(number, annotator, **more):
    return {
        "text": "t",
        "_input_hash": number,
        "_annotator_id": annotator,
        "_view_id": "choice",
        "answer": "accept",
        **more,
    }


def test_prodigy_gives_options_and_ignored_tasks_are_counted(tmp_path):
    options = [{"id": "POS", "text": "good"}, {"id": "NEG", "text": "bad"}]
    lines = [
        prodigy(1, "set-ann", options=options, accept=["POS"]),
        prodigy(1, "set-bob", options=options, accept=["NEG"]),
        prodigy(2, "set-ann", options=options, accept=["POS"], answer="ignore"),
        prodigy(2, "set-bob", options=options, accept=[], answer="reject"),
        prodigy(3, "set-bob", options=options, accept=[]),
    ]
    rows, found = answers(saved(tmp_path, lines, "export.jsonl"))
    assert rows == [("1", "set-ann", "POS"), ("1", "set-bob", "NEG")]
    said = " ".join(found.notes)
    for words in (
        "1 task(s) that were ignored",
        "1 task(s) with choices that were rejected",
        "1 annotation(s) without",
    ):
        assert words in said


def test_prodigys_several_options_are_sets_the_empty_one_too(tmp_path):
    several = {"options": [], "config": {"choice_style": "multiple"}}
    lines = [prodigy(1, "a", accept=["x", "y"], **several), prodigy(1, "b", accept=[], **several)]
    assert [value for *_, value in answers(saved(tmp_path, lines, "e.jsonl"))[0]] == [frozenset("xy"), frozenset()]


def test_prodigys_labels_that_were_accepted_or_rejected_are_questions(tmp_path):
    lines = [
        prodigy(1, who, label=what, answer=said)
        for who, what, said in (("a", "spam", "accept"), ("b", "spam", "reject"), ("a", "rude", "reject"))
    ]
    path = saved(tmp_path, lines, "export.jsonl")
    assert "2 questions: spam (2), rude (1)" in refused(path)
    assert answers(path, question="spam")[0] == [("1", "a", "accept"), ("1", "b", "reject")]


DOCCANO = {
    "ann": [{"id": 1, "text": "t", "label": ["pos"]}, {"id": 2, "text": "t", "label": []}],
    "bob": [{"id": 1, "text": "t", "label": ["neg"]}, {"id": 2, "text": "t", "label": ["pos"]}],
}


def test_doccano_names_annotators_by_their_files_in_a_zip_or_a_folder(tmp_path):
    for name, lines in DOCCANO.items():
        saved(tmp_path, lines, f"out/{name}.jsonl")
    path = tmp_path / "out.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in DOCCANO:
            archive.write(tmp_path / "out" / f"{name}.jsonl", f"{name}.jsonl")
    for one in (path, tmp_path / "out"):
        rows, found = answers(one)
        assert rows == [("1", "ann", "pos"), ("1", "bob", "neg"), ("2", "bob", "pos")]
        assert "1 annotation(s) without an answer" in " ".join(found.notes)
    assert "does not say who annotated" in refused(saved(tmp_path, DOCCANO["ann"], "all.jsonl"))


def test_doccanos_lines_that_name_users_and_spans(tmp_path):
    older = [{"id": 5, "text": "t", "annotations": [{"label": 3, "user": 1}, {"label": 4, "user": 2}], "meta": {}}]
    assert answers(saved(tmp_path, older, "old.jsonl"))[0] == [("5", "1", 3), ("5", "2", 4)]
    named = [
        {"id": 5, "text": "t", "label": ["a", "b"], "user": "ann"},
        {"id": 6, "text": "t", "label": [[0, 4, "X"]], "user": "ann"},
    ]
    rows, found = answers(saved(tmp_path, named, "named.jsonl"))
    assert rows == [("5", "ann", frozenset("ab"))]
    assert "1 answer(s) that are no rating" in " ".join(found.notes)


def test_potato_of_both_versions_is_read_from_its_folder(tmp_path):
    first = [
        {
            "id": "i1",
            "displayed_text": "t",
            "span_annotations": {},
            "label_annotations": {"mood": {"good": "1"}, "stars": {"scale_4": "4"}, "topics": {"a": "1", "b": "2"}},
        },
        {"id": "i2", "displayed_text": "t", "span_annotations": {}, "label_annotations": {}},
    ]
    saved(tmp_path, first, "out/ann/annotated_instances.jsonl")
    pairs = [[{"schema": "mood", "name": "bad"}, "true"], [{"schema": "stars", "name": "slider"}, 0]]
    older = {"mood": {"good": "false", "bad": "true"}}
    saved(
        tmp_path,
        {"user_id": "bob", "instance_id_to_label_to_value": {"i1": pairs, "i2": older}},
        "out/b/user_state.json",
    )
    folder = tmp_path / "out"
    rows, found = answers(folder, question="mood")
    assert rows == [("i1", "ann", "good"), ("i1", "bob", "bad"), ("i2", "bob", "bad")]
    assert "1 annotation(s) without an answer" in " ".join(found.notes)
    assert [value for *_, value in answers(folder, question="stars")[0]] == ["4", 0]
    assert answers(folder, question="topics")[0] == [("i1", "ann", frozenset("ab"))]


def test_a_studys_ratings_are_read_by_dimension_the_latest_of_each(tmp_path):
    def rating(claim, rater, level, time, dimension="relevance"):
        return {"claim": claim, "rater": rater, "dimension": dimension, "level": level, "reason": "", "time": time}

    lines = [
        rating("c1", "ann", 1, "1"),
        rating("c1", "ann", 3, "2"),
        rating("c1", "bob", None, "1"),
        rating("c1", "bob", 2, "1", "timing"),
    ]
    rows, found = answers(saved(tmp_path, lines, "ratings.jsonl"), question="relevance")
    assert rows == [("c1", "ann", 3)]
    said = " ".join(found.notes)
    assert "1 rating(s) that were corrected later" in said
    assert "1 rating(s) without a level" in said


def test_potatos_lists_scales_and_ratings_of_several_things_are_values(tmp_path):
    """As Potato 2.12.1 names its fields: select-one, the scheme itself (vas), a name per thing (multirate)."""
    stored = {
        "list": ("select-one", "good"),
        "line": ("line", 37.5),
        "trust": ("confidence_level", 80),
        "mark": ("4", "4"),
    }
    pairs = [[{"schema": scheme, "name": name}, value] for scheme, (name, value) in stored.items()]
    pairs += [
        [{"schema": "text", "name": name}, value] for name, value in (("fluency", "4"), ("style", "2"), ("odd", ""))
    ]
    pairs += [[{"schema": "topics", "name": name}, name] for name in ("food", "home")]
    saved(tmp_path, {"user_id": "b", "instance_id_to_label_to_value": {"i1": pairs}}, "out/b/user_state.json")
    found = {"list": "good", "line": 37.5, "trust": 80, "mark": "4", "text:fluency": "4", "text:style": "2"}
    for question, value in {**found, "topics": frozenset({"food", "home"})}.items():
        assert answers(tmp_path / "out", question=question)[0] == [("i1", "b", value)]


def test_inspects_scores_are_read_one_rater_a_file(tmp_path):
    scores = [
        {"id": 1, "value": {"helpful": 4, "harmless": None}, "explanation": "so"},
        {"id": 2, "value": {"helpful": 2, "harmless": 3}, "metadata": {"doc": "d"}},
        {"id": 2, "epoch": 2, "value": {"helpful": 1, "harmless": float("nan")}},
        {"id": 3, "value": {"helpful": [1, 2]}},
    ]
    rows, found = answers(saved(tmp_path, scores, "ann.jsonl"), question="helpful")
    assert rows == [("1", "ann", 4), ("2", "ann", 2), ("2, epoch 2", "ann", 1)]
    said = " ".join(found.notes)
    assert "2 annotation(s) without an answer" in said
    assert "1 answer(s) that are no rating" in said
    saved(tmp_path, [{"id": "2", "value": "C"}], "out/judge.jsonl")
    saved(tmp_path, [{"id": 2, "value": "I", "metadata": {"rater": "bob"}}], "out/b.jsonl")
    assert answers(tmp_path / "out")[0] == [("2", "bob", "I"), ("2", "judge", "C")]
    twice = saved(tmp_path, [{"id": 1, "value": 1}, {"id": "1", "value": 2}], "twice.jsonl")
    assert "two values of 'twice' for '1'" in refused(twice)


@pytest.mark.parametrize("tool", ["label-studio", "argilla", "prodigy", "doccano", "potato", "study", "inspect"])
@pytest.mark.parametrize(
    "content", [[{"a": 1}], [{"id": 1, "data": 3, "annotations": [3], "label_annotations": 2, "responses": 4}]]
)
def test_a_tools_form_that_is_said_and_not_found_is_refused_in_one_sentence(tmp_path, tool, content):
    line = refused(saved(tmp_path, content), format=tool)
    assert tool in line or "does not say who annotated" in line or "no rating" in line


def test_potatos_folder_is_read_from_a_zip_file_of_a_mac_too(tmp_path):
    path = tmp_path / "out.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, mood in (("ann", "good"), ("bob", "bad")):
            line = {"id": "i1", "label_annotations": {"mood": {mood: "1"}}}
            archive.writestr(f"out/{name}/annotated_instances.jsonl", json.dumps(line))
        archive.writestr("__MACOSX/out/ann/._annotated_instances.jsonl", b"\0\1")
    assert answers(path)[0] == [("i1", "ann", "good"), ("i1", "bob", "bad")]


def test_what_is_no_export_is_said(tmp_path):
    assert "holds no JSON" in refused(saved(tmp_path, "x", "x.txt"), format="prodigy")
    (tmp_path / "empty").mkdir()
    assert "is a folder" in refused(tmp_path / "empty")
    only = [task(1, by(9, was_cancelled=True))]
    assert "no rating in this export of label-studio: 1 annotation(s) that were cancelled" in refused(
        saved(tmp_path, only)
    )
