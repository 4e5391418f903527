"""``referee-calib label-studio`` as it is typed: results, and one line for every trouble."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from helpers_label_studio import CARL, NAMES, RecordedServer, recorded, small_study
from helpers_study import run

from referee_calib import label_studio
from referee_calib.errors import InputError, MissingExtra
from referee_calib.study import Study

URL = "http://127.0.0.1:8080"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return small_study(tmp_path / "study")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> RecordedServer:
    """The recorded server, as the one that the command signs in to."""
    found = recorded()

    @contextmanager
    def signed_in(_url: str) -> Iterator[RecordedServer]:
        yield found

    monkeypatch.setattr(label_studio, "sign_in", signed_in)
    return found


def one_line(result: Result, *said: str) -> None:
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1), result.output
    for words in said:
        assert words in result.stderr


def test_push_pull_and_status_say_what_they_did(study: Study, server: RecordedServer) -> None:
    first = run("label-studio", "push", study.folder, "--url", URL, "--overlap", 3)
    assert first.exit_code == 0, first.output
    assert "4 claims added, 0 there before, of 5 that people rate; 1 video uploaded." in first.stdout
    assert f"Not pushed: 1 claim ({study.claims()[4].id}): stutter.mp4 has a variable frame rate" in first.stdout
    assert "Label Studio is not blind" in first.stderr
    second = run("label-studio", "push", study.folder)  # the address and the project are those of the first
    assert "0 claims added, 4 there before" in second.stdout
    pulled = run("label-studio", "pull", study.folder, *[word for name in NAMES for word in ("--rater", name)])
    assert "15 ratings in its annotations, 15 new, 0 known." in pulled.stdout
    assert "User 2 (anna@example.org) is rater anna." in pulled.stdout
    assert "Not taken: 1, the claimed box or span was moved" in pulled.stdout
    again = json.loads(run("label-studio", "pull", study.folder, "--json").stdout)
    assert (again["new"], again["known"], again["users"]["4"]) == (0, 15, CARL)
    assert sum(one["count"] for one in again["excluded"]) == 7


def test_another_address_is_asked_about_before_a_second_project_is_made(study: Study, server: RecordedServer) -> None:
    run("label-studio", "push", study.folder, "--url", URL, "--overlap", 3)
    server.url = "https://labels.example.org"
    result = run("label-studio", "push", study.folder, "--url", server.url, "--quiet")
    number = Study.open(study.folder).config.label_studio.project
    one_line(result, f"is at {URL} and not at https://labels.example.org", f"--project {number}", "--new-project")


def test_a_name_that_contradicts_an_earlier_one_or_is_taken_is_refused(study: Study, server: RecordedServer) -> None:
    study.add_rater("anna")  # she signs in to the app
    for _ in range(2):
        run("label-studio", "push", study.folder, "--url", URL, "--overlap", 3)
    result = run("label-studio", "pull", study.folder, "--rater", NAMES[0])
    one_line(result, "rater 'anna' is in the study already and rates elsewhere (app)", "anna-label-studio")
    assert study.ratings() == []
    assert Study.open(study.folder).config.label_studio.raters == ()


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("nobody@example.org=x", "Label Studio has no such user"),
        ("9=x", "Label Studio has no such user. It has 1 (admin@example.org), 2 (anna@example.org)"),
        ("anna", "it names no user or no rater"),
        ("2=", "it names no user or no rater"),
    ],
)
def test_a_rater_that_cannot_be_meant_is_refused(study: Study, server: RecordedServer, stated: str, said: str) -> None:
    for _ in range(2):
        run("label-studio", "push", study.folder, "--url", URL, "--overlap", 3)
    one_line(run("label-studio", "pull", study.folder, "--rater", stated), said)


def test_two_users_are_not_one_rater(study: Study, server: RecordedServer) -> None:
    for _ in range(2):
        run("label-studio", "push", study.folder, "--url", URL, "--overlap", 3)
    result = run("label-studio", "pull", study.folder, "--rater", "2=anna", "--rater", "3=anna")
    one_line(result, "users 2 and 3 would both be rater 'anna'")


def test_a_project_whose_words_were_edited_is_not_pulled(study: Study, server: RecordedServer) -> None:
    for _ in range(2):
        run("label-studio", "push", study.folder, "--url", URL, "--overlap", 3)
    server._config = server._config.replace("Relevance:", "Importance:")
    one_line(run("label-studio", "pull", study.folder), "does not ask with rubric", "--new-project")


def test_without_a_project_a_token_the_sdk_or_an_address_one_line_says_what_to_type(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    one_line(run("label-studio", "status", study.folder), "--url URL")
    no_token = run("label-studio", "status", study.folder, "--url", URL)
    one_line(no_token, "LABEL_STUDIO_API_KEY is not set", "export LABEL_STUDIO_API_KEY")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "abc")
    monkeypatch.setitem(sys.modules, "label_studio_sdk", None)
    no_sdk = run("label-studio", "status", study.folder, "--url", URL)
    one_line(no_sdk, 'pip install "referee-calib[label-studio]"')
    with pytest.raises(MissingExtra):
        label_studio.sign_in(URL)


def test_nothing_was_pushed_yet(study: Study, server: RecordedServer) -> None:
    one_line(run("label-studio", "pull", study.folder, "--url", URL), "has no project", "label-studio push")


def test_http_to_another_machine_is_remarked(study: Study, server: RecordedServer) -> None:
    server.url = "http://labels.example.org"
    result = run("label-studio", "push", study.folder, "--url", server.url, "--overlap", 3)
    assert "cross the network unencrypted" in result.stderr


class ApiError(Exception):
    """As the SDK raises it; its text holds the headers of the request."""

    def __init__(self, status_code: int | None, body: object) -> None:
        self.status_code, self.body = status_code, body
        super().__init__(f"headers: secret token, status_code: {status_code}")


@pytest.fixture
def sdk(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A stand-in for label-studio-sdk that raises what `fails` says."""
    module, core = types.ModuleType("label_studio_sdk"), types.ModuleType("label_studio_sdk.core")
    error = types.ModuleType("label_studio_sdk.core.api_error")
    error.ApiError = ApiError  # type: ignore[attr-defined]

    def client(**_given: Any) -> Any:
        if module.fails is not None:  # type: ignore[attr-defined]
            raise module.fails  # type: ignore[attr-defined]
        nobody = types.SimpleNamespace(email=None)
        return types.SimpleNamespace(users=types.SimpleNamespace(whoami=lambda: nobody))

    module.LabelStudio = client  # type: ignore[attr-defined]
    for name, one in (("", module), (".core", core), (".core.api_error", error)):
        monkeypatch.setitem(sys.modules, f"label_studio_sdk{name}", one)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "secret")
    return module


def test_what_the_sdk_raises_is_one_line_without_the_token(sdk: types.ModuleType) -> None:
    import httpx

    troubles = {
        "refuses the token in LABEL_STUDIO_API_KEY: Invalid token": ApiError(401, {"detail": "Invalid token"}),
        "does not answer: refused": httpx.ConnectError("refused"),
        "answers HTTP 500: out of memory": ApiError(500, "out of\nmemory"),
        "answers HTTP 404: a web page, and no answer of Label Studio's": ApiError(404, "<!DOCTYPE html>…"),
        "in a form that is not known": type("ParsingError", (Exception,), {})("headers: secret"),
        "is no Label Studio: it does not say who is signed in": None,
    }
    for said, error in troubles.items():
        sdk.fails = error  # type: ignore[attr-defined]
        with pytest.raises(InputError) as raised:
            label_studio.sign_in(URL)
        assert said in str(raised.value)
        assert "secret" not in str(raised.value)
