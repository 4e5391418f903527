"""What is asked of a Label Studio server: one method per question, plain JSON types in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

Object = dict[str, Any]


class AnnotationServer(Protocol):
    """A server to which one is signed in; :class:`referee_calib.label_studio.sdk_server.SdkServer` is the real one.

    Every method raises InputError, in one line, when the server is down, refuses the token, or has no such project.
    """

    @property
    def url(self) -> str:
        """Its address."""

    def users(self) -> list[Object]:
        """Return everybody who has an account: number, e-mail address, …."""

    def project(self, number: int) -> Object:
        """Return a project with its labeling configuration."""

    def create_project(self, settings: Mapping[str, Any]) -> Object:
        """Make a project."""

    def update_project(self, number: int, settings: Mapping[str, Any]) -> None:
        """Change settings of a project."""

    def tasks(self, project: int) -> list[Object]:
        """Return number and data of every task."""

    def import_tasks(self, project: int, rows: Sequence[Mapping[str, Any]]) -> int:
        """Add tasks and return how many there are now more."""

    def export(self, project: int) -> list[Object]:
        """Return every task with its annotations, as the JSON export has them."""

    def uploads(self, project: int) -> list[str]:
        """Return the paths of the files that were uploaded to a project."""

    def upload(self, project: int, path: Path, name: str) -> str:
        """Upload a file and return its path."""

    def local_folders(self, project: int) -> list[str]:
        """Return the folders of the server's machine that a project may show files of."""

    def add_local_folder(self, project: int, folder: Path) -> None:
        """Let a project show files of a folder of the server's machine to those who are signed in."""
