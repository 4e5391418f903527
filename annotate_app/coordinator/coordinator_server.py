"""Start the coordinator's pages: a process and a port of their own, which the raters' server knows nothing of."""

from __future__ import annotations

import os
import threading
import webbrowser
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate_app.coordinator.coordinator_access import make_token
from annotate_app.process_resources import freed_memory_returned
from annotate_app.server import browser_url, run_server
from referee_calib.errors import MissingExtra, StudyError

if TYPE_CHECKING:
    from streamlit import App

    from annotate_app.access import FrontDoor

__all__ = [
    "SCRIPT",
    "address_of",
    "front_door_of",
    "link_of",
    "make_coordinator_app",
    "make_token",
    "serve_coordinator",
]

SCRIPT = Path(__file__).with_name("coordinator_script.py")
DEFAULT_PORT = 8502


def serve_coordinator(study: Path, door: FrontDoor, port: int = DEFAULT_PORT, *, opened: str = "") -> None:
    """Serve the coordinator's pages until Ctrl-C; the address `opened` is shown in a browser once they are up.

    `door` says how people reach them. Raises MissingExtra, StudyError and InputError as
    :func:`annotate_app.server.serve`.
    """
    options = {"server.corsAllowedOrigins": [door.public_origin]} if door.public_origin else {}
    run_server(make_coordinator_app(study, door, opened=opened), door.host, port, options)


def make_coordinator_app(study: Path, door: FrontDoor | None = None, *, opened: str = "") -> App:
    """Return the ASGI application. Raises MissingExtra, StudyError as above."""
    try:
        from streamlit import App
    except ImportError as error:
        raise MissingExtra("the coordinator's pages", "app") from error
    from starlette.middleware import Middleware

    from annotate_app.access import FrontDoor, RequestGuard, mask_persons
    from annotate_app.coordinator.coordinated_study import STUDY_VARIABLE, open_coordinated_study
    from annotate_app.coordinator.coordinator_gate import CoordinatorGate
    from annotate_app.coordinator.coordinator_routes import CoordinatorRoutes
    from annotate_app.routes import unavailable

    import_module("annotate_app.coordinator.charts")  # with pandas: two pages at once would meet it half imported
    import_module("annotate_app.coordinator.page_parts")
    folder = study.resolve()
    os.environ[STUDY_VARIABLE] = str(folder)
    coordinated = open_coordinated_study(folder)

    @asynccontextmanager
    async def started(_app: App) -> AsyncIterator[dict[str, Any]]:
        mask_persons()
        if opened:
            threading.Timer(0.5, webbrowser.open, [opened]).start()
        async with freed_memory_returned():
            yield {}

    guard = Middleware(RequestGuard, door=door or FrontDoor())
    return App(
        SCRIPT,
        routes=CoordinatorRoutes(coordinated).routes(),
        middleware=[guard, Middleware(CoordinatorGate, access=coordinated.access)],
        lifespan=started,
        exception_handlers={StudyError: unavailable},
    )


def front_door_of(host: str, public_url: str = "", trusted_proxies: Sequence[str] = ()) -> FrontDoor:
    """Return how coordinators reach the pages; nobody may show them within a page of theirs."""
    from annotate_app.access import FrontDoor

    return FrontDoor(host, public_url.rstrip("/"), tuple(trusted_proxies))


def address_of(door: FrontDoor, port: int) -> str:
    """Return the address of the pages."""
    return f"{door.public_url}/" if door.public_url else browser_url(door.host, port)


def link_of(token: str, door: FrontDoor, port: int) -> str:
    """Return the link that signs in with a token."""
    return f"{address_of(door, port)}c/{token}"
