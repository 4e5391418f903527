"""A real Label Studio server: the whole story, and its answers as they are recorded for the tests that always run."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from accounts import Account, chosen
from conftest import EMAIL, PASSWORD, TOKEN, RealServer
from helpers_label_studio import MEDIA, RECORDING, STEADY, RecordingServer, small_study, tell_story
from helpers_study import run

from referee_calib.errors import InputError
from referee_calib.label_studio import push_claims, sign_in
from referee_calib.study import Study


class People:
    """Three raters and the one who made the project."""

    def __init__(self, url: str, study: Study) -> None:
        self.admin = Account(url, EMAIL, PASSWORD, page="login")
        self.anna, self.bert, self.carl = (Account(url, f"{name}@example.org") for name in ("anna", "bert", "carl"))
        self._study, self._url, self.given = study, url, dict[str, int]()

    def act(self, what: str) -> None:
        """Do what the story says."""
        getattr(self, what)()

    def annotate(self) -> None:
        """Annotate in every way that is right or wrong."""
        box, span, both, marked = self.tasks = self.admin.tasks(self._study.config.label_studio.project)
        note = chosen(relevance="4", localization="2", note="clear")
        self.given["anna"] = self.anna.annotate(box, note, lead_time=12.5)
        self.anna.annotate(span, chosen(relevance="3", timing="0"))
        self.anna.annotate(both, chosen(relevance="1", skip="not visible"))
        mine = self.anna.annotate(marked, chosen(relevance="1", localization="1"))
        self.given["bert"] = self.bert.annotate(box, chosen(relevance="4", localization="3"))
        self.bert.annotate(span, [], was_cancelled=True)
        self.bert.annotate(both, chosen(relevance="4", localization="4", timing="4"), regions=moved(both))
        self.bert.draft(marked, chosen(relevance="2"))
        self.bert.annotate(marked, chosen(relevance="1", localization="1"), parent_annotation=mine)
        drawn = moved(box)[1] | {"id": "mine"}
        self.carl.annotate(box, [*chosen(relevance="9", localization="2"), drawn])
        self.carl.annotate(span, chosen(relevance="2"))
        self.carl.annotate(both, chosen(relevance="2", localization="2", timing="2"), regions=[])
        others = self.carl.annotate(marked, chosen(relevance="0", localization="0"))
        self.admin.change(others, marked["predictions"][0]["result"] + chosen(relevance="4", localization="4"))
        self._import_by_hand(box)

    def correct(self) -> None:
        """Anna thinks better of one answer."""
        begun = self.tasks[0]["predictions"][0]["result"]
        self.anna.change(self.given["anna"], begun + chosen(relevance="1", localization="2"))

    def remove(self) -> None:
        """Bert deletes an annotation that was pulled."""
        self.bert.remove(self.given["bert"])

    def leave(self) -> None:
        """Close all connections."""
        for one in (self.admin, self.anna, self.bert, self.carl):
            one.close()

    def _import_by_hand(self, box: dict[str, Any]) -> None:
        """Import one claim again, and something that is no claim; somebody answers it."""
        project = self._study.config.label_studio.project
        with sign_in(self._url) as server:
            server.import_tasks(project, [{"data": box["data"]}, {"data": box["data"] | {"claim_id": "c0"}}])
        self.carl.annotate(self.admin.tasks(project)[-1], chosen(relevance="1"))


def moved(task: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the regions of a task with its box a little to the right, as a hand would move it."""
    regions = deepcopy(task["predictions"][0]["result"])
    key = next(one for one in regions if one["type"] == "videorectangle")["value"]["sequence"][0]
    key["x"] += 5.0
    return regions


Told = tuple[Study, People, RecordingServer]


@pytest.fixture(scope="session")
def told(real_server: RealServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The story, told once on the server."""
    os.environ["LABEL_STUDIO_API_KEY"] = TOKEN
    study = small_study(tmp_path_factory.mktemp("study") / "study")
    people = People(real_server.url, study)
    with sign_in(real_server.url) as real:
        server = RecordingServer(real)
        tell_story(study, server, people.act)  # type: ignore[arg-type]
    yield study, people, server
    people.leave()


def test_the_story_holds_and_its_recording_is_what_the_server_answers(
    told: Told,
) -> None:
    calls = told[2].calls
    if os.environ.get("RECORD"):
        lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in calls)
        RECORDING.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    kept = json.loads(RECORDING.read_text(encoding="utf-8"))
    assert [(one["method"], shape(one["answer"])) for one in calls] == [
        (one["method"], shape(one["answer"])) for one in kept
    ], "the server answers otherwise than it did: make label-studio RECORD=1, and look at the difference"
    assert TOKEN not in RECORDING.read_text(encoding="utf-8")


def shape(answer: Any) -> Any:
    """Return an answer without its values: names of fields, and types."""
    if isinstance(answer, dict):
        return {key: shape(value) for key, value in answer.items()}
    return [shape(one) for one in answer] if isinstance(answer, list) else type(answer).__name__


def test_videos_are_shown_to_who_is_signed_in_and_to_nobody_else(told: Told, real_server: RealServer) -> None:
    import httpx

    path = told[1].tasks[0]["data"]["video"]
    part = told[1].anna.get(path, Range="bytes=0-99")
    assert (part.status_code, len(part.content)) == (206, 100)  # so that players can seek
    assert told[1].anna.get(path).content == (MEDIA / STEADY).read_bytes()
    assert httpx.get(real_server.url + path).status_code in (401, 403)


def test_a_personal_access_token_signs_in_too_and_is_written_nowhere(
    told: Told, real_server: RealServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, people, _ = told
    token = people.admin.personal_token()
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", token)
    result = run("label-studio", "status", study.folder, "--url", real_server.url)
    assert result.exit_code == 0, result.output
    assert "4 of 5 claims that people rate are in it." in result.stdout
    written = b"".join(one.read_bytes() for one in study.folder.rglob("*") if one.is_file())
    assert token.encode() not in written
    assert token not in result.output


def test_a_refused_token_a_project_that_is_gone_and_a_server_that_is_down_are_one_line_each(
    told: Told, real_server: RealServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = run("label-studio", "pull", told[0].folder, "--url", real_server.url, "--project", 999)
    assert (gone.exit_code, len(gone.stderr.splitlines())) == (2, 1)
    assert "has no project 999" in gone.stderr
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "f" * 40)
    refused = run("label-studio", "status", told[0].folder, "--url", real_server.url)
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (2, 1)
    assert "refuses the token in LABEL_STUDIO_API_KEY" in refused.stderr
    assert "ffff" not in refused.stderr
    with pytest.raises(InputError, match=r"at http://127.0.0.1:9 does not answer: .*--url"):
        sign_in("http://127.0.0.1:9")


def test_a_server_on_this_machine_reads_the_videos_from_its_own_disk(
    told: Told, real_server: RealServer, tmp_path: Path
) -> None:
    _, people, _ = told
    study = small_study(real_server.files / "study")
    with sign_in(real_server.url) as server:
        done = push_claims(study, server, local_root=real_server.files)
        push_claims(study, server, project=done.project, overlap=4, local_root=real_server.files)
    assert people.admin.get(f"/api/projects/{done.project}/").json()["maximum_annotations"] == 4
    assert (done.added, done.uploaded) == (4, 0)
    video = people.admin.tasks(done.project)[0]["data"]["video"]
    assert video == "/data/local-files/?d=study/media/approach.mp4"
    assert people.bert.get(video).content == (MEDIA / STEADY).read_bytes()
    outside = small_study(tmp_path / "elsewhere")
    with sign_in(real_server.url) as server, pytest.raises(InputError, match="does not lie in a folder below it"):
        push_claims(outside, server, local_root=real_server.files)
    shutil.rmtree(study.folder)
