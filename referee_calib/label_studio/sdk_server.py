"""A Label Studio server through label-studio-sdk, which is imported here and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from referee_calib.errors import InputError, MissingExtra
from referee_calib.label_studio.annotation_server import Object

TOKEN = "LABEL_STUDIO_API_KEY"  # noqa: S105 - the name of a variable
_SECONDS = 120.0
_PAGE = 500
_OTHER = "Name another address: --url URL"
_SIGN_IN = f"Take a personal access token (Account & Settings) and put it into the environment: export {TOKEN}=…"


def sign_in(url: str) -> SdkServer:
    """Sign in with the token of the environment.

    Raises
    ------
    MissingExtra
        When label-studio-sdk is not installed.
    InputError
        When there is no token, or the server is down or refuses it.
    """
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise InputError(f"{TOKEN} is not set", "Label Studio lets nobody in without a token", _SIGN_IN)
    try:
        sdk = import_module("label_studio_sdk")
    except ImportError as error:
        raise MissingExtra("Label Studio", "label-studio") from error
    http = _connection()
    try:
        with _told(url):
            client = sdk.LabelStudio(base_url=url, api_key=token, timeout=_SECONDS, httpx_client=http)
            if not getattr(client.users.whoami(), "email", None):
                raise InputError(f"{url} is no Label Studio", "it does not say who is signed in", _OTHER)
    except BaseException:
        http.close()
        raise
    return SdkServer(url, client, http)


def _connection() -> Any:
    import httpx

    return httpx.Client(timeout=_SECONDS, follow_redirects=True)


class SdkServer:
    """The real server; see :class:`referee_calib.label_studio.annotation_server.AnnotationServer`."""

    def __init__(self, url: str, client: Any, http: Any) -> None:
        self._url, self._client, self._http = url, client, http

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Close the connection."""
        self._http.close()

    @property
    def url(self) -> str:
        """Its address."""
        return self._url

    def users(self) -> list[Object]:
        """Return everybody who has an account."""
        with _told(self._url):
            return [{"id": one.id, "email": one.email, "username": one.username} for one in self._client.users.list()]

    def project(self, number: int) -> Object:
        """Return a project with its labeling configuration."""
        with _told(self._url, number):
            return _plain(self._client.projects.get(id=number))

    def create_project(self, settings: Mapping[str, Any]) -> Object:
        """Make a project."""
        with _told(self._url):
            return _plain(self._client.projects.create(**settings))

    def update_project(self, number: int, settings: Mapping[str, Any]) -> None:
        """Change settings of a project."""
        with _told(self._url, number):
            self._client.projects.update(id=number, **settings)

    def tasks(self, project: int) -> list[Object]:
        """Return number and data of every task."""
        with _told(self._url, project):
            found = self._client.tasks.list(project=project, fields="task_only", page_size=_PAGE)
            return [{"id": one.id, "data": dict(one.data)} for one in found]

    def import_tasks(self, project: int, rows: Sequence[Mapping[str, Any]]) -> int:
        """Add tasks and return how many there are now more."""
        with _told(self._url, project):
            done = self._client.projects.import_tasks(id=project, request=list(rows), return_task_ids=True)
            return int(done.task_count)

    def export(self, project: int) -> list[Object]:
        """Return every task with its annotations, as the JSON export has them."""
        with _told(self._url, project):
            found: list[Object] = self._client.projects.exports.as_json(project, timeout=int(_SECONDS))
            return found

    def uploads(self, project: int) -> list[str]:
        """Return the paths of the files that were uploaded to a project."""
        with _told(self._url, project):
            return [str(one.file) for one in self._client.files.list(id=project, all_=True)]

    def upload(self, project: int, path: Path, name: str) -> str:
        """Upload a file and return its path."""
        with _told(self._url, project), path.open("rb") as file:
            # the SDK has no call of its own for files; its transport signs requests with the exchanged token
            answer = self._client._client_wrapper.httpx_client.request(
                f"api/projects/{project}/import",
                method="POST",
                params={"commit_to_project": "false"},
                files={"file": (name, file, "video/mp4")},
            )
            if answer.status_code >= 400:
                raise InputError(
                    f"Label Studio took no file {name}", f"HTTP {answer.status_code}: {_said(answer.text)}"
                )
            return str(self._client.files.get(answer.json()["file_upload_ids"][0]).file)

    def local_folders(self, project: int) -> list[str]:
        """Return the folders of the server's machine that a project may show files of."""
        with _told(self._url, project):
            return [str(one.path) for one in self._client.import_storage.local.list(project=project)]

    def add_local_folder(self, project: int, folder: Path) -> None:
        """Let a project show files of a folder of the server's machine to those who are signed in."""
        with _told(self._url, project):
            self._client.import_storage.local.create(
                project=project, path=str(folder), title="Videos of the study", use_blob_urls=True
            )


@contextmanager
def _told(url: str, project: int | None = None) -> Iterator[None]:
    """Turn what the SDK raises into one line."""
    import httpx

    errors = import_module("label_studio_sdk.core.api_error")
    try:
        yield
    except httpx.TransportError as error:
        why = str(error) or type(error).__name__
        raise InputError(f"Label Studio at {url} does not answer", why, f"Start it. {_OTHER}") from error
    except errors.ApiError as error:
        raise _refusal(url, project, error.status_code, error.body) from None  # its text holds headers
    except Exception as error:
        if type(error).__name__ != "ParsingError":  # which older versions of the SDK have not
            raise
        why = "the versions of the server and of label-studio-sdk do not fit"
        raise InputError(
            f"Label Studio at {url} answers in a form that is not known", why, "Type: pip install -U label-studio-sdk"
        ) from None


def _refusal(url: str, project: int | None, status: int | None, body: Any) -> InputError:
    said = _said(body)
    if status in (401, 403):
        return InputError(f"Label Studio at {url} refuses the token in {TOKEN}", said, _SIGN_IN)
    if status == 404 and project is not None:
        return InputError(
            f"Label Studio at {url} has no project {project}",
            "it was removed, or the token sees it not",
            "Make a new one: referee-calib label-studio push STUDY --new-project",
        )
    return InputError(f"Label Studio at {url} answers HTTP {status}", said)


def _said(body: Any) -> str:
    """Return what an error's body says, at most a line of it."""
    if isinstance(body, Mapping):
        body = body.get("validation_errors") or body.get("detail") or dict(body)
    text = " ".join(str(body).split())
    return "a web page, and no answer of Label Studio's" if text.startswith("<") else text[:300]


def _plain(answer: Any) -> Object:
    return {
        "id": answer.id,
        "title": answer.title,
        "label_config": answer.label_config,
        "created_at": str(answer.created_at),
    }
