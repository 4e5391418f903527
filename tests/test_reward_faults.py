"""What a referee's server does in a training run: away, slow, broken, back again. The reward goes on by its policy."""

import json
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers_reward_server import served

from referee_calib.errors import InputError
from referee_calib.referee import Decoding, RefereeSpec
from referee_calib.reward import ConstantReward, SemanticEvidenceReward
from referee_calib.reward.server import reward_server
from referee_calib.testing.endpoint import Endpoint

MEDIA = Path(__file__).parents[1] / "data" / "sample_study" / "media"
FACTS = {"video": "swap.mp4", "question": "Where does the green ball come to rest?", "box_unit": "pixels:448x252"}


def items(*names):
    piece = "<obj>{}</obj><box>[58, 170, 121, 229]</box>at<t>5.2</t>s"
    texts = [f"<think>{piece.format(name)}</think><answer>Left.</answer>" for name in names]
    return [{**FACTS, "completion": text} for text in texts]


def reward_at(endpoint, **options):
    spec = RefereeSpec(
        name="fake", backend="openai", model="fake", urls=(endpoint.url,), decoding=Decoding(rung="truncated"),
        options={"concurrency": 4},
    )  # fmt: skip
    return SemanticEvidenceReward(spec, media=MEDIA, cache="none", **options)


def timed(reward, its):
    began = time.monotonic()
    results = reward.score(its)
    return results, time.monotonic() - began


def test_a_server_that_is_down_at_the_start_is_waited_for_until_the_limit_and_pays_once_it_is_there():
    with Endpoint() as endpoint:
        reward = reward_at(endpoint, time_limit=1.0, failure=0.125)
        endpoint.pause()
        results, seconds = timed(reward, items("a", "b"))
        assert [(one.status, one.reward) for one in results] == [("failed", 0.125)] * 2
        assert "cannot be reached" in results[0].reason or "time limit" in results[0].reason
        assert 0.4 < seconds < 10  # far below what a collective waits
        endpoint.resume()
        assert [one.status for one in reward.score(items("a", "b"))] == ["ok", "ok"]


def test_a_server_that_comes_up_within_the_first_step_loses_nothing():
    with Endpoint() as endpoint:
        endpoint.pause()
        reward = reward_at(endpoint)
        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(reward.score, items("a", "b"))
            threading.Event().wait(0.3)
            endpoint.resume()
            assert [one.status for one in coming.result(30)] == ["ok", "ok"]


def test_without_a_limit_a_wrong_address_is_said_at_once():
    with Endpoint() as endpoint:
        endpoint.pause()
        reward = reward_at(endpoint, time_limit=None)
        with pytest.raises(InputError, match="Start the server, or check the address"):
            reward.score(items("a"))


def test_a_server_that_dies_within_a_step_and_comes_back_loses_nothing():
    with Endpoint(latency=0.05) as endpoint:
        reward = reward_at(endpoint)
        reward.score(items("first"))  # connections
        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(reward.score, items(*"abcdefgh"))
            while endpoint.number < 6:
                time.sleep(0.005)
            endpoint.pause()
            threading.Event().wait(0.2)
            endpoint.resume()
            results = coming.result(30)
    assert [one.status for one in results] == ["ok"] * 8


def test_a_server_that_stays_away_costs_what_it_has_not_answered():
    with Endpoint(latency=0.02) as endpoint:
        reward = reward_at(endpoint, time_limit=1.0)
        reward.score(items("first"))
        endpoint.pause()
        results, seconds = timed(reward, items("a", "b"))
        assert [one.reward for one in results] == [None, None]
        assert "time limit" in results[0].reason
        assert seconds < 10
        endpoint.resume()
        assert [one.status for one in reward.score(items("c"))] == ["ok"]  # the same reward, once the server is back


def test_a_slow_server_is_waited_for_until_the_limit_and_what_came_is_paid():
    with Endpoint(faults=["hang,contains=ball of lead,seconds=30"]) as endpoint:
        reward = reward_at(endpoint, time_limit=2.0)
        reward.score(items("first"))
        results, seconds = timed(reward, items("a", "ball of lead", "c"))
    assert [one.status for one in results] == ["ok", "failed", "ok"]
    assert "time limit" in results[1].reason
    assert 1.9 < seconds < 10


def test_an_error_that_passes_is_asked_again_and_one_that_stays_is_a_failure():
    with Endpoint(faults=["500,every=2,times=1"]) as endpoint:
        assert [one.status for one in reward_at(endpoint).score(items("a", "b", "c"))] == ["ok"] * 3
    with Endpoint(faults=["500"]) as endpoint:
        results, seconds = timed(reward_at(endpoint, time_limit=2.0), items("a", "b"))
        assert [one.reward for one in results] == [None, None]
        assert seconds < 10


def posted(url, body):
    request = urllib.request.Request(f"{url}/score", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {}


def test_a_request_that_is_too_large_is_refused_and_the_next_one_answered(monkeypatch):
    monkeypatch.setattr(reward_server, "LARGEST_BODY", 20_000)
    with served(ConstantReward(media=MEDIA, value=0.5)) as url:
        small = json.dumps({"items": items("a")}).encode()
        large = json.dumps({"items": items("a" * 30_000)}).encode()
        assert posted(url, large) == (413, {})
        status, answer = posted(url, small)
    assert (status, answer["results"][0]["reward"]) == (200, 0.5)
