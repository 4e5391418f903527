"""A real Label Studio server, on SQLite and this machine's own address, for as long as the tests need it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from helpers_real_servers import free_port, running

TOKEN = "0123456789abcdef0123456789abcdef01234567"
EMAIL, PASSWORD = "admin@example.org", "an admin password"


class RealServer(NamedTuple):
    """Its address, and the folder that it may show files of."""

    url: str
    files: Path


@pytest.fixture(scope="session")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A server with an empty database; the first start makes its tables and takes a minute or two."""
    folder = tmp_path_factory.mktemp("label_studio")
    files, port = folder / "files", free_port()
    files.mkdir()
    environment = {
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder / "data"),
        "LABEL_STUDIO_USERNAME": EMAIL,
        "LABEL_STUDIO_PASSWORD": PASSWORD,
        "LABEL_STUDIO_USER_TOKEN": TOKEN,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "false",
        "LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED": "true",
        "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT": str(files),
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
    }
    program = Path(sys.executable).with_name("label-studio")
    command = [program, "start", "--init", "--no-browser", "--port", port, "--internal-host", "127.0.0.1"]
    with running(command, f"http://127.0.0.1:{port}/health", folder / "log", environment):
        yield RealServer(f"http://127.0.0.1:{port}", files)
