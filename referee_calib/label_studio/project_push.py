"""Pushing a study's claims into its project: only what is missing, known by the claim's id."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from referee_calib.errors import InputError
from referee_calib.label_studio.annotation_server import AnnotationServer
from referee_calib.label_studio.served_videos import ServedVideo, served_video
from referee_calib.label_studio.study_project import TasksOfClaims, check_words, claims_to_rate, new_project
from referee_calib.label_studio.task_rows import task_row
from referee_calib.records import Claim
from referee_calib.study import Track, exclusive_lock, record_audit, untracked

if TYPE_CHECKING:
    from referee_calib.study import Study

BATCH, OVERLAP = 200, 2
_LOCK = ".label_studio.lock"


@dataclass(frozen=True, slots=True)
class PushResult:
    """What a push did.

    Attributes
    ----------
    url : str
    project : int
        Its number.
    made : bool
        Whether the project was made now.
    claims, added, there : int
        Claims that people rate, how many of them were added now, and how many were there before.
    uploaded : int
        Videos that were uploaded now.
    refused : dict of str to list of str
        Claims that were not pushed, by reason.
    twice : tuple of str
        Claims with several tasks.
    foreign : int
        Tasks about no claim of the study.
    """

    url: str
    project: int
    made: bool
    claims: int
    added: int
    there: int
    uploaded: int
    refused: dict[str, list[str]]
    twice: tuple[str, ...]
    foreign: int

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return asdict(self) | {"twice": list(self.twice)}


def push_claims(
    study: Study,
    server: AnnotationServer,
    *,
    project: int | None = None,
    overlap: int | None = None,
    local_root: Path | None = None,
    track: Track = untracked,
) -> PushResult:
    """Bring every claim that people rate into the project; a second push adds only what is missing.

    Parameters
    ----------
    study : Study
        Whose claims.
    server : AnnotationServer
        Where to.
    project : int, optional
        The project; a new one is made without.
    overlap : int, optional
        How many raters each claim gets; of a new project two, and of one that is there as many as before.
    local_root : Path, optional
        The server's LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT, below which it sees the study's videos; without it they are
        uploaded.
    track : callable
        Shows the progress over the videos.

    Raises
    ------
    InputError
        When there is nothing to push, the project asks by other words, or the server fails.
    """
    claims = claims_to_rate(study)
    if not claims:
        raise InputError(
            f"study {study.folder} has no claims to rate", "", f"Type: referee-calib import {study.folder} FILE…"
        )
    with exclusive_lock(study.folder / _LOCK, "pushing to Label Studio"):
        made = project is None
        number = new_project(study, server, overlap or OVERLAP) if project is None else project
        check_words(study, server, number)
        if project is not None and overlap is not None:
            server.update_project(number, {"maximum_annotations": overlap})
        found = TasksOfClaims.of(server.tasks(number), frozenset(one.id for one in study.claims(perturbed=True)))
        missing = [one for one in claims if one.id not in found.there]
        videos = _Videos(study, server, number, local_root)
        rows = videos.rows(missing, track)
        added = sum(server.import_tasks(number, rows[at : at + BATCH]) for at in range(0, len(rows), BATCH))
        if added != len(rows):
            raise InputError(
                f"Label Studio took {added} of {len(rows)} tasks", "", "Push again: it adds what is missing."
            )
    result = PushResult(
        server.url, number, made, len(claims), added, len(claims) - len(missing), videos.uploaded, videos.refused,
        found.twice, found.foreign,
    )  # fmt: skip
    counts = {"added": added, "refused": {why: len(ids) for why, ids in videos.refused.items()}}
    record_audit(study, "command line", "push to Label Studio", f"{server.url} project {number}", **counts)
    return result


class _Videos:
    """The videos of a push: looked at once, brought to the server once."""

    def __init__(self, study: Study, server: AnnotationServer, project: int, local_root: Path | None) -> None:
        self._study, self._server, self._project, self._root = study, server, project, local_root
        self._uploads: list[str] | None = None
        self.refused: dict[str, list[str]] = {}
        self.uploaded = 0

    def rows(self, claims: Sequence[Claim], track: Track) -> list[dict[str, Any]]:
        """Return a task for each claim whose video can be shown."""
        by_video: dict[str, list[Claim]] = {}
        for one in claims:
            by_video.setdefault(one.video, []).append(one)
        rows = []
        for video in track("bringing videos", list(by_video)):
            try:
                served = served_video(self._study, video)
            except InputError as error:
                self.refused.setdefault(str(error), []).extend(one.id for one in by_video[video])
                continue
            rows += self._tasks(by_video[video], served)
        return rows

    def _tasks(self, claims: Iterable[Claim], served: ServedVideo) -> list[dict[str, Any]]:
        url = self._local(served.path) if self._root is not None else self._uploaded(served.path)
        return [task_row(one, self._study.rubric, served, url) for one in claims]

    def _uploaded(self, path: Path) -> str:
        """Return where the server has a file, known by its content; upload it where it has it not."""
        if self._uploads is None:
            self._uploads = self._server.uploads(self._project)
        name = f"{_digest(path)[:32]}{path.suffix.lower()}"
        there = next((one for one in self._uploads if one.endswith(f"-{name}")), None)
        if there is None:
            there = self._server.upload(self._project, path, name)
            self._uploads.append(there)
            self.uploaded += 1
        return f"/data/{there}"

    def _local(self, path: Path) -> str:
        root, path = Path(os.path.realpath(self._root or "")), Path(os.path.realpath(path))
        if not path.is_relative_to(root) or path.parent == root:
            raise InputError(
                f"--local-files {root}", f"the video {path} does not lie in a folder below it",
                "Name the server's LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT, or leave it out to upload the videos.",
            )  # fmt: skip
        folders = self._server.local_folders(self._project)
        if not any(path.is_relative_to(folder) for folder in folders):
            media = Path(os.path.realpath(self._study.media))
            self._server.add_local_folder(self._project, media if path.is_relative_to(media) else path.parent)
        return f"/data/local-files/?d={quote(path.relative_to(root).as_posix())}"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
