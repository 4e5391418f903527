"""Labels of reasoning steps as process reward models come with them, read as ratings and as a judge's scores."""

import json

import pytest
from click.testing import CliRunner

from referee_calib.cli.main import main
from referee_calib.errors import InputError
from referee_calib.rating_tables import TableSource, read_frame, read_rows
from referee_calib.table_study import TableStudyOptions, read_table_study


def response(*labels, picture="images/MathVision/1.png", **more):
    """Return an object as VisualProcessBench's test.jsonl has them."""
    steps = [f"step {k}" for k in range(len(labels))]
    return {
        "image": [picture],
        "question": "<image1> How many sides?",
        "answer": "C",
        "response": {"steps": steps, "process_correctness": list(labels)},
        "policy_model": "InternVL2_5-8B",
        "data_source": "MathVision",
        **more,
    }


def judged(labels, scores, picture="/data/images/MathVision/1.png"):
    """Return an object as scripts write that score VisualProcessBench by a process reward model."""
    about = {"image_paths": [picture], "question": "How many sides?"}
    return {"data_source": "MathVision", "labels_per_step": labels, "meta": about, "prm_scores": [scores]}


def monte_carlo(*scores):
    """Return an object as VisualPRM400K-Raw has them."""
    steps = [
        {"step": f"step {k}", "score": one, "num_mc_correct": 0, "num_mc_total": 16} for k, one in enumerate(scores)
    ]
    return {"image": "VisualPRM400K-v1.1-Raw/ai2d/7.png", "question": "<image>\nWhy?", "steps_with_score": steps}


def lines(tmp_path, rows, name="test.jsonl"):
    path = tmp_path / name
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    return path


def cells(found, *names):
    return list(zip(*(found.columns[name] for name in names), strict=True))


def test_peoples_labels_of_steps_are_ratings_of_the_response_and_its_step(tmp_path):
    path = lines(tmp_path, [response(1, 0, -1), response(-1, picture="images/MathVision/2.png")])
    found = read_rows(TableSource(path=path))
    assert cells(found, "unit", "rater", "value", "cluster") == [
        ("0/0", "people", 1, "MathVision/1.png"),
        ("0/1", "people", 0, "MathVision/1.png"),
        ("0/2", "people", -1, "MathVision/1.png"),
        ("1/0", "people", -1, "MathVision/2.png"),
    ]
    assert found.scale == (-1, 0, 1)
    assert "labels of steps: 4 steps of 2 responses" in " ".join(found.notes)


def test_a_step_keeps_what_it_can_be_told_apart_by(tmp_path):
    frame = read_frame(TableSource(path=lines(tmp_path, [response(1, -1)]))).frame
    assert frame[["data_source", "policy_model", "answer", "step", "dimension"]].values.tolist() == [
        ["MathVision", "InternVL2_5-8B", "C", "step 0", "correctness"],
        ["MathVision", "InternVL2_5-8B", "C", "step 1", "correctness"],
    ]


def test_an_id_names_the_response_where_there_is_one(tmp_path):
    found = read_rows(TableSource(path=lines(tmp_path, [response(1, id="q9")])))
    assert found.columns["unit"] == ["q9/0"]


def test_expected_accuracies_of_sampled_continuations_are_scores_of_steps(tmp_path):
    found = read_rows(TableSource(path=lines(tmp_path, [monte_carlo(1.0, 0.125, None)])))
    assert cells(found, "unit", "rater", "value") == [
        ("0/0", "monte-carlo", 1.0),
        ("0/1", "monte-carlo", 0.125),
        ("0/2", "monte-carlo", None),
    ]
    assert found.scale == ()
    assert "1 step(s) without a score" in " ".join(found.notes)


def test_a_judges_scores_stand_beside_the_labels_and_failures_are_missing(tmp_path):
    rows = [judged([1, -1], [0.9, 0.2]), judged([1, 1], [0.5]), {"ground_truth": [1, -1], "pred": [1, -2], "id": 7}]
    frame = read_frame(TableSource(path=lines(tmp_path, rows, "VisualPRM-8B.jsonl"))).frame
    assert frame[["unit", "value", "judge"]].values.tolist() == [
        ["0/0", 1, "VisualPRM-8B"],
        ["0/1", -1, "VisualPRM-8B"],
        ["1/0", 1, "VisualPRM-8B"],
        ["1/1", 1, "VisualPRM-8B"],
        ["7/0", 1, "VisualPRM-8B"],
        ["7/1", -1, "VisualPRM-8B"],
    ]
    assert [None if one != one else one for one in frame["score"].tolist()] == [0.9, 0.2, None, None, 1, None]


def test_a_judge_is_read_under_the_name_that_is_given(tmp_path):
    path = lines(tmp_path, [judged([1, -1], [0.9, 0.2])])
    assert set(read_rows(TableSource(path=path)).columns["rater"]) == {"people"}
    found = read_rows(TableSource(path=path, referee="prm"))
    assert cells(found, "unit", "rater", "value")[2:] == [("0/0", "prm", 0.9), ("0/1", "prm", 0.2)]


def test_labels_that_are_not_as_many_as_the_steps_are_refused(tmp_path):
    broken = response(1, 1)
    broken["response"]["process_correctness"].append(1)
    with pytest.raises(InputError, match=r"object 2 has 2 steps and 3 labels: which label is about which step"):
        read_rows(TableSource(path=lines(tmp_path, [response(1), broken])))
    with pytest.raises(InputError, match="object 2: it holds no labels of steps"):
        read_rows(TableSource(path=lines(tmp_path, [response(1), {"question": "?"}])))


def many_responses():
    """Thirty responses of four steps; a judge that is right about nine of ten, by rule."""
    labels = [[1, 1, (-1, 0, 1)[i % 3], -1 if i % 2 else 1] for i in range(30)]
    scores = [
        [0.9 if (label > 0) != ((i + k) % 10 == 0) else 0.1 for k, label in enumerate(row)]
        for i, row in enumerate(labels)
    ]
    return labels, scores


def study_of(tmp_path, people, judge):
    options = TableStudyOptions(
        ratings=lines(tmp_path, people), scores=lines(tmp_path, judge, "prm.jsonl"), slices=("policy_model",)
    )
    return read_table_study(options)


def test_people_and_a_process_reward_model_make_a_study_of_tables(tmp_path):
    labels, scores = many_responses()
    people = [response(*row, picture=f"{i}.png") for i, row in enumerate(labels)]
    judge = [judged(row, its, f"/x/{i}.png") for i, (row, its) in enumerate(zip(labels, scores, strict=True))]
    study = study_of(tmp_path, people, judge)
    assert study.scales == {"correctness": (-1, 0, 1)}
    assert [len(study.ratings), len(study.scores["prm"]), len({unit.video for unit in study.units})] == [120, 120, 30]
    assert {study.slices["policy_model"][unit.id] for unit in study.units} == {"InternVL2_5-8B"}


@pytest.mark.thorough
def test_a_process_reward_model_is_reported_against_people(tmp_path):
    labels, scores = many_responses()
    people = lines(tmp_path, [response(*row, picture=f"{i}.png") for i, row in enumerate(labels)])
    rows = [judged(row, its, f"/x/{i}.png") for i, (row, its) in enumerate(zip(labels, scores, strict=True))]
    out = tmp_path / "report"
    files = ["--ratings", str(people), "--scores", str(lines(tmp_path, rows, "prm.jsonl"))]
    done = CliRunner().invoke(main, ["report", *files, "--slice", "policy_model", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert json.loads((out / "report.json").read_text())["inputs"][0]["rows"] == 120


def test_scores_in_another_order_than_the_labels_are_refused(tmp_path):
    labels, scores = many_responses()
    rows = [judged(row, its) for row, its in zip(labels[1:] + labels[:1], scores[1:] + scores[:1], strict=True)]
    with pytest.raises(InputError, match=r"ratings that stand beside its scores are not those of .*another order"):
        study_of(tmp_path, [response(*row) for row in labels], rows)


@pytest.mark.thorough
def test_a_judge_is_compared_with_people_in_one_file(tmp_path):
    labels, scores = many_responses()
    rows = [judged(row, its, f"{i}.png") for i, (row, its) in enumerate(zip(labels, scores, strict=True))]
    done = CliRunner().invoke(main, ["agree", str(lines(tmp_path, rows, "out.jsonl")), "--referee", "prm"])
    assert done.exit_code == 0, done.output
    assert "120 units in 30 clusters" in done.output
