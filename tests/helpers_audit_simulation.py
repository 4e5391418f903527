"""Simulated training runs and audits of them: a policy that improves, worsens or finds an exploit, and its raters.

A window has 400 claims. Their quality is normal; people's level and the referee's score follow it with errors of their
own. An exploited claim is paid about 0.9 and people give it level 0 or 1. Everything is an array over many runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agreement import RateEProcess, mean_log_e

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CLAIMS, WINDOWS, CHANGE = 400, 20, 6  # claims of a window, windows of a run, window in which an exploit begins
PAID, TOP = 0.75, 0.85  # cuts of the strata
N_PAID, N_TOP, N_UNIFORM = 25, 20, 15  # claims that are rated in a window
MARGIN = 0.03
ALPHA = 0.05
_EDGES = (-1.1, -0.45, 0.35, 1.15)


@dataclass(frozen=True)
class Scenario:
    """What happens in each window: share of exploited claims, and the shift of the policy's quality."""

    exploited: Floats
    quality: Floats


def scenario(share: float = 0.0, course: Literal["jump", "ramp"] = "jump", change: float = 0.0) -> Scenario:
    """Return a run in which a share of claims exploits from `CHANGE` on, and quality moves evenly by `change`."""
    exploited = np.zeros(WINDOWS)
    exploited[CHANGE:] = share
    if course == "ramp":
        exploited[CHANGE : CHANGE + 6] = np.linspace(share / 6, share, 6)
    return Scenario(exploited, np.linspace(0.0, change, WINDOWS))


SCENARIOS = {
    "honest": scenario(),
    "honest, improves": scenario(change=1.0),
    "honest, worsens by half a standard deviation": scenario(change=-0.5),
    "10 % jump": scenario(0.10),
    "10 % ramp": scenario(0.10, "ramp"),
    "10 % jump while it improves": scenario(0.10, change=1.0),
    "5 % jump": scenario(0.05),
    "5 % ramp": scenario(0.05, "ramp"),
    "5 % jump while it improves": scenario(0.05, change=1.0),
    "2 % jump": scenario(0.02),
    "2 % ramp": scenario(0.02, "ramp"),
}


@dataclass(frozen=True)
class Window:
    """One window of many runs (runs, claims): what was paid, 0 to 1, and people's level as a share of the scale."""

    paid: Floats
    people: Floats

    @property
    def gross(self) -> Bools:
        """Whether people say level 1 of 4 or less."""
        return self.people <= 0.25


def draw_window(rng: np.random.Generator, runs: int, exploited: float, quality: float) -> Window:
    """Draw a window of claims in each run."""
    shape = runs, CLAIMS
    q = rng.normal(quality, 1, shape)
    people = np.digitize(0.9 * q + rng.normal(0, 0.55, shape), _EDGES).astype(float)
    paid = np.clip(2.3 + 1.05 * q + rng.normal(0, 0.75, shape), 0, 4)
    exploits = rng.random(shape) < exploited
    people = np.where(exploits, rng.integers(0, 2, shape), people)
    paid = np.where(exploits, np.clip(rng.normal(3.6, 0.25, shape), 0, 4), paid)
    return Window(paid / 4, people / 4)


@dataclass(frozen=True)
class Limits:
    """Largest rates of gross overpayment under the hypothesis: the honest rates with their margin."""

    paid: float
    top: float


def honest_rates(seed: int = 0) -> Limits:
    """Return the honest rates of both strata, from a million claims."""
    window = draw_window(np.random.default_rng(seed), 2500, 0.0, 0.0)
    return Limits(float(window.gross[window.paid >= PAID].mean()), float(window.gross[window.paid >= TOP].mean()))


def limits_of(honest: Limits) -> Limits:
    """Add the margin; that of the top stratum is in the same proportion to its rate."""
    return Limits(honest.paid + MARGIN, honest.top * (1 + MARGIN / honest.paid))


def at_the_border(rng: np.random.Generator, window: Window, limits: Limits, severity: Floats | float = 1.0) -> Window:
    """Return the window with people's levels such that both rates are exactly at their limits.

    `severity` multiplies them for the person who will rate each claim; its mean is 1.
    """
    top, paid = window.paid >= TOP, window.paid >= PAID
    share = top.sum() / paid.sum()
    below = (limits.paid - share * limits.top) / (1 - share)
    gross = rng.random(window.paid.shape) < np.where(top, limits.top, below) * severity
    return Window(window.paid, np.where(gross, 0.0, 1.0))


@dataclass(frozen=True)
class Drawn:
    """What is rated of a window, in the order of the draw (runs, n): its outcomes, and who bets on which."""

    gross: Bools
    paid: Bools  # drawn from all that are paid
    top: Bools  # of the top stratum, drawn either way
    claims: NDArray[np.intp]  # which claims of the window they are


def draw_strata(rng: np.random.Generator, window: Window) -> Drawn:
    """Draw as the audit does: from all paid claims, the uniform ones among them, then more from the top."""
    place = rng.random(window.paid.shape)
    paid, top = window.paid >= PAID, window.paid >= TOP
    size = paid.sum(1)
    n_paid = N_PAID + np.round(N_UNIFORM * size / CLAIMS).astype(int)
    first = _smallest(np.where(paid, place, 2.0), n_paid)
    more = _smallest(np.where(top & ~first, place, 2.0), np.full(len(size), N_TOP))
    order = np.argsort(np.where(first, place, np.where(more, 1 + place, 3.0)), axis=1)
    order = order[:, : int((first | more).sum(1).max())]
    taken = [np.take_along_axis(one, order, 1) for one in (window.gross, first, top & (first | more))]
    return Drawn(*taken, order)


def _smallest(keys: Floats, count: NDArray[np.intp]) -> Bools:
    """Return which keys are among the `count` smallest of their row, of those below 1."""
    last = np.take_along_axis(np.sort(keys, axis=1), count[:, None] - 1, 1)
    return np.asarray(keys <= np.minimum(last, 1.0))


class Audit:
    """The audit of many runs: an e-process for each stratum, averaged."""

    def __init__(self, runs: int, limits: Limits) -> None:
        self.processes = [RateEProcess(one, windows=WINDOWS, runs=(runs,)) for one in (limits.paid, limits.top)]

    def add(self, drawn: Drawn, known: Bools | None = None) -> Bools:
        """Add a window, of which only what is `known` was rated; tell which runs alarm after it."""
        gross = drawn.gross if known is None else drawn.gross & known
        log_e = [
            process.add_window((gross & its).sum(1), its.sum(1))
            for process, its in zip(self.processes, (drawn.paid, drawn.top), strict=True)
        ]
        return np.asarray(mean_log_e(np.stack(log_e)) >= np.log(1 / ALPHA))


def windows_of(rng: np.random.Generator, runs: int, what: Scenario) -> Iterator[Window]:
    """Draw the windows of many runs, one after the other."""
    for exploited, quality in zip(what.exploited, what.quality, strict=True):
        yield draw_window(rng, runs, float(exploited), float(quality))


def found_in(first: NDArray[np.intp]) -> tuple[float, float]:
    """Return the share of runs found at or after the change, and the median of windows it took (none: never)."""
    found = (first >= CHANGE) & (first < WINDOWS)
    after = np.where(first >= CHANGE, first, WINDOWS) - CHANGE + 1
    return float(found.mean()), float(np.median(after))


def audited(windows: Iterator[Window], rng: np.random.Generator, runs: int, limits: Limits) -> NDArray[np.intp]:
    """Return in which window each run alarms first, `WINDOWS` for one that never does."""
    audit = Audit(runs, limits)
    return first_alarm([audit.add(draw_strata(rng, window)) for window in windows])


def first_alarm(alarms: list[Bools]) -> NDArray[np.intp]:
    """Return the first window with an alarm in each run, `WINDOWS` where there is none."""
    found = np.stack(alarms, axis=1)
    return np.where(found.any(axis=1), found.argmax(axis=1), WINDOWS)


@dataclass(frozen=True)
class Raters:
    """Two groups of people, each of whom gets half of the claims: how late and how severe they are.

    Attributes
    ----------
    late : (fast, slow)
        Mean windows until a rating comes.
    severe : (fast, slow)
        By what their rates of gross overpayment are multiplied; the mean is 1.
    gross_first : bool
        Whether what is overpaid is rated at once, and everything else late.
    """

    late: tuple[float, float] = (0.0, 3.0)
    severe: tuple[float, float] = (1.0, 1.0)
    gross_first: bool = False


def late_alarms(
    rng: np.random.Generator, runs: int, limits: Limits, raters: Raters, what: Scenario | None = None
) -> dict[str, NDArray[np.intp]]:
    """Return in which window each run alarms first when ratings come late: in the audit, and in a naive one.

    The naive one takes the ratings that are there for the whole draw. Without a scenario all rates are at the border.
    """
    given = list[tuple[Drawn, NDArray[np.intp]]]()
    alarms: dict[str, list[Bools]] = {"audit": [], "rated so far": []}
    for now, window in enumerate(windows_of(rng, runs, what or scenario())):
        slow = rng.random(window.paid.shape) < 0.5
        if what is None:
            window = at_the_border(rng, window, limits, np.where(slow, raters.severe[1], raters.severe[0]))
        drawn = draw_strata(rng, window)
        given.append((drawn, now + _delays(rng, drawn, np.take_along_axis(slow, drawn.claims, 1), raters)))
        for name, found in alarms.items():
            audit, ever = Audit(runs, limits), np.zeros(runs, dtype=bool)
            for its, comes in given:
                known = comes <= now
                ever |= audit.add(its, known) if name == "audit" else audit.add(_only(its, known))
            found.append(ever)
    return {name: first_alarm(found) for name, found in alarms.items()}


def _delays(rng: np.random.Generator, drawn: Drawn, slow: Bools, raters: Raters) -> NDArray[np.intp]:
    mean = np.where(slow, raters.late[1], raters.late[0])
    if raters.gross_first:
        mean = np.where(drawn.gross, 0.0, raters.late[1])
    return np.floor(rng.exponential(1.0, mean.shape) * mean).astype(int)


def _only(drawn: Drawn, known: Bools) -> Drawn:
    return Drawn(drawn.gross & known, drawn.paid & known, drawn.top & known, drawn.claims)
