"""Each trainer's own call, as its released code makes it; the trainers themselves are run by `make trainers`."""

import asyncio
import json
import os
import pickle
import threading
import types
from pathlib import Path

import pytest
from helpers_fork import ended

from referee_calib.errors import InputError
from referee_calib.reward import ConstantReward, SemanticEvidenceReward
from referee_calib.reward.adapters import (
    REWARD_VARIABLE,
    areal,
    easyr1,
    nemo_gym,
    openrlhf,
    set_shared_reward,
    shared_reward,
    slime,
    verifiers,
    verl,
)
from referee_calib.reward.adapters.ms_swift import SemanticEvidenceORM
from referee_calib.reward.adapters.trainer_items import reply_in
from referee_calib.reward.adapters.trl import AsyncReward, check_trainer
from referee_calib.reward.training.merged_calls import MergedCalls

MEDIA = Path(__file__).parents[1] / "data" / "sample_study" / "media"
QUESTION = "Where does the green ball come to rest?"
REPLY = (
    "<think>Here is the <obj>green ball</obj><box>[58, 170, 121, 229]</box>at<t>5.2</t>s.</think>"
    "<answer>On the left.</answer>"
)
FACTS = {"video": "swap.mp4", "question": QUESTION, "box_unit": "pixels:448x252"}
NOTHING = "I do not know."


@pytest.fixture
def worth():
    """What the reply earns; the reward is that of the process."""
    reward = SemanticEvidenceReward("pixels", media=MEDIA)
    set_shared_reward(reward)
    (result,) = reward.score([{**FACTS, "completion": REPLY}])
    assert result.reward > 0.5
    yield result.reward
    set_shared_reward(None)


def test_trl_awaits_a_reward_that_also_pickles(worth):
    awaited = pickle.loads(pickle.dumps(AsyncReward(SemanticEvidenceReward("pixels", media=MEDIA))))
    columns = {name: [value] * 2 for name, value in FACTS.items()}
    chat = [[{"role": "assistant", "content": text}] for text in (REPLY, NOTHING)]
    assert asyncio.run(awaited(prompts=["p"] * 2, completions=chat, **columns)) == [worth, 0.0]
    assert awaited.__name__ == "SemanticEvidenceReward"


def trainer(*rewards, together="sum_then_normalize"):
    return types.SimpleNamespace(reward_funcs=list(rewards), multi_objective_aggregation=together)


def test_trl_is_refused_where_it_would_punish_an_abstention():
    abstains, pays = ConstantReward(unit="0-1"), ConstantReward(unit="0-1", failure=0.0)
    for reward in (abstains, AsyncReward(abstains)):
        with pytest.raises(InputError, match=r"constant with failure=.abstain. beside 1 other.*normalize_then_sum"):
            check_trainer(trainer(reward, len))
        check_trainer(trainer(reward))
        check_trainer(trainer(reward, len, together="normalize_then_sum"))
    check_trainer(trainer(pays, len))


def swift_rows(**more):
    """Columns as ms-swift flattens its samples: messages, videos, and those of the data set."""
    messages = [{"role": "user", "content": f"<video>{QUESTION}"}, {"role": "assistant", "content": REPLY}]
    row = {"messages": messages, "videos": ["swap.mp4"], "box_unit": "pixels:448x252", "images": None, "prompt_id": "p"}
    return {name: [value] * 2 for name, value in (row | more).items()}


def test_ms_swift_finds_question_and_video_in_its_own_columns(worth):
    orm = SemanticEvidenceORM(args=types.SimpleNamespace(scale_rewards="gdpo"))
    assert orm([REPLY, NOTHING], **swift_rows()) == [worth, 0.0]
    assert orm([REPLY, NOTHING], **swift_rows(videos=[{"path": "swap.mp4"}])) == [worth, 0.0]


def test_ms_swift_abstains_only_where_that_punishes_nobody(worth):
    args = types.SimpleNamespace(scale_rewards="group")
    with pytest.raises(InputError, match="scale_rewards=group and a reward that abstains"):
        SemanticEvidenceORM(args=args)
    rows = swift_rows(box_unit=None)
    assert SemanticEvidenceORM(args=args, on_failure=0.25)([REPLY, NOTHING], **rows) == [0.25, 0.25]
    assert SemanticEvidenceORM()([REPLY, NOTHING], **rows) == [None, None]


def test_verl_gets_numbers_under_the_same_keys_for_every_reply(worth):
    good = verl.compute_score("clips", REPLY, json.dumps(FACTS), {"num_turns": 1})
    lost = verl.compute_score("clips", REPLY, "On the left.", {"video": "swap.mp4"}, on_failure=0.125)
    assert good["score"] == worth
    assert (lost["score"], lost["ser_unusable"]) == (0.125, 1.0)
    assert good.keys() == lost.keys()
    assert {type(value) for one in (good, lost) for value in one.values()} == {float}
    batch = verl.compute_scores(["clips"] * 2, [REPLY, NOTHING], [FACTS, FACTS], [None, {}])
    assert [one["score"] for one in batch] == [worth, 0.0]


@pytest.mark.parametrize("constant", [None, float("nan"), "0", True])
def test_a_constant_for_failures_is_a_finite_number(worth, constant):
    with pytest.raises(InputError, match="on_failure"):
        verl.compute_score("clips", REPLY, FACTS, on_failure=constant)


def test_easyr1_gets_overall_and_the_parts(worth):
    inputs = [{"response": text, "response_length": 9, "ground_truth": json.dumps(FACTS)} for text in (REPLY, NOTHING)]
    found = easyr1.compute_score(inputs)
    assert [one["overall"] for one in found] == [worth, 0.0]
    assert found[0].keys() == found[1].keys()
    assert (easyr1.REWARD_NAME, easyr1.REWARD_TYPE) == ("semantic_evidence", "batch")


def test_openrlhf_gets_lists_and_the_reply_is_found_behind_expanded_pictures(worth):
    prompt = "<|im_start|>user\n<image>Q<|im_end|>\n<|im_start|>assistant\n"
    query = prompt.replace("<image>", "<|image_pad|>" * 9) + REPLY + "<|im_end|>"
    found = openrlhf.reward_func([query], [prompt], [json.dumps(FACTS)])
    assert found["rewards"] == found["scores"] == [worth]
    assert found["extra_logs"]["failed"] == [0.0]
    assert openrlhf.reward_func([query], [prompt], ["no facts"])["rewards"] == [0.0]


def test_the_reply_is_what_follows_the_prompt_or_the_last_opening():
    assert reply_in("Q: A</s>", "Q: ") == "A"
    assert reply_in("x<|im_start|>assistant\none<|im_end|>\n<|im_start|>assistant\ntwo<|im_end|>", "y") == "two"
    assert reply_in("without any mark", "y") == "without any mark"


def test_slime_awaits_one_sample_or_a_group(worth):
    samples = [types.SimpleNamespace(response=text, label=None, metadata=FACTS) for text in (REPLY, NOTHING)]
    args = types.SimpleNamespace(referee_calib_on_failure=0.5)
    assert asyncio.run(slime.custom_rm(args, samples[0])) == worth
    assert asyncio.run(slime.custom_group_rm(args, samples)) == [worth, 0.0]
    assert asyncio.run(slime.custom_rm(args, types.SimpleNamespace(response="?", label="x", metadata=None))) == 0.5


def test_areal_passes_the_row_as_keywords(worth):
    assert areal.reward_fn("p", REPLY, [1], [2], **FACTS) == worth
    row = {"videos": ["swap.mp4"], "messages": [{"role": "user", "content": QUESTION}], "box_unit": "pixels:448x252"}
    assert areal.reward_fn([{"role": "user"}], REPLY, [1], [2], **row) == worth
    assert areal.reward_fn("p", REPLY, on_failure=-1.0) == -1.0


def test_nemo_gym_gets_its_request_back_with_a_reward(worth):
    part = {"type": "output_text", "text": REPLY}
    response = {"output": [{"type": "reasoning", "summary": []}, {"type": "message", "content": [part]}]}
    request = {"responses_create_params": {"input": []}, "response": response, **FACTS}
    answer = nemo_gym.verify(request)
    assert answer["reward"] == worth
    assert answer["response"] == response
    assert nemo_gym.verify({"response": None}, on_failure=0.25)["reward"] == 0.25


def test_verifiers_scores_the_last_reply_of_a_trace(worth):
    def trace(**facts):
        data = types.SimpleNamespace(model_dump=lambda: facts)
        return types.SimpleNamespace(task=types.SimpleNamespace(data=data), last_reply=REPLY)

    assert asyncio.run(verifiers.evidence_reward(trace(**FACTS))) == worth
    assert asyncio.run(verifiers.evidence_reward(trace())) is None


def test_the_reward_of_a_process_comes_from_the_environment(tmp_path, monkeypatch):
    set_shared_reward(None)
    monkeypatch.delenv(REWARD_VARIABLE, raising=False)
    with pytest.raises(InputError, match=f"{REWARD_VARIABLE} is not set"):
        shared_reward()
    (tmp_path / "reward.toml").write_text(f'kind = "constant"\nvalue = 0.75\nmedia = {json.dumps(str(MEDIA))}\n')
    monkeypatch.setenv(REWARD_VARIABLE, str(tmp_path / "reward.toml"))
    made: list[object] = []
    threads = [threading.Thread(target=lambda: made.append(shared_reward())) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(map(id, made))) == 1
    assert verl.compute_score("clips", REPLY, FACTS)["score"] == 0.75
    child = os.fork()
    if not child:
        os._exit(0 if verl.compute_score("clips", REPLY, FACTS)["score"] == 0.75 else 1)
    assert ended(child) == 0
    set_shared_reward(None)


def test_calls_that_come_together_are_judged_together():
    batches: list[int] = []
    reward = ConstantReward()

    def score(items):
        batches.append(len(items))
        return reward.score(items)

    merged = MergedCalls(score, window=0.5, largest=16)
    found: list[float] = []
    item = {**FACTS, "completion": REPLY}
    threads = [threading.Thread(target=lambda: found.append(merged.score([item])[0].reward)) for _ in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [0.5] * 16
    assert len(batches) < 16
    assert sum(batches) == 16


def test_an_error_of_a_batch_reaches_everybody_in_it():
    def score(items):
        raise InputError("no key")

    with pytest.raises(InputError, match="no key"):
        MergedCalls(score).score([{}, {}])
