"""The routes by which people come in with a personal link or code, and go out again."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from annotate_app.access import SignInLimiter, brake_keys, is_followed, is_own_page
from annotate_app.routes import entry_answers as answers
from annotate_app.routes.request_body import read_form
from annotate_app.served_study import ServedStudy
from referee_calib.study import people

MAX_CODE = 200


class SignInRoutes:
    """Personal links, typed codes, and signing out."""

    def __init__(self, served: ServedStudy, wrong: SignInLimiter) -> None:
        self._served, self._wrong, self._sign_ins = served, wrong, served.sign_ins

    def routes(self) -> list[Route]:
        """Return them for Starlette."""
        return [
            Route("/i/{code}", self.follow_link, methods=["GET"]),
            Route("/i/{code}", self.confirm_link, methods=["POST"]),
            Route("/sign-in", self.type_code, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
        ]

    async def follow_link(self, request: Request) -> Response:
        """Sign in by a personal link; the code leaves the address bar.

        A link whose uses are counted asks first, for programs follow links, too, to show what is behind them.
        """
        return await run_in_threadpool(self._follow, request, request.path_params["code"])

    async def confirm_link(self, request: Request) -> Response:
        """Sign in by a personal link that asked first."""
        if not is_own_page(request):
            return answers.foreign_form()
        fields = await read_form(request)
        if fields is None:
            return answers.too_long()
        return await run_in_threadpool(self._enter, request, request.path_params["code"], fields, "link")

    async def type_code(self, request: Request) -> Response:
        """Sign in by a typed code."""
        if not is_own_page(request):
            return answers.foreign_form()
        fields = await read_form(request)
        if fields is None:
            return answers.too_long()
        return await run_in_threadpool(self._enter, request, fields.get("code", ""), fields, "code")

    async def sign_out(self, request: Request) -> Response:
        """End the sign-in on the server, and take the cookie from the browser."""
        if not is_own_page(request):
            return answers.foreign_form()
        current = await run_in_threadpool(self._sign_ins.current, request.cookies)
        await run_in_threadpool(self._sign_ins.end, request.cookies)
        by_account = current is not None and current.way == "account"
        answer = RedirectResponse("/auth/logout" if by_account else "/", 303)  # Streamlit's own, for its cookie
        self._sign_ins.cookies.remove(answer)
        return answer

    def _follow(self, request: Request, code: str) -> Response:
        refused = self._refusal(request, code, "link")
        if refused is not None:
            return refused
        found = people.credential_of(self._served.study, code[:MAX_CODE])
        current = self._sign_ins.rater(request.cookies)
        if current == found.rater:
            return answers.go_on()
        if not is_followed(request) or found.counted or current is not None:
            return answers.ask(self._served, found.rater, leaving=current or "")
        return self._admit(request, code, "link")

    def _enter(self, request: Request, code: str, fields: dict[str, str], way: str) -> Response:
        refused = self._refusal(request, code, way)
        if refused is not None:
            return refused
        found = people.credential_of(self._served.study, code[:MAX_CODE])
        current = self._sign_ins.rater(request.cookies)
        if current not in (None, found.rater, fields.get("leaving")):
            carried = {"code": code} if way == "code" else {}
            return answers.ask(self._served, found.rater, leaving=str(current), fields=carried)
        return self._admit(request, code, way)

    def _refusal(self, request: Request, code: str, way: str) -> Response | None:
        """Return the answer to somebody whom the code does not let in; looking at it uses nothing up."""
        keys = brake_keys(request.client.host if request.client else "", code)
        if self._wrong.must_wait(*keys):
            return answers.back_to_sign_in("wait")
        found = people.credential_of(self._served.study, code[:MAX_CODE])
        if found.state == "open" and not found.panel:
            return None
        if found.rater and self._sign_ins.rater(request.cookies) == found.rater:
            return answers.go_on()  # a used link, in the browser that used it
        self._wrong.add(*keys)
        return answers.back_to_sign_in(answers.PROBLEMS.get(found.state, way))

    def _admit(self, request: Request, code: str, way: str) -> Response:
        found, value = self._sign_ins.by_token(code[:MAX_CODE])
        if found.state != "open":  # somebody else was quicker
            return answers.back_to_sign_in(answers.PROBLEMS.get(found.state, way))
        self._sign_ins.end(request.cookies)
        return answers.admitted(request, self._sign_ins.cookies, value)
