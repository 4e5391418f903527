"""What must not be seen: a key that a server repeats, a password in an address, a key in the place of its name."""

import json

import pytest
from helpers_openai import backend, question

from referee_calib.errors import InputError
from referee_calib.referee import RefereeSpec, read_specs
from referee_calib.referee import registry as names
from referee_calib.referee.backends.openai.endpoint_options import addresses, proxy_for, without_key
from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.referee.referee_spec import shown_url
from referee_calib.testing import http_responses
from referee_calib.testing.endpoint import Endpoint
from referee_calib.testing.faults import STATUSES, Fault

KEY = "sk-very-secret-0123456789"


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv("SOME_KEY", KEY)
    monkeypatch.setattr("referee_calib.referee.backends.openai.retry.RetryPolicy.delay", lambda self, repeat: 0.0)


def says(monkeypatch, body):
    """Let an endpoint send these bytes with HTTP 200 for the fault "null-content"."""
    monkeypatch.setattr("referee_calib.testing.endpoint.spoiled", lambda *_: {"as they are": True})
    sent, spoilt = http_responses.as_bytes, b'{"as they are":true}'
    monkeypatch.setattr(
        http_responses, "as_bytes", lambda data, status=200: sent({spoilt: body}.get(data, data), status)
    )


def replied(endpoint, kind, rung="truncated"):
    referee = backend(endpoint, rung, api_key_env="SOME_KEY")
    referee.capabilities()
    endpoint.script.faults.append(Fault(kind))
    return referee.answer(question())


def refused(endpoint, **options):
    with pytest.raises(InputError) as caught:
        backend(endpoint, api_key_env="SOME_KEY", **options).capabilities()
    return str(caught.value)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f'{{"error": {{"message": "Rate limit for key {KEY}"}}}}', "the answer is an error: Rate limit for key [key]"),
        (f"Bearer {KEY}: too often", ": Bearer [key]: too often"),  # no JSON
    ],
)
def test_a_key_in_a_bad_answer_is_hidden(monkeypatch, body, said):
    says(monkeypatch, body.encode())
    with Endpoint() as endpoint:
        assert replied(endpoint, "null-content").reason.endswith(said)
        assert f"{said}. " in refused(endpoint)


def test_a_key_in_a_model_s_words_is_hidden(monkeypatch):
    said = {"choices": [{"message": {"content": f"Level: 3 for {KEY}"}, "finish_reason": "stop"}]}
    says(monkeypatch, json.dumps(said).encode())
    with Endpoint() as endpoint:
        assert replied(endpoint, "null-content", "parsed").text == "Level: 3 for [key]"


def test_a_key_is_hidden_before_a_long_message_is_cut(monkeypatch):
    monkeypatch.setitem(STATUSES, "422", (422, "x" * 280 + f" {KEY}"))
    with Endpoint() as endpoint:
        # 280 + a space + the 5 characters of [key] are fewer than the 300 at which a message is cut
        assert replied(endpoint, "422").reason == f"HTTP 422: {'x' * 280} [key]"


@pytest.mark.parametrize("key", ["sk/with/slash-0123", 'sk"quoted\\0123456'])
def test_a_key_is_found_as_json_writes_it(key):
    body = json.dumps({"message": key})
    for written in (body, body.replace("/", "\\/")):  # the second is what PHP writes
        assert without_key(written.encode(), key) == b'{"message": "[key]"}'


def test_a_key_of_a_few_letters_spoils_no_answer(monkeypatch):
    monkeypatch.setenv("SOME_KEY", "0")
    with Endpoint() as endpoint:
        plain = backend(endpoint, api_key_env="").answer(question())
        assert backend(endpoint, api_key_env="SOME_KEY").answer(question()).distribution == plain.distribution
    assert without_key(b"HTTP key 0 is unknown", "0") == b"HTTP key [key] is unknown"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://user:secret@127.0.0.1:8101/v1?x=1", "'http://127.0.0.1:8101/v1'"),
        ("ftp://user:secret@host/v1", "'ftp://host/v1'"),
        ("user:secret@127.0.0.1:8101", "'127.0.0.1:8101'"),
        ("http://user:secret@host:99999999/v1", "'http://host:99999999/v1'"),
        ("http://user:se?cret@host/v1#secret", "'http://host/v1'"),
        ("http://user:p@secret@host/v1", "'http://host/v1'"),
    ],
)
def test_an_address_with_a_password_is_refused_for_that_and_shown_without_it(tmp_path, url, shown):
    path = tmp_path / "referees.toml"
    path.write_text(f'[x]\nbackend = "openai"\nurls = "{url}"\n')
    for ask in (lambda: names.addresses([url]), lambda: addresses([url]), lambda: read_specs(path)):
        with pytest.raises(InputError) as caught:
            ask()
        assert f"server address {shown}: it holds a name or password" in str(caught.value)
        assert "cret" not in str(caught.value)


def test_addresses_of_a_wrong_type_are_not_repeated(tmp_path):
    (tmp_path / "referees.toml").write_text('[x]\nbackend = "openai"\nurls = ["http://me:secret@host/v1", 3]\n')
    with pytest.raises(InputError, match="list of addresses") as caught:
        read_specs(tmp_path / "referees.toml")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8101/v1?key=secret", "http://host/v1#secret"])
def test_a_query_is_named_as_what_is_wrong(url):
    with pytest.raises(InputError, match=r"nothing may follow the path of the address \(\? or #\)") as caught:
        names.addresses([url])
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["hf_AbCdEfSecretSecret", "gsk_secret", "sk_live_secret", "sk-secret", 3])
def test_a_key_in_the_place_of_its_variable_is_refused_and_not_repeated(key):
    makers = (
        lambda: RefereeSpec(name="x", backend="openai", model="m", options={"api_key_env": key}),
        lambda: OpenAIBackend("http://127.0.0.1:1", "m", api_key_env=key),
    )
    for make in makers:
        with pytest.raises(InputError, match="no name of an environment variable, which has capital letters") as caught:
            make()
        assert "secret" not in str(caught.value).lower()


@pytest.fixture
def proxied(monkeypatch):
    """An endpoint that is the proxy for every other host; its password is in the environment."""
    with Endpoint() as running:
        where = running.url.removesuffix("/v1").replace("//", "//me:proxy-secret@")
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, where)
        proxy_for.cache_clear()
        yield running
    proxy_for.cache_clear()


def failed_behind(proxy, url):
    with pytest.raises(InputError) as caught:
        OpenAIBackend(url, "fake", decoding=Decoding()).capabilities()
    said = str(caught.value)
    assert f"proxy {proxy.url.removesuffix('/v1')}" in said
    assert "Check the proxy that the environment names" in said
    assert "secret" not in said
    return said


def test_a_proxy_that_wants_a_login_is_named(proxied, monkeypatch):
    monkeypatch.setitem(STATUSES, "403", (407, "Who are you?"))
    proxied.script.faults.append(Fault("403"))
    said = failed_behind(proxied, "http://outside.invalid/v1")
    assert "HTTP 407: Who are you? (through the proxy " in said


def test_a_proxy_that_opens_no_tunnel_is_named(proxied):
    assert " refused: HTTP 404" in failed_behind(proxied, "https://outside.invalid/v1")


def test_a_proxy_that_cannot_be_reached_is_named(proxied):
    proxied.pause()
    for url in ("http://outside.invalid/v1", "https://outside.invalid/v1"):
        assert " cannot be reached: Connection refused" in failed_behind(proxied, url)


def test_a_proxy_without_a_scheme_is_an_http_proxy(monkeypatch):
    monkeypatch.setenv("https_proxy", "me:secret@127.0.0.1:1")
    proxy_for.cache_clear()
    assert shown_url(proxy_for("https://outside.invalid/v1")) == "http://127.0.0.1:1"
    proxy_for.cache_clear()
