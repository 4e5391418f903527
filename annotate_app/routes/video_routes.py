"""The routes that send a claim's video, its frames and when they are shown."""

from __future__ import annotations

import logging
import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from annotate_app.frame_service import FrameService
from annotate_app.onboarding.markdown_text import PICTURE_NAME, PICTURES
from annotate_app.routes.frame_number import NUMBER
from annotate_app.served_study import ServedStudy
from referee_calib.errors import StudyError, VideoError
from referee_calib.study import ONBOARDING_FOLDER

VIDEO_HEADERS = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
_LOG = logging.getLogger(__name__)
Found = TypeVar("Found")


class VideoFile(FileResponse):
    """A file that is sent in large parts: each one costs a turn in a thread and a way through all that answers pass."""

    chunk_size = 256 * 1024


class VideoRoutes:
    """Videos, for those who are signed in."""

    def __init__(self, served: ServedStudy) -> None:
        self._served = served
        self._frames = FrameService(served.study)

    def routes(self) -> list[Route]:
        """Return them for Starlette."""
        return [
            Route("/v/{claim}", self.video, methods=["GET"]),
            Route("/v/{claim}/times", self.frame_times, methods=["GET"]),
            Route(f"/v/{{claim}}/frame/{{number:{NUMBER}}}", self.frame, methods=["GET"]),
            Route("/onboarding/{name}", self.picture, methods=["GET"]),
        ]

    async def video(self, request: Request) -> Response:
        """Send a video of the rater's claims, as a browser plays it; FileResponse answers Range requests."""
        path = await run_in_threadpool(self._of_own_video, request, self._served.played_path)
        if isinstance(path, Response):
            return path
        if not path.is_file():
            return PlainTextResponse("The video's file is missing.", 404)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return VideoFile(path, media_type=kind, headers=VIDEO_HEADERS)

    async def frame_times(self, request: Request) -> Response:
        """Send when every frame of a video is shown."""
        try:
            table = await run_in_threadpool(self._of_own_video, request, self._frames.times)
        except VideoError as error:
            _LOG.warning("frame times not sent: %s", error)
            return PlainTextResponse("This video cannot be opened.", 404)
        return table if isinstance(table, Response) else JSONResponse(table, headers=VIDEO_HEADERS)

    async def frame(self, request: Request) -> Response:
        """Send one frame, the picture that a referee is shown."""
        number = request.path_params["number"]
        try:
            picture = await run_in_threadpool(
                self._of_own_video, request, lambda video: self._frames.picture(video, number)
            )
        except VideoError as error:
            _LOG.warning("frame not sent: %s", error)
            return PlainTextResponse("This frame cannot be shown.", 404)
        if isinstance(picture, Response):
            return picture
        return Response(picture, media_type="image/jpeg", headers=VIDEO_HEADERS)

    async def picture(self, request: Request) -> Response:
        """Send a picture that the study's consent or instructions show."""
        if await run_in_threadpool(self._served.rater, request.cookies) is None:
            return PlainTextResponse("Sign in first.", 401)
        name = request.path_params["name"]
        folder = self._served.study.folder / ONBOARDING_FOLDER
        path = folder / name
        if not PICTURE_NAME.fullmatch(name) or not await run_in_threadpool(_is_within, path, folder):
            return PlainTextResponse("There is no such picture.", 404)
        return FileResponse(path, media_type=PICTURES[path.suffix.lower()], headers=VIDEO_HEADERS)

    def _of_own_video(self, request: Request, read: Callable[[str], Found]) -> Found | Response:
        """Return what is read of the video of a claim, or the answer to somebody whom it is not for."""
        with self._served.study.view():
            rater = self._served.rater(request.cookies)
            if rater is None:
                return PlainTextResponse("Sign in first.", 401)
            try:
                video = self._served.video_of(rater, request.path_params["claim"])
            except StudyError:
                return PlainTextResponse("There is no such video for you.", 404)
        return read(video)


def _is_within(path: Path, folder: Path) -> bool:
    """Tell whether a file lies in a folder, and is no link to one that lies elsewhere."""
    return path.is_file() and path.resolve().is_relative_to(folder.resolve())
