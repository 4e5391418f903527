"""The reward server: who may ask, what it answers in each protocol, and what it does when too much is asked."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers_reward_server import served

from referee_calib.cli.main import main
from referee_calib.errors import InputError
from referee_calib.reward import ConstantReward, SemanticEvidenceReward
from referee_calib.reward.server import RewardClient

MEDIA = Path(__file__).parents[1] / "data" / "sample_study" / "media"
REPLY = (
    "<think>Here is the <obj>green ball</obj><box>[58, 170, 121, 229]</box>at<t>5.2</t>s.</think>"
    "<answer>On the left.</answer>"
)
FACTS = {"video": "swap.mp4", "question": "Where does the green ball come to rest?", "box_unit": "pixels:448x252"}
ITEM = {**FACTS, "completion": REPLY}
TOKEN = "a-token-of-sixteen-and-more"


def post(url, body, token=TOKEN):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_every_protocol_pays_what_the_reward_pays():
    reward = SemanticEvidenceReward("pixels", media=MEDIA)
    (own,) = reward.score([ITEM])
    with served(reward, token=TOKEN) as url:
        status, answer = post(f"{url}/score", {"items": [ITEM, {"completion": 7}, 3]})
        assert status == 200
        assert [one["status"] for one in answer["results"]] == ["ok", "unusable", "unusable"]
        assert (answer["results"][0]["reward"], answer["fingerprint"]) == (own.reward, reward.fingerprint)
        label = json.dumps(FACTS)
        rlhf = {"query": ["Q" + REPLY, "Q?"], "prompts": ["Q", "Q"], "labels": [label, label]}
        assert post(f"{url}/get_reward", rlhf)[1]["rewards"] == [own.reward, 0.0]
        assert post(f"{url}/rm", {"prompt": "Q", "response": REPLY, "label": label}) == (200, own.reward)
        output = [{"type": "message", "content": [{"type": "output_text", "text": REPLY}]}]
        gym = {"responses_create_params": {}, "response": {"output": output}, **FACTS}
        assert post(f"{url}/verify", gym)[1]["reward"] == own.reward


def test_nobody_without_the_token_is_answered():
    with served(ConstantReward(), token=TOKEN) as url:
        for token in ("", "wrong", TOKEN + "x"):
            assert post(f"{url}/score", {"items": [ITEM]}, token)[0] == 401
        assert post(f"{url}/rm?token={TOKEN}", {"response": REPLY, "label": FACTS}, "")[0] == 200
        with urllib.request.urlopen(f"{url}/health", timeout=20) as answer:
            assert json.loads(answer.read())["ok"] is True
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{url}/metrics", timeout=20)
        caught.value.close()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/score", b"{"),
        ("/score", b"[]"),
        ("/score", b"{}"),
        ("/score", b'{"items": {}}'),
        ("/score", b"\xff\xfe"),
        ("/score", b"[" * 100_000),
        ("/get_reward", b'{"query": ["a"], "prompts": [], "labels": ["x"]}'),
        ("/rm", b"3"),
    ],
)
def test_what_is_no_request_is_refused_and_the_next_one_answered(path, body):
    with served(ConstantReward(), token=TOKEN) as url:
        assert post(url + path, body)[0] == 400
        assert post(f"{url}/score", {"items": [ITEM]})[0] == 200


def test_a_full_queue_says_when_to_come_again_and_the_client_does():
    gate = threading.Event()

    class Slow(ConstantReward):
        def score(self, items):
            gate.wait(20)
            return super().score(items)

    with served(Slow(), token=TOKEN, queue=2) as url:
        client = RewardClient(url, TOKEN)
        found: list[object] = []
        threads = [threading.Thread(target=lambda: found.extend(client.score([ITEM] * 2))) for _ in range(3)]
        for one in threads:
            one.start()
        while "refused_total 0" in metrics(url) or (not found and "waiting 2" not in metrics(url)):
            time.sleep(0.02)
        gate.set()
        for one in threads:
            one.join()
        assert [one.reward for one in found] == [0.5] * 6
        said = metrics(url)
    assert 'referee_calib_items_total{status="ok"} 6' in said
    assert int(re.search(r"referee_calib_refused_total (\d+)", said)[1]) >= 2


def metrics(url):
    with urllib.request.urlopen(f"{url}/metrics?token={TOKEN}", timeout=20) as answer:
        return answer.read().decode()


def test_the_client_pays_what_the_reward_pays_and_names_the_parts():
    reward = SemanticEvidenceReward("pixels", media=MEDIA)
    (own,) = reward.score([ITEM])
    with served(reward, token=TOKEN) as url:
        found = RewardClient(f"{url}?token={TOKEN}").score([ITEM] * 300)
        assert len(found) == 300
        assert found[0].numbers() == own.numbers()
        assert found[0].reward == own.reward
        with pytest.raises(InputError, match=r"HTTP 401.*Set REFEREE_CALIB_TOKEN"):
            RewardClient(url, "wrong").score([ITEM])


def test_a_server_that_is_down_costs_rewards_and_no_training():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    (lost,) = RewardClient(url, time_limit=0.6).score([ITEM])
    assert (lost.reward, lost.status) == (None, "failed")
    assert "reward server" in lost.reason


def test_the_verb_serves_a_reward_file_and_answers_what_is_in_flight_when_it_is_stopped(tmp_path):
    (tmp_path / "reward.toml").write_text(f'kind = "constant"\nvalue = 0.75\nmedia = {json.dumps(str(MEDIA))}\n')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = [
        sys.executable,
        "-c",
        "from referee_calib.cli.main import main; main()",
        "serve",
        str(tmp_path / "reward.toml"),
        "--port",
        str(port),
    ]
    environment = os.environ | {"REFEREE_CALIB_TOKEN": TOKEN}
    process = subprocess.Popen(call, stderr=subprocess.PIPE, text=True, env=environment)
    (found,) = RewardClient(f"http://127.0.0.1:{port}", TOKEN, time_limit=60).score([ITEM])
    assert found.reward == 0.75
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=40)[1]
    assert process.returncode == 0
    assert "fingerprint" in said
    assert TOKEN not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "add --allow-remote"),
        (["--host", "0.0.0.0", "--allow-remote", "--no-token"], "can be reached from other machines"),
        (["--on-failure", "nan"], "finite number"),
    ],
)
def test_what_would_be_unsafe_or_means_nothing_is_refused(tmp_path, arguments, said):
    (tmp_path / "reward.toml").write_text('kind = "constant"\n')
    result = CliRunner().invoke(main, ["serve", str(tmp_path / "reward.toml"), *arguments])
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind = ", "cannot be read"),
        ('kind = "magic"', "a kind is one of"),
        ("valeu = 3", "valeu"),
        ('kind = "geometric"\nvalue = 1', "value"),
        ("[penalty]\ntolerance = 0.5", "made in code"),
        ('certificate = "nowhere.json"', "nowhere.json"),
    ],
)
def test_a_reward_file_that_says_nonsense_is_named(tmp_path, text, said):
    (tmp_path / "reward.toml").write_text(text)
    result = CliRunner().invoke(main, ["serve", str(tmp_path / "reward.toml")])
    assert result.exit_code == 2
    assert said in result.output
