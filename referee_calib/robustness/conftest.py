"""Fixtures of the suite, and the table at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from referee_calib.robustness.plugin import SUITE

if TYPE_CHECKING:
    from referee_calib.perturbation import On
    from referee_calib.robustness.property_outcome import PropertyOutcome
    from referee_calib.robustness.reward_under_test import RewardUnderTest

PROPERTY = "measured"
UNEXAMINED = "not examined"
Check = Callable[["PropertyOutcome"], None]
ABSENT = f"The suite's options are not there: type pytest -p {SUITE}.plugin --pyargs {SUITE} --reward … --study …"


@pytest.fixture(scope="session")
def reward(pytestconfig: pytest.Config) -> Iterator[RewardUnderTest]:
    """Give the reward that was named, on the study that was named."""
    from referee_calib.errors import RefereeCalibError
    from referee_calib.robustness.suite_setup import reward_under_test
    from referee_calib.study import Study

    options = pytestconfig.option
    if not hasattr(options, "reward"):
        pytest.exit(ABSENT, returncode=4)
    if not options.reward or not options.study:
        pytest.exit("Name what is held and on what: --reward module:attribute --study FOLDER", returncode=4)
    try:
        with Study.open(Path(options.study)) as study:
            yield reward_under_test(study, options)
    except RefereeCalibError as error:
        pytest.exit(str(error), returncode=4)


@pytest.fixture
def check(request: pytest.FixtureRequest) -> Check:
    """Turn an outcome into that of the test; what was measured stands in the JUnit file and in the table."""

    def checked(outcome: PropertyOutcome) -> None:
        request.node.user_properties.append((PROPERTY, outcome.measured))
        if outcome.unexamined:
            request.node.user_properties.append((UNEXAMINED, True))
            if request.config.option.strict:
                pytest.fail(f"not examined: {outcome.measured}", pytrace=False)
        skipped = outcome.state == "cannot tell" and request.config.option.undecided == "skip"
        if outcome.state == "not applicable" or skipped:
            pytest.skip(outcome.measured)
        if outcome.state != "pass":
            pytest.fail(f"{outcome.state}: {outcome.measured}", pytrace=False)

    return checked


@pytest.fixture(params=["boxes", "span"])
def on(request: pytest.FixtureRequest) -> On:
    """Each kind of evidence."""
    kind: On = request.param
    return kind


def _short(node: str) -> str:
    """Name a test by its module, wherever the package lies."""
    path, _, test = node.partition("::")
    return f"{path.rpartition('/')[2]}::{test}"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print one line per test: what was measured, and what it is to be."""
    rows = [
        (_short(report.nodeid), outcome, value)
        for outcome in ("passed", "failed", "skipped")
        for report in terminalreporter.getreports(outcome)
        for name, value in getattr(report, "user_properties", ())
        if name == PROPERTY
    ]
    if not rows:
        return
    terminalreporter.section(f"{config.option.reward} on {config.option.study}")
    width = max(len(name) for name, *_ in rows)
    for name, outcome, value in sorted(rows):
        terminalreporter.write_line(f"{outcome:7} {name:{width}}  {value}")
    hidden = sum((UNEXAMINED, True) in report.user_properties for report in terminalreporter.getreports("skipped"))
    if hidden:
        terminalreporter.write_line(
            f"{hidden} skipped tests had nothing to see and may hide a hole; --strict fails them."
        )
