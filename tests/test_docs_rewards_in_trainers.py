"""docs/how_to/rewards_in_trainers.md: its commands run; snippets of trainers that are not here run against their call.

The snippets of TRL, ms-swift, verl, OpenRLHF and AReaL are run inside those by `make trainers`.
"""

import asyncio
import contextlib
import json
import shlex
import shutil
import sys
import types
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers_trainer_docs import PAGE, overrides, snippets

from referee_calib.cli.main import main
from referee_calib.reward import SemanticEvidenceReward, load_reward
from referee_calib.reward.adapters import set_shared_reward

SAMPLE = Path(__file__).parents[1] / "data" / "sample_study"
FACTS = {"video": "swap.mp4", "question": "Where does the green ball come to rest?", "box_unit": "pixels:448x252"}
REPLY = (
    "<think>Here is the <obj>green ball</obj><box>[58, 170, 121, 229]</box>at<t>5.2</t>s.</think>"
    "<answer>On the left.</answer>"
)
TRAINERS = ("TRL", "ms-swift", "verl", "OpenRLHF", "AReaL", "EasyR1", "slime and Miles", "NeMo Gym")


@pytest.fixture
def worth():
    reward = SemanticEvidenceReward("pixels", media=SAMPLE / "media")
    set_shared_reward(reward)
    yield reward.score([{**FACTS, "completion": REPLY}])[0].reward
    set_shared_reward(None)


@pytest.mark.parametrize("trainer", [*TRAINERS, "verifiers and prime-rl"])
def test_every_trainer_has_a_snippet(trainer):
    assert snippets(trainer) + snippets(trainer, "sh")


def test_the_reward_file_holds_keys_that_there_are(tmp_path):
    stated = snippets("Say once what is paid", "text")[0]
    assert 'certificate = "certificate.json"' in stated
    body = stated.replace('certificate = "certificate.json"', 'referee = "pixels"')
    (tmp_path / "reward.toml").write_text(body)
    reward = load_reward(tmp_path / "reward.toml")
    assert (reward.media, reward.log, reward.time_limit) == (tmp_path / "videos", tmp_path / "rewards", 120)


def test_the_commands_run_in_their_order(tmp_path):
    rows = [json.loads(line) for line in (SAMPLE / "rollouts.jsonl").read_text(encoding="utf-8").splitlines()][:4]
    (tmp_path / "videos").mkdir()
    for name in {row["video"] for row in rows}:
        shutil.copy(SAMPLE / "media" / name, tmp_path / "videos")
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "reward.toml").write_text('referee = "pixels"\nmedia = "videos"\nlog = "rewards"\n')
    load_reward(tmp_path / "reward.toml").score(rows)
    later = "What was paid, and another referee's word on it"
    with contextlib.chdir(tmp_path):
        for block in snippets("Look before the run", "console") + snippets(later, "console"):
            for line in block.splitlines():
                done = CliRunner().invoke(main, shlex.split(line)[2:])
                assert done.exit_code == 0, f"{line}\n{done.output}"


def test_verl_is_told_names_that_there_are():
    from referee_calib.reward.adapters import verl

    for command in snippets("verl", "sh"):
        stated = dict(word.lstrip("+").split("=", 1) for word in overrides(command))
        name = stated.get("reward.custom_reward_function.name") or stated["reward.reward_manager.name"]
        assert callable(getattr(verl, name))


def test_easyr1_finds_what_it_looks_for(worth):
    names = {}
    exec(snippets("EasyR1")[0], names)
    inputs = [{"response": REPLY, "response_length": 9, "ground_truth": json.dumps(FACTS)}]
    assert names["compute_score"](inputs)[0]["overall"] == worth
    assert names["REWARD_TYPE"] == "batch"


def test_slime_finds_its_function_by_the_documented_path(worth):
    (command,) = snippets("slime and Miles", "sh")
    module, _, name = command.split("--custom-rm-path ")[1].split()[0].rpartition(".")
    function = getattr(__import__(module, fromlist=[name]), name)
    sample = types.SimpleNamespace(response=REPLY, label=None, metadata=FACTS)
    assert asyncio.run(function(types.SimpleNamespace(), sample)) == worth


def test_nemo_gym_gets_its_request_back_paid(worth):
    output = [{"type": "message", "content": [{"type": "output_text", "text": REPLY}]}]
    names = {"request": {"responses_create_params": {}, "response": {"output": output}, **FACTS}}
    exec(snippets("NeMo Gym")[0], names)
    assert names["answer"]["reward"] == worth


def test_the_method_of_a_verifiers_task_awaits_the_reward(worth, monkeypatch):
    class Task:
        def __class_getitem__(cls, _data):
            return cls

    module = types.ModuleType("verifiers.v1")
    module.Task, module.Trace, module.reward = Task, object, lambda method: method
    monkeypatch.setitem(sys.modules, "verifiers", types.ModuleType("verifiers"))
    monkeypatch.setitem(sys.modules, "verifiers.v1", module)
    sys.modules["verifiers"].v1 = module
    names = {"VideoTaskData": dict}
    exec(snippets("verifiers and prime-rl")[0], names)
    trace = types.SimpleNamespace(task=types.SimpleNamespace(data=FACTS), last_reply=REPLY)
    assert asyncio.run(names["VideoTask"]().evidence(trace)) == worth


def test_the_page_says_the_versions_that_were_run():
    text = PAGE.read_text(encoding="utf-8")
    pinned = (Path(__file__).parent / "trainers" / "released.txt").read_text() + (
        Path(__file__).parent / "trainers" / "requirements.txt"
    ).read_text()
    versions = dict(line.split("==") for line in pinned.splitlines() if "==" in line)
    for package, name in {
        "trl": "TRL",
        "ms-swift": "ms-swift",
        "verl": "verl",
        "openrlhf": "OpenRLHF",
        "areal": "AReaL",
    }.items():
        assert f"{name} {versions[package]}" in text
