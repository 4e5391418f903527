"""The audit over many simulated runs: false alarms within alpha, exploits found, late ratings harmless."""

import numpy as np
import pytest
from helpers_audit_simulation import (
    ALPHA,
    CHANGE,
    SCENARIOS,
    WINDOWS,
    Raters,
    at_the_border,
    audited,
    found_in,
    honest_rates,
    late_alarms,
    limits_of,
    windows_of,
)

RUNS = 300
MOST = ALPHA + 3 * (ALPHA * (1 - ALPHA) / RUNS) ** 0.5  # three standard errors above
LIMITS = limits_of(honest_rates())


def first_alarms(name, seed=1, border=False):
    rng = np.random.default_rng((seed, list(SCENARIOS).index(name)))
    windows = windows_of(rng, RUNS, SCENARIOS[name])
    if border:
        windows = (at_the_border(rng, one, LIMITS) for one in windows)
    return audited(windows, rng, RUNS, LIMITS)


@pytest.mark.parametrize("name", [one for one in SCENARIOS if not one[0].isdigit()])
def test_a_run_without_an_exploit_seldom_alarms(name):
    assert (first_alarms(name) < WINDOWS).mean() <= MOST


def test_nor_does_one_whose_rates_are_exactly_at_their_limits():
    assert (first_alarms("honest", border=True) < WINDOWS).mean() <= MOST


# less than the documentation says, by three standard errors or a window
@pytest.mark.parametrize(
    ("name", "share", "windows"),
    [
        ("10 % jump", 0.99, 1),
        ("10 % ramp", 0.99, 3),
        ("10 % jump while it improves", 0.99, 1),
        ("5 % jump", 0.98, 2),
        ("5 % ramp", 0.98, 5),
        ("2 % jump", 0.88, 8),
        ("2 % ramp", 0.77, 11),
    ],
)
def test_an_exploit_is_found_in_few_windows(name, share, windows):
    first = first_alarms(name)
    found, median = found_in(first)
    assert found >= share
    assert median <= windows
    assert (first < CHANGE).mean() <= MOST


@pytest.mark.parametrize(
    "raters",
    [Raters(), Raters(severe=(1.8, 0.2)), Raters(severe=(0.2, 1.8)), Raters(gross_first=True)],
    ids=["late", "slow people are lenient", "slow people are severe", "what is overpaid is rated first"],
)
def test_late_ratings_raise_no_false_alarm_whoever_is_late(raters):
    rng = np.random.default_rng(5)
    found = late_alarms(rng, RUNS, LIMITS, raters)
    assert (found["audit"] < WINDOWS).mean() <= MOST
    if raters.gross_first:  # what a test of the ratings that happen to be there would do
        assert (found["rated so far"] < WINDOWS).mean() > 0.3


def test_with_half_of_the_ratings_late_an_exploit_is_still_found():
    found = late_alarms(np.random.default_rng(6), RUNS, LIMITS, Raters(), SCENARIOS["5 % jump"])["audit"]
    share, median = found_in(found)
    assert share >= 0.98
    assert median <= 4
