"""The coordinator's own HTTP routes beside Streamlit: signing in and out, pictures, videos, and files to take away."""

from __future__ import annotations

import logging
import mimetypes
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from annotate_app.access import SignInLimiter, brake_keys, is_own_page, is_secure
from annotate_app.coordinator.claim_picture import claim_picture
from annotate_app.coordinator.coordinated_study import SIGN_OUT, CoordinatedStudy
from annotate_app.coordinator.coordinator_access import MAX_TOKEN, SESSION_SECONDS
from annotate_app.coordinator.sign_in_page import POLICY, sign_in_page
from annotate_app.routes.frame_number import NUMBER
from annotate_app.routes.request_body import read_form
from referee_calib.dataset_export import coordinator_table
from referee_calib.errors import InputError, MissingExtra, StudyError, VideoError
from referee_calib.study import checked_coordinator, playable_copy_of, record_audit

NO_STORE = {"Cache-Control": "no-store"}
PRIVATE = {"Cache-Control": "private, max-age=3600"}
_KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet"}
_LOG = logging.getLogger(__name__)


class CoordinatorRoutes:
    """The routes of one study. The gate before them lets strangers in to the first four alone."""

    def __init__(self, coordinated: CoordinatedStudy, wrong: SignInLimiter | None = None) -> None:
        self._coordinated, self._access = coordinated, coordinated.access
        self._wrong = wrong or SignInLimiter()

    def routes(self) -> list[Route]:
        """Return them for Starlette."""
        return [
            Route("/c/{token}", self.link, methods=["GET"]),
            Route("/sign-in", self.sign_in_form, methods=["GET"]),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route(f"/picture/{{claim}}/{{number:{NUMBER}}}", self.picture, methods=["GET"]),
            Route("/video/{claim}", self.video, methods=["GET"]),
            Route("/export/{table}.{kind}", self.export, methods=["GET"]),
        ]

    async def link(self, request: Request) -> Response:
        """Take the token of a link out of the address bar and ask for a name; the link stays valid."""
        if not await self._is_token(request, request.path_params["token"]):
            return _back("token" if not self._must_wait(request) else "wait")
        return self._with_cookie(request, RedirectResponse("/sign-in", 303, NO_STORE), "")

    async def sign_in_form(self, request: Request) -> Response:
        """Show the sign-in."""
        known = await self._name(request)
        page = sign_in_page(
            self._coordinated.name, request.query_params.get("problem", ""), token_known=known is not None
        )
        return HTMLResponse(page, headers={**NO_STORE, "Content-Security-Policy": POLICY})

    async def sign_in(self, request: Request) -> Response:
        """Sign in by token and name, or by name after a link."""
        if not is_own_page(request):
            return PlainTextResponse("This form belongs to another page.", 403)
        fields = await read_form(request)
        if fields is None:
            return PlainTextResponse("That is too long for a token and a name.", 413)
        if "token" in fields or await self._name(request) is None:
            if self._must_wait(request):
                return _back("wait")
            if not await self._is_token(request, fields.get("token", "")):
                return _back("token")
        try:
            name = checked_coordinator(fields.get("name", ""))
        except InputError:
            return self._with_cookie(request, _back("name"), "")
        await run_in_threadpool(record_audit, self._coordinated.study, f"coordinator {name}", "sign in", name)
        return self._with_cookie(request, RedirectResponse("/", 303, NO_STORE), name)

    async def sign_out(self, request: Request) -> Response:
        """End the session on the server, and take the cookie from the browser."""
        if not is_own_page(request):
            return PlainTextResponse("This form belongs to another page.", 403)
        name, session = await self._name(request), await run_in_threadpool(self._access.end, request.cookies)
        if name:
            study = self._coordinated.study
            await run_in_threadpool(record_audit, study, f"coordinator {name}", SIGN_OUT, name, session=session)
        answer = RedirectResponse("/sign-in", 303, NO_STORE)
        answer.delete_cookie(self._access.cookie, httponly=True, samesite="strict")
        return answer

    async def picture(self, request: Request) -> Response:
        """Send the frame of one moment of a claim with its boxes drawn."""
        study, frames = self._coordinated.study, self._coordinated.frames
        try:
            claim = (await run_in_threadpool(study.claims, [request.path_params["claim"]]))[0]
            number = request.path_params["number"]
            picture = await run_in_threadpool(claim_picture, study, frames, claim, number)
        except (StudyError, VideoError) as error:
            _LOG.warning("picture not sent: %s", error)
            return PlainTextResponse("This frame cannot be shown.", 404)
        return Response(picture, media_type="image/jpeg", headers=PRIVATE)

    async def video(self, request: Request) -> Response:
        """Send a claim's video, as a browser plays it; FileResponse answers Range requests."""
        study = self._coordinated.study
        try:
            claim = (await run_in_threadpool(study.claims, [request.path_params["claim"]]))[0]
            original = study.media_path(claim.video)
        except StudyError:
            return PlainTextResponse("There is no such video.", 404)
        path = await run_in_threadpool(playable_copy_of, study.folder, original) or original
        if not path.is_file():
            return PlainTextResponse("The video's file is missing.", 404)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return FileResponse(path, media_type=kind, headers=PRIVATE)

    async def export(self, request: Request) -> Response:
        """Send a table as a file, and note in the audit trail who took it."""
        name, kind = request.path_params["table"], request.path_params["kind"]
        pseudonymous = request.query_params.get("pseudonyms") == "1"
        study, who = self._coordinated.study, await self._name(request)
        try:
            table = await run_in_threadpool(coordinator_table, study, name, pseudonymous=pseudonymous)
            content = await run_in_threadpool(table.packed, kind)
        except InputError:
            return PlainTextResponse("There is no such file.", 404)
        except MissingExtra as error:
            return PlainTextResponse(str(error), 501)
        await run_in_threadpool(
            record_audit, study, f"coordinator {who}", "export", f"{name}.{kind}", pseudonymous=pseudonymous
        )
        headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}.{kind}"'}
        return Response(content, media_type=_KINDS[kind], headers=headers)

    async def _name(self, request: Request) -> str | None:
        return await run_in_threadpool(self._access.read, request.cookies)

    async def _is_token(self, request: Request, token: str) -> bool:
        if self._must_wait(request) or not token:
            return False
        if await run_in_threadpool(self._access.admits, token[:MAX_TOKEN]):
            return True
        self._wrong.add(*brake_keys(_address(request)))
        return False

    def _must_wait(self, request: Request) -> bool:
        return self._wrong.must_wait(*brake_keys(_address(request)))

    def _with_cookie(self, request: Request, answer: Response, name: str) -> Response:
        answer.set_cookie(
            self._access.cookie,
            self._access.issue(name),
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="lax" if not name else "strict",
            secure=is_secure(request),
        )
        return answer


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _back(problem: str) -> Response:
    return RedirectResponse(f"/sign-in?{urlencode({'problem': problem})}", 303, NO_STORE)
