"""What every test shares: in CI a test may be skipped only for want of a GPU."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

os.environ.setdefault("REFEREE_CALIB_CACHE", "none")  # a test that wants replies kept says where


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
