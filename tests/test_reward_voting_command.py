"""``referee-calib vote``: files of replies and reward logs, by any reward of a reward.toml."""

import json
from pathlib import Path

import pytest
from helpers_study import run

from referee_calib.io import json_lines
from referee_calib.reward import SemanticEvidenceReward

MEDIA = Path(__file__).parents[1] / "data" / "sample_study" / "media"
UNIT = "pixels:448x252"
QUESTION = "Where does the green ball come to rest?"
TRUE, FALSE = "[58, 170, 121, 229]", "[300, 10, 360, 60]"


def rows():
    """Two replies that point at nothing say A; one that points at the ball says B, the right answer."""
    piece = "<think>Here is the <obj>green ball</obj><box>{}</box>at<t>5.2</t>s.</think><answer>{}</answer>"
    return [
        {
            "rollout": f"r{i}", "video": "swap.mp4", "question": QUESTION, "completion": piece.format(box, answer),
            "box_unit": UNIT, "answer": "B",
        }
        for i, (box, answer) in enumerate([(FALSE, "A"), (FALSE, "A"), (TRUE, "B")])
    ]  # fmt: skip


@pytest.fixture
def files(tmp_path):
    json_lines.write(tmp_path / "rollouts.jsonl", rows())
    (tmp_path / "reward.toml").write_text(
        f'referee = "pixels"\nmedia = {json.dumps(str(MEDIA))}\nlog = "log"\nfailure = 0.0\n'
    )
    return tmp_path


def test_evidence_outvotes_the_majority(files):
    done = run("vote", files / "rollouts.jsonl", "--reward", files / "reward.toml", "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    (vote,) = found["votes"]
    assert (vote["chosen"], vote["majority"], vote["expected"]) == ("B", "A", "B")
    assert (found["accuracy"]["weighted"]["value"], found["accuracy"]["majority"]["value"]) == (1.0, 0.0)
    assert found["gain"]["low"] is None  # one video gives no interval, and says why
    assert "needs two" in found["gain"]["reason"]
    assert not (files / "log").exists()  # a vote is no training: nothing is logged


def test_the_words_name_choices_weights_and_accuracy(files):
    done = run("vote", files / "rollouts.jsonl", "--reward", files / "reward.toml")
    assert done.exit_code == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("swap.mp4")]
    assert "B (" in line
    assert "A (2 of 3)" in line
    assert "majority vote    0.000" in done.stdout
    assert "no interval" in done.stdout


def test_the_log_of_a_run_votes(files):
    reward = SemanticEvidenceReward("pixels", media=MEDIA, log=files / "rewards")
    reward.score(rows())
    done = run("vote", files / "rewards", "--reward", files / "reward.toml", "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["votes"][0]["chosen"] == "B"


def test_a_row_that_cannot_be_used_stops_the_vote_or_is_counted(files):
    json_lines.write(files / "rollouts.jsonl", [*rows(), {**rows()[0], "video": None}])
    done = run("vote", files / "rollouts.jsonl", "--reward", files / "reward.toml")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "1 of 4 rows" in done.stderr
    assert "Traceback" not in done.stderr
    done = run("vote", files / "rollouts.jsonl", "--reward", files / "reward.toml", "--skip-broken")
    assert done.exit_code == 0
    assert "1 of 4 rows are left out" in done.stderr


def test_a_file_that_is_not_there_is_named(files):
    done = run("vote", files / "none.jsonl", "--reward", files / "reward.toml")
    assert done.exit_code == 2
    assert "none.jsonl" in done.stderr
