"""A reward log becomes a study, also after a kill, and says of which videos a trainer's own dump of replies is."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from referee_calib.cli.main import main
from referee_calib.reward import ConstantReward
from referee_calib.reward.reward_log import log_files
from referee_calib.study import Study

SAMPLE = Path(__file__).parents[1] / "data" / "sample_study"
MEDIA = SAMPLE / "media"
ROWS = [json.loads(line) for line in (SAMPLE / "rollouts.jsonl").read_text(encoding="utf-8").splitlines()][:12]


@pytest.fixture
def log(tmp_path):
    """Twelve paid replies of two steps."""
    reward = ConstantReward(media=MEDIA, log=tmp_path / "rewards")
    for step in (1, 2):
        reward.score(
            [{**row, "step": step, "group": f"{row['group']}-{step}"} for row in ROWS[(step - 1) * 6 : step * 6]]
        )
    return tmp_path / "rewards"


def run(*arguments):
    return CliRunner().invoke(main, [str(one) for one in arguments])


def imported(study, *files):
    assert run("init", study).exit_code == 0
    return run("import", study, *files, "--media", MEDIA)


def test_a_log_becomes_the_study_that_the_rollouts_would_have_become(log, tmp_path):
    done = imported(tmp_path / "study", log)
    assert done.exit_code == 0, done.output
    assert "(read as reward-log)" in done.output
    (tmp_path / "rollouts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    assert imported(tmp_path / "plain", tmp_path / "rollouts.jsonl").exit_code == 0
    of_log, plain = Study.open(tmp_path / "study").claims(), Study.open(tmp_path / "plain").claims()
    facts = [(one.video, one.question, one.object, one.boxes, one.span, one.reference_boxes) for one in of_log]
    assert facts == [(one.video, one.question, one.object, one.boxes, one.span, one.reference_boxes) for one in plain]
    assert {one.step for one in of_log} == {1, 2}
    assert len({one.rollout for one in of_log}) == len({one.rollout for one in plain})


def test_a_line_that_a_kill_cut_off_is_passed_over_and_said(log, tmp_path):
    (path,) = log_files(log)
    path.write_bytes(path.read_bytes()[:-40])
    done = imported(tmp_path / "study", log)
    assert done.exit_code == 0, done.output
    assert "The last line was cut off" in done.output
    assert "11 rollouts" in done.output


def test_a_broken_line_in_the_middle_is_a_problem(log, tmp_path):
    (path,) = log_files(log)
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:3], lines[3][:50], *lines[4:]]))
    done = imported(tmp_path / "study", log)
    assert done.exit_code == 2
    assert "line 4" in done.output


def test_a_reply_that_could_not_be_paid_is_named(log, tmp_path):
    ConstantReward(media=MEDIA, log=log).score([{"completion": "x"}])
    done = imported(tmp_path / "study", log)
    assert done.exit_code == 2
    assert "completion" in done.output
    assert run("import", tmp_path / "study", log, "--media", MEDIA, "--skip-broken").exit_code == 0


def trl(folder):
    """TRL's dump: chat messages and a step, neither video nor question."""
    path = folder / "completions.jsonl"
    rows = [
        {
            "step": 7,
            "prompt": "p",
            "completion": [{"role": "assistant", "content": row["completion"]}],
            "advantage": 0.1,
        }
        for row in ROWS
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def verl(folder):
    path = folder / "7.jsonl"
    rows = [{"input": "p", "output": row["completion"], "gts": None, "score": 0.5, "step": 7} for row in ROWS]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("dump", [trl, verl])
def test_a_trainers_own_dump_finds_its_videos_in_the_log(log, tmp_path, dump):
    done = imported(tmp_path / "study", dump(tmp_path), "--dataset", log)
    assert done.exit_code == 0, done.output
    claims = Study.open(tmp_path / "study").claims()
    assert {one.video for one in claims} == {row["video"] for row in ROWS}
    assert {one.step for one in claims} == {7}


def test_a_folder_without_a_log_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    done = imported(tmp_path / "study", tmp_path / "empty")
    assert done.exit_code == 2
    assert "it holds no log of a reward" in done.output
