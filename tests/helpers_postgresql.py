"""A real PostgreSQL server for the tests: one for each test process, in a folder of its own, gone with it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

PASSWORD = "never-to-be-seen"
_OWNER = "postgres"  # the user whom Debian's package makes: a server does not run as root


def programs() -> Path:
    """The folder of the server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    assert on_path, "the tests need a PostgreSQL server: apt-get install postgresql"
    return Path(on_path).parent


def _as_owner(*command: object) -> list[str]:
    plain = [str(one) for one in command]
    if os.geteuid() != 0:
        return plain
    return ["setpriv", f"--reuid={_OWNER}", f"--regid={_OWNER}", "--clear-groups", *plain]


class PostgresqlServer:
    """A server on a free port, with a superuser "study" and the database "studies"; it forgets all at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        (folder / "password").write_text(PASSWORD)
        if os.geteuid() == 0:
            for path in (folder, folder / "password"):
                shutil.chown(path, _OWNER, _OWNER)
        made = _as_owner(
            *(programs() / "initdb", "-D", folder / "data", "-U", "study", "-A", "scram-sha-256", "--no-sync"),
            *("--encoding=UTF8", "--locale=C.UTF-8", f"--pwfile={folder / 'password'}"),
        )
        subprocess.run(made, check=True, capture_output=True, cwd=folder)
        self.process: subprocess.Popen[bytes]
        self.start()
        with self.connect("postgres") as connection:
            connection.execute("CREATE DATABASE studies")

    def start(self) -> None:
        settings = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.folder}
        settings |= {"fsync": "off", "full_page_writes": "off", "max_connections": 200, "shared_buffers": "64MB"}
        stated = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = _as_owner(programs() / "postgres", "-D", self.folder / "data", *stated)
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        for _ in range(300):
            try:
                self.connect("postgres").close()
            except psycopg.OperationalError:
                assert self.process.poll() is None, "the server ended"
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the server does not answer")

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        self.process.send_signal(how)
        self.process.wait(30)

    @property
    def url(self) -> str:
        """The URL that a study keeps: without the password, which is in PGPASSWORD."""
        return f"postgresql://study@127.0.0.1:{self.port}/studies"

    def connect(self, database: str = "studies") -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="study", password=PASSWORD, dbname=database, autocommit=True
        )


@contextmanager
def running_server() -> Iterator[PostgresqlServer]:
    folder = Path(tempfile.mkdtemp(prefix="referee-calib-pg-"))
    folder.chmod(0o755)
    (folder / "server").mkdir()
    server = PostgresqlServer(folder / "server")
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
