"""The reward log: every reply that was paid, whole, whatever happens to the trainer."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from helpers_fork import ended

from referee_calib.errors import InputError
from referee_calib.reward import ConstantReward, GeometricReward, RewardLog, SemanticEvidenceReward, read_log
from referee_calib.reward.reward_log import log_files

MEDIA = Path(__file__).parents[1] / "data" / "sample_study" / "media"
QUESTION = "Where does the green ball come to rest?"
REPLY = (
    "<think>Here is the <obj>green ball</obj><box>[58, 170, 121, 229]</box>at<t>5.2</t>s.</think>"
    "<answer>On the left.</answer>"
)
ITEM = {"completion": REPLY, "video": "swap.mp4", "question": QUESTION, "box_unit": "pixels:448x252"}


def test_a_line_holds_the_reply_what_it_is_about_and_of_what_its_reward_is_made(tmp_path):
    reward = SemanticEvidenceReward("pixels", media=MEDIA, unit="pixels:448x252", log=tmp_path / "log")
    state = type("State", (), {"global_step": 7})()
    paid = reward(
        [REPLY, "no"], video=["swap.mp4"] * 2, question=[QUESTION] * 2, prompts=["p", "p"], trainer_state=state
    )
    one, other = read_log(tmp_path / "log")
    assert [one["paid"], other["paid"]] == paid
    assert (one["video"], one["question"], one["completion"]) == ("swap.mp4", QUESTION, REPLY)
    assert (one["box_unit"], one["step"], one["status"]) == ("pixels:448x252", 7, "ok")
    assert one["fingerprint"] == reward.fingerprint
    assert one["group"] == other["group"] != ""
    assert one["rollout"] != other["rollout"]
    (claim,) = one["claims"]
    assert claim["relevance"] == one["relevance"]
    assert claim["value"] == one["value"]
    assert other["claims"] == []


def test_a_reply_that_could_not_be_rewarded_is_written_with_its_reason(tmp_path):
    reward = ConstantReward(log=tmp_path)
    results = reward.score([ITEM, {**ITEM, "video": None}, {**ITEM, "completion": 3}])
    assert [one.status for one in results] == ["ok", "unusable", "unusable"]
    assert [row["status"] for row in read_log(tmp_path)] == ["ok", "unusable", "unusable"]
    assert ["video" in row["reason"] for row in read_log(tmp_path)] == [False, True, False]


def test_a_killed_trainer_loses_no_line_that_it_was_paid_for(tmp_path):
    code = (
        "import json, sys; from referee_calib.reward import ConstantReward\n"
        "reward = ConstantReward(log=sys.argv[1]); item = json.loads(sys.argv[2])\n"
        "for k in range(10_000):\n"
        "    reward.score([item] * 3); print(3 * (k + 1), flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, tmp_path, json.dumps(ITEM)], stdout=subprocess.PIPE)
    seen = [int(process.stdout.readline()) for _ in range(20)][-1]
    process.send_signal(signal.SIGKILL)
    seen = max([seen, *map(int, process.stdout.read().split(b"\n")[:-1])])
    process.wait()
    process.stdout.close()
    rows = list(read_log(tmp_path))
    assert seen <= len(rows) <= seen + 3
    assert all(row["completion"] == REPLY for row in rows)


def test_a_line_that_was_cut_off_is_passed_over_and_a_foreign_one_is_named(tmp_path):
    ConstantReward(log=tmp_path).score([ITEM] * 2)
    (path,) = log_files(tmp_path)
    path.write_bytes(path.read_bytes() + b'{"reward_log": 1, "comple')
    assert len(list(read_log(tmp_path))) == 2
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(InputError, match="line 3: it is not JSON"):
        list(read_log(tmp_path))
    path.write_text('{"reward_log": 99}\n')
    with pytest.raises(InputError, match="version 99"):
        list(read_log(tmp_path))
    with pytest.raises(InputError, match="there is no such folder"):
        log_files(tmp_path / "nowhere")


def test_two_processes_and_many_threads_never_mix_lines(tmp_path):
    reward = ConstantReward(log=tmp_path)
    reward.score([ITEM])
    child = os.fork()
    if not child:
        reward.score([ITEM] * 50)
        os._exit(0)
    threads = [threading.Thread(target=reward.score, args=([ITEM] * 50,)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert ended(child) == 0
    rows = list(read_log(tmp_path))
    assert len(rows) == 251 == len({row["rollout"] for row in rows})
    assert sorted(sum(row["rollout"].startswith(path.stem) for row in rows) for path in log_files(tmp_path)) == [
        50,
        201,
    ]


def test_a_file_that_is_long_enough_is_followed_by_another(tmp_path):
    log = RewardLog(tmp_path, largest=2000)
    reward = GeometricReward("iou", unit="0-1")
    for _ in range(4):
        rows = [ITEM] * 2
        log.add(reward.score(rows), _rows(reward, rows), reward=reward, seconds=0.1)
    assert len(log_files(tmp_path)) > 1
    assert len(list(read_log(tmp_path))) == 8


def _rows(reward, items):
    from referee_calib.reward.training.trainer_columns import rows_of_items

    return rows_of_items(items, media=MEDIA, unit=None, names={}, needs=reward.needs())


def test_a_full_disk_stops_no_training_and_is_said_once(tmp_path, monkeypatch, caplog):
    reward = ConstantReward(log=tmp_path)
    reward.score([ITEM])
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[: len(data) // 2]))
    assert [one.reward for one in reward.score([ITEM] * 3)] == [0.5] * 3
    monkeypatch.undo()
    reward.score([ITEM])
    assert len(list(read_log(tmp_path))) == 2
    assert caplog.text.count("training goes on without it") == 1


def test_a_log_that_cannot_be_made_is_refused_at_the_first_call(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="the folder cannot be made"):
        ConstantReward(log=tmp_path / "file").score([ITEM])
