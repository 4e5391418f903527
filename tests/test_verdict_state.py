"""One vocabulary of verdicts, drawn from an interval and a range alone."""

import pytest

from referee_calib.verdict_state import VerdictState, combined, decide, videos_needed


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


@pytest.mark.parametrize(
    ("value", "low", "high", "at_least", "at_most", "videos", "needed"),
    [
        # the lower arm is 0.12 long and may be 0.06: (0.12 / 0.06)² = 4 times 20 videos
        (-0.04, -0.16, 0.05, -0.10, None, 20, 80),
        # on the wrong side the upper arm has to end on the limit: 0.06 long, may be 0.02: 9 · 20
        (-0.12, -0.20, -0.06, -0.10, None, 20, 180),
        # both sides of ±0.25: below (0.45 / 0.35)² = 1.65, above (0.30 / 0.15)² = 4; the larger counts
        (0.10, -0.35, 0.40, -0.25, 0.25, 10, 40),
        # 0.30 lies 0.05 above 0.25, its lower arm is 0.10: 4 · 10
        (0.30, 0.20, 0.40, -0.25, 0.25, 10, 40),
        # one side clear, the other needs (0.06 / 0.04)² = 2.25 · 10, rounded up
        (0.06, -0.2, 0.12, None, 0.10, 10, 23),
    ],
)
def test_the_projection_shrinks_the_interval_with_the_root_of_videos(
    value, low, high, at_least, at_most, videos, needed
) -> None:
    assert videos_needed(value, low, high, at_least, at_most, videos) == needed


def test_nothing_is_projected_for_a_value_on_its_limit_or_next_to_it() -> None:
    assert videos_needed(0.1, 0.0, 0.2, None, 0.1, 20) is None
    assert videos_needed(0.0999, 0.0, 0.2, None, 0.1, 20) is None  # (0.1 / 0.0001)² = a million times 20 videos
