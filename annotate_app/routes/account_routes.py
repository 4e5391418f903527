"""The route by which an account of an organisation, which Streamlit signed in, comes into the study."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annotate_app.access import SignInLimiter, brake_keys, is_own_page
from annotate_app.routes import entry_answers as answers
from annotate_app.routes.request_body import read_form
from annotate_app.served_study import ServedStudy


class AccountRoutes:
    """Accounts."""

    def __init__(self, served: ServedStudy, wrong: SignInLimiter) -> None:
        self._served, self._wrong = served, wrong

    def routes(self) -> list[Route]:
        """Return them for Starlette."""
        return [Route("/sign-in/account", self.redeem, methods=["POST"])]

    async def redeem(self, request: Request) -> Response:
        """Turn the ticket that the page was given into a sign-in."""
        if not is_own_page(request):
            return answers.foreign_form()
        fields = await read_form(request)
        if fields is None:
            return answers.too_long()
        return await run_in_threadpool(self._redeem, request, fields.get("ticket", ""))

    def _redeem(self, request: Request, ticket: str) -> Response:
        keys = brake_keys(request.client.host if request.client else "")
        if self._wrong.must_wait(*keys):
            return answers.back_to_sign_in("wait")
        email = self._served.tickets.redeem(ticket)
        if not email:
            self._wrong.add(*keys)
            return answers.back_to_sign_in("ticket")
        found, value = self._served.sign_ins.by_account(email)
        if found.state != "open":
            return answers.back_to_sign_in(answers.PROBLEMS.get(found.state, "ticket"))
        self._served.sign_ins.end(request.cookies)
        return answers.admitted(request, self._served.sign_ins.cookies, value)
