"""The routes by which people come in whom a panel sends, such as Prolific."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annotate_app.access import SignInLimiter, brake_keys, is_own_page
from annotate_app.routes import entry_answers as answers
from annotate_app.routes.request_body import read_form
from annotate_app.served_study import ServedStudy
from referee_calib.study import people

_MAX_VALUE = 64


class PanelRoutes:
    """The entry link of a panel; its parameters say who comes."""

    def __init__(self, served: ServedStudy, wrong: SignInLimiter) -> None:
        self._served, self._wrong = served, wrong

    def routes(self) -> list[Route]:
        """Return them for Starlette."""
        return [
            Route("/p/{token}", self.arrive, methods=["GET"]),
            Route("/p/{token}", self.enter, methods=["POST"]),
        ]

    async def arrive(self, request: Request) -> Response:
        """Show where they have come to; looking at it makes no rater."""
        return await run_in_threadpool(self._arrive, request, request.path_params["token"])

    async def enter(self, request: Request) -> Response:
        """Sign in; a sign-in of theirs on another device ends only when they say so."""
        if not is_own_page(request):
            return answers.foreign_form()
        fields = await read_form(request)
        if fields is None:
            return answers.too_long()
        return await run_in_threadpool(self._enter, request, request.path_params["token"], fields)

    def _arrive(self, request: Request, token: str) -> Response:
        if self._must_wait(request, token):
            return answers.back_to_sign_in("wait")
        found = people.credential_of(self._served.study, token)
        if found.panel not in people.PANELS or found.state not in ("open", "used up"):
            return self._refuse(request, token, answers.PROBLEMS.get(found.state, "link"))
        fields = _ids(people.PANELS[found.panel], dict(request.query_params))
        if not all(fields.values()):
            return self._refuse(request, token, "panel")
        return answers.ask(self._served, "", leaving=self._leaving(request, found.panel), fields=fields)

    def _enter(self, request: Request, token: str, fields: dict[str, str]) -> Response:
        if self._must_wait(request, token):
            return answers.back_to_sign_in("wait")
        move = fields.get("move") == "yes"
        sign_ins = self._served.sign_ins
        found, value = sign_ins.by_panel(token, fields, request.cookies, move=move)
        if found.state == "elsewhere":
            carried = {**_ids(people.PANELS[found.panel], fields), "move": "yes"}
            return answers.ask(self._served, found.rater, fields=carried, elsewhere=True)
        if found.state != "open":
            return self._refuse(request, token, answers.PROBLEMS.get(found.state, "link"))
        sign_ins.end(request.cookies)
        return answers.admitted(request, sign_ins.cookies, value)

    def _leaving(self, request: Request, panel: str) -> str:
        current = self._served.sign_ins.current(request.cookies)
        return current.rater if current is not None and current.open and current.way != panel else ""

    def _must_wait(self, request: Request, token: str) -> bool:
        return self._wrong.must_wait(*self._keys(request, token))

    def _refuse(self, request: Request, token: str, problem: str) -> Response:
        self._wrong.add(*self._keys(request, token))
        return answers.back_to_sign_in(problem)

    @staticmethod
    def _keys(request: Request, token: str) -> tuple[str, ...]:
        # by address alone: everybody of a panel comes with the same token
        return brake_keys(request.client.host if request.client else "", token)[:1]


def _ids(panel: people.Panel, fields: dict[str, str]) -> dict[str, str]:
    names = (panel.person, panel.study, panel.submission)
    return {name: fields.get(name, "")[: _MAX_VALUE + 1] for name in names if name}
