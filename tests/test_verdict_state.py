"""One vocabulary of verdicts, drawn from an interval and a range alone."""

import pytest

from referee_calib.verdict_state import VerdictState, combined, decide


@pytest.mark.parametrize(
    ("low", "high", "at_least", "at_most", "state"),
    [
        (0.2, 0.4, None, 0.4, "pass"),  # the interval may touch the limit
        (0.2, 0.4, 0.2, None, "pass"),
        (0.2, 0.4, 0.1, 0.5, "pass"),
        (0.2, 0.4, None, 0.3, "cannot tell"),  # the limit lies within
        (0.2, 0.4, None, 0.1, "fail"),
        (0.2, 0.4, 0.5, None, "fail"),
        (0.2, 0.4, 0.25, 0.35, "cannot tell"),
    ],
)
def test_an_interval_passes_within_and_fails_outside(low, high, at_least, at_most, state):
    assert decide(low, high, at_least, at_most) == state


def test_one_failure_fails_and_nothing_tells_nothing():
    assert combined(["pass", "fail", "cannot tell"]) == "fail"
    assert combined(["pass", "cannot tell"]) == "cannot tell"
    assert combined(["pass", "not applicable"]) == "pass"
    assert combined([]) == combined(["not applicable"]) == "cannot tell"


def test_every_state_has_a_sign_of_its_own():
    assert len({state.symbol for state in VerdictState}) == len(VerdictState)
