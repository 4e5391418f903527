"""The app's own HTTP routes beside Streamlit: signing in and out, the videos, the ratings."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from annotate_app.access import SignInLimiter
from annotate_app.routes.account_routes import AccountRoutes
from annotate_app.routes.panel_routes import PanelRoutes
from annotate_app.routes.rating_routes import RatingRoutes
from annotate_app.routes.script_routes import script_routes
from annotate_app.routes.sign_in_routes import SignInRoutes
from annotate_app.routes.video_routes import VideoRoutes
from annotate_app.served_study import ServedStudy

_LOG = logging.getLogger(__name__)


class AppRoutes:
    """The routes of one study."""

    def __init__(self, served: ServedStudy, wrong: SignInLimiter | None = None) -> None:
        self._served, self._wrong = served, wrong or SignInLimiter()

    def routes(self) -> list[Route]:
        """Return them for Starlette."""
        served, wrong = self._served, self._wrong
        people = (SignInRoutes(served, wrong), AccountRoutes(served, wrong), PanelRoutes(served, wrong))
        parts = (*people, VideoRoutes(served), RatingRoutes(served))
        return [*script_routes(), *(route for part in parts for route in part.routes())]


async def unavailable(_request: Request, error: Exception) -> Response:
    """Answer for a study that cannot be read or written just now; what is wrong is for the log only."""
    _LOG.error("request not answered: %s", error)
    return PlainTextResponse("The study cannot be read just now. Try again in a minute.", 503)
