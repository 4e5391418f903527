"""Start the annotation app: Streamlit and the app's own routes in one process, on one port."""

from __future__ import annotations

import gc
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate_app.process_resources import allow_many_files, freed_memory_returned, share_freed_memory
from referee_calib.errors import InputError, MissingExtra, StudyError

if TYPE_CHECKING:
    from streamlit import App

    from annotate_app.access import FrontDoor

SCRIPT = Path(__file__).with_name("app.py")

TURN_SECONDS = 0.0005  # of Python per thread while others wait; by default they wait ten times as long

# Streamlit's options; they win over every config file a person may have.
OPTIONS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "runner.postScriptGC": False,  # a full collection after every rerun costs seconds when many people rate
    "runner.magicEnabled": False,
    "server.headless": True,  # no e-mail prompt; the browser is opened here
    "server.fileWatcherType": "none",
    "server.enableStaticServing": False,
    "server.maxUploadSize": 1,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "ui.hideTopBar": True,
    "theme.light.primaryColor": "#1f5fbf",
    "theme.light.backgroundColor": "#fbfbf9",
    "theme.light.secondaryBackgroundColor": "#eff1f3",
    "theme.light.textColor": "#1a222c",
    "theme.light.borderColor": "#d5dae0",
    "theme.dark.primaryColor": "#3a70cc",
    "theme.dark.backgroundColor": "#12161b",
    "theme.dark.secondaryBackgroundColor": "#1d232b",
    "theme.dark.textColor": "#e8ebee",
    "theme.dark.borderColor": "#39424d",
    "theme.baseRadius": "8px",
}


def serve(
    study: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8501,
    open_browser: bool = True,
    public_url: str = "",
    trusted_proxies: Sequence[str] = (),
) -> None:
    """Serve a study to its raters until Ctrl-C, which is a KeyboardInterrupt once the connections are closed.

    A host other than this machine's own lets others on the network reach the sign-in page. `public_url` and
    `trusted_proxies` say how people reach it behind a proxy; by default ``study.toml`` says so.

    Raises MissingExtra when Streamlit is not installed, StudyError when the folder is no study, cannot be written, or
    has no claims to rate, and InputError when the address cannot be listened at.
    """
    door = front_door(study, host, public_url, trusted_proxies)
    opened = browser_url(host, port) if open_browser else ""
    options = {"server.corsAllowedOrigins": [door.public_origin]} if door.public_origin else {}
    run_server(make_app(study, door, port, opened=opened), host, port, options)


def run_server(app: Any, host: str, port: int, options: Mapping[str, Any] | None = None) -> None:
    """Serve an ASGI application that holds Streamlit, at one address, until Ctrl-C; `options` win over `OPTIONS`."""
    _set_options({**OPTIONS, **(options or {}), "server.address": host, "server.port": port})
    listener = listen(host, port)
    sys.setswitchinterval(TURN_SECONDS)
    share_freed_memory()
    allow_many_files()
    import uvicorn

    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # it believes anybody's word on this machine; RequestGuard knows the stated proxies
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    with listener:
        uvicorn.Server(config).run(sockets=[listener])


def front_door(study: Path, host: str, public_url: str = "", trusted_proxies: Sequence[str] = ()) -> FrontDoor:
    """Return how people reach the server: as it is stated here, or else in ``study.toml``."""
    from annotate_app.access import FrontDoor
    from referee_calib.study import read_config

    people = read_config(study).people
    url = public_url or people.public_url
    return FrontDoor(host, url.rstrip("/"), trusted_proxies or people.trusted_proxies, people.frame_ancestors)


def make_app(study: Path, door: FrontDoor | None = None, port: int = 8501, *, opened: str = "") -> App:
    """Return the ASGI application for a study, which shows the address `opened` in a browser once it has started.

    Raises MissingExtra, StudyError as :func:`serve`.
    """
    try:
        from streamlit import App
    except ImportError as error:
        raise MissingExtra("the annotation app", "app") from error
    from starlette.middleware import Middleware

    from annotate_app.access import RequestGuard, account_secrets, mask_persons, secret_of
    from annotate_app.routes import AppRoutes, unavailable
    from annotate_app.served_study import STUDY_VARIABLE, open_served_study

    folder = study.resolve()
    os.environ[STUDY_VARIABLE] = str(folder)
    served = open_served_study(folder)
    door = door or front_door(folder, "127.0.0.1")
    url = door.public_url or browser_url(door.host, port)

    @asynccontextmanager
    async def started(_app: App) -> AsyncIterator[dict[str, Any]]:
        mask_persons()
        gc.collect()
        gc.freeze()  # what is loaded by now stays: collections that go through all of it would make everybody wait
        if opened:
            threading.Timer(0.5, webbrowser.open, [opened]).start()
        async with freed_memory_returned():
            yield {}

    return App(
        SCRIPT,
        secrets=account_secrets(served.study.config, secret_of(folder), url),
        routes=AppRoutes(served).routes(),
        middleware=[Middleware(RequestGuard, door=door)],
        lifespan=started,
        exception_handlers={StudyError: unavailable},
    )


def listen(host: str, port: int) -> socket.socket:
    """Take a port, so that a busy one is said before anything starts."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise InputError(f"address {host}", error.strerror or str(error)) from error
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise InputError(
            f"{host} port {port}",
            f"the app cannot listen there ({error.strerror or error})",
            f"Choose another one: --port {port % 65_535 + 1}",
        ) from error
    return listener


def browser_url(host: str, port: int) -> str:
    """Return the address that a browser on this machine opens."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104  only to name them
    return f"http://{shown}:{port}/"


def _set_options(options: dict[str, Any]) -> None:
    from streamlit import config

    known = config.get_config_options()
    for option, value in options.items():
        if option in known:  # a few are younger than the oldest Streamlit this works with
            config.set_option(option, value)
