"""The endpoint that tests talk to: it must do on request what real servers do, and count it."""

import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from referee_calib.errors import InputError
from referee_calib.testing.endpoint import Endpoint
from referee_calib.testing.faults import KINDS, Fault


def ask(endpoint, text="Give a level from 0 to 4.", **fields):
    """One chat request: (HTTP status, parsed body)."""
    body = {"model": "fake", "messages": [{"role": "user", "content": text}], "max_tokens": 1, **fields}
    url, headers = f"{endpoint.url}/chat/completions", {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def top(body):
    return {item["token"]: item["logprob"] for item in body["choices"][0]["logprobs"]["content"][0]["top_logprobs"]}


def test_equal_requests_get_equal_answers_from_any_endpoint():
    with Endpoint() as one, Endpoint() as other:
        first, again, elsewhere = ask(one, "a"), ask(one, "a"), ask(other, "a")
        assert first == again == elsewhere
        assert ask(one, "b") != first
        assert sorted(one.paid.values()) == [1, 2]


def test_an_unknown_model_and_a_wrong_key_are_refused():
    with Endpoint(key="right") as endpoint:
        assert ask(endpoint)[0] == 401
    with Endpoint(models=("other",)) as endpoint:
        assert ask(endpoint)[0] == 404
        assert not endpoint.paid


def test_a_fault_happens_by_number_by_content_and_so_many_times():
    faults = [Fault("500", at=(1,)), Fault("503", contains="poison"), Fault("429", contains="busy", times=2)]
    with Endpoint(faults=faults) as endpoint:
        seen = [ask(endpoint, text)[0] for text in ("a", "a", "poison", "poison", "busy", "busy", "busy", "a")]
        # request 1 fails whatever it asks; the poison always; busy twice
        assert seen == [200, 500, 503, 503, 429, 429, 200, 200]
        assert sum(endpoint.paid.values()) == 3
        assert sum(endpoint.received.values()) == 8


def test_noise_differs_between_repeats_and_not_between_runs():
    def repeats():
        with Endpoint(nudge=0.5) as endpoint:
            return [top(ask(endpoint, logprobs=True, top_logprobs=5)[1]) for _ in range(2)]

    first, second = repeats()
    assert first != second
    assert repeats() == [first, second]


def test_faults_are_read_from_the_command_line():
    read = Fault.parse("429,every=10,times=1,seconds=0.5")
    assert read == Fault("429", every=10, times=1, seconds=0.5)
    assert Fault.parse("500,at=3+7").at == (3, 7)
    for wrong in ("418", "429,often=2", "429,every=x"):
        with pytest.raises(InputError):
            Fault.parse(wrong)


@pytest.mark.parametrize(
    "kind", sorted(set(KINDS) - {"huge", "hang", "cut", "cut-body", "truncated-json", "html", "redirect"})
)
def test_every_other_fault_is_well_formed_json(kind):
    with Endpoint(faults=[kind]) as endpoint:
        status, body = ask(endpoint)
        assert body["error"]["message"] if status != 200 else "choices" in body


def test_the_endpoint_runs_from_the_command_line():
    command = [sys.executable, "-m", "referee_calib.testing.endpoint", "--port", "0", "--fault", "418"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "fault '418'" in done.stderr
    assert "Warning" not in done.stderr
