"""The route that takes ratings."""

from __future__ import annotations

import json
import logging
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from annotate_app.access import is_own_page
from annotate_app.own_claims import own_claims
from annotate_app.rating_submission import SubmissionRejected, submit_rating
from annotate_app.routes.request_body import read_body
from annotate_app.served_study import ServedStudy
from referee_calib.errors import RatingError, StudyError
from referee_calib.study import AddResult

SIGN_IN = "Sign in first, please. The rating waits in your browser."
_LOG = logging.getLogger(__name__)


class RatingRoutes:
    """Ratings, of those who are signed in."""

    def __init__(self, served: ServedStudy) -> None:
        self._served = served

    def routes(self) -> list[Route]:
        """Return them for Starlette."""
        return [
            Route("/api/rating", self.rating, methods=["POST"]),
            Route("/api/claims", self.claims, methods=["GET"]),
        ]

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
        part = await run_in_threadpool(self._part, request)
        if part is None:
            return PlainTextResponse("Sign in first.", 401)
        # as ASCII: half a surrogate in a model's text is no UTF-8
        return Response(json.dumps(part), headers={"Cache-Control": "no-store"}, media_type="application/json")

    def _part(self, request: Request) -> dict[str, Any] | None:
        with self._served.study.view():
            rater = self._served.rater(request.cookies)
            return None if rater is None else own_claims(self._served, rater, request.query_params)

    async def _rate(self, request: Request) -> AddResult:
        if not is_own_page(request):
            raise SubmissionRejected(403, "This rating comes from another page.")
        body = await read_body(request)
        # one turn in a thread, over one connection: each more would wait behind everybody else's
        return await run_in_threadpool(self._submit, request, body)

    def _submit(self, request: Request, body: bytes | None) -> AddResult:
        """Store it for whoever is signed in now: access may have been withdrawn while the body was on its way."""
        with self._served.study.view():
            rater = self._served.rater(request.cookies)
            if rater is None:
                raise SubmissionRejected(401, SIGN_IN)
            return submit_rating(self._served, rater, self._decoded(request, body))

    @staticmethod
    def _decoded(request: Request, body: bytes | None) -> Any:
        if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            raise SubmissionRejected(415, "A rating is sent as JSON.")
        if body is None:
            raise SubmissionRejected(413, "The rating is too large.")
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:  # ValueError covers bad JSON and bad UTF-8
            raise SubmissionRejected(400, "The rating could not be read.") from error
