"""Start the coordinator's pages: a process and a port of their own, which the raters' server knows nothing of."""

from __future__ import annotations

import logging
import os
import threading
import webbrowser
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate_app.coordinator.coordinator_access import make_token
from annotate_app.server import browser_url, run_server
from referee_calib.errors import MissingExtra, StudyError

if TYPE_CHECKING:
    from streamlit import App

    from annotate_app.coordinator.coordinator_gate import CoordinatorGate

__all__ = ["SCRIPT", "address_of", "link_of", "make_coordinator_app", "make_token", "serve_coordinator"]

SCRIPT = Path(__file__).with_name("coordinator_script.py")
DEFAULT_PORT = 8502


def serve_coordinator(
    study: Path, *, host: str = "127.0.0.1", port: int = DEFAULT_PORT, opened: str = "", remote: bool = False
) -> None:
    """Serve the coordinator's pages until Ctrl-C; the address `opened` is shown in a browser once they are up.

    With `remote` they answer under any name of this machine. Raises MissingExtra, StudyError and InputError as
    :func:`annotate_app.server.serve`.
    """
    run_server(make_coordinator_app(study, opened=opened, any_host=remote), host, port)


def make_coordinator_app(study: Path, *, opened: str = "", any_host: bool = False) -> CoordinatorGate:
    """Return the ASGI application, the gate around all of it. Raises MissingExtra, StudyError as above."""
    try:
        from streamlit import App
    except ImportError as error:
        raise MissingExtra("the coordinator's pages", "app") from error
    from annotate_app.coordinator.coordinated_study import STUDY_VARIABLE, open_coordinated_study
    from annotate_app.coordinator.coordinator_gate import LOOPBACK, CoordinatorGate
    from annotate_app.coordinator.coordinator_routes import CoordinatorRoutes
    from annotate_app.routes import unavailable

    folder = study.resolve()
    os.environ[STUDY_VARIABLE] = str(folder)
    coordinated = open_coordinated_study(folder)
    routes = CoordinatorRoutes(coordinated).routes()

    @asynccontextmanager
    async def started(_app: App) -> AsyncIterator[dict[str, Any]]:
        logging.getLogger("uvicorn.access").disabled = True  # it would write the token of a link into the log
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        if opened:
            threading.Timer(0.5, webbrowser.open, [opened]).start()
        yield {}

    app = App(SCRIPT, routes=routes, lifespan=started, exception_handlers={StudyError: unavailable})
    hosts: Iterable[str] = () if any_host else LOOPBACK
    return CoordinatorGate(app, coordinated.access, hosts)


def address_of(host: str, port: int) -> str:
    """Return the address of the pages."""
    return browser_url(host, port)


def link_of(token: str, host: str, port: int) -> str:
    """Return the link that signs in with a token."""
    return f"{browser_url(host, port)}c/{token}"
