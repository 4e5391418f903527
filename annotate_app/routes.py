"""The app's own HTTP routes beside Streamlit: signing in and out, the videos, the ratings."""

from __future__ import annotations

import json
import logging
import mimetypes
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from annotate_app.access import SIGN_IN_SECONDS, SignInLimiter, from_own_page
from annotate_app.frame_service import FrameService
from annotate_app.onboarding.markdown_text import PICTURE_NAME, PICTURES
from annotate_app.own_claims import own_claims
from annotate_app.rating_submission import SubmissionRejected, submit_rating
from annotate_app.served_study import ServedStudy
from referee_calib.errors import RatingError, StudyError, VideoError
from referee_calib.study import AddResult
from referee_calib.study.onboarding import FOLDER

MAX_BODY = 32 * 1024
VIDEO_HEADERS = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
_LOG = logging.getLogger(__name__)


class AppRoutes:
    """The routes of one study."""

    def __init__(self, served: ServedStudy, wrong: SignInLimiter | None = None) -> None:
        self._served = served
        self._wrong = wrong or SignInLimiter()
        self._frames = FrameService(served.study)

    def routes(self) -> list[Route]:
        """Return them for Starlette."""
        return [
            Route("/i/{code}", self.invitation, methods=["GET"]),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route("/v/{claim}", self.video, methods=["GET"]),
            Route("/v/{claim}/times", self.frame_times, methods=["GET"]),
            Route("/v/{claim}/frame/{number:int}", self.frame, methods=["GET"]),
            Route("/onboarding/{name}", self.picture, methods=["GET"]),
            Route("/api/rating", self.rating, methods=["POST"]),
            Route("/api/claims", self.claims, methods=["GET"]),
        ]

    async def invitation(self, request: Request) -> Response:
        """Sign in by a personal link; the code leaves the address bar, and nothing is used up."""
        return await self._admit(request, request.path_params["code"], "link")

    async def sign_in(self, request: Request) -> Response:
        """Sign in by a typed code."""
        if not from_own_page(request.headers):
            return PlainTextResponse("This form belongs to another page.", 403)
        body = await _body(request)
        if body is None:
            return PlainTextResponse("That is too long for a code.", 413)
        fields = parse_qs(body.decode("utf-8", "replace"))
        return await self._admit(request, fields.get("code", [""])[0], "code")

    async def sign_out(self, request: Request) -> Response:
        """Forget who is signed in."""
        if not from_own_page(request.headers):
            return PlainTextResponse("This form belongs to another page.", 403)
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(self._served.cookies.name, httponly=True, samesite="lax")
        return answer

    async def video(self, request: Request) -> Response:
        """Send a video of the rater's claims, as a browser plays it; FileResponse answers Range requests."""
        video = await self._own_video(request)
        if isinstance(video, Response):
            return video
        path = await run_in_threadpool(self._served.played_path, video)
        if not path.is_file():
            return PlainTextResponse("The video's file is missing.", 404)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return FileResponse(path, media_type=kind, headers=VIDEO_HEADERS)

    async def frame_times(self, request: Request) -> Response:
        """Send when every frame of a video is shown."""
        video = await self._own_video(request)
        if isinstance(video, Response):
            return video
        try:
            table = await run_in_threadpool(self._frames.times, video)
        except VideoError as error:
            _LOG.warning("frame times not sent: %s", error)
            return PlainTextResponse("This video cannot be opened.", 404)
        return JSONResponse(table, headers=VIDEO_HEADERS)

    async def frame(self, request: Request) -> Response:
        """Send one frame, the picture that a referee is shown."""
        video = await self._own_video(request)
        if isinstance(video, Response):
            return video
        try:
            picture = await run_in_threadpool(self._frames.picture, video, request.path_params["number"])
        except VideoError as error:
            _LOG.warning("frame not sent: %s", error)
            return PlainTextResponse("This frame cannot be shown.", 404)
        return Response(picture, media_type="image/jpeg", headers=VIDEO_HEADERS)

    async def picture(self, request: Request) -> Response:
        """Send a picture that the study's consent or instructions show."""
        if await self._who(request) is None:
            return PlainTextResponse("Sign in first.", 401)
        name = request.path_params["name"]
        path = self._served.study.folder / FOLDER / name
        if not PICTURE_NAME.fullmatch(name) or not await run_in_threadpool(path.is_file):
            return PlainTextResponse("There is no such picture.", 404)
        return FileResponse(path, media_type=PICTURES[path.suffix.lower()], headers=VIDEO_HEADERS)

    async def _own_video(self, request: Request) -> str | Response:
        """Return the video of a claim, or the answer to somebody whom it is not for."""
        rater = await self._who(request)
        if rater is None:
            return PlainTextResponse("Sign in first.", 401)
        try:
            return await run_in_threadpool(self._served.video_of, rater, request.path_params["claim"])
        except StudyError:
            return PlainTextResponse("There is no such video for you.", 404)

    async def rating(self, request: Request) -> Response:
        """Store a rating; the answer 200 is sent after the commit."""
        try:
            added = await self._rate(request)
        except SubmissionRejected as refused:
            return JSONResponse({"saved": False, "error": refused.why}, refused.status)
        except RatingError as error:
            _LOG.warning("rating refused: %s", error)
            return JSONResponse({"saved": False, "error": "This rating contradicts one that is stored."}, 409)
        except StudyError as error:
            _LOG.error("rating not stored: %s", error)
            return JSONResponse({"saved": False, "error": "The study cannot be written just now."}, 503)
        return JSONResponse({"saved": True, "new": added.new, "known": added.known})

    async def claims(self, request: Request) -> Response:
        """Send part of the list of the rater's own claims."""
        rater = await self._who(request)
        if rater is None:
            return PlainTextResponse("Sign in first.", 401)
        part = await run_in_threadpool(own_claims, self._served, rater, request.query_params)
        return JSONResponse(part, headers={"Cache-Control": "no-store"})

    async def _rate(self, request: Request) -> AddResult:
        if not from_own_page(request.headers):
            raise SubmissionRejected(403, "This rating comes from another page.")
        rater = await self._who(request)
        if rater is None:
            raise SubmissionRejected(401, "Sign in first, please.")
        if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            raise SubmissionRejected(415, "A rating is sent as JSON.")
        body = await _body(request)
        if body is None:
            raise SubmissionRejected(413, "The rating is too large.")
        try:
            decoded = json.loads(body)
        except (ValueError, RecursionError) as error:  # ValueError covers bad JSON and bad UTF-8
            raise SubmissionRejected(400, "The rating could not be read.") from error
        return await run_in_threadpool(submit_rating, self._served, rater, decoded)

    async def _who(self, request: Request) -> str | None:
        return await run_in_threadpool(self._served.rater, request.cookies)

    async def _admit(self, request: Request, code: str, way: str) -> Response:
        address = request.client.host if request.client else ""
        if self._wrong.must_wait(address):
            return _back_to_sign_in("wait")
        rater = await run_in_threadpool(self._served.study.rater_of, code[:200])
        if rater is None:
            self._wrong.add(address)
            return _back_to_sign_in(way)
        answer = RedirectResponse("/", 303, {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})
        answer.set_cookie(
            self._served.cookies.name,
            self._served.cookies.issue(rater),
            max_age=SIGN_IN_SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer


async def unavailable(_request: Request, error: Exception) -> Response:
    """Answer for a study that cannot be read or written just now; what is wrong is for the log only."""
    _LOG.error("request not answered: %s", error)
    return PlainTextResponse("The study cannot be read just now. Try again in a minute.", 503)


def _back_to_sign_in(problem: str) -> Response:
    headers = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
    return RedirectResponse(f"/?{urlencode({'problem': problem})}", 303, headers)


async def _body(request: Request) -> bytes | None:
    """Read the body, None when it is larger than any rating."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > MAX_BODY:
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            return None
    return body
