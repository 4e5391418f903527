"""The preflight: what would make a run pay nothing, or by wrong numbers, is said before its first step."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from referee_calib.cli.main import main
from referee_calib.reward import ConstantReward, GeometricReward, SemanticEvidenceReward

SAMPLE = Path(__file__).parents[1] / "data" / "sample_study"
MEDIA = SAMPLE / "media"
ROWS = [json.loads(line) for line in (SAMPLE / "rollouts.jsonl").read_text(encoding="utf-8").splitlines()]


def rows(count=24, **changed):
    """Rows of a data set, each changed alike: a value of None takes the column away."""
    made = [{**row, **changed} for row in ROWS[:count]]
    return [{name: value for name, value in row.items() if value is not None} for row in made]


def found(subject, result):
    return [(one.gravity, one.words) for one in result.findings if one.subject == subject]


@pytest.fixture(scope="module")
def reward():
    return SemanticEvidenceReward("pixels", media=MEDIA)


def test_a_sound_data_set_is_ready_and_an_honest_reply_is_paid_more_than_an_empty_one(reward):
    data = rows()
    result = reward.check(data, [row["completion"] for row in data])
    assert result.problems == ()
    assert [one.subject for one in result.findings] == ["columns", "videos", "completions", "units", "pay"]
    assert result.fingerprint == reward.fingerprint
    ((_, said),) = found("pay", result)
    assert "an honest reply earns 0." in said
    assert said.endswith("an empty one 0")


def test_columns_of_lists_are_rows_as_well(reward):
    data = rows(6)
    columns = {name: [row.get(name) for row in data] for name in data[0]}
    assert reward.check(columns).rows == 6
    assert reward.check(columns).problems == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"video": None}, "video None"),
        ({"question": None}, "question is missing"),
        ({"box_unit": None}, "unit of its boxes is not stated"),
        ({"box_unit": "cubits"}, "box_unit is 'cubits'"),
        ({"video": "/elsewhere/v.mp4"}, "outside the media folder"),
    ],
)
def test_rows_that_cannot_be_rewarded_stop_the_run(reward, changed, said):
    ((gravity, words),) = found("columns", reward.check(rows(**changed)))
    assert gravity == "problem"
    assert words.startswith("24 of 24 rows")
    assert said in words


def test_one_bad_row_is_a_remark(reward):
    data = rows()
    del data[3]["question"]
    ((gravity, words),) = found("columns", reward.check(data))
    assert (gravity, words[:12]) == ("remark", "1 of 24 rows")


def test_videos_that_are_not_there_stop_the_run(reward, tmp_path):
    ((gravity, words),) = found("videos", reward.check(rows(video="nowhere.mp4")))
    assert gravity == "problem"
    assert "1 of 1 cannot be read (nowhere.mp4" in words
    nowhere = SemanticEvidenceReward("pixels", media=tmp_path / "none")
    assert found("videos", nowhere.check(rows()))[0][0] == "problem"


def test_boxes_under_a_wrong_unit_stop_the_run(reward):
    data = rows(200, box_unit="0-1000")
    result = reward.check(data, [row["completion"] for row in data])
    assert any(gravity == "problem" for gravity, _ in found("units", result))


def test_a_policy_that_writes_no_claims_stops_the_run(reward):
    result = reward.check(rows(), ["I do not know."] * 24)
    ((gravity, words),) = found("completions", result)
    assert gravity == "problem"
    assert words.startswith("0 of 24 hold a readable claim (not read: no_evidence 24)")
    assert "supervised fine-tuning" in str(result)


def test_several_completions_of_each_row_are_told_off_in_turn(reward):
    data = rows(4)
    replies = [row["completion"] for row in data for _ in range(3)]
    ((gravity, words),) = found("completions", reward.check(data, replies))
    assert (gravity, words[:30]) == ("fine", "12 of 12 hold a readable claim")


def test_a_reward_that_pays_nothing_for_the_truth_is_named():
    result = ConstantReward(media=MEDIA, value=0.0).check(rows())
    assert found("pay", result)[0][0] == "problem"
    assert "Nothing is gained" in str(result)


def test_a_column_that_only_this_reward_needs_is_missed():
    result = GeometricReward("iou", media=MEDIA).check(rows(reference_boxes=None))
    assert found("pay", result)[0][0] == "problem"
    assert found("pay", GeometricReward("iou", media=MEDIA).check(rows()))[0][0] == "fine"


def test_an_empty_data_set_is_no_data_set(reward):
    assert reward.check([]).problems[0].subject == "rows"


def test_the_verb_prints_a_line_for_each_finding_and_ends_with_2_when_the_run_would_be_lost(tmp_path):
    (tmp_path / "reward.toml").write_text(f'referee = "pixels"\nmedia = {json.dumps(str(MEDIA))}\n')
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text("".join(json.dumps(row) + "\n" for row in rows()))
    bad.write_text("".join(json.dumps(row) + "\n" for row in rows(question=None)))
    call = ["--reward", str(tmp_path / "reward.toml")]
    fine = CliRunner().invoke(main, ["check-training", str(good), *call])
    assert (fine.exit_code, [line[:5] for line in fine.stdout.splitlines()]) == (0, ["ok   "] * 5)
    lost = CliRunner().invoke(main, ["check-training", str(bad), *call, "--json"])
    assert lost.exit_code == 2
    assert json.loads(lost.stdout)["ready"] is False
    assert "the run would pay nothing" in lost.stderr
    foreign = CliRunner().invoke(
        main, ["check-training", str(good), *call, "--completions", str(SAMPLE / "claims.jsonl")]
    )
    assert foreign.exit_code == 2
