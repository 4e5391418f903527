"""What every test shares: in CI a test may be skipped only for want of a GPU; a PostgreSQL server for those who ask.

A test that asks for the fixture `database` runs twice, and every study that it makes lies in a SQLite file the first
time and in PostgreSQL the second. One that is about the file, or about no database at all, is marked `sqlite_only`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

os.environ.setdefault("REFEREE_CALIB_CACHE", "none")  # a test that wants replies kept says where
if TYPE_CHECKING:
    from helpers_postgresql import PostgresqlServer


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        once = metafunc.definition.get_closest_marker("sqlite_only")
        metafunc.parametrize("database", ["sqlite"] if once else ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A real server, started when the first test asks for it."""
    from helpers_postgresql import running_server

    with running_server() as server:
        yield server


@pytest.fixture
def postgresql(postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> PostgresqlServer:
    """The server, and its password where libpq looks for it."""
    from helpers_postgresql import PASSWORD

    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return postgresql_server


@pytest.fixture
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the studies of a test lie: "sqlite" or "postgresql"."""
    if request.param == "postgresql":
        from referee_calib.study import study_folder

        url, new_storage = request.getfixturevalue("postgresql").url, study_folder.new_storage
        monkeypatch.setattr(study_folder, "new_storage", lambda stated, title: new_storage(stated or url, title))
    return str(request.param)


@pytest.fixture(scope="session")
def report() -> dict[str, Any]:
    """The report of the made-up analysis; tests that change something change a copy."""
    from helpers_report import full_report

    return full_report()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.skipped and os.environ.get("CI") and "gpu" not in item.keywords and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where everything but GPU tests must run: {report.longrepr}"
    return report
