"""`reward.score(items)`: the call under every adapter, with its time limit, its kept replies, and its failures."""

import asyncio
import os
import pickle
import threading
import time
from pathlib import Path

import pytest
from helpers_fork import ended

from referee_calib.errors import InputError, RefereeFailure
from referee_calib.records import RefereeScore
from referee_calib.reward import ConstantReward, ReplyReward, SemanticEvidenceReward, TimeR1
from referee_calib.reward.training.reply_reward import PARTS
from referee_calib.testing.endpoint import Endpoint
from referee_calib.testing.fake_endpoint_model import text_of

MEDIA = Path(__file__).parents[1] / "data" / "sample_study" / "media"
QUESTION = "Where does the green ball come to rest?"
REPLY = (
    "<think>Here is the <obj>green ball</obj><box>[58, 170, 121, 229]</box>at<t>5.2</t>s.</think>"
    "<answer>On the left.</answer>"
)
ITEM = {"completion": REPLY, "video": "swap.mp4", "question": QUESTION, "box_unit": "pixels:448x252"}


class Slow:
    """A referee that gives each score after some seconds."""

    fingerprint = "0" * 16

    def __init__(self, *seconds):
        self.seconds, self.asked = list(seconds), 0

    def score(self, claims, media, *, dimensions=None, sample=0):
        for claim in claims:
            for dimension in claim.dimensions:
                self.asked += 1
                time.sleep(self.seconds.pop(0) if len(self.seconds) > 1 else self.seconds[0])
                yield RefereeScore(
                    claim=claim.id, referee=self.fingerprint, dimension=dimension, level=4, expected=4.0, sample=sample
                )


def test_each_item_has_a_result_with_the_same_keys():
    items = [ITEM, {**ITEM, "completion": "I do not know."}, {"completion": REPLY}, {}]
    results = SemanticEvidenceReward("pixels", media=MEDIA).score(items)
    assert [one.status for one in results] == ["ok", "ok", "unusable", "unusable"]
    assert [one.reward is None for one in results] == [False, False, True, True]
    assert results[0].reward == results[0].value > 0 == results[1].reward
    keys = {"failed", "unusable", "claims", "unread", *PARTS}
    assert all(one.numbers().keys() == keys for one in results)
    assert all(isinstance(value, float) for one in results for value in one.numbers().values())
    assert results[0].numbers()["penalty"] == -1  # it has no span, so no penalty applies
    assert results[2].numbers()["failed"] == 1.0 == results[2].numbers()["unusable"]


@pytest.mark.parametrize(
    ("failure", "expected"), [("abstain", [0.5, None, 0.5]), (0.1, [0.5, 0.1, 0.5]), ("group-mean", [0.5, 0.5, 0.5])]
)
def test_an_unusable_item_is_settled_by_the_failure_policy(failure, expected):
    items = [{**ITEM, "group": "g"}, {"group": "g"}, {**ITEM, "group": "g"}]
    assert [one.reward for one in ConstantReward(failure=failure).score(items)] == expected


def test_the_policy_to_raise_names_the_item():
    with pytest.raises(RefereeFailure, match=r"completion 1: item 1: None"):
        ConstantReward(failure="raise").score([ITEM, {}])


def test_a_penalty_that_lacks_a_fact_costs_its_reply_alone():
    question = "From when to when does the red ball disappear behind the grey pillar?"
    answer = "<answer>From <t>1</t>s to <t>3</t>s</answer>"
    spans = {"completion": answer, "video": "pillar.mp4", "question": question, "box_unit": "0-1"}
    reward = SemanticEvidenceReward("pixels", media=MEDIA, penalty=TimeR1())
    one, other = reward.score([spans, {**spans, "reference_span": [1.0, 3.0]}])
    assert (one.status, other.status) == ("failed", "ok")
    assert "reference_span" in one.reason


def test_what_is_missing_at_the_time_limit_failed_and_nothing_is_asked_again():
    slow = Slow(0.0, 0.0, 30.0)
    reward = SemanticEvidenceReward(slow, media=MEDIA, time_limit=0.5)
    began = time.monotonic()
    results = reward.score([ITEM, {**ITEM, "completion": REPLY.replace("5.2", "2.2")}])
    assert time.monotonic() - began < 10
    assert sorted(one.status for one in results) == ["failed", "ok"]
    assert any("the time limit of this call has passed" in one.reason for one in results)
    assert slow.asked == 3


@pytest.mark.parametrize("limit", [0, -1, "soon"])
def test_a_time_limit_is_a_number_of_seconds(limit):
    with pytest.raises(InputError, match="time_limit"):
        ConstantReward(time_limit=limit)


def test_neither_the_time_limit_nor_the_log_is_part_of_what_is_paid(tmp_path):
    plain = SemanticEvidenceReward("pixels")
    assert plain.fingerprint == SemanticEvidenceReward("pixels", time_limit=3, log=tmp_path, cache="none").fingerprint


def test_a_reply_that_was_paid_for_is_not_asked_again(tmp_path, monkeypatch):
    with Endpoint() as endpoint:
        monkeypatch.setenv("REFEREE_CALIB_BASE_URL", endpoint.url)
        reward = SemanticEvidenceReward("openai:fake", media=MEDIA, cache=tmp_path / "replies.sqlite")
        first = reward.score([ITEM])
        asked = about_the_ball(endpoint)
        assert sum(asked.values()) == 2  # relevance and localization
        assert [one.value for one in reward.score([ITEM])] == [one.value for one in first] != [None]
        again = SemanticEvidenceReward("openai:fake", media=MEDIA, cache=tmp_path / "replies.sqlite")
        again.score([ITEM])
        assert about_the_ball(endpoint) == asked


def about_the_ball(endpoint):
    return {key: endpoint.received[key] for key, body in endpoint.bodies.items() if "green ball" in text_of(body)}


def test_a_cache_that_cannot_be_made_stops_nobody_who_did_not_ask_for_it(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("REFEREE_CALIB_CACHE", str(tmp_path / "file" / "replies.sqlite"))
    assert SemanticEvidenceReward("pixels", media=MEDIA).score([ITEM])[0].status == "ok"
    assert "replies are not kept" in caplog.text
    with pytest.raises(InputError, match="file"):
        SemanticEvidenceReward("pixels", media=MEDIA, cache=tmp_path / "file" / "mine.sqlite").score([ITEM])


def test_one_reward_serves_threads_a_running_loop_a_fork_and_another_process():
    reward = SemanticEvidenceReward("pixels", media=MEDIA)
    expected = [one.value for one in reward.score([ITEM])]
    seen: list[list[float | None]] = []
    threads = [threading.Thread(target=lambda: seen.append(values(reward))) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    async def inside():
        return values(reward)

    assert [*seen, asyncio.run(inside()), values(pickle.loads(pickle.dumps(reward)))] == [expected] * 5
    child = os.fork()
    if not child:
        os._exit(0 if values(reward) == expected else 1)
    assert ended(child) == 0


def values(reward):
    return [one.value for one in reward.score([ITEM])]


def test_ten_thousand_claims_in_one_reply_end_in_a_moment():
    piece = "<obj>ball {0}</obj><box>[{0}, 1, {1}, 200]</box>at<t>5.2</t>s "
    text = "<think>" + "".join(piece.format(k % 200, k % 200 + 100 + k // 200) for k in range(10_000)) + "</think>"
    began = time.monotonic()
    (result,) = SemanticEvidenceReward("pixels", media=MEDIA).score([{**ITEM, "completion": text}])
    assert time.monotonic() - began < 30
    assert isinstance(result, ReplyReward)
    assert (result.made, len(result.claims), result.unjudged) == (10_000, 32, 10_000 - 32)
